/** The button that leaves only new failures. It sets and removes a word of the filter, which is in the address. */

/** @import {Run} from "../check.js" */

import { byId } from "../dom.js";
import { count } from "../format.js";
import { hasTerm, withTerm } from "../rows/filter.js";

const TERM = "is:new";

export class OnlyNew {
  #button = byId("only-new", HTMLButtonElement);
  #number = byId("only-new-number", HTMLElement);
  #text = "";

  /** @param {(text: string) => void} filter called with the changed filter */
  constructor(filter) {
    this.#button.addEventListener("click", () => filter(withTerm(this.#text, TERM, !hasTerm(this.#text, TERM))));
  }

  /** @param {Run} run @param {string} text the filter */
  show({ rows }, text) {
    this.#text = text;
    const only = hasTerm(text, TERM);
    let some = 0;
    for (const row of rows) if (row.isNew) some++;
    this.#number.textContent = count(some);
    this.#button.setAttribute("aria-pressed", String(only));
    this.#button.hidden = !some && !only;
  }
}
