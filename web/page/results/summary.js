/** Progress and outcome of a check: the bar, the counts, the sentence, the filter chips, the title, the live region. */

/** @import {Verdict} from "../../client/verdicts.js" */
/** @import {Run} from "../check.js" */

import { byId, el, icon } from "../dom.js";
import { count, counted, dayAndTime, elapsed, hostOf, level, perSecond } from "../format.js";
import { sinceWords } from "../past/news.js";
import { VERDICTS } from "../../client/verdicts.js";
import { LOOKS } from "./verdict.js";

/** Minimum time between two announcements of progress to screen readers, in milliseconds. */
const ANNOUNCE_MS = 15_000;
const NAME = document.title;

export class Summary {
  #bar = byId("bar", HTMLElement);
  #first = byId("sentence-first", HTMLElement);
  #rest = byId("sentence-rest", HTMLElement);
  #pace = byId("pace", HTMLElement);
  #news = byId("news", HTMLElement);
  #notes = byId("notes", HTMLElement);
  #announcer = byId("announce", HTMLElement);
  /** @type {Map<Verdict, {chip: HTMLButtonElement, number: Text, segment: HTMLElement}>} */
  #verdicts = new Map();
  #all = el("button", { type: "button", class: "chip", "data-verdict": "all", "aria-pressed": "true" });
  #allNumber = new Text();
  #announced = 0;
  #announcedSentence = "";

  /** @param {(verdict: Verdict | null) => void} toggle called with null for "all" */
  constructor(toggle) {
    const chips = byId("chips", HTMLElement);
    this.#all.append("All ", el("span", { class: "number" }, this.#allNumber));
    this.#all.addEventListener("click", () => toggle(null));
    chips.append(this.#all);
    for (const verdict of VERDICTS) {
      const { label, tone, path, meaning } = LOOKS[verdict];
      const number = new Text();
      const chip = el(
        "button",
        {
          type: "button",
          class: "chip",
          "data-verdict": verdict,
          "data-tone": tone,
          "aria-pressed": "false",
          title: meaning,
          hidden: true,
        },
        icon(path),
        `${label} `,
        el("span", { class: "number" }, number),
      );
      chip.addEventListener("click", () => toggle(verdict));
      const segment = el("span", { "data-tone": tone });
      chips.append(chip);
      this.#bar.append(segment);
      this.#verdicts.set(verdict, { chip, number, segment });
    }
  }

  /** @param {Set<Verdict>} chosen */
  showFilter(chosen) {
    this.#all.setAttribute("aria-pressed", String(!chosen.size));
    for (const [verdict, { chip }] of this.#verdicts) chip.setAttribute("aria-pressed", String(chosen.has(verdict)));
  }

  /** @param {Run | null} run @param {boolean} python whether Python is ready */
  show(run, python) {
    if (!run) {
      document.title = NAME;
      return;
    }
    const { done, total } = run.progress;
    const links = [...run.rows.links.values()].reduce((sum, some) => sum + some, 0);
    this.#showBar(run, links);
    this.#allNumber.data = count(run.rows.size);
    for (const [verdict, { chip, number }] of this.#verdicts) {
      const some = run.rows.urls.get(verdict) ?? 0;
      number.data = count(some);
      chip.hidden = !some && chip.getAttribute("aria-pressed") === "false";
    }
    const [first, ...rest] = run.running ? [progressSentence(run, python)] : resultParts(run, links);
    this.#first.textContent = first;
    this.#rest.textContent = rest.join(", ");
    const spent = (run.running ? performance.now() : run.ended) - run.started;
    this.#pace.textContent = [
      run.running || !links ? "" : `${counted(run.rows.size, "URL")}`,
      run.running || !run.pages ? "" : counted(run.pages, "page"),
      run.checked && spent > 1000 ? perSecond((run.checked / spent) * 1000) : "",
      spent > 1000 ? elapsed(spent) : "",
    ]
      .filter(Boolean)
      .join(" · ");
    this.#news.textContent = newsOf(run);
    this.#showNotes(run);
    const percent = total ? `${Math.floor((done / total) * 100)}%` : "…";
    document.title = `${run.running ? percent : first} · ${NAME}`;
    this.#announce(run, [first, ...rest].join(", "));
  }

  /** Announce a message to screen readers only. @param {string} message */
  say(message) {
    this.#announcer.textContent = message;
  }

  /** @param {Run} run @param {number} links */
  #showBar({ rows, progress, running, again }, links) {
    const known = Boolean(progress.total);
    this.#bar.toggleAttribute("data-unknown", running && !known);
    // The segments show all links found so far. When URLs are checked again, all links are already known.
    const all = again ? links : Math.max(progress.total, links);
    for (const [verdict, { segment }] of this.#verdicts) {
      const some = rows.links.get(verdict) ?? 0;
      segment.hidden = !some; // otherwise the empty segment would add a gap
      segment.style.inlineSize = `${all ? (some / all) * 100 : 0}%`;
    }
    this.#bar.setAttribute("aria-valuemax", String(progress.total || 1));
    this.#bar.setAttribute("aria-valuetext", `${count(progress.done)} of ${count(progress.total)}`);
    if (known || !running) this.#bar.setAttribute("aria-valuenow", String(progress.done));
    else this.#bar.removeAttribute("aria-valuenow");
  }

