/** Decisions as files: lists of links to leave out, for json-head and other link checkers, and JSON for colleagues. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Deciding, DecisionsFormat} from "../../client/protocol.js" */
/** @import {Notice} from "../shell/notice.js" */

import { button } from "../dom.js";
import { datedName } from "../results/about.js";
import { save, tellFailure } from "../results/saving.js";

/** @type {[DecisionsFormat, string][]} */
const FORMATS = [
  ["toml", "json-head.toml"],
  ["lycheeignore", ".lycheeignore"],
  ["json", "Decisions (JSON)"],
];

/**
 * A button for each format.
 * @param {JsonHead} client @param {Notice} notice @param {() => Deciding[]} [items] those to save, in place of all that were made
 */
export function listButtons(client, notice, items) {
  return FORMATS.map(([format, label]) =>
    button(label, () => void saveList(client, notice, format, items?.()), { "data-list": format, "aria-label": `Save as ${label}` }),
  );
}

/** @param {JsonHead} client @param {Notice} notice @param {DecisionsFormat} format @param {Deciding[]} [items] */
async function saveList(client, notice, format, items) {
  try {
    const { text, mediaType, extension } = await client.decisions.export(format, items);
    if (format === "json") return save(text, mediaType, datedName("decisions", extension));
    // Browsers leave out the dot at the start, and add .txt to text.
    save(text, "application/octet-stream", format === "toml" ? "json-head.toml" : extension);
    if (format === "lycheeignore") notice.toast("Rename the file to .lycheeignore");
  } catch (error) {
    tellFailure(error, notice);
  }
}
