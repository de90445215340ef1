/**
 * What other sites' pages load: two elements, and the client of the document. It is one file, which imports the rest of its release only
 * when that is needed. See docs/embedding.md.
 */

import { Check } from "./check.js";
import { Links } from "./links.js";

export { jsonHead } from "./release.js";

// A page may load two copies of this script.
if (!customElements.get("json-head-links")) {
  customElements.define("json-head-links", Links);
  customElements.define("json-head-check", Check);
}