  /** @param {Run} run */
  #showNotes({ notes }) {
    if (this.#notes.childElementCount === notes.length) return;
    this.#notes.replaceChildren(...notes.map((note) => el("li", {}, level(note))));
  }

  /** @param {Run} run @param {string} sentence */
  #announce(run, sentence) {
    const now = performance.now();
    if (run.running && now - this.#announced < ANNOUNCE_MS) return;
    if (!run.running && this.#announcedSentence === sentence) return;
    this.#announcedSentence = run.running ? "" : sentence;
    this.#announced = now;
    this.say(sentence);
  }
}

/** @param {Run} run @param {boolean} python */
function progressSentence({ state, progress: { done, total }, again, relay, cancelling, offline, title, files, pages, record }, python) {
  if (cancelling) return "Cancelling…";
  if (offline)
    return `This browser seems to be offline. Paused at ${count(done)} of ${counted(total, "link")}; the check continues by itself`;
  if (state === "reading" && record.restored) return `Opening ${level(title)}: ${counted(done, "link")} so far…`;
  if (!python) return "Queued until Python is up";
  if (files) return `Looking into ${level(title)}: ${counted(files, "file")} so far…`;
  if (relay !== null) return askingSentence(relay, total, done);
  if (again) return `Checked ${count(done)} of ${counted(total, "URL")} again`;
  if (state === "reading" && !done)
    return total ? `Reading ${level(title)}: ${counted(total, "link")} so far…` : `Reading ${level(title)}…`;
  if (pages) return `Read ${counted(pages, "page")}, checked ${count(done)} of ${counted(total, "link")} so far`;
  return `Checked ${count(done)} of ${counted(total, "link")}`;
}

/** When a check was made that comes from the store, and how it differs from the one before. @param {Run} run */
function newsOf({ running, record: { info, restored } }) {
  if (running || !info) return "";
  const since = sinceWords(info);
  const made = restored ? `Checked on ${dayAndTime(Date.parse(info.started_at))}.` : "";
  return [made, since && `${since[0].toUpperCase()}${since.slice(1)}.`].filter(Boolean).join(" ");
}

/** @param {string} relay its URL @param {number} total URLs @param {number} done */
export function askingSentence(relay, total, done) {
  return `Asking ${hostOf(relay)} about ${counted(total, "URL")}… ${count(done)} done`;
}

/**
 * The most important finding first, then the others. The numbers add up: links that are not mentioned are OK.
 * @param {{rows: {links: Map<Verdict, number>}, problems: unknown[], leftOver: number, unanswered: number, hasRest: boolean, record?: {restored: boolean}}} run
 * @param {number} links number of links that have a result
 * @returns {string[]}
 */
export function resultParts({ rows, problems, leftOver, unanswered, hasRest, record }, links) {
  const of = /** @param {Verdict[]} verdicts */ (...verdicts) => verdicts.reduce((sum, verdict) => sum + (rows.links.get(verdict) ?? 0), 0);
  const unchecked = leftOver + unanswered;
  const checked = links - leftOver;
  const stopped = hasRest ? (record?.restored ? "Not finished" : "Cancelled") : unanswered ? "Stopped" : "";
  const left = unchecked ? [`${count(unchecked)} left unchecked`] : [];
  if (!checked) {
    if (stopped) return [`${stopped} before any answer`, ...left];
    return [problems.length ? "Nothing was checked" : "There is no link in this", ...left];
  }
  /** @type {[number, string][]} */
  const findings = [
    [of("fragment-missing"), "with a missing section"],
    [of("server-error"), "with server errors"],
    [of("no-answer-seen", "timeout"), "without an answer"],
    [of("answered-unreadable"), "that browsers can’t read"],
    [of("other-status", "head-unsupported"), "with another answer"],
    [of("restricted"), "restricted"],
    [of("rate-limited"), "rate limited"],
    [of("not-checked") - leftOver, "not checked"],
  ];
  const others = findings.filter(([some]) => some);
  const broken = of("broken");
  let first = `None of ${counted(checked, "link")} was found broken`;
  if (broken) {
    first = `${count(broken)} of ${counted(checked, "link")} ${broken === 1 ? "is" : "are"} broken`;
  } else if (of("fragment-missing")) {
    const [[some]] = others.splice(0, 1);
    first = `${count(some)} of ${counted(checked, "link")} ${some === 1 ? "leads" : "lead"} to a missing section`;
  } else if (!of("ok") && others.length) {
    // Here "none was found broken" would read as if all links were fine.
    const [[some, phrase]] = others.splice(0, 1);
    first = some === checked ? `${counted(checked, "link")} ${phrase}` : `${count(some)} of ${counted(checked, "link")} ${phrase}`;
  }
  return [
    stopped ? `${stopped}: ${first[0].toLowerCase()}${first.slice(1)}` : first,
    ...others.map(([some, phrase]) => `${count(some)} ${phrase}`),
    ...left,
  ];
}
