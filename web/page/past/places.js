/** The places of a site's links. A check of a site gives only the first place of each. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Result} from "../../client/protocol.js" */
/** @import {Run} from "../check.js" */
/** @import {Row} from "../rows/row.js" */

/**
 * Read all places of a row from the store, once.
 * @param {JsonHead} client @param {Run} run @param {Row} row
 * @returns {Promise<boolean>} whether they were read now
 */
export async function readPlaces(client, { record: { id }, isSite, running, rows }, row) {
  if (id === null || !isSite || running || row.isWhole) return false;
  row.isWhole = true;
  const { url, verdict } = row.result;
  /** @type {Result[]} */
  const places = [];
  try {
    for await (const results of client.history.places(id, url.split("#")[0])) places.push(...results);
  } catch {
    return false; // the first place is shown
  }
  rows.setPlaces(row, verdict === "fragment-missing" ? places.filter((place) => place.url === url) : places);
  return true;
}
