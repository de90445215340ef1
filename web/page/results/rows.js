/**
 * Results as rows: all links to the same URL are one row. A view is a filtered and sorted list of rows.
 * This module has only data; the table draws it.
 */

/** @import {Result} from "../../client/protocol.js" */
/** @import {Verdict} from "../../client/verdicts.js" */

import { VERDICTS } from "../../client/verdicts.js";
import { addressOf, keyOf } from "./address.js";

/** @typedef {"verdict" | "status" | "url" | "size" | "type" | "modified" | "time" | "places"} Column */
/** `found` is document order: the order of the links in their sources. @typedef {"found" | Column} SortKey */
/** @typedef {{by: SortKey, down: boolean}} Sort */

/** One URL and all links to it. */
export class Row {
  /** @type {Result[]} one for each link, at least one */
  places;
  /** @type {Record<SortKey, number | string | null>} sort keys; `null` sorts last in both directions */
  values;

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

  /** Whether it is a file of a dropped folder, which can't be checked again. */
  get isFile() {
    return this.result.path !== undefined;
  }

  /** @param {Result} result @param {number} found */
  addPlace(result, found) {
    const { found: first } = this.values;
    if (found < /** @type {number} */ (first)) this.places.unshift(result);
    else this.places.push(result);
    this.values = valuesOf(this.result, Math.min(found, /** @type {number} */ (first)), this.places.length);
  }

  /** Set a new result for the URL. The places of its links stay. @param {Result} result */
  replace(result) {
    this.places = this.places.map(({ source, line, column, text, found }) => ({ ...result, source, line, column, text, found }));
    this.values = valuesOf(this.result, /** @type {number} */ (this.values.found), this.places.length);
  }
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
    // Sort URLs by host, ignoring the scheme.
    url: addressOf(result)
      .replace(/^https?:\/\//i, "")
      .toLowerCase(),
    size: numberOf(headers["content-length"]),
    type: headers["content-type"]?.split(";")[0].trim().toLowerCase() || null,
    modified: dateOf(headers["last-modified"]),
    time: result.attempts.length && result.path === undefined ? result.elapsed_ms : null,
    places,
  };
}

/** @param {string | undefined} header */
function numberOf(header) {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : null;
}

/** @param {string | undefined} header */
function dateOf(header) {
  const time = header === undefined ? NaN : Date.parse(header);
  return Number.isNaN(time) ? null : time;
}

/** The rows of one check. */
export class Rows {
  /** Number of links by verdict. @type {Map<Verdict, number>} */
  links = new Map();
  /** Number of rows by verdict. @type {Map<Verdict, number>} */
  urls = new Map();

  /** @type {Map<string, Row>} */
  #byKey = new Map();
  /** @type {Set<Row>} */
  #changed = new Set();
  /** @type {Map<string | null, number>} */
  #sources = new Map();
  /** @type {Map<string, number[]> | null} */
  #listedIndexes = null;

  /** @param {string[] | null} listed URLs that get one row each, in this order, also if repeated */
  constructor(listed = null) {
    if (!listed) return;
    this.#listedIndexes = new Map();
    for (const [index, url] of listed.entries()) this.#listedIndexes.set(url, [...(this.#listedIndexes.get(url) ?? []), index]);
  }

  get size() {
    return this.#byKey.size;
  }

  [Symbol.iterator]() {
    return this.#byKey.values();
  }

  /** @param {string} key */
  get(key) {
    return this.#byKey.get(key);
  }

  /** Set the order of sources. By default they are in the order of their first results. @param {string[]} sources */
  arrange(sources) {
    for (const source of sources) this.#sources.set(source, this.#sources.get(source) ?? this.#sources.size);
  }

  /** Add a link's result. @param {Result} result */
  add(result) {
    const listedIndex = this.#listedIndexes?.get(result.url)?.shift();
    const key = listedIndex && this.#byKey.has(result.url) ? `${result.url} ${listedIndex}` : keyOf(result);
    const found = listedIndex ?? this.#position(result);
    const existing = this.#byKey.get(key);
    const row = existing ?? new Row(key, result, found);
    if (existing) {
      existing.addPlace(result, found);
    } else {
      this.#byKey.set(key, row);
      bump(this.urls, result.verdict, 1);
    }
    bump(this.links, result.verdict, 1);
    this.#changed.add(row);
  }

