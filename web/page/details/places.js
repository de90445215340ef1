/** Where a link is used: the first place with its source, and the others in a fold. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Run} from "../check.js" */
/** @import {Row} from "../rows/row.js" */

import { el } from "../dom.js";
import { count, counted } from "../format.js";
import { placeWords, whereOf } from "./where.js";

/** Maximum number of places listed. A link in every page's footer may have thousands. */
const MAX_PLACES = 50;

/** @param {JsonHead} client @param {Run} run @param {Row} row */
export function placesOf(client, run, { places, isFile, values }) {
  const used = Math.max(places.length, /** @type {number} */ (values.places));
  const [first, ...others] = places.slice(0, MAX_PLACES);
  const written = isFile ? [" ", el("code", { class: "soft" }, first.url)] : [];
  const section = el("section", { "aria-labelledby": "inspector-places" });
  section.append(
    el("h3", { id: "inspector-places" }, used === 1 ? "Where it is used" : `Used in ${counted(used, "place")}`),
    el("p", { class: "place" }, ...placeWords(first), ...written),
    whereOf(client, run, first),
  );
  if (used === 1) return section;
  const list = el("ul", { class: "places" }, ...others.map((place) => el("li", {}, ...placeWords(place))));
  const more = used - 1 - others.length;
  if (more > 0) list.append(el("li", { class: "soft" }, `and ${count(more)} more, all of them in the spreadsheet and in JSON`));
  const fold = el("details", { class: "fold", id: "inspector-others", open: others.length <= 5 });
  fold.append(el("summary", {}, used === 2 ? "The other place" : `The other ${count(used - 1)} places`), list);
  section.append(fold);
  return section;
}
