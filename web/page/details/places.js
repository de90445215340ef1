/** Where a link is used. */

/** @import {Row} from "../rows/rows.js" */

import { el } from "../dom.js";
import { count, counted, openable } from "../format.js";

/** Maximum number of places listed. A link in every page's footer may have thousands. */
const MAX_PLACES = 50;

/** @param {Row} row */
export function placesOf({ places, isFile, values }) {
  const used = Math.max(places.length, /** @type {number} */ (values.places));
  const list = el("ul", { class: "places" });
  for (const { source, line, text, url } of places.slice(0, MAX_PLACES)) {
    const where = source === null ? [] : [nameOf(source), " "];
    const item = el("li", {}, ...where, line === null ? "" : `line ${count(line)}`);
    if (text) item.append(el("span", { class: "text" }, `${item.textContent ? ", " : ""}“${text}”`));
    if (isFile) item.append(" ", el("code", { class: "soft" }, url)); // as written
    if (item.textContent) list.append(item);
  }
  const more = used - Math.min(places.length, MAX_PLACES);
  if (more > 0) list.append(el("li", { class: "soft" }, `and ${count(more)} more, all of them in the spreadsheet and in JSON`));
  return el("section", { "aria-labelledby": "inspector-places" }, el("h3", { id: "inspector-places" }, `Used in ${counted(used, "place")}`), list);
}

/** A source: a link to the page, or the name of a file. @param {string} source */
function nameOf(source) {
  const href = openable(source);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, el("code", {}, source)) : el("code", {}, source);
}
