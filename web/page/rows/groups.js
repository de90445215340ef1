/** The items of the list: rows, and heads of groups. Rows are grouped by page or by website; websites that did not reply are folded. */

/** @import {Result} from "../../client/protocol.js" */
/** @import {Row, Sort} from "./row.js" */
/** @import {Rows} from "./rows.js" */

import { counted } from "../format.js";

/** "link" is a list without groups, but for websites that did not reply. @typedef {"link" | "page" | "site"} Grouping */

/**
 * `name` is a page or a website; null for typed text, and empty for links without a website. It and the label are hostile text.
 * `rows` is the number of rows of the group, of which a folded group shows none.
 * @typedef {{key: string, kind: "page" | "site" | "silent", name: string | null, label: string, rows: number, folded: boolean}} Head
 */

/** @typedef {{key: string, row: null, place: null, group: null, head: Head}} HeadItem */
/** A row without a group is an item itself: a list of 100,000 needs no other objects. @typedef {Row | RowItem | HeadItem} Item */
/** @typedef {{head: HeadItem, order: number, items: RowItem[]}} Group */

/** Minimum number of rows that are folded. */
const MIN_FOLDED = 3;

export class RowItem {
  /** @type {null} */
  head = null;

  /**
   * @param {Row} row
   * @param {Result} place its link on the page under which it stands, else its first link
   * @param {string} group key of its group's head
   * @param {boolean} [isUnderPage] whether other items may have the same row
   */
  constructor(row, place, group, isUnderPage = false) {
    this.row = row;
    this.place = place;
    this.group = group;
    this.isUnderPage = isUnderPage;
  }

  /** Identifies the item, also in another view. */
  get key() {
    return this.isUnderPage ? `${this.group}\n${this.row.key}` : this.row.key;
  }
}

/**
 * @param {Row[]} rows in the order of the list
 * @param {Rows} all the rows of the check
 * @param {Grouping} grouping
 * @param {Sort} sort the order of the list
 * @param {Set<string>} unfolded keys of heads whose rows are shown
 * @returns {Item[]}
 */
export function itemsOf(rows, all, grouping, sort, unfolded) {
  if (grouping === "page") return inGroups(byPage(rows, all, sort));
  if (grouping === "site") return inGroups(bySite(rows));
  return withSilentSites(rows, all, unfolded);
}

/**
 * Rows of a website that did not reply stand together, where the first of them would stand.
 * @param {Row[]} rows @param {Rows} all @param {Set<string>} unfolded @returns {Item[]}
 */
function withSilentSites(rows, all, unfolded) {
  /** @type {Map<string, Row[]>} */
  const silent = new Map();
  for (const row of rows) {
    if (!row.isSilent || !all.isSilent(row.site)) continue;
    const some = silent.get(row.site);
    if (some) some.push(row);
    else silent.set(row.site, [row]);
  }
  if (!silent.size) return rows;
  /** @type {Item[]} */
  const items = [];
  for (const row of rows) {
    const some = row.isSilent ? silent.get(row.site) : undefined;
    if (!some || some.length < MIN_FOLDED) {
      items.push(row);
    } else if (some[0] === row) {
      const label = `${row.site} gave no reply: ${counted(some.length, "link")}`;
      const item = headItem("silent", row.site, label, some.length, unfolded);
      items.push(item);
      if (item.head.folded) continue;
      for (const row of some) items.push(new RowItem(row, row.result, item.key));
    }
  }
  return items;
}

/** @param {Row[]} rows @param {Rows} all @param {Sort} sort @returns {Group[]} */
function byPage(rows, all, sort) {
  /** @type {Map<string | null, Group>} */
  const groups = new Map();
  const groupOf = (/** @type {string | null} */ source) => groups.get(source) ?? newGroup(groups, "page", source, all.orderOf(source));
  for (const row of rows) {
    for (const place of placesByPage(row)) addTo(groupOf(place.source), row, place);
  }
  if (sort.by === "found") for (const { items } of groups.values()) items.sort(sort.down ? (a, b) => compareLines(b, a) : compareLines);
  return [...groups.values()];
}

/**
 * Document order within a page, which is not that of the list: there a row stands by its first link on any page.
 * @param {RowItem} a @param {RowItem} b
 */