  /** Replace the result of a URL that was checked again. @param {Result} result */
  replace(result) {
    for (const row of this.#listedIndexes ? this : [this.#byKey.get(result.url)]) {
      if (row?.result.url !== result.url) continue;
      bump(this.urls, row.result.verdict, -1);
      bump(this.links, row.result.verdict, -row.places.length);
      row.replace(result);
      bump(this.urls, row.result.verdict, 1);
      bump(this.links, row.result.verdict, row.places.length);
      this.#changed.add(row);
    }
  }

  /** All results, in document order. */
  inOrder() {
    const rows = [...this].sort((a, b) => /** @type {number} */ (a.values.found) - /** @type {number} */ (b.values.found));
    const results = rows.flatMap(({ places }) => places);
    return this.#listedIndexes ? results : results.sort((a, b) => this.#position(a) - this.#position(b));
  }

  /** The rows added or changed since the last call. */
  takeChanged() {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  /** A sort key for document order. @param {Result} result */
  #position({ source, line, column }) {
    let index = this.#sources.get(source);
    if (index === undefined) this.#sources.set(source, (index = this.#sources.size));
    return index * 1e13 + (line ?? 0) * 1e6 + Math.min(column ?? 0, 999_999);
  }
}

/** @param {Map<Verdict, number>} counts @param {Verdict} verdict @param {number} delta */
function bump(counts, verdict, delta) {
  counts.set(verdict, (counts.get(verdict) ?? 0) + delta);
}

/** The rows that are shown, filtered and sorted. Updated incrementally, because sorting all rows for every batch would be slow. */
export class View {
  /** @type {Row[]} */
  rows = [];

  #all;
  /** @type {Sort} */
  #sort;
  /** @type {Set<Verdict>} */
  #verdicts;
  #text;

  /**
   * @param {Rows} all
   * @param {Sort} sort
   * @param {Set<Verdict>} verdicts empty for all
   * @param {string} text substring of the URL or link text
   */
  constructor(all, sort, verdicts, text) {
    this.#all = all;
    this.#sort = sort;
    this.#verdicts = verdicts;
    this.#text = text.trim().toLowerCase();
    this.rows = [...all].filter(this.#shows).sort(this.#compare);
    all.takeChanged();
  }

  /** Insert added and changed rows at their place. */
  update() {
    const changed = this.#all.takeChanged();
    if (!changed.size) return;
    const unchanged = this.rows.filter((row) => !changed.has(row));
    const inserted = [...changed].filter(this.#shows).sort(this.#compare);
    this.rows = merge(unchanged, inserted, this.#compare);
  }

  /** @param {Row} row */
  #shows = (row) =>
    (!this.#verdicts.size || this.#verdicts.has(row.result.verdict)) &&
    (!this.#text ||
      row.address.toLowerCase().includes(this.#text) ||
      row.places.some(({ text }) => text.toLowerCase().includes(this.#text)));

  /** @param {Row} a @param {Row} b */
  #compare = (a, b) => {
    const { by, down } = this.#sort;
    const one = a.values[by];
    const other = b.values[by];
    if (one !== other) {
      if (one === null) return 1;
      if (other === null) return -1;
      return one < other === down ? 1 : -1;
    }
    return /** @type {number} */ (a.values.found) - /** @type {number} */ (b.values.found);
  };
}

/**
 * @template T
 * @param {T[]} one sorted
 * @param {T[]} other sorted
 * @param {(a: T, b: T) => number} compare
 */
function merge(one, other, compare) {
  if (!one.length) return other;
  if (!other.length) return one;
  /** @type {T[]} */
  const merged = new Array(one.length + other.length);
  for (let i = 0, j = 0, at = 0; at < merged.length; at++) {
    const takeOne = j >= other.length || (i < one.length && compare(one[i], other[j]) <= 0);
    merged[at] = takeOne ? one[i++] : other[j++];
  }
  return merged;
}
