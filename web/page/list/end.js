/** The line below the list: the links that are in no total, and that the browser's own search finds only the rows in sight. */

/** @import {Run} from "../check.js" */
/** @import {Notice} from "../shell/notice.js" */

import { button, byId } from "../dom.js";
import { counted } from "../format.js";

export class ListEnd {
  #line = byId("list-end", HTMLElement);
  #search = byId("filter", HTMLInputElement);
  #isWhole = true;

  /** @param {Notice} notice */
  constructor(notice) {
    addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
      if (!(ctrlKey || metaKey) || key !== "f" || this.#isWhole || !this.#search.checkVisibility()) return;
      notice.toast("This finds only the links in sight. The search above the list finds all");
    });
  }

  /** @param {Run} run @param {boolean} isWhole whether all rows of the list are in the document */
  show({ rows: { uncounted } }, isWhole) {
    this.#isWhole = isWhole;
    const left = uncounted.urls ? `${counted(uncounted.urls, "e-mail, phone or script link")} in no total. ` : "";
    const text = left + (isWhole ? "" : `The browser’s own search finds only the links in sight. `);
    const label = isWhole ? "" : "Search all links";
    if (this.#line.textContent === text + label) return;
    this.#line.replaceChildren(text, ...(label ? [button(label, () => this.#search.focus(), { class: "plain" })] : []));
  }
}
