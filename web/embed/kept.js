/** The facts of earlier visits, kept in the page's own storage, so that they are there before the page is first drawn. */

/** @import {Fact} from "./fact.js" */

/** `[url, bytes or null, 1 if broken, time of the check in seconds since 1970]`, the oldest first. @typedef {[string, number | null, 0 | 1, number]} Row */

const KEY = `json-head ${new URL("./", import.meta.url)}`;
const MOST_ROWS = 500;
/** A broken link may be mended soon, so that is kept for an hour only. */
const BROKEN_S = 3600;

const now = () => Math.floor(Date.now() / 1000);

/** @returns {Row[]} none if the storage is forbidden, or holds something else */
function rows() {
  try {
    const found = JSON.parse(localStorage[KEY]);
    return found.filter((/** @type {Row} */ [url, bytes, , at]) => url > "" && (!bytes || Number.isSafeInteger(bytes)) && at <= now());
  } catch {
    return [];
  }
}

/**
 * The facts that are younger than this.
 * @param {number} maxAge in seconds
 * @returns {Map<string, Fact>} by URL
 */
export function keptFacts(maxAge) {
  const fresh = rows().filter(([, , broken, at]) => now() - at < (broken ? Math.min(BROKEN_S, maxAge) : maxAge));
  return new Map(fresh.map(([url, bytes, broken]) => [url, { bytes, broken: broken === 1 }]));
}

/** Keep a fact in place of an older one. @param {string} url @param {Fact} fact */
export function keepFact(url, { bytes, broken }) {
  const others = rows().filter((row) => row[0] !== url);
  try {
    localStorage[KEY] = JSON.stringify([...others, [url, bytes, broken ? 1 : 0, now()]].slice(-MOST_ROWS));
  } catch {
    // Forbidden or full: the next visit asks anew.
  }
}
