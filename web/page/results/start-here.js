/** A sentence above the list that says where to begin, when few links make up most of the work. */

/** @import {Run} from "../check.js" */
/** @import {Grouping, Item} from "../rows/groups.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Tab} from "../rows/tabs.js" */

import { button, byId, el } from "../dom.js";
import { count, counted } from "../format.js";

/** Shorter lists need no advice. */
const MIN_ROWS = 4;
/** Number of links that are named together. */
const MOST_LINKS = 3;

export class StartHere {
  #box = byId("start-here", HTMLElement);
  #sort;
  /** The items for which the sentence was made, or left out. @type {Item[] | null} */
  #items = null;
  #isOffered = false;

  /** @param {() => void} sort called to show the most used links first */
  constructor(sort) {
    this.#sort = sort;
  }

  /** @param {Run} run @param {{tab: Tab, group: Grouping, rows: Row[], items: Item[], isFiltered: boolean}} shown */
  show({ running }, { tab, group, rows, items, isFiltered }) {
    const isOffered = tab === "fix" && !running && !isFiltered && rows.length >= MIN_ROWS;
    if (items === this.#items && isOffered === this.#isOffered) return;
    this.#items = items;
    this.#isOffered = isOffered;
    const words = isOffered ? (group === "link" ? this.#ofLinks(rows) : ofGroups(group, rows, items)) : [];
    this.#box.hidden = !words.length;
    this.#box.replaceChildren(...(words.length ? [el("p", {}, el("b", {}, "Start here: "), ...words)] : []));
  }

  /** @param {Row[]} rows @returns {(Node | string)[]} */
  #ofLinks(rows) {
    const used = rows.map(({ values }) => Number(values.places)).sort((a, b) => b - a);
    const total = used.reduce((sum, some) => sum + some, 0);
    let [few, most] = [0, 0];
    while (most * 2 < total) most += used[few++];
    if (few > Math.min(MOST_LINKS, Math.floor(rows.length / 3)) || used[0] < 3) return [];
    const first = few === 1 ? "one link makes up" : `${counted(few, "link")} make up`;
    return [`${first} ${count(most)} of the ${count(total)} places. `, button("Show them first", this.#sort, { class: "plain" })];
  }
}

/** @param {Grouping} group @param {Row[]} rows @param {Item[]} items */
function ofGroups(group, rows, items) {
  const heads = items.flatMap(({ head }) => (head ? [head] : []));
  if (heads.length < 2) return [];
  const [first] = heads;
  if (group === "page") return [`${counted(heads.length, "page")} have links to fix. Those with the most come first.`];
  const where = first.name ? `are on ${first.name}` : "are on no website, such as links between files";
  return [`${count(first.rows)} of ${count(rows.length)} ${where}. The others are on ${counted(heads.length - 1, "website")}.`];
}
