/**
 * Results as rows: links to the same URL are one row, and a view of the rows is filtered and sorted.
 * Pure data; what is drawn is the table's business.
 */

/** @import {Result, Verdict} from "../../client/protocol.js" */

import { VERDICTS } from "../../client/protocol.js";

/** @typedef {"verdict" | "status" | "url" | "size" | "type" | "modified" | "time" | "places"} Column */
/** `found` is the order in which links stand in their sources. @typedef {"found" | Column} SortKey */
/** @typedef {{by: SortKey, down: boolean}} Sort */

/** One URL and every link that leads to it. */
export class Row {
  /** @type {Result[]} one for each link, at least one */
  places;
  /** @type {Record<SortKey, number | string | null>} by what the row is sorted; `null` comes last either way */
  values;

  /**
   * @param {string} key tells the row from all others, also after a reload
   * @param {Result} result
   * @param {number} found
   */
  constructor(key, result, found) {
    this.key = key;
    this.places = [result];
    this.values = valuesOf(result, found, 1);
  }

  /** What is said of the URL. */
  get result() {
    return this.places[0];
  }

  /** @param {Result} result @param {number} found */
  addPlace(result, found) {
    const { found: first } = this.values;
    if (found < /** @type {number} */ (first)) this.places.unshift(result);
    else this.places.push(result);
    this.values = valuesOf(this.result, Math.min(found, /** @type {number} */ (first)), this.places.length);
  }

  /** Say something new of the URL; where its links stand stays as it was. @param {Result} result */
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
    // Sorting by URL is sorting by host: nobody looks for the scheme.
    url: result.url.replace(/^https?:\/\//i, "").toLowerCase(),
    size: numberOf(headers["content-length"]),
    type: headers["content-type"]?.split(";")[0].trim().toLowerCase() || null,
    modified: dateOf(headers["last-modified"]),
    time: result.attempts.length ? result.elapsed_ms : null,
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
  /** How many links there are a verdict. @type {Map<Verdict, number>} */
  links = new Map();
  /** How many rows there are a verdict. @type {Map<Verdict, number>} */
  urls = new Map();

  /** @type {Map<string, Row>} */
  #byKey = new Map();
  /** @type {Set<Row>} */
  #changed = new Set();
  /** @type {Map<string | null, number>} */
  #sources = new Map();
  /** @type {Map<string, number[]> | null} */
  #slots = null;

  /** @param {string[] | null} listed URLs that shall have a row each, in this order, repeated ones too */
  constructor(listed = null) {
    if (!listed) return;
    this.#slots = new Map();
    for (const [index, url] of listed.entries()) this.#slots.set(url, [...(this.#slots.get(url) ?? []), index]);
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

  /** Have sources sorted as they are given here, and not as their first results come. @param {string[]} sources */
  arrange(sources) {
    for (const source of sources) this.#sources.set(source, this.#sources.get(source) ?? this.#sources.size);
  }

  /** Take in a link's result. @param {Result} result */
  add(result) {
    const slot = this.#slots?.get(result.url)?.shift();
    const key = slot && this.#byKey.has(result.url) ? `${result.url} ${slot}` : result.url;
    const found = slot ?? this.#position(result);
    const known = this.#byKey.get(key);
    const row = known ?? new Row(key, result, found);
    if (known) {
      known.addPlace(result, found);
    } else {
      this.#byKey.set(key, row);
      bump(this.urls, result.verdict, 1);
    }
    bump(this.links, result.verdict, 1);
    this.#changed.add(row);
  }

  /** Take in what asking a URL again said. @param {Result} result */
  replace(result) {
    for (const row of this.#slots ? this : [this.#byKey.get(result.url)]) {
      if (row?.result.url !== result.url) continue;
      bump(this.urls, row.result.verdict, -1);
      bump(this.links, row.result.verdict, -row.places.length);
      row.replace(result);
      bump(this.urls, row.result.verdict, 1);
      bump(this.links, row.result.verdict, row.places.length);
      this.#changed.add(row);
    }
  }

  /** Every result, in the order in which the links stand. */
  inOrder() {
    const rows = [...this].sort((a, b) => /** @type {number} */ (a.values.found) - /** @type {number} */ (b.values.found));
    const results = rows.flatMap(({ places }) => places);
    return this.#slots ? results : results.sort((a, b) => this.#position(a) - this.#position(b));
  }

  /** The rows that came or changed since this was last called. */
  takeChanged() {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  /** A number that sorts links as they stand in their sources. @param {Result} result */
  #position({ source, line, column }) {
    let index = this.#sources.get(source);
    if (index === undefined) this.#sources.set(source, (index = this.#sources.size));
    return index * 1e13 + (line ?? 0) * 1e6 + Math.min(column ?? 0, 999_999);
  }
}

/** @param {Map<Verdict, number>} counts @param {Verdict} verdict @param {number} by */
function bump(counts, verdict, by) {
  counts.set(verdict, (counts.get(verdict) ?? 0) + by);
}

/** The rows that are shown, in their order; kept up to date in steps, because sorting all for every batch would stutter. */
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
   * @param {Set<Verdict>} verdicts none means all
   * @param {string} text that URL or link text shall contain
   */
  constructor(all, sort, verdicts, text) {
    this.#all = all;
    this.#sort = sort;
    this.#verdicts = verdicts;
    this.#text = text.trim().toLowerCase();
    this.rows = [...all].filter(this.#shows).sort(this.#compare);
    all.takeChanged();
  }

  /** Put what came or changed into its place. */
  update() {
    const changed = this.#all.takeChanged();
    if (!changed.size) return;
    const kept = this.rows.filter((row) => !changed.has(row));
    const fresh = [...changed].filter(this.#shows).sort(this.#compare);
    this.rows = merge(kept, fresh, this.#compare);
  }

  /** @param {Row} row */
  #shows = (row) =>
    (!this.#verdicts.size || this.#verdicts.has(row.result.verdict)) &&
    (!this.#text ||
      row.result.url.toLowerCase().includes(this.#text) ||
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
