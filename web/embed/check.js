/** `<json-head-check>`: a small link checker in another site's page. Its inside is loaded when the page has such an element. */

import { loadChecker, report } from "./release.js";

export class Check extends HTMLElement {
  /** @type {import("./checker.js").Checker | undefined} */
  #checker;

  connectedCallback() {
    loadChecker().then(
      ({ Checker }) => (this.#checker ??= new Checker(this)),
      (error) => report(this, error),
    );
  }

  disconnectedCallback() {
    this.#checker?.cancel();
  }
}