function compareLines({ place: a }, { place: b }) {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** @param {Row[]} rows @returns {Group[]} */
function bySite(rows) {
  /** @type {Map<string | null, Group>} */
  const groups = new Map();
  for (const row of rows) {
    const found = /** @type {number} */ (row.values.found);
    const group = groups.get(row.site) ?? newGroup(groups, "site", row.site, found);
    if (found < group.order) group.order = found;
    addTo(group, row, row.result);
  }
  return [...groups.values()];
}

/** The groups with most rows first, else in document order. @param {Group[]} groups @returns {Item[]} */
function inGroups(groups) {
  groups.sort((a, b) => b.items.length - a.items.length || (a.order < b.order ? -1 : Number(a.order > b.order)));
  /** @type {Item[]} */
  const all = [];
  for (const { head, items } of groups) {
    head.head.rows = items.length;
    all.push(head);
    for (const item of items) all.push(item);
  }
  return all;
}

/**
 * Add rows to a list in groups while items keep their places: at the ends of groups, if these are out of sight, and in new groups at its end.
 * @param {Item[]} items in groups
 * @param {Row[]} rows that are to be added
 * @param {"page" | "site"} kind of the groups
 * @param {number} free index of the first item that may move
 * @returns {{items: Item[], added: Row[]}} the rows that were added. Others only count in the numbers of their groups
 */
export function withAdded(items, rows, kind, free) {
  /** @typedef {{head: HeadItem, items: Item[], end: number, left: number}} Growing */
  /** @type {Map<string, Growing>} */
  const groups = new Map();
  /** @type {Growing | undefined} */
  let group;
  for (const [index, item] of items.entries()) {
    if (item.head) groups.set(item.key, (group = { head: item, items: [], end: 0, left: 0 }));
    else group?.items.push(item);
    if (group) group.end = index + 1;
  }
  const least = Math.min(free, items.length);
  /** By name: most rows have the group of another one. @type {Map<string | null, Growing | null>} */
  const named = new Map();
  const find = (/** @type {string | null} */ name) => {
    let found = named.get(name);
    if (found === undefined) named.set(name, (found = groups.get(keyOf(kind, name)) ?? null));
    return found;
  };
  const added = [];
  for (const row of rows) {
    const places = kind === "page" ? placesByPage(row) : [row.result];
    const names = places.map(({ source }) => (kind === "page" ? source : row.site));
    if (names.every((name) => (find(name)?.end ?? Infinity) >= least)) {
      added.push(row);
      for (const [index, name] of names.entries()) {
        let group = find(name);
        if (!group) {
          group = { head: headOf(kind, name), items: [], end: Infinity, left: 0 };
          groups.set(group.head.key, group);
          named.set(name, group);
        }
        group.items.push(new RowItem(row, places[index], group.head.key, kind === "page"));
      }
    } else {
      for (const name of names) {
        const group = find(name);
        if (group) group.left++;
      }
    }
  }
  return { items: [...groups.values()].flatMap(({ head, items, left }) => [counting(head, items.length + left), ...items]), added };
}

/** The first link of a row on each page. @param {Row} row */
function placesByPage({ places }) {
  if (places.length === 1) return places;
  const sources = new Set();
  return places.filter(({ source }) => !sources.has(source) && sources.add(source));
}

/** @param {HeadItem} item @param {number} rows @returns {HeadItem} another object if the number differs, so that it is drawn again */
function counting(item, rows) {
  return item.head.rows === rows ? item : { ...item, head: { ...item.head, rows } };
}

/** @param {Map<string | null, Group>} groups @param {"page" | "site"} kind @param {string | null} name @param {number} order @returns {Group} */
function newGroup(groups, kind, name, order) {
  const group = { head: headOf(kind, name), order, items: [] };
  groups.set(name, group);
  return group;
}

/** The head of a group that can't be folded. @param {"page" | "site"} kind @param {string | null} name */
function headOf(kind, name) {
  return headItem(kind, name, name === null ? "typed text" : name || "no website", 0, null);
}

/** The key of a head. It begins with a line break, which no row's key does. @param {Head["kind"]} kind @param {string | null} name */
function keyOf(kind, name) {
  return `\n${kind} ${name === null ? "" : JSON.stringify(name)}`;
}

/** @param {Group} group @param {Row} row @param {Result} place */
function addTo({ head, items }, row, place) {
  items.push(new RowItem(row, place, head.key, head.head.kind === "page"));
}

/**
 * @param {Head["kind"]} kind @param {string | null} name @param {string} label @param {number} rows @param {Set<string> | null} unfolded null if it can't be folded
 * @returns {HeadItem}
 */
function headItem(kind, name, label, rows, unfolded) {
  const key = keyOf(kind, name);
  const folded = unfolded !== null && !unfolded.has(key);
  return { key, row: null, place: null, group: null, head: { key, kind, name, label, rows, folded } };
}
