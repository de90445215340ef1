/** The comparison of two past checks, or of one with a report: which are chosen in the list, and what differs. */

/** @import {Change, RunInfo} from "../../client/protocol.js" */
/** @import {Verdict} from "../../client/verdicts.js" */

import { byId, el, icon } from "../dom.js";
import { count, dayAndTime, level, openable } from "../format.js";
import { LOOKS } from "../results/verdict.js";
import { canBeFrom, canBeTo, certain, headlineOf, lastPair, nameOf } from "./difference.js";
import { when } from "./news.js";
import { titleOf } from "./stored.js";

/** Changes listed of each kind. */
const MAX_CHANGES = 100;

/** What is listed: the kind of change, its title, and what became of the link. @type {[Change["change"], string, string][]} */
const GROUPS = [
  ["new", "New", ""],
  ["fixed", "Fixed", "Works"],
  ["gone", "No longer linked", "Not linked"],
  ["unclear", "Undecided now", "Undecided"],
  ["look", "No clear reply now", ""],
  ["still", "As before", ""],
];

/** The titles that differ for a report: its program may have had other links. @type {Partial<Record<Change["change"], string>>} */
const OF_REPORT = { new: "Not in the report", gone: "Not in the check" };

/**
 * @typedef {object} Ports
 * @property {(before: number | File, after: number) => Promise<Change[]>} compare
 * @property {() => void} chosen called before what was chosen is compared
 * @property {(error: unknown) => void} fail called if that can’t be done
 */

export class Comparison {
  #scene = byId("past", HTMLElement);
  #what = byId("past-what", HTMLElement);
  #title = byId("past-title", HTMLElement);
  #news = byId("past-news", HTMLElement);
  #report = byId("past-report", HTMLElement);
  #changes = byId("comparison", HTMLElement);
  #announcer = byId("announce", HTMLElement);
  #ports;
  /** @type {RunInfo[]} the last one first */
  #runs = [];
  /** What a person chose; null for the last two checks of a source. @type {{from: number | File | null, to: number | null} | null} */
  #chosen = null;
  /** The number of comparisons that were begun: only the last one is shown. */
  #begun = 0;

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
    this.#scene.addEventListener("change", ({ target }) => {
      if (!(target instanceof HTMLInputElement) || target.type !== "radio") return;
      const { from, to } = this.#ids;
      const value = Number(target.value);
      void this.choose(target.name === "past-from" ? value : from, target.name === "past-to" ? value : to);
    });
  }

  /** The radio buttons of a run. @param {RunInfo} run */
  radios(run) {
    const name = `${level(titleOf(run))}, ${dayAndTime(Date.parse(run.started_at))}`;
    return [radio("from", run, `From ${name}`, canBeFrom(run)), radio("to", run, `To ${name}`, canBeTo(run))];
  }

  /** @param {RunInfo[]} runs whose radio buttons are in the list */
  show(runs) {
    this.#runs = runs;
    const { from, to } = this.#pair;
    if (!from || !to) this.#chosen = null;
    void this.draw();
  }

  /** Compare a run with an earlier one or a report. @param {number | File | null} from @param {number | null} to */
  async choose(from, to) {
    this.#chosen = { from, to };
    this.#ports.chosen();
    await this.draw();
    this.#announcer.textContent = this.#title.textContent;
  }

  /**
   * Compare a run that came from a file with the later check that is chosen, or with the earlier one.
   * @param {number} id @returns {Promise<boolean>} false if that is not possible
   */
  async add(id) {
    const added = this.#runs.find((run) => run.id === id);
    const { to } = this.#pair;
    if (!added || !to || added === to) return false;
    const [from, later] = added.started_at <= to.started_at ? [added, to] : [to, added];
    if (!canBeFrom(from)) return false;
    await this.choose(from.id, later.id);
    return true;
  }

  /** The run that a report is compared with. */
  get to() {
    return this.#ids.to;
  }

  get #ids() {
    const { from, to } = this.#pair;
    return { from: from instanceof File ? from : (from?.id ?? null), to: to?.id ?? null };
  }

  get #pair() {
    if (!this.#chosen) return lastPair(this.#runs);
    const { from, to } = this.#chosen;
    const find = (/** @type {number | null} */ id) => this.#runs.find((run) => run.id === id) ?? null;
    return { from: from instanceof File ? from : find(from), to: find(to) };
  }

  /** Show what differs, if the scene is shown. */
  async draw() {
    const begun = ++this.#begun;
    if (this.#scene.hidden) return;
    const { from, to } = this.#pair;
    this.check();
    if (!from || !to || from === to) return this.#showNone(this.#runs.length > 1 ? "Choose two checks to compare." : "");
    try {
      const changes = await this.#ports.compare(from instanceof File ? from : from.id, to.id);
      if (begun === this.#begun) this.#show(certain(changes, to), from, to);
    } catch (error) {
      if (begun !== this.#begun) return;
      this.#ports.fail(error);
      if (!this.#chosen) return this.#showNone("");
      this.#chosen = null;
      await this.draw();
    }
  }

  /** Select the radio buttons of what is compared. */
  check() {
    const { from, to } = this.#ids;
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (this.#scene.querySelectorAll("input[type=radio]"))) {
      input.checked = Number(input.value) === (input.name === "past-from" ? from : to);
    }
    this.#report.hidden = !(from instanceof File);
    this.#report.textContent = from instanceof File ? `From the report ${level(from.name)}` : "";
  }

  /** @param {string} news */
  #showNone(news) {
    this.#what.replaceChildren();
    this.#title.textContent = "Past checks";
    this.#news.textContent = news;
    this.#changes.replaceChildren();
  }

  /** @param {Change[]} changes @param {RunInfo | File} from @param {RunInfo} to */
  #show(changes, from, to) {
    const { before, mark, after, news } = headlineOf(changes, from, to);
    const parts = [...(to.options.site ? ["Whole site"] : []), dayAndTime(Date.parse(to.started_at))];
    this.#what.replaceChildren(el("b", {}, level(nameOf(to))), ...parts.map((part) => el("span", {}, part)));
    this.#title.replaceChildren(before, ...(mark ? [el("mark", {}, mark)] : []), after);
    this.#news.textContent = changes.length ? news : "There was nothing to fix in either.";
    this.#changes.replaceChildren(
      ...GROUPS.flatMap(([word, title, now]) => {
        const some = changes.filter(({ change }) => change === word);
        return some.length ? [group(word, (from instanceof File && OF_REPORT[word]) || title, some, now, to.started_at)] : [];
      }),
    );
  }
}

