/** The rows that are shown, filtered and sorted. */

/** @import {Verdict} from "../../client/verdicts.js" */
/** @import {Row, Sort} from "./row.js" */
/** @import {Rows} from "./rows.js" */

/** The word of a filter that leaves only new failures. */
const ONLY_NEW = /(?:^|\s)is:new(?:\s|$)/;

/** Whether a filter leaves only new failures. @param {string} text */
export function isOnlyNew(text) {
  return ONLY_NEW.test(text.toLowerCase());
}

/** A filter with or without that word. @param {string} text @param {boolean} only */
export function withOnlyNew(text, only) {
  const rest = text.replace(/(?:^|\s)is:new(?=\s|$)/gi, "").trim();
  return only ? `is:new ${rest}`.trim() : rest;
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
  #onlyNew;

  /**
   * @param {Rows} all
   * @param {Sort} sort
   * @param {Set<Verdict>} verdicts empty for all
   * @param {string} text substring of the URL or link text; `is:new` for new failures
   */
  constructor(all, sort, verdicts, text) {
    this.#all = all;
    this.#sort = sort;
    this.#verdicts = verdicts;
    const words = text.trim().toLowerCase();
    this.#onlyNew = ONLY_NEW.test(words);
    this.#text = words.replace(ONLY_NEW, " ").trim();
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
    (!this.#onlyNew || row.isNew) &&
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
