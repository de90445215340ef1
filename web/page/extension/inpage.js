/** Shows the results of a page that is open in a tab there: outlines around its links, the worst first. */

/** @import {Run} from "../check.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Api} from "./api.js" */

import { button, byId, el } from "../dom.js";
import { count, counted } from "../format.js";
import { LOOKS } from "../results/verdict.js";
import { sorted } from "../rows/order.js";
import { Outlines } from "./outlines.js";

export class InPage {
  #bar = el("div", { id: "in-page", class: "buttons", role: "group", "aria-label": "In the page", hidden: true });
  #show = button("Outline these links in the page", () => void this.#outline());
  #next = button("Show the worst", () => void this.#showNext());
  #remove = button("Remove the outlines", () => this.clear());
  #words = el("span", { class: "hint" });
  #api;
  #notice;
  /** @type {Run | null} */
  #run = null;
  /** @type {Outlines | null} */
  #outlines = null;
  /** The outlined links, the worst first. @type {Row[]} */
  #rows = [];
  /** The number of those that were shown. */
  #shown = 0;

  /** @param {Api} api @param {Notice} notice */
  constructor(api, notice) {
    this.#api = api;
    this.#notice = notice;
    this.#bar.append(this.#show, this.#next, this.#remove, this.#words);
    byId("results", HTMLElement).querySelector(".summary .share")?.before(this.#bar);
    addEventListener("pagehide", () => this.clear());
  }

  /** Show the buttons for a check of a tab's page. @param {Run | null} run */
  show(run) {
    if (run !== this.#run) {
      this.clear();
      this.#run = run;
    }
    this.update();
  }

  update() {
    const areShown = this.#outlines?.areShown ?? false;
    this.#bar.hidden = !this.can(this.#run);
    this.#show.hidden = areShown;
    this.#next.hidden = !areShown || !this.#rows.length;
    this.#remove.hidden = !areShown;
    this.#next.textContent = this.#shown && this.#shown < this.#rows.length ? "Show the next" : "Show the worst";
    const place = this.#shown ? `, now at ${count(this.#shown)}` : "";
    this.#words.textContent = areShown ? `${counted(this.#rows.length, "link")} outlined, the worst first${place}` : "";
  }

  /** Whether the page of this check is in a tab. @param {Run | null} run */
  can(run) {
    return run?.order.tab !== undefined && !run.running;
  }

  /** Show the tab, scrolled to a link. @param {Row} row */
  async reveal(row) {
    if (!this.#outlines?.areShown && !(await this.#outline())) return;
    await this.#outlines?.reveal(row.result.url);
  }

  /** Remove the outlines. */
  clear() {
    this.#outlines?.remove();
    this.#outlines = null;
    this.#shown = 0;
    this.update();
  }

  async #outline() {
    const run = this.#run;
    if (run?.order.tab === undefined) return false;
    this.#rows = sorted([...run.rows], { by: "verdict", down: false }).filter(({ kind }) => kind === "fix" || kind === "look");
    this.#outlines = new Outlines(this.#api, run.order.tab, () => this.clear());
    try {
      await this.#outlines.show(this.#rows.map(({ result }) => [result.url, LOOKS[result.verdict].tone]));
    } catch {
      this.clear();
      this.#notice.show(
        "The page is no longer there",
        "Its tab was closed, or shows another page now. Open the page and press the extension’s button in it.",
      );
      return false;
    }
    this.update();
    return true;
  }

  async #showNext() {
    if (this.#shown >= this.#rows.length) this.#shown = 0;
    const row = this.#rows[this.#shown++];
    this.update();
    await this.reveal(row);
  }
}
