/** Reads a file of results that json-head has written (`json-head check --format json`), so that no visitor's browser asks any server. */

/** @import {Fact} from "./fact.js" */

import { factOf } from "./fact.js";
import { failure } from "./release.js";

/**
 * @param {URL} address
 * @returns {Promise<Map<string, Fact>>} by URL without fragment
 * @throws {Error} when the file can't be read
 */
export async function readResults(address) {
  try {
    const response = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (response.ok) return factsOf(await response.json());
    throw response;
  } catch {
    throw failure("results-unreadable", address.href);
  }
}

/**
 * The facts in a list of results. Items that are none are skipped.
 * @param {any[]} results
 * @returns {Map<string, Fact>} by URL without fragment
 * @throws {TypeError} when it is no list
 */
export function factsOf(results) {
  const facts = new Map();
  for (const result of results) {
    const fact = factOf(result ?? {}, true);
    if (fact && URL.canParse(result.url)) facts.set(withoutFragment(new URL(result.url).href), fact);
  }
  return facts;
}

/** @param {string} url as the URL Standard writes it */
export const withoutFragment = (url) => url.replace(/#.*/, "");
