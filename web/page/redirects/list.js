/** The links of a check that work and lead to another address. Python decides which they are, and what differs. */

/** @import {Result, RedirectKind} from "../../client/protocol.js" */
/** @import {Row} from "../rows/row.js" */

/**
 * @typedef {object} Redirect
 * @property {string} old the URL of the links
 * @property {string} goal the address to write instead
 * @property {RedirectKind} kind
 * @property {boolean} safe
 * @property {number} links number of links to the URL
 * @property {number | null} pages number of pages that have them; null if not all are known
 */

/** @type {Record<string, string>} */
const WORDS = {
  "https": "http to https",
  "slash": "slash at the end",
  "www": "with or without www",
  "http": "https to http",
  "case": "upper and lower case",
  "query": "parameters added",
  "sign-in": "sign-in page",
  "home": "home page",
  "language": "language",
  "site": "another website",
  "page": "another page",
};

/** What differs, in words. @param {RedirectKind} kind */
export function kindWords(kind) {
  return kind
    .split("+")
    .map((part) => WORDS[part])
    .join(", ");
}

/** The redirects among the rows of a check, the most used first. @param {Iterable<Row>} rows @returns {Redirect[]} */
export function redirectsOf(rows) {
  const redirects = [];
  for (const { result, places, values } of rows) {
    const { redirect, verdict, final_url: final } = result;
    if (!redirect || final === null || (verdict !== "ok" && verdict !== "fragment-missing")) continue;
    const links = Number(values.places);
    const pages = places.length === links ? new Set(places.map(({ source }) => source)).size : null;
    redirects.push({ old: result.url, goal: goalOf(result, final), ...redirect, links, pages });
  }
  return redirects.sort((one, other) => other.links - one.links);
}

/** The final address with the fragment of the link, unless a redirect has another one. @param {Result} result @param {string} final */
function goalOf({ url, attempts }, final) {
  const hop = attempts.at(-1)?.hops?.findLast(({ location }) => location.includes("#"));
  // A Location is the bytes that were sent, one a character.
  const given = hop?.location.replace(/[^!-~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  const [, fragment = ""] = /(#.*)/s.exec(given ?? url) ?? [];
  return final + fragment;
}
