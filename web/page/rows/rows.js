/**
 * Results as rows: all links to the same URL are one row. This module has only data: view.js selects from it, and the table draws it.
 */

/** @import {Result} from "../../client/protocol.js" */
/** @import {Verdict} from "../../client/verdicts.js" */
/** @import {Kind} from "./kind.js" */
/** @import {Decision, Sort} from "./row.js" */

import { UNCOUNTED_RULE } from "../../client/verdicts.js";
import { keyOf } from "./address.js";
import { sorted } from "./order.js";
import { Row } from "./row.js";

/** Numbers of links, and of rows. @typedef {{links: number, urls: number}} Count */

/** Minimum number of rows of a website that is said not to reply. */
const MIN_SILENT = 3;

/** Rules of results for links that were not checked because the check was cancelled or offline. */
export const UNCHECKED_RULES = ["cancelled", "offline"];

/** Whether a row has no result because of a rule, such as robots.txt. @param {Row} row */
export function isLeftOut({ result: { verdict, rule } }) {
  return verdict === "not-checked" && !UNCHECKED_RULES.includes(rule);
}

/** @returns {Count} */
const none = () => ({ links: 0, urls: 0 });

/** The rows of one check. */
export class Rows {
  /** Number of links by verdict. @type {Map<Verdict, number>} */
  links = new Map();
  /** Number of rows by verdict. @type {Map<Verdict, number>} */
  urls = new Map();
  /** Numbers of links and rows by what there is to do. @type {Record<Kind, Count>} */
  kinds = { works: none(), fix: none(), look: none(), decided: none(), unchecked: none() };
  /** Numbers of rows by kind and verdict. @type {Map<string, number>} */
  #ofKind = new Map();
  /** Those that lead to another address. @type {Count} */
  redirects = none();
  /** Those that were not checked because of a cancel. @type {Count} */
  unfinished = none();
  /** E-mail, phone and script links, which are in no total. @type {Count} */
  uncounted = none();

  /** Number of links by row: a row may know more links than were added, or fewer. @type {Map<Row, number>} */
  #added = new Map();
  /** Numbers of rows by website. @type {Map<string, {all: number, silent: number}>} */
  #sites = new Map();
  /** @type {Map<string, Row>} */
  #byKey = new Map();
  /** All rows in each order that was asked for since the last change, as a sort of 100,000 rows takes a tenth of a second. @type {Map<string, Row[]>} */
  #sorted = new Map();
  /** @type {Set<Row>} */
  #changed = new Set();
  /** @type {Map<string | null, number>} */
  #sources = new Map();
  /** @type {Map<string, number[]> | null} */
  #listedIndexes = null;
  /** Further rows of URLs that are listed repeatedly. @type {Map<string, Row[]>} */
  #repeated = new Map();

