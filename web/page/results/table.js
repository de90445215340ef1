/**
 * The results as a virtual grid: only the visible rows have elements. The page itself scrolls, not a box within it, so that
 * scrolling works as usual on phones. All rows have the same height, so that a row's position is a multiplication.
 */

/** @import {Head, Item} from "../rows/groups.js" */
/** @import {Column, Row, Sort} from "../rows/row.js" */
/** @import {Line} from "./line.js" */

import { byId, el } from "../dom.js";
import { createLine, drawHead, drawRow } from "./line.js";

/** Number of rows drawn above and below the visible ones. */
const SPARE = 8;

/** The columns, with their labels on wide and on narrow lists. @type {[Column, string, string][]} */
const COLUMNS = [
  ["verdict", "Verdict", "Verdict"],
  ["url", "Link, and where it is used", "Link"],
  ["places", "Used on", "Used"],
  ["since", "Since", "Since"],
];

/**
 * Callbacks: `open` when a row is opened, `move` when the cursor moves to another row, `fold` when a group is folded or unfolded, `sort` when a
 * header is clicked.
 * @typedef {{open: (row: Row) => void, move: (row: Row) => void, fold: (head: Head) => void, sort: (column: Column) => void}} Listener
 */

export class Table {
  #grid = byId("grid", HTMLElement);
  #body = byId("grid-body", HTMLElement);
  #window = byId("grid-window", HTMLElement);
  #empty = byId("grid-empty", HTMLElement);
  /** @type {Map<Column, HTMLElement>} */
  #headers = new Map();
  /** @type {Line[]} in the order of the items */
  #drawn = [];
  /** @type {Item[]} */
  #items = [];
  /** Key of the item with the keyboard cursor. @type {string | null} */
  #cursor = null;
  /** Index of that item when it was last looked up. */
  #cursorAt = -1;
  /** @type {string | null} */
  #openKey = null;
  #rowHeight = 40;
  /** Index that the item with the cursor had, if it is to stay where it is on the screen; else -1. */
  #heldAt = -1;
  #frame = 0;
  #listener;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    this.#makeHeader();
    this.#grid.setAttribute("aria-colcount", String(COLUMNS.length));
    this.#grid.addEventListener("keydown", (event) => this.#onKey(event));
    this.#grid.addEventListener("focus", () => {
      // A click shows no cursor, so the first key has to bring it to the first row.
      if (this.#cursor === null && this.#items.length && this.#grid.matches(":focus-visible")) this.#moveCursor(this.#firstInSight());
    });
    this.#body.addEventListener("click", (event) => this.#onClick(event));
    addEventListener("scroll", () => this.#scheduleDraw(), { passive: true });
    const measure = () => {
      // The width determines whether a row has one line or two, and the font size determines the height of a line.
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      this.#rowHeight = parseFloat(getComputedStyle(this.#body).getPropertyValue("--row-rem")) * rem;
      this.#scheduleDraw();
    };
    new ResizeObserver(measure).observe(byId("grid-head", HTMLElement));
    addEventListener("resize", measure);
    measure();
  }

  /**
   * @param {Item[]} items
   * @param {Row | null} open the row whose details are open, which gets the cursor
   * @param {boolean} reveal whether to scroll to it
   */
  show(items, open, reveal) {
    this.#items = items;
    this.#openKey = open?.key ?? null;
    if (open && this.#rowAt(this.#cursorIndex())?.key !== open.key) {
      this.#cursor = items.find((item) => item.row === open)?.key ?? this.#cursor;
    }
    const index = this.#cursorIndex();
    if (index < 0) this.#cursor = null;
    this.#grid.setAttribute("aria-rowcount", String(items.length + 1));
    this.#draw();
    if (this.#heldAt >= 0 && index >= 0) scrollBy({ top: (index - this.#heldAt) * this.#rowHeight, behavior: "instant" });
    this.#heldAt = -1;
    if (reveal && index >= 0) this.#reveal(index);
  }

  /** @param {string | null} message shown in place of rows */
  explain(message) {
    this.#empty.hidden = message === null;
    this.#empty.textContent = message ?? "";
  }

  /** @param {Sort} sort */
  showSort(sort) {
    for (const [column, header] of this.#headers) {
      header.setAttribute("aria-sort", column !== sort.by ? "none" : sort.down ? "descending" : "ascending");
    }
  }

  /** Whether all items have elements. */
  get isWhole() {
    return this.#drawn.length === this.#items.length;
  }

  /** Whether it has a cursor, or was scrolled. */
  get isInUse() {
    return this.#cursor !== null || this.#body.getBoundingClientRect().top < 0;
  }

  /** Index of the first item that is below the window, whether there is one or not. */
  get firstBelow() {
    return Math.max(0, Math.ceil((innerHeight - this.#body.getBoundingClientRect().top) / this.#rowHeight));
  }

  /** Keep the item with the cursor where it is on the screen when the items change the next time. */
  keepInSight() {
    this.#heldAt = this.#cursorIndex();
  }

  /** The row with the cursor. */
  get row() {
    return this.#rowAt(this.#cursorIndex());
  }

  /** Move the cursor to the next (1) or previous (-1) item. @param {1 | -1} by */
  step(by) {
    if (this.#items.length) this.#goTo(this.#indexFromCursor(by));
  }

  focus() {
    this.#grid.focus({ preventScroll: true });
  }

  #makeHeader() {
    const row = el("div", { role: "row", "aria-rowindex": "1", class: "row" });
    for (const [index, [column, long, short]] of COLUMNS.entries()) {
      const label = long === short ? [long] : [el("span", { class: "long" }, long), el("span", { class: "short" }, short)];
      const sorter = el("button", { type: "button", class: "sorter" }, ...label);
      sorter.addEventListener("click", () => this.#listener.sort(column));
      const attributes = { role: "columnheader", "aria-colindex": String(index + 1), "aria-sort": "none", "data-column": column };
      const header = el("div", attributes, sorter);
      this.#headers.set(column, header);
      row.append(header);
    }
    byId("grid-head", HTMLElement).append(row);
  }

  #scheduleDraw() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#body.style.blockSize = `${this.#items.length * this.#rowHeight}px`;
    // A table below the fold draws its first rows in advance.
    const above = Math.max(0, Math.floor(-this.#body.getBoundingClientRect().top / this.#rowHeight));
    const inSight = Math.ceil(innerHeight / this.#rowHeight);
    const last = Math.min(this.#items.length, above + inSight + SPARE);
    const first = Math.min(last, Math.max(0, above - SPARE));
    this.#window.style.transform = `translateY(${first * this.#rowHeight}px)`;
    this.#recycle(first);
    while (this.#drawn.length > last - first) this.#drawn.pop()?.element.remove();
    while (this.#drawn.length < last - first) {
      const line = createLine();
      this.#drawn.push(line);
      this.#window.append(line.element);
    }
    for (const [offset, line] of this.#drawn.entries()) this.#fill(line, first + offset);
    this.#pointToCursor();
  }

  /** Move rows that scrolled out at one end to the other end, so that only new rows are redrawn. @param {number} first */
  #recycle(first) {
    const by = this.#drawn.length ? first - this.#drawn[0].index : 0;
    if (Math.abs(by) >= this.#drawn.length) return;
    for (let i = 0; i < by; i++) {
      const line = /** @type {Line} */ (this.#drawn.shift());
      this.#drawn.push(line);
      this.#window.append(line.element);
    }
    for (let i = 0; i > by; i--) {
      const line = /** @type {Line} */ (this.#drawn.pop());
      this.#drawn.unshift(line);
      this.#window.prepend(line.element);
    }
  }

  /** @param {Line} line @param {number} index */
  #fill(line, index) {
    const item = this.#items[index];
    const { row, head, key } = item;
    const { element } = line;
    if (line.index !== index) {
      line.index = index;
      element.id = `row-${index}`;
      element.setAttribute("aria-rowindex", String(index + 2));
    }
    if (row) element.setAttribute("aria-selected", String(row.key === this.#openKey));
    else element.removeAttribute("aria-selected");
    element.toggleAttribute("data-cursor", key === this.#cursor);
    if (item.row) drawRow(line, item);
    else if (head) drawHead(line, head);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.target !== this.#grid || event.altKey || event.ctrlKey || event.metaKey || !this.#items.length) return;
    const at = this.#cursorIndex();
    const page = Math.max(1, Math.floor(innerHeight / this.#rowHeight) - 3);
    /** @type {Record<string, number>} */
    const targets = {
      ArrowDown: this.#indexFromCursor(1),
      ArrowUp: this.#indexFromCursor(-1),
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: this.#items.length - 1,
    };
    if (event.key in targets) {
      event.preventDefault();
      this.#goTo(targets[event.key]);
    } else if ((event.key === "Enter" || event.key === " ") && at >= 0) {
      event.preventDefault();
      this.#press(this.#items[at]);
    }
  }

  /** @param {number} index of an item; beyond the list, the first or the last is meant */
  #goTo(index) {
    const at = Math.min(this.#items.length - 1, Math.max(0, index));
    this.#moveCursor(at);
    const row = this.#rowAt(at);
    if (row) this.#listener.move(row);
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const line = event.target instanceof Element ? event.target.closest("[role=row]") : null;
    const drawn = this.#drawn.find(({ element }) => element === line);
    // A click that selected text is for copying it, not for opening the row.
    if (!drawn || getSelection()?.isCollapsed === false) return;
    this.#cursor = this.#items[drawn.index].key;
    this.focus();
    this.#press(this.#items[drawn.index]);
  }

  /** Open a row, or fold or unfold a group. @param {Item} item */
  #press({ row, head }) {
    if (row) this.#listener.open(row);
    else if (head?.kind === "silent") this.#listener.fold(head);
  }

  /** @param {number} index */
  #rowAt(index) {
    return this.#items[index]?.row ?? null;
  }

  /** Index of the item with the cursor; -1 if there is none. */
  #cursorIndex() {
    if (this.#cursor === null) return -1;
    if (this.#items[this.#cursorAt]?.key !== this.#cursor) this.#cursorAt = this.#items.findIndex(({ key }) => key === this.#cursor);
    return this.#cursorAt;
  }

  /** Index of an item by its distance from the cursor; without a cursor, that of the first in sight. @param {number} by */
  #indexFromCursor(by) {
    const at = this.#cursorIndex();
    return at < 0 ? this.#firstInSight() : at + by;
  }

  /** Move the cursor to a row. @param {number} index */
  #moveCursor(index) {
    this.#cursor = this.#items[index].key;
    this.#cursorAt = index;
    this.#reveal(index);
    this.#draw();
  }

  /** @param {number} index */
  #reveal(index) {
    const top = this.#body.getBoundingClientRect().top + index * this.#rowHeight;
    const headerBottom = byId("grid-head", HTMLElement).getBoundingClientRect().bottom;
    if (top < headerBottom) scrollBy({ top: top - headerBottom, behavior: "instant" });
    else if (top + this.#rowHeight > innerHeight) scrollBy({ top: top + this.#rowHeight - innerHeight, behavior: "instant" });
  }

  #firstInSight() {
    const headerBottom = byId("grid-head", HTMLElement).getBoundingClientRect().bottom;
    const hidden = Math.ceil((headerBottom - this.#body.getBoundingClientRect().top) / this.#rowHeight);
    return Math.min(this.#items.length - 1, Math.max(0, hidden));
  }

  /** Set `aria-activedescendant`. The focus stays on the grid, because the elements of rows are reused while scrolling. */
  #pointToCursor() {
    const line = this.#cursor !== null && this.#drawn.find(({ index }) => this.#items[index].key === this.#cursor);
    if (line) this.#grid.setAttribute("aria-activedescendant", line.element.id);
    else this.#grid.removeAttribute("aria-activedescendant");
  }
}
