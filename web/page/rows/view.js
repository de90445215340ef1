/** The rows and items that the list shows: of one tab, filtered, sorted and grouped. */

/** @import {Grouping, Item} from "./groups.js" */
/** @import {Row, Sort} from "./row.js" */
/** @import {Rows} from "./rows.js" */
/** @import {Tab} from "./tabs.js" */

import { parse } from "./filter.js";
import { itemsOf } from "./groups.js";
import { merge, sorted } from "./order.js";
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

  /** Insert added and changed rows at their place. */
  update() {
    const changed = this.#all.takeChanged();
    if (!changed.size) return;
    const unchanged = this.rows.filter((row) => !changed.has(row));
    const inserted = sorted([...changed].filter(this.#shows), this.#sort);
    this.rows = merge(unchanged, inserted, this.#sort);
    this.#items = null;
  }

  /** @param {Row} row */
  #shows = (row) => this.#isInTab(row) && this.#filter.matches(row);
}