  /** @param {string[] | null} listed URLs that get one row each, in this order, also if repeated */
  constructor(listed = null) {
    if (!listed) return;
    this.#listedIndexes = new Map();
    for (const [index, url] of listed.entries()) pushTo(this.#listedIndexes, url, index);
  }

  get size() {
    return this.#byKey.size;
  }

  [Symbol.iterator]() {
    return this.#byKey.values();
  }

  /** The rows that were not checked because of a cancel. */
  get unchecked() {
    return [...this].filter((row) => UNCHECKED_RULES.includes(row.result.rule));
  }

  /** Whether a link is relative to an unknown address, and does not only lead to another section of it. */
  get hasRelative() {
    return [...this].some(({ result }) => result.rule === "relative" && !result.url.startsWith("#"));
  }

  /** The rows that are rate-limited, by their server or because their host limited another row. */
  get limited() {
    return [...this].filter((row) => row.result.verdict === "rate-limited");
  }

  /** Whether any row fails and did not fail in the check before. */
  get hasNew() {
    return [...this].some((row) => row.isNew);
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
    const isRepeated = listedIndex !== undefined && this.#byKey.has(result.url);
    const key = isRepeated ? `${result.url} ${listedIndex}` : keyOf(result);
    const found = listedIndex ?? this.#position(result);
    const existing = this.#byKey.get(key);
    const row = existing ?? new Row(key, result, found);
    if (existing) {
      this.#count(row, -1);
      row.addPlace(result, found);
    } else {
      this.#byKey.set(key, row);
      if (isRepeated) pushTo(this.#repeated, result.url, row);
    }
    this.#added.set(row, (this.#added.get(row) ?? 0) + 1);
    this.#count(row, 1);
    this.#noteChange(row);
  }

  /** Replace the result of a URL that was checked again. @param {Result} result */
  replace(result) {
    for (const row of this.#rowsOf(result.url, result.url)) {
      this.#count(row, -1);
      row.replace(result);
      this.#count(row, 1);
      this.#noteChange(row);
    }
  }

  /** Add the result of a URL, or replace its earlier one: a URL of a site may be checked before it is read as a page. @param {Result} result */
  put(result) {
    if (this.#byKey.has(keyOf(result))) this.replace(result);
    else this.add(result);
  }

  /** Add the result of a link, or replace that which says that the link was not checked. Returns whether it was added. @param {Result} result */
  settle(result) {
    const row = this.#byKey.get(keyOf(result));
    if (!row?.has(result)) {
      this.add(result);
      return true;
    }
    // The first of its links to be checked has replaced the results of all.
    if (row.result.checked_at !== result.checked_at || row.result.rule !== result.rule) this.replace(result);
    return false;
  }

  /** Note since when a URL fails, and whether that is new. All of its links have such a result, and the first is enough. @param {Result} result */
  mark(result) {
    const key = keyOf(result);
    if (this.#byKey.get(key)?.isMarked(result)) return;
    for (const row of this.#rowsOf(key, result.url)) {
      row.mark(result);
      this.#noteChange(row);
    }
  }

  /** Note how many links lead to a URL of a site. @param {string} url @param {number} used */
  setUsed(url, used) {
    const row = this.#byKey.get(url);
    if (!row) return;
    row.setUsed(used);
    this.#noteChange(row);
  }

  /** Set all places of a row that had the first. @param {Row} row @param {Result[]} places */
  setPlaces(row, places) {
    row.setPlaces(places);
    this.#noteChange(row);
  }

  /** Set a person's word on a row, or remove it. @param {Row} row @param {Decision | null} decision */
  decide(row, decision) {
    this.#count(row, -1);
    row.decide(decision);
    this.#count(row, 1);
    this.#noteChange(row);
  }

  /** Number of rows with a verdict that are to fix, or to look at. @param {Verdict} verdict @param {Kind} kind */
  number(verdict, kind) {
    return this.#ofKind.get(`${kind} ${verdict}`) ?? 0;
  }

  /** Whether several URLs of a website were checked and none of them got a reply. @param {string} site */
  isSilent(site) {
    const { all = 0, silent = 0 } = this.#sites.get(site) ?? {};
    return site !== "" && silent >= MIN_SILENT && silent === all;
  }

  /** The position of a source among the sources. @param {string | null} source */
  orderOf(source) {
    return this.#sources.get(source) ?? Infinity;
  }

  /** Add a row to the numbers, or take it out of them before it changes. @param {Row} row @param {1 | -1} sign */
  #count(row, sign) {
    const { verdict, rule } = row.result;
    const { kind } = row;
    const links = sign * (this.#added.get(row) ?? 0);
    bump(this.urls, verdict, sign);
    bump(this.links, verdict, links);
    bump(this.#ofKind, `${kind} ${verdict}`, sign);
    const also = [
      this.kinds[kind],
      row.isRedirect && this.redirects,
      kind === "unchecked" && UNCHECKED_RULES.includes(rule) && this.unfinished,
      kind === "unchecked" && rule === UNCOUNTED_RULE && this.uncounted,
    ];
    for (const count of also) {
      if (!count) continue;
      count.links += links;
      count.urls += sign;
    }
    let site = this.#sites.get(row.site);
    if (!site) this.#sites.set(row.site, (site = { all: 0, silent: 0 }));
    site.all += sign;
    if (row.isSilent) site.silent += sign;
  }

  /** @param {Row} row */
  #noteChange(row) {
    this.#changed.add(row);
    this.#sorted.clear();
  }

  /** @param {string} key @param {string} url */
  #rowsOf(key, url) {
    const first = this.#byKey.get(key);
    return first?.result.url === url ? [first, ...(this.#repeated.get(url) ?? [])] : [];
  }

  /** All rows in an order, which is kept: a change of the filter does not sort them again. @param {Sort} sort */
  sortedBy(sort) {
    const key = `${sort.by} ${sort.down}`;
    const rows = this.#sorted.get(key) ?? sorted([...this], sort);
    this.#sorted.set(key, rows);
    return rows;
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

/** @template T @param {Map<string, T[]>} lists @param {string} key @param {T} value */
function pushTo(lists, key, value) {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** @template K @param {Map<K, number>} counts @param {K} key @param {number} delta */
function bump(counts, key, delta) {
  counts.set(key, (counts.get(key) ?? 0) + delta);
}
