/** Progress and outcome of a check: what was checked, the headline, the bar with its shares, and the notes. */

/** @import {Verdict} from "../../client/verdicts.js" */
/** @import {Run} from "../check.js" */
/** @import {Shares} from "../rows/tabs.js" */
/** @import {Stage} from "../shell/stage.js" */

import { byId, el, icon } from "../dom.js";
import { count, counted, dayAndTime, elapsed, level, perSecond } from "../format.js";
import { sinceWords, withDecisions } from "../past/news.js";
import { percentages, sharesOf } from "../rows/tabs.js";
import { VERDICTS } from "../../client/verdicts.js";
import { fragmentOf } from "../urlstate.js";
import { nextStepOf, outcomeOf, progressOf } from "./headline.js";
import { LOOKS } from "./verdict.js";
import { waitWords } from "./wait.js";

/** The parts of the bar that the legend names, with the verdict whose icon and colour they have. @type {[keyof Shares, Verdict, string][]} */
export const SHARES = [
  ["works", "ok", "work"],
  ["fix", "broken", "to fix"],
  ["look", "answered-unreadable", "can’t be told from a browser"],
  ["decided", "not-checked", "have your word"],
  ["others", "not-checked", "not checked"],
  ["unchecked", "not-checked", "left unchecked"],
];

/** The list of the links that a person said to work or to be ignored. */
const DECIDED = fragmentOf({ tab: "all", group: "link", text: "decided:works decided:ignore", sort: null, row: null });

export class Summary {
  #what = byId("what", HTMLElement);
  #sentence = byId("sentence", HTMLElement);
  #news = byId("news", HTMLElement);
  #bar = byId("bar", HTMLElement);
  #shares = byId("shares", HTMLElement);
  #pace = byId("pace", HTMLElement);
  #notes = byId("notes", HTMLElement);
  /** @type {Map<Verdict, HTMLElement>} */
  #segments = new Map();
  #stage;

  /** @param {Stage} stage */
  constructor(stage) {
    this.#stage = stage;
    // What works comes last, so that the bar begins with what there is to do.
    for (const verdict of VERDICTS) {
      const segment = el("span", { "data-tone": LOOKS[verdict].tone });
      this.#bar.append(segment);
      this.#segments.set(verdict, segment);
    }
  }