/** @param {"from" | "to"} side @param {RunInfo} run @param {string} label @param {boolean} isPossible */
function radio(side, run, label, isPossible) {
  const input = el("input", { type: "radio", name: `past-${side}`, value: String(run.id), "aria-label": label });
  return el("span", { class: "pick" }, ...(isPossible ? [input] : []));
}

/** @param {Change["change"]} word @param {string} title @param {Change[]} changes @param {string} now @param {string} startedAt of the later check */
function group(word, title, changes, now, startedAt) {
  const sorted = word === "still" ? [...changes].sort((a, b) => (a.since ?? "").localeCompare(b.since ?? "")) : changes;
  const items = sorted.slice(0, MAX_CHANGES).map((change) => itemOf(change, now, startedAt));
  const more = changes.length - items.length;
  if (more > 0) items.push(el("li", { class: "soft" }, `and ${count(more)} more`));
  const list = el("ul", { class: "change" }, ...items);
  const number = el(word === "new" ? "mark" : "span", { class: "number" }, count(changes.length));
  if (word === "still") return el("details", { "data-change": word }, el("summary", {}, `${title}: `, number), list);
  return el("section", { "data-change": word }, el("h2", {}, `${title} `, number), list);
}

/** @param {Change} change @param {string} now @param {string} startedAt of the later check */
function itemOf({ change, url, source, verdict, since }, now, startedAt) {
  const was = stateOf(verdict || "broken", verdict ? LOOKS[verdict].label : "Reported");
  const then = now ? [el("span", { class: "soft" }, "now "), stateOf(change === "fixed" ? "ok" : "not-checked", now)] : [];
  const href = openable(url);
  const context = [...(source ? [`in ${level(source)}`] : []), ...(change === "still" && since ? [`since ${when(since, startedAt)}`] : [])];
  return el(
    "li",
    {},
    el("span", {}, was, ...then),
    el(href ? "a" : "span", { href, target: "_blank", rel: "noopener noreferrer", class: "mono" }, level(url)),
    el("span", { class: "soft" }, context.join(", ")),
  );
}

/** @param {Verdict} verdict whose icon and colour it has @param {string} words */
function stateOf(verdict, words) {
  const { tone, path } = LOOKS[verdict];
  return el("span", { class: "state", "data-tone": tone }, icon(path), words);
}
