/** One URL with its result and all links to it. */

/** @import {Result} from "../../client/protocol.js" */

import { VERDICTS, WORDING } from "../../client/verdicts.js";
import { addressOf, siteOf } from "./address.js";
import { kindOf } from "./kind.js";

/** The columns of the list. `since` is the time since which a URL fails. @typedef {"verdict" | "url" | "places" | "since"} Column */
/**
 * `found` is document order: the order of the links in their sources.
 * @typedef {Column | "found" | "status" | "size" | "type" | "modified" | "time"} SortKey
 */
/** @typedef {{by: SortKey, down: boolean}} Sort */

/** A person's word on a link. @typedef {"works" | "broken" | "ignore"} Decision */

/** One URL and all links to it. */
export class Row {
  /** @type {Result[]} one for each link, at least one */
  places;
  /** Whether all places of a site's link have been asked for. */
  isWhole = false;
  /** @type {Record<SortKey, number | string | null>} sort keys; `null` sorts last in both directions */
  values;
  /** @type {Decision | null} */
  decision = null;
  /** Where its links are, once that was asked for. @type {Set<string> | null} */
  #known = null;
  /** @type {string | null} */
  #searchText = null;
  /** @type {string | null} */
  #site = null;

  /**
   * @param {string} key identifies the row, also after a reload
   * @param {Result} result
   * @param {number} found
   */
  constructor(key, result, found) {
    this.key = key;
    this.address = addressOf(result);
    this.places = [result];
    this.values = valuesOf(result, found, 1);
  }

  /** The URL's result. */
  get result() {
    return this.places[0];
  }

  /** What a person has to do with it. */
  get kind() {
    return kindOf(this.result.verdict, this.decision);
  }

  /** Whether it is a file of a dropped folder, which can't be checked again. */
  get isFile() {
    return this.result.path !== undefined;
  }

  /** Its website: host and port, empty unless it is an http or https URL. */
  get site() {
    return (this.#site ??= siteOf(this.result));
  }

  /** The text that words of the search field are looked up in. */
  get searchText() {
    return (this.#searchText ??= searchTextOf(this));
  }

  /** Whether it redirects to another address. A fragment is no part of a request. */
  get isRedirect() {
    const { redirected, final_url, url, verdict } = this.result;
    if (verdict !== "ok" && verdict !== "fragment-missing") return false; // then there is something else to do
    return redirected && final_url !== null && withoutFragment(final_url) !== withoutFragment(url);
  }

  // As an item of the list that stands in no group; see groups.js.

  get row() {
    return this;
  }

  get place() {
    return this.result;
  }

  /** @returns {null} */
  get head() {
    return null;
  }

  /** @returns {null} */
  get group() {
    return null;
  }

  get isUnderPage() {
    return false;
  }

  /** Whether its website did not reply. */
  get isSilent() {
    const { verdict } = this.result;
    return verdict === "no-answer-seen" || verdict === "timeout";
  }

  /** @param {Result} result @param {number} found */
  addPlace(result, found) {
    const { found: first } = this.values;
    if (found < /** @type {number} */ (first)) this.places.unshift(result);
    else this.places.push(result);
    this.#searchText = null;
    this.#known?.add(placeOf(result));
    this.values = valuesOf(this.result, Math.min(found, /** @type {number} */ (first)), this.places.length);
  }

  /** @param {Result[]} places all of them, if there are any */
  setPlaces(places) {
    if (!places.length) return;
    const { new: isNew, since, url } = this.result;
    this.places = places.map((place) => ({ ...place, url, new: isNew, since }));
    this.#known = null;
    this.#searchText = null;
    this.values = valuesOf(this.result, /** @type {number} */ (this.values.found), places.length);
  }

  /** Whether the link of a result is one of its own. @param {Result} result */
  has(result) {
    this.#known ??= new Set(this.places.map(placeOf));
    return this.#known.has(placeOf(result));
  }

  /** Whether it fails and did not fail in the check before. */
  get isNew() {
    return this.places.some((place) => place.new);
  }

  /** @param {Result} result of one of its links */
  isMarked({ new: isNew, since }) {
    return this.result.new === isNew && this.result.since === since;
  }

  /** @param {Result} result of one of its links */
  mark({ new: isNew, since }) {
    for (const place of this.places) Object.assign(place, { new: isNew, since });
    this.values = { ...this.values, since: dateOf(since) }; // also if it is the same, so that it is drawn again
  }

  /** @param {Decision | null} decision */
  decide(decision) {
    this.decision = decision;
    this.values = { ...this.values }; // so that it is drawn again
  }

  /** Set the number of its links, of which the first is known. @param {number} used */
  setUsed(used) {
    this.values = { ...this.values, places: used };
  }

  /** Set a new result for the URL. The places of its links stay. @param {Result} result */
  replace(result) {
    this.places = this.places.map(({ source, line, column, text, found, reported }) => ({
      ...result,
      source,
      line,
      column,
      text,
      found,
      reported,
    }));
    this.#searchText = null;
    this.values = valuesOf(this.result, /** @type {number} */ (this.values.found), /** @type {number} */ (this.values.places));
  }
}

/** In lower case, a line for each part, so that no word is found across two of them. @param {Row} row */
function searchTextOf({ address, result: { verdict, status }, places }) {
  const [{ text, source }] = places;
  const several = () => [...new Set(places.flatMap(({ text, source }) => [text, source ?? ""]))].join("\n");
  const used = places.length > 1 ? several() : `${text}\n${source ?? ""}`;
  return foldCase(`${address}\n${WORDING[verdict].label}\n${status ?? ""}\n${used}`);
}

/** Lower case with plain apostrophes: links have typographic ones, which keyboards do not. @param {string} text */
export function foldCase(text) {
  const lower = text.toLowerCase();
  return lower.includes("’") ? lower.replaceAll("’", "'") : lower;
}

/** @param {string} url */
function withoutFragment(url) {
  const end = url.indexOf("#");
  return end < 0 ? url : url.slice(0, end);
}

/** What tells the links of a URL apart. @param {Result} result */
function placeOf({ source, line, column, found }) {
  return JSON.stringify([source, line, column, found]);
}

/**
 * @param {Result} result
 * @param {number} found
 * @param {number} places
 * @returns {Row["values"]}
 */
function valuesOf(result, found, places) {
  const { headers = {} } = result;
  return {
    found,
    verdict: VERDICTS.indexOf(result.verdict),
    status: result.status ?? null,
    // Sort URLs by host, and by scheme if the rest is the same. A string without its start is a slice in V8, which sorts four times as slowly.
    url: addressOf(result)
      .replace(/^(https?:\/\/)(.*)$/is, "$2 $1")
      .toLowerCase(),
    size: numberOf(headers["content-length"]),
    type: headers["content-type"]?.split(";")[0].trim().toLowerCase() || null,
    modified: dateOf(headers["last-modified"]),
    time: result.attempts.length && result.path === undefined ? result.elapsed_ms : null,
    places,
    since: dateOf(result.since),
  };
}

/** @param {string | undefined} header */
function numberOf(header) {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : null;
}

/** @param {string | undefined} date of a header, or in RFC 3339 */
function dateOf(date) {
  const time = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(time) ? null : time;
}
