/** The rows and items that the list shows: of one tab, filtered, sorted and grouped. */

/** @import {Grouping, Item} from "./groups.js" */
/** @import {Row, Sort} from "./row.js" */
/** @import {Rows} from "./rows.js" */
/** @import {Tab} from "./tabs.js" */

import { parse } from "./filter.js";
import { itemsOf, withAdded } from "./groups.js";
import { compare, merge, sorted } from "./order.js";
import { testOf } from "./tabs.js";

/** `unfolded`: keys of heads whose rows are shown. @typedef {{tab?: Tab, grouping?: Grouping, unfolded?: Set<string>}} Layout */

/** Updated incrementally, because sorting all rows for every batch would be slow. */
export class View {
  /** The rows that match, in order, also those that a folded group hides. @type {Row[]} */
  rows = [];

  #all;
  /** @type {Sort} */
  #sort;
  #filter;
  #isInTab;
  /** @type {Grouping} */
  #grouping;
  #unfolded;
  /** @type {Item[] | null} */
  #items = null;
  /** The shown rows, while they keep their place. @type {Set<Row> | null} */
  #kept = null;
  /** Those of them that have changed since. @type {Set<Row>} */
  #moved = new Set();
  /** Rows that match and are not shown, because their place is above or between the shown ones. @type {Set<Row>} */
  #waiting = new Set();

  /**
   * @param {Rows} all
   * @param {Sort} sort
   * @param {string} text of the search field, see filter.js
   * @param {Layout} [layout]
   */
  constructor(all, sort, text, { tab = "all", grouping = "link", unfolded = new Set() } = {}) {
    this.#all = all;
    this.#sort = sort;
    this.#filter = parse(text);
    this.#isInTab = testOf(tab);
    this.#grouping = grouping;
    this.#unfolded = unfolded;
    this.rows = all.sortedBy(sort).filter(this.#shows);
    all.takeChanged();
  }

  /** The rows with heads of groups. A row stands under each page that links to it. */
  get items() {
    return (this.#items ??= itemsOf(this.rows, this.#all, this.#grouping, this.#sort, this.#unfolded));
  }

  /** Show the rows of a folded group, or hide them. @param {string} key of its head */
  toggle(key) {
    if (!this.#unfolded.delete(key)) this.#unfolded.add(key);
    this.#items = null;
  }

  /** Number of rows that wait for an update that may move the shown ones. */
  get waiting() {
    return this.#waiting.size;
  }

  /**
   * Insert added and changed rows at their place.
   * @param {boolean} [keepsPlaces] whether the shown rows stay where they are
   * @param {number} [free] index of the first item that may move all the same, because it is out of sight
   */
  update(keepsPlaces = false, free = Infinity) {
    const changed = this.#all.takeChanged();
    if (keepsPlaces) return this.#append(changed, free);
    for (const row of [...this.#moved, ...this.#waiting]) changed.add(row);
    this.#moved.clear();
    this.#waiting.clear();
    if (this.#kept) this.#items = null;
    this.#kept = null;
    if (!changed.size) return;
    const unchanged = this.rows.filter((row) => !changed.has(row));
    const inserted = sorted([...changed].filter(this.#shows), this.#sort);
    this.rows = merge(unchanged, inserted, this.#sort);
    this.#items = null;
  }

  /** Add rows whose place is at the end, and in groups also those whose place is out of sight. @param {Set<Row>} changed @param {number} free */
  #append(changed, free) {
    this.#kept ??= new Set(this.rows);
    const fresh = [];
    for (const row of changed) {
      this.#waiting.delete(row); // it may no longer match
      if (this.#kept.has(row)) this.#moved.add(row);
      else if (this.#shows(row)) fresh.push(row);
    }
    if (!this.rows.length) this.#addAll(sorted(fresh, this.#sort));
    else if (this.#grouping === "link") this.#addAtEnd(sorted(fresh, this.#sort));
    else this.#addToGroups([...this.#waiting, ...sorted(fresh, this.#sort)], this.#grouping, free);
  }

  /** @param {Row[]} fresh */
  #addAll(fresh) {
    if (!fresh.length) return;
    for (const row of fresh) this.#kept?.add(row);
    this.#items = null;
    this.rows = fresh;
  }

  /** @param {Row[]} fresh */
  #addAtEnd(fresh) {
    const added = [];
    let last = /** @type {Row} */ (this.rows.at(-1));
    for (const row of fresh) {
      if (compare(last, row, this.#sort) <= 0) {
        this.#kept?.add(row);
        added.push((last = row));
      } else {
        this.#waiting.add(row);
      }
    }
    if (!added.length) return;
    this.#items = this.items.concat(added);
    this.rows = this.rows.concat(added);
  }

  /** @param {Row[]} fresh @param {"page" | "site"} kind @param {number} free */
  #addToGroups(fresh, kind, free) {
    if (!fresh.length) return;
    const { items, added } = withAdded(this.items, fresh, kind, free);
    for (const row of fresh) this.#waiting.add(row);
    for (const row of added) {
      this.#waiting.delete(row);
      this.#kept?.add(row);
    }
    this.#items = items;
    this.rows = this.rows.concat(added);
  }

  /** @param {Row} row */
  #shows = (row) => this.#isInTab(row) && this.#filter.matches(row);
}
