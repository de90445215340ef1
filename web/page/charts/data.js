/** The figures of the charts, from the rows of a check. Each function passes over the rows once. */

/** @import {Result} from "../../client/protocol.js" */
/** @import {Verdict} from "../../client/verdicts.js" */

import { TO_FIX } from "../../client/verdicts.js";
import { hostOf } from "../format.js";
import { termFor } from "../rows/filter.js";

/** A row, of which only its result is read. @typedef {{result: Result}} Item */

/**
 * A website, or several that have no bar of their own.
 * @typedef {object} Host
 * @property {string} name empty for several
 * @property {number} websites 1, or how many there are
 * @property {number} links
 * @property {number} works
 * @property {number} toFix
 * @property {number} toLook links that only a person can judge
 * @property {number} unchecked
 * @property {string | null} term of the filter; null for several
 */

/** The range of times up to `most` milliseconds. The last one has no end. @typedef {{most: number, links: number, term: string}} Time */
/** Files of a media type, or of several types. @typedef {{name: string, types: number, links: number, bytes: number, term: string | null}} Size */

/** Bars of a chart that are shown one by one. The others are added up. */
const MOST_BARS = 9;
/** Upper ends of the ranges of times, in milliseconds. */
const TIMES = [50, 100, 200, 400, 800, 1600, 3200, 10_000];
/** A name that the filter takes as one word. RFC 9110 allows no other characters in a media type. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;

/**
 * The verdicts by website. Links to files and addresses of other schemes have none.
 * @param {Iterable<Item>} rows
 * @returns {Host[]} the websites with most links to fix first, then those with most to look at; the others together at the end
 */
export function hosts(rows) {
  /** @type {Map<string, Host>} */
  const found = new Map();
  for (const { result } of rows) {
    const name = result.path === undefined ? hostOfUrl(result.url) : "";
    if (!name) continue;
    let host = found.get(name);
    if (!host) found.set(name, (host = { ...NO_LINKS, name, term: termFor("host", name) }));
    host.links++;
    host[kindOf(result.verdict)]++;
  }
  const sorted = [...found.values()].sort(byWork);
  return withRest(sorted, (some) => ({
    ...NO_LINKS,
    websites: some.length,
    links: sum(some, "links"),
    works: sum(some, "works"),
    toFix: sum(some, "toFix"),
    toLook: sum(some, "toLook"),
    unchecked: sum(some, "unchecked"),
  }));
}

/** @param {Host} a @param {Host} b */
function byWork(a, b) {
  return b.toFix - a.toFix || b.toLook - a.toLook || b.links - a.links || (a.name < b.name ? -1 : 1);
}

/** @type {Host} */
const NO_LINKS = { name: "", websites: 1, links: 0, works: 0, toFix: 0, toLook: 0, unchecked: 0, term: null };

/** @param {Verdict} verdict @returns {"works" | "toFix" | "toLook" | "unchecked"} */
function kindOf(verdict) {
  if (verdict === "ok") return "works";
  if (verdict === "not-checked") return "unchecked";
  return TO_FIX.includes(verdict) ? "toFix" : "toLook";
}

/** The host of a URL. Most URLs are normalised, and for them a pattern takes a tenth of the time of the browser's parser. @param {string} url */
function hostOfUrl(url) {
  return /^https?:\/\/([a-z0-9.-]+(?::(?!80[/?#]|443[/?#])[1-9]\d*)?)(?=[/?#])/.exec(url)?.[1] ?? hostOf(url);
}

/** Whether a response came, so that its time is that of a reply. @param {Result} result */
export function hasReply({ attempts, path }) {
  const outcome = path === undefined ? attempts.at(-1)?.outcome : undefined;
  return outcome === "response" || outcome === "opaque";
}

/**
 * How many links took how long until their reply, and the median in milliseconds. The range without an end is left out if it is empty.
 * @param {Iterable<Item>} rows
 * @returns {{bars: Time[], median: number | null}}
 */
export function times(rows) {
  const bars = [...TIMES, Infinity].map((most, at) => ({ most, links: 0, term: timeTerm(TIMES[at - 1], most) }));
  /** @type {number[]} */
  const all = [];
  for (const { result } of rows) {
    if (!hasReply(result)) continue;
    all.push(result.elapsed_ms);
    const at = TIMES.findIndex((most) => result.elapsed_ms <= most);
    bars[at < 0 ? TIMES.length : at].links++;
  }
  if (!bars[TIMES.length].links) bars.pop();
  return { bars, median: medianOf(all) };
}

/** @param {number | undefined} above @param {number} most */
function timeTerm(above, most) {
  if (above === undefined) return `time:<=${most}`;
  return most === Infinity ? `time:>${above}` : `time:<=${most} time:>${above}`;
}

/** @param {number[]} values */
function medianOf(values) {
  if (!values.length) return null;
  const sorted = Float64Array.from(values).sort();
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

/**
 * The sizes of what works, by media type, as servers give them in `content-length`. `unknown`: links that work, without a size.
 * @param {Iterable<Item>} rows
 * @returns {{bars: Size[], unknown: number}} the types with most bytes first, the others together at the end
 */
export function sizes(rows) {
  /** @type {Map<string, Size>} */
  const found = new Map();
  let unknown = 0;
  for (const { result } of rows) {
    if (result.verdict !== "ok" || result.path !== undefined) continue;
    const length = result.headers?.["content-length"] ?? "";
    if (!/^\d{1,15}$/.test(length)) {
      unknown++;
      continue;
    }
    const name = mediaTypeOf(result);
    let type = found.get(name);
    if (!type) found.set(name, (type = { name, types: 1, links: 0, bytes: 0, term: name ? termFor("type", name) : null }));
    type.links++;
    type.bytes += Number(length);
  }
  const sorted = [...found.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  const bars = withRest(sorted, (some) => ({
    name: "",
    types: some.length,
    links: sum(some, "links"),
    bytes: sum(some, "bytes"),
    term: null,
  }));
  return { bars, unknown };
}

/** The media type of a response without its parameters; empty if there is none. @param {Result} result */
function mediaTypeOf({ headers }) {
  const type = headers?.["content-type"]?.split(";")[0].trim().toLowerCase() ?? "";
  return MEDIA_TYPE.test(type) ? type : "";
}

/** The first bars, and a last one for the rest, if that is more than one. @template T @param {T[]} sorted @param {(some: T[]) => T} together */
function withRest(sorted, together) {
  if (sorted.length <= MOST_BARS + 1) return sorted;
  return [...sorted.slice(0, MOST_BARS), together(sorted.slice(MOST_BARS))];
}

/** @template {string} K @param {Record<K, number>[]} items @param {K} key */
function sum(items, key) {
  return items.reduce((total, item) => total + item[key], 0);
}
