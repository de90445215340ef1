/** The line below the search field: terms and parts of the address that have no meaning. */

import { byId } from "../dom.js";
import { level } from "../format.js";
import { unknownTerms } from "../rows/terms.js";
import { unknownParts } from "../urlstate.js";

export class Hint {
  #line = byId("filter-hint", HTMLElement);

  /** @param {string} text of the search field */
  show(text) {
    const words = level([...unknownParts(), ...unknownTerms(text)].join(" "));
    if (this.#line.textContent !== words) this.#line.textContent = words;
  }
}
