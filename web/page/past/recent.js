/** The list of past checks: their sources, dates and counts, and what can be done with each. */

/** @import {Keeping, RunInfo, RunsReply} from "../../client/protocol.js" */
/** @import {Comparison} from "./comparison.js" */

import { button, byId, el } from "../dom.js";
import { counted, day, dayAndTime, level, size, timeOfDay } from "../format.js";
import { say } from "../shell/live.js";
import { linksToFix, summaryOf } from "./outcome.js";
import { titleOf } from "./stored.js";

/** Where checks are kept, or why they are not. @type {Record<Keeping, string>} */
export const STATES = {
  kept: "Kept in this browser only",
  taken: "Not kept: another tab is using the history. What changes in this tab is forgotten when you close or reload it",
  unavailable:
    "Not kept: this window stores nothing. It may be a private window, or an older browser. Checks are forgotten when you close or reload it",
  corrupt: "Not kept: the history in this browser is damaged. “Delete all” begins a new one",
  "not-a-store": "Not kept: the history in this browser is damaged. “Delete all” begins a new one",
  "newer-version": "Not kept: a newer version of this page has written the history. Reload the page to use it",
  locked: "Not kept: the history in this browser can’t be opened",
  full: "Not kept: this browser has no room left. Delete checks that you don’t need",
  unwritable: "Not kept: the history in this browser can’t be written to",
  "bad-row": "Not kept: one of the results could not be stored",
};
/**
 * @typedef {object} Actions
 * @property {(run: RunInfo) => void} open
 * @property {(run: RunInfo, name: string) => Promise<void>} rename
 * @property {(run: RunInfo) => Promise<void>} remove
 * @property {() => Promise<void>} removeAll
 * @property {() => void} saveAll
 */

export class Recent {
  #title = byId("past-title", HTMLElement);
  #list = byId("past-list", HTMLElement);
  #note = byId("past-note", HTMLElement);
  #dropped = byId("past-dropped", HTMLElement);
  #all = byId("past-all", HTMLElement);
  #actions;
  #comparison;
  /** The most links to fix in a run. */
  #most = 1;
  /** The run that is shown on the page. @type {number | null} */
  #current = null;
  /** Whether the history can only be deleted. */
  #isDamaged = false;

  /** @param {Actions} actions @param {Comparison} comparison of the runs in the list */
  constructor(actions, comparison) {
    this.#actions = actions;
    this.#comparison = comparison;
  }

  /** @param {number | null} run */
  set current(run) {
    this.#current = run;
    for (const item of this.#list.children) {
      item.querySelector(".past-open")?.setAttribute("aria-current", String(item.getAttribute("data-run") === String(run)));
    }
  }

  /** @param {RunsReply} reply */
  show({ runs, state, size: bytes, dropped }) {
    const isKept = state === "kept";
    const focused = document.activeElement?.closest("#past-list > li")?.getAttribute("data-run");
    this.#most = Math.max(1, ...runs.map(linksToFix));
    this.#list.replaceChildren(...runs.map((run) => this.#item(run)));
    this.#comparison.show(runs);
    this.#note.textContent =
      isKept && !runs.length
        ? "No check has been kept yet."
        : isKept
          ? `${STATES.kept}: ${counted(runs.length, "check")}, ${size(bytes)}.`
          : `${STATES[state]}.`;
    this.#isDamaged = state === "corrupt" || state === "not-a-store";
    this.#showAll();
    for (const { title, started_at } of dropped) this.#noteDropped(title, started_at);
    this.current = this.#current;
    if (focused && !this.#list.contains(document.activeElement)) this.#focus(focused);
  }

  /** Say that a check was deleted for want of room. @param {string} title @param {string} startedAt */
  #noteDropped(title, startedAt) {
    const text = `Deleted to make room: ${level(title)}, ${dayAndTime(Date.parse(startedAt))}.`;
    this.#dropped.append(el("span", {}, text));
    say(text);
  }

