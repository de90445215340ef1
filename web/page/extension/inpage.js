/** Shows the results of a page that is open in a tab there: outlines around its links, the worst first. */

/** @import {Run} from "../check.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Api} from "./api.js" */
/** @import {Outline} from "./outlines.js" */

import { button, byId, el } from "../dom.js";
import { count, counted } from "../format.js";
import { say } from "../shell/live.js";
import { LOOKS } from "../results/verdict.js";
import { sorted } from "../rows/order.js";
import { Outlines } from "./outlines.js";

export class InPage {
  #bar = el("div", { id: "in-page", class: "buttons", role: "group", "aria-label": "In the page", hidden: true });
  #toggle = button("", (event) => this.#press(event));
  #next = button("", () => void this.#showNext());
  #words = el("span", { class: "hint" });
  #api;
  #notice;
  /** @type {Run | null} */
  #run = null;
  /** @type {Outlines | null} */
  #outlines = null;
  /** The links that are to fix or to look at, the worst first. @type {Row[]} */
  #rows = [];
  /** The number of the outlined links that were shown. */
  #shown = 0;

  /** @param {Api} api @param {Notice} notice */
  constructor(api, notice) {
    this.#api = api;
    this.#notice = notice;
    this.#bar.append(this.#toggle, this.#next, this.#words);
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
    const can = this.can(this.#run);
    if (can) this.#outlines?.update(this.#sort());
    const visible = this.#visible.length;
    this.#bar.hidden = !can || ![...(this.#run?.rows ?? [])].some(isOutlined);
    this.#toggle.textContent = areShown ? "Remove the outlines" : "Outline these links in the page";
    this.#next.hidden = !visible;
    this.#next.textContent = this.#shown && this.#shown < visible ? "Show the next" : "Show the worst";
    this.#words.textContent = areShown ? this.#summary(visible) : "";
  }

  /** Whether the page of this check is in a tab. @param {Run | null} run */
  can(run) {
    return run?.order.tab !== undefined && !run.running;
  }

  /** Show the tab, scrolled to a link. @param {Row} row */
  async reveal(row) {
    const outlines = this.#outlines?.areShown ? this.#outlines : await this.#outline();
    if (outlines?.shows(row.result.url)) await outlines.reveal(row.result.url);
    else if (outlines) this.#notice.toast("This link is not visible in the page");
  }

  /** Remove the outlines. */
  clear() {
    this.#outlines?.remove();
    this.#outlines = null;
    this.#shown = 0;
    this.update();
  }

  /** The outlined links. */
  get #visible() {
    const outlines = this.#outlines;
    return outlines?.areShown ? this.#rows.filter(({ result }) => outlines.shows(result.url)) : [];
  }

  /** @param {number} visible the number of outlined links */
  #summary(visible) {
    const hidden = this.#rows.length - visible;
    if (!visible) return "None of these links is visible in the page";
    const place = this.#shown ? `, now at ${count(this.#shown)}` : "";
    return `${counted(visible, "link")} outlined, the worst first${place}${hidden ? `; ${count(hidden)} not visible in the page` : ""}`;
  }

  /** Sort all links, find those that are to fix or to look at, and return the outline of each link. @returns {Outline[]} */
  #sort() {
    const rows = sorted([...(this.#run?.rows ?? [])], { by: "verdict", down: false });
    this.#rows = rows.filter(isOutlined);
    return rows.map((row) => [row.result.url, isOutlined(row) ? LOOKS[row.result.verdict].tone : ""]);
  }

  /** @param {MouseEvent} event */
  #press(event) {
    if (event.detail > 1) return; // the second click of two
    if (this.#outlines) this.clear();
    else void this.#outline().then(() => say(this.#words.textContent ?? ""));
  }

  /** Outline the links. @returns {Promise<Outlines | null>} null if the page is no longer there */
  async #outline() {
    const tab = this.#run?.order.tab;
    if (tab === undefined) return null;
    const outlines = new Outlines(this.#api, tab);
    this.#outlines = outlines;
    outlines.addEventListener("change", () => {
      if (this.#outlines !== outlines) return;
      if (outlines.isRemoved) this.clear();
      else this.update();
    });
    try {
      await outlines.show(this.#sort());
      if (this.#outlines !== outlines) return null;
      this.update();
      return outlines;
    } catch {
      this.clear();
      this.#notice.show(
        "The page is no longer there",
        "Its tab was closed or reloaded, or shows another page now. Open the page, press the extension’s button in it, and try again.",
      );
      return null;
    }
  }

  async #showNext() {
    const visible = this.#visible;
    if (this.#shown >= visible.length) this.#shown = 0;
    const row = visible[this.#shown++];
    this.update();
    if (row) await this.reveal(row);
  }
}

const isOutlined = (/** @type {Row} */ { kind }) => kind === "fix" || kind === "look";
