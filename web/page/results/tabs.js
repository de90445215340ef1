/** The tabs above the list, with their numbers of links. */

/** @import {Run} from "../check.js" */
/** @import {Tab} from "../rows/tabs.js" */

import { byId, el } from "../dom.js";
import { count } from "../format.js";
import { sharesOf } from "../rows/tabs.js";

/** Each tab's name on wide and on narrow screens. @type {[Tab, string, string][]} */
const TABS = [
  ["fix", "To fix", "To fix"],
  ["look", "To look at", "Look at"],
  ["redirects", "Redirects", "Moved"],
  ["all", "All", "All"],
];

/** Whether URLs are checked, or a report, all of whose links matter. @param {Run} run */
export function isList({ format, order: { report } }) {
  return format === "urls" || report !== undefined;
}

/** The tab that is shown until another is chosen: what there is to do. A list of URLs is shown whole. @param {Run} run @returns {Tab} */
export function tabOf(run) {
  if (isList(run)) return "all";
  const { fix, look } = sharesOf(run.rows, "urls");
  if (fix || run.running) return "fix";
  return look ? "look" : "all";
}

export class Tabs {
  /** @type {Map<Tab, {link: HTMLElement, number: Text}>} */
  #tabs = new Map();

  /** @param {(tab: Tab) => void} choose */
  constructor(choose) {
    for (const [tab, long, short] of TABS) {
      const number = new Text();
      const names = [el("span", { class: "long" }, long), el("span", { class: "short" }, short)];
      const link = el("a", { class: "tab", href: `#tab=${tab}`, "data-tab": tab }, ...names, " ", el("span", { class: "number" }, number));
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // opens another window
        event.preventDefault();
        choose(tab);
      });
      this.#tabs.set(tab, { link, number });
    }
    byId("tabs", HTMLElement).append(...[...this.#tabs.values()].map(({ link }) => link));
  }

  /** @param {Record<Tab, number>} counts @param {Tab} current */
  show(counts, current) {
    for (const [tab, { link, number }] of this.#tabs) {
      const text = count(counts[tab]);
      if (number.data !== text) number.data = text;
      if (tab === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
}
