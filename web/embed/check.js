/** `<json-head-check>`: a small link checker in another site's page. Its inside is loaded when the page has such an element. */

import { loadChecker, report } from "./release.js";

export class Check extends HTMLElement {
  connectedCallback() {
    if (!this.shadowRoot)
      loadChecker().then(
        ({ mount }) => mount(this),
        (error) => report(this, error),
      );
  }

  disconnectedCallback() {
    if (this.shadowRoot) void loadChecker().then(({ cancel }) => cancel(this));
  }
}
