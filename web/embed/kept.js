/** The facts of earlier visits, kept in the page's own storage, so that they are there before the page is first drawn. */

/** @import {Fact} from "./fact.js" */

/** A fact, and the time of its check in seconds since 1970. @typedef {Fact & {at: number}} KeptFact */

const KEY = `json-head ${new URL("./", import.meta.url)}`;
const MOST_FACTS = 500;
/** A broken link may be mended soon, so that is kept for an hour only. */
const BROKEN_S = 3600;

const now = () => Math.floor(Date.now() / 1000);

/**
 * The facts that are younger than this, the oldest first; none if the storage is forbidden, or holds something else.
 * @param {number} maxAge in seconds
 * @returns {Map<string, KeptFact>} by URL
 */
export function keptFacts(maxAge) {
  const isFresh = (/** @type {[string, KeptFact]} */ [, { bytes, broken, at }]) =>
    (!bytes || bytes < 1e15) && at <= now() && now() - at < (broken ? Math.min(BROKEN_S, maxAge) : maxAge);
  try {
    return new Map(JSON.parse(localStorage[KEY]).filter(isFresh));
  } catch {
    return new Map();
  }
}

/** Keep a fact in place of an older one. @param {string} url @param {Fact} fact */
export function keepFact(url, fact) {
  const facts = keptFacts(Infinity);
  facts.delete(url);
  facts.set(url, { ...fact, at: now() });
  try {
    localStorage[KEY] = JSON.stringify([...facts].slice(-MOST_FACTS));
  } catch {
    // Forbidden or full: the next visit sends a request again.
  }
}