  /** @param {Run} run @param {string} waiting why Python is not ready, or empty */
  show(run, waiting) {
    const shares = sharesOfRun(run);
    const { before, mark, after } = run.running ? progressOf(run, shares, waiting) : outcomeOf(run, shares, run.rows.uncounted.urls);
    const sentence = before + mark + after;
    if (this.#sentence.textContent !== sentence) this.#sentence.replaceChildren(before, ...(mark ? [el("mark", {}, mark)] : []), after);
    this.#showWhat(run);
    setText(this.#news, newsOf(run, shares));
    setText(this.#pace, paceOf(run, waitWords(run, waiting)));
    this.#showBar(run);
    this.#showShares(shares);
    this.#showNotes(run);
    const { done, total } = run.progress;
    const percent = total ? `${Math.floor((done / total) * 100)}%` : "…";
    this.#stage.title(`${run.running ? percent : sentence} · ${level(run.title)}`);
  }

  /** @param {Run} run */
  #showWhat(run) {
    const parts = whatOf(run);
    const text = JSON.stringify([run.title, ...parts]);
    if (this.#what.dataset.text === text) return;
    this.#what.dataset.text = text;
    this.#what.replaceChildren(el("b", {}, level(run.title)), ...parts.map((part) => el("span", {}, part)));
  }

  /** @param {Run} run */
  #showBar({ rows, progress, running, again }) {
    const known = Boolean(progress.total);
    this.#bar.toggleAttribute("data-unknown", running && !known);
    const links = [...rows.links.values()].reduce((sum, some) => sum + some, 0);
    // The segments show all links found so far. When URLs are checked again, all links are already known.
    const all = again ? links : Math.max(progress.total, links);
    for (const [verdict, segment] of this.#segments) {
      const some = rows.links.get(verdict) ?? 0;
      segment.hidden = !some; // otherwise the empty segment would add a gap
      segment.style.inlineSize = `${all ? (some / all) * 100 : 0}%`;
    }
    this.#bar.setAttribute("aria-valuemax", String(progress.total || 1));
    this.#bar.setAttribute("aria-valuetext", `${count(progress.done)} of ${count(progress.total)}`);
    if (known || !running) this.#bar.setAttribute("aria-valuenow", String(progress.done));
    else this.#bar.removeAttribute("aria-valuenow");
  }

  /** @param {Shares} shares */
  #showShares(shares) {
    const percents = percentages(shares);
    const parts = SHARES.filter(([name]) => shares[name]).map(([name, verdict, words]) => {
      const { tone, path } = LOOKS[verdict];
      const text = `${percents[name]} ${words}`;
      const share = el("b", {}, name === "decided" ? el("a", { href: DECIDED }, text) : text);
      return el("li", { "data-tone": tone }, icon(path), share, " ", el("span", {}, count(shares[name])));
    });
    const text = parts.map((part) => part.textContent).join();
    if (this.#shares.dataset.text === text) return;
    this.#shares.dataset.text = text;
    this.#shares.replaceChildren(...parts, el("li", { class: "aside" }, el("a", { href: "#about" }, "What does that mean?")));
  }

  /** @param {Run} run */
  #showNotes({ notes }) {
    const texts = notes.map(level);
    if (texts.join("\n") === Array.from(this.#notes.children, ({ textContent }) => textContent).join("\n")) return;
    this.#notes.replaceChildren(...texts.map((text) => el("li", {}, text)));
  }
}

/** The shares of a check, with the links that have no row because it was stopped before them. @param {Run} run */
export function sharesOfRun({ rows, running, unanswered }) {
  const shares = sharesOf(rows, "urls");
  return running ? shares : { ...shares, unchecked: shares.unchecked + unanswered };
}

/** Set text only where it differs, so that a selection in it stays. @param {HTMLElement} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What kind of check it is, how a text was read, and when it was made. @param {Run} run */
function whatOf({ isSite, pages, running, format, order, record: { info } }) {
  const when = info && !running ? dayAndTime(Date.parse(info.started_at)) : "";
  const read = order.typed && format ? `read as ${wordsOf(format)}` : "";
  return [isSite ? "Whole site" : "", pages ? counted(pages, "page") : "", read, when].filter(Boolean);
}

/** The words with which a format is chosen. @param {string} format */
function wordsOf(format) {
  const option = [...byId("format", HTMLSelectElement).options].find(({ value }) => value === format);
  return option?.text ?? format;
}

/** Numbers and speed, or in place of the speed what the check waits for. @param {Run} run @param {string} wait */
function paceOf({ rows, progress: { done, total }, running, ended, started, checked }, wait) {
  const spent = (running ? performance.now() : ended) - started;
  const places = [...rows.links.values()].reduce((sum, some) => sum + some, 0);
  const numbers = running
    ? `${count(done)} of ${counted(total, "link")} checked`
    : places > rows.size
      ? `${counted(rows.size, "link")} in ${counted(places, "place")}`
      : "";
  return [
    running && !total ? "" : numbers,
    wait || (checked && spent > 1000 ? perSecond((checked / spent) * 1000) : ""),
    spent > 1000 ? elapsed(spent) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** What was left, and how the check differs from the one before. @param {Run} run @param {Shares} shares */
function newsOf(run, { fix }) {
  const { running, leftOver, unanswered } = run;
  const { info } = run.record;
  if (running) return "";
  const left = leftOver + unanswered;
  const since = info ? sinceWords(withDecisions(info, run.rows, fix)) : "";
  return [left ? `${counted(left, "link")} left unchecked.` : "", nextStepOf(run), since && `${since[0].toUpperCase()}${since.slice(1)}.`]
    .filter(Boolean)
    .join(" ");
}