  /** @param {RunInfo} run */
  #item(run) {
    const open = button(level(titleOf(run)), () => this.#actions.open(run), { class: "past-open plain" });
    const time = Date.parse(run.started_at);
    const when = el("time", { datetime: run.started_at }, day(time), `, ${timeOfDay(time)}`);
    const bar = el("span", { class: "spark", "aria-hidden": "true" });
    bar.style.setProperty("--p", `${(100 * linksToFix(run)) / this.#most}%`);
    const actions = el("div", { class: "buttons" }, ...this.#actionsOf(run));
    const radios = this.#comparison.radios(run);
    return el("li", { "data-run": String(run.id) }, ...radios, open, bar, el("p", {}, when, " · ", summaryOf(run)), actions);
  }

  /** @param {RunInfo} run */
  #actionsOf(run) {
    const named = (/** @type {string} */ what) => ({ "aria-label": `${what}: ${titleOf(run)}`, class: "plain" });
    const { previous } = run;
    const compare =
      previous === null
        ? []
        : [button("Compare with the one before", () => void this.#compare(run.id, previous), named("Compare with the one before"))];
    const rename = button("Rename", () => this.#rename(run), named("Rename"));
    return [...compare, rename, button("Delete", () => this.#confirm(run), named("Delete"))];
  }

  /** @param {RunInfo} run */
  #rename(run) {
    const item = this.#itemOf(String(run.id));
    const field = el("input", {
      value: titleOf(run),
      "aria-label": `Name of the check: ${titleOf(run)}`,
      maxlength: "200",
      autocomplete: "off",
    });
    const form = el(
      "form",
      { class: "buttons" },
      field,
      el("button", {}, "Save the name"),
      button("Cancel", () => this.#reset(run), { class: "plain" }),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#actions.rename(run, field.value.trim()).then(() => this.#focus(String(run.id)));
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // here Esc only ends the renaming
      this.#reset(run);
    });
    item?.querySelector(".buttons")?.replaceWith(form);
    field.select();
  }

  /** @param {RunInfo} run */
  #confirm(run) {
    const remove = button("Delete this check", () => void this.#remove(run), {});
    const keep = button("Keep it", () => this.#reset(run), { class: "plain" });
    this.#itemOf(String(run.id))?.querySelector(".buttons")?.replaceChildren(remove, keep);
    remove.focus();
  }

  /** @param {RunInfo} run */
  async #remove(run) {
    const item = this.#itemOf(String(run.id));
    const next = (item?.nextElementSibling ?? item?.previousElementSibling)?.getAttribute("data-run");
    await this.#actions.remove(run);
    if (next) this.#focus(next);
    else this.#title.focus();
  }

  /** @param {RunInfo} run */
  #reset(run) {
    this.#itemOf(String(run.id))?.replaceWith(this.#item(run));
    this.#comparison.check();
    this.#focus(String(run.id));
  }

  #showAll() {
    const any = this.#list.childElementCount > 0;
    const save = button("Save all as a database", () => this.#actions.saveAll(), { class: "plain", id: "past-save" });
    const remove = button("Delete all", () => this.#confirmAll(), { class: "plain", id: "past-delete" });
    this.#all.replaceChildren(...(any ? [save] : []), ...(any || this.#isDamaged ? [remove] : []));
  }

  #confirmAll() {
    const remove = button("Delete all checks", () => void this.#actions.removeAll().then(() => this.#title.focus()), {});
    const keep = button("Keep them", () => this.#showAll(), { class: "plain" });
    const decisions = this.#isDamaged ? "Your decisions on links are deleted, too." : "Your decisions on links stay.";
    this.#all.replaceChildren(remove, keep, el("span", {}, decisions));
    remove.focus();
  }

  /** @param {number} run @param {number} previous */
  async #compare(run, previous) {
    await this.#comparison.choose(previous, run);
    scrollTo(0, 0);
    this.#title.focus();
  }

  /** @param {string} run */
  #itemOf(run) {
    return this.#list.querySelector(`[data-run="${run}"]`);
  }

  /** @param {string} run */
  #focus(run) {
    /** @type {HTMLElement | null | undefined} */ (this.#itemOf(run)?.querySelector(".past-open"))?.focus();
  }
}
