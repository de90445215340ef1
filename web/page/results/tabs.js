/** The tabs above the list, with their numbers of links. */

/** @import {Tab} from "../rows/tabs.js" */

import { byId, el } from "../dom.js";
import { count } from "../format.js";

/** Each tab's name on wide and on narrow screens. @type {[Tab, string, string][]} */
const TABS = [
  ["fix", "To fix", "To fix"],
  ["look", "To look at", "Look at"],
  ["redirects", "Redirects", "Moved"],
  ["all", "All", "All"],
];

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
