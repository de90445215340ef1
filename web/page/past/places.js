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

/** More places are not read at once: it would take seconds, and nobody works through as many. */
const MAX_PLACES = 20_000;

/**
 * Read all places of rows from the store, once, so that the rows can be grouped by page.
 * @param {JsonHead} client @param {Run} run @param {Row[]} rows
 * @returns {Promise<boolean>} whether any were read now
 */
export async function readAllPlaces(client, { record: { id }, rows: all, isSite, running }, rows) {
  if (id === null || !isSite || running) return false;
  const missing = rows.filter((row) => !row.isWhole && Number(row.values.places) > row.places.length);
  const number = missing.reduce((sum, row) => sum + Number(row.values.places), 0);
  if (!missing.length || number > MAX_PLACES) return false;
  for (const row of missing) row.isWhole = true;
  try {
    const { text } = await client.history.export(id, "json", { urls: missing.map(({ result }) => result.url) });
    /** @type {Map<string, Result[]>} */
    const places = new Map();
    for (const place of /** @type {Result[]} */ (JSON.parse(text))) {
      const key = place.verdict === "fragment-missing" ? place.url : place.url.split("#")[0];
      const some = places.get(key);
      if (some) some.push(place);
      else places.set(key, [place]);
    }
    for (const row of missing) all.setPlaces(row, places.get(row.result.url) ?? places.get(row.result.url.split("#")[0]) ?? []);
  } catch {
    return false; // the rows stand under the first page
  }
  return true;
}
