/**
 * The results as a virtual grid: only the visible rows have elements. The page itself scrolls, not a box within it, so that
 * scrolling works as usual on phones. All rows have the same height, so that a row's position is a multiplication.
 */

/** @import {Column, Row, Sort} from "../rows/row.js" */

import { byId, el, icon, setIcon } from "../dom.js";
import { count, day, duration, NONE, size, urlParts } from "../format.js";
import { LOOKS } from "./verdict.js";

/** Number of rows drawn above and below the visible ones. */
const SPARE = 8;
/** Longer URLs may not fit. They are then truncated before their last TAIL characters, so that the end stays legible. */
const LONG = 48;
const TAIL = 14;

/** @type {[Column, string][]} */
const COLUMNS = [
  ["verdict", "Verdict"],
  ["status", "Status"],
  ["url", "URL"],
  ["size", "Size"],
  ["type", "Type"],
  ["modified", "Modified"],
  ["time", "Time"],
  ["places", "Places"],
];

/**
 * @typedef {object} Drawn the elements of a row, which are reused for other rows
 * @property {HTMLElement} line
 * @property {Record<Column, HTMLElement>} cells
 * @property {{start: Text, host: Text, path: Text, tail: Text, scheme: HTMLElement}} url
 * @property {Element} shape
 * @property {Text} word
 * @property {HTMLElement} via
 * @property {Row["values"] | null} values the row's values when it was last drawn
 * @property {number} index
 */

/**
 * Callbacks: `open` when a row is opened, `move` when the cursor moves to another row, `sort` when a header is clicked.
 * @typedef {{open: (row: Row) => void, move: (row: Row) => void, sort: (column: Column) => void}} Listener
 */

export class Table {
  #grid = byId("grid", HTMLElement);
  #body = byId("grid-body", HTMLElement);
  #window = byId("grid-window", HTMLElement);
  #empty = byId("grid-empty", HTMLElement);
  /** @type {Map<Column, HTMLElement>} */
  #headers = new Map();
  /** @type {Drawn[]} in the order of the rows */
  #drawn = [];
  /** @type {Row[]} */
  #rows = [];
  /** @type {Row | null} the row with the keyboard cursor */
  #cursor = null;
  /** @type {string | null} */
  #openKey = null;
  #rowHeight = 40;
  #frame = 0;
  #listener;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    this.#makeHeader();
    this.#grid.setAttribute("aria-colcount", String(COLUMNS.length));
    this.#grid.addEventListener("keydown", (event) => this.#onKey(event));
    this.#grid.addEventListener("focus", () => {
      if (!this.#cursor && this.#rows.length) this.#moveCursor(this.#firstInSight());
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
   * @param {Row[]} rows
   * @param {Row | null} open the row whose details are open, which gets the cursor
   * @param {boolean} reveal whether to scroll to it
   */
  show(rows, open, reveal) {
    this.#rows = rows;
    this.#openKey = open?.key ?? null;
    if (open) this.#cursor = open;
    const index = this.#cursor ? rows.indexOf(this.#cursor) : -1;
    if (index < 0) this.#cursor = null;
    this.#grid.setAttribute("aria-rowcount", String(rows.length + 1));
    this.#draw();
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

  focus() {
    this.#grid.focus({ preventScroll: true });
  }

  #makeHeader() {
    const row = el("div", { role: "row", "aria-rowindex": "1", class: "row" });
    for (const [index, [column, label]] of COLUMNS.entries()) {
      const sorter = el("button", { type: "button", class: "sorter" }, label);
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
    this.#body.style.blockSize = `${this.#rows.length * this.#rowHeight}px`;
    // A table below the fold draws its first rows in advance.
    const above = Math.max(0, Math.floor(-this.#body.getBoundingClientRect().top / this.#rowHeight));
    const inSight = Math.ceil(innerHeight / this.#rowHeight);
    const last = Math.min(this.#rows.length, above + inSight + SPARE);
    const first = Math.min(last, Math.max(0, above - SPARE));
    this.#window.style.transform = `translateY(${first * this.#rowHeight}px)`;
    this.#recycle(first);
    while (this.#drawn.length > last - first) this.#drawn.pop()?.line.remove();
    while (this.#drawn.length < last - first) {
      const drawn = makeRow();
      this.#drawn.push(drawn);
      this.#window.append(drawn.line);
    }
    for (const [offset, drawn] of this.#drawn.entries()) this.#fill(drawn, first + offset);
    this.#pointToCursor();
  }

  /** Move rows that scrolled out at one end to the other end, so that only new rows are redrawn. @param {number} first */
  #recycle(first) {
    const by = this.#drawn.length ? first - this.#drawn[0].index : 0;
    if (Math.abs(by) >= this.#drawn.length) return;
    for (let i = 0; i < by; i++) {
      const drawn = /** @type {Drawn} */ (this.#drawn.shift());
      this.#drawn.push(drawn);
      this.#window.append(drawn.line);
    }
    for (let i = 0; i > by; i--) {
      const drawn = /** @type {Drawn} */ (this.#drawn.pop());
      this.#drawn.unshift(drawn);
      this.#window.prepend(drawn.line);
    }
  }

  /** @param {Drawn} drawn @param {number} index */
  #fill(drawn, index) {
    const row = this.#rows[index];
    const { line, cells, url } = drawn;
    if (drawn.index !== index) {
      drawn.index = index;
      line.id = `row-${index}`;
      line.setAttribute("aria-rowindex", String(index + 2));
    }
    line.setAttribute("aria-selected", String(row.key === this.#openKey));
    line.toggleAttribute("data-cursor", row === this.#cursor);
    if (drawn.values === row.values) return;
    drawn.values = row.values;
    const { result, values, address } = row;
    const look = LOOKS[result.verdict];
    line.dataset.verdict = result.verdict;
    line.dataset.url = address;
    line.dataset.tone = look.tone;
    line.toggleAttribute("data-file", row.isFile);
    setIcon(drawn.shape, look.path);
    drawn.word.data = look.label;
    drawn.via.hidden = result.via !== "relay";
    cells.status.textContent = values.status === null ? NONE : String(values.status);
    cells.size.textContent = size(/** @type {number | null} */ (values.size));
    cells.type.textContent = String(values.type ?? NONE);
    cells.modified.textContent = day(/** @type {number | null} */ (values.modified));
    cells.modified.title = result.headers?.["last-modified"] ?? "";
    cells.time.textContent = values.time === null ? NONE : duration(/** @type {number} */ (values.time));
    cells.places.textContent = count(/** @type {number} */ (values.places));
    const { scheme, host, path } = urlParts(address);
    const cut = address.length > LONG ? Math.max(0, path.length - TAIL) : path.length;
    url.scheme.toggleAttribute("data-secure", /^https/i.test(scheme));
    url.start.data = scheme;
    url.host.data = host;
    url.path.data = path.slice(0, cut);
    url.tail.data = path.slice(cut);
    cells.url.title = address.length > LONG ? address.slice(0, 2000) : "";
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.target !== this.#grid || event.altKey || event.ctrlKey || event.metaKey || !this.#rows.length) return;
    const at = this.#cursor ? this.#rows.indexOf(this.#cursor) : -1;
    const page = Math.max(1, Math.floor(innerHeight / this.#rowHeight) - 3);
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.#rows.length - 1 };
    if (event.key in targets) {
      event.preventDefault();
      const index = Math.min(this.#rows.length - 1, Math.max(0, targets[event.key]));
      this.#moveCursor(index);
      this.#listener.move(this.#rows[index]);
    } else if ((event.key === "Enter" || event.key === " ") && this.#cursor) {
      event.preventDefault();
      this.#listener.open(this.#cursor);
    }
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const line = event.target instanceof Element ? event.target.closest("[role=row]") : null;
    const drawn = this.#drawn.find((drawn) => drawn.line === line);
    // A click that selected text is for copying it, not for opening the row.
    if (!drawn || getSelection()?.isCollapsed === false) return;
    this.focus();
    this.#listener.open(this.#rows[drawn.index]);
  }

  /** Move the cursor to a row. @param {number} index */
  #moveCursor(index) {
    this.#cursor = this.#rows[index];
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
    return Math.min(this.#rows.length - 1, Math.max(0, hidden));
  }

  /** Set `aria-activedescendant`. The focus stays on the grid, because the elements of rows are reused while scrolling. */
  #pointToCursor() {
    const drawn = this.#cursor && this.#drawn.find(({ index }) => this.#rows[index] === this.#cursor);
    if (drawn) this.#grid.setAttribute("aria-activedescendant", drawn.line.id);
    else this.#grid.removeAttribute("aria-activedescendant");
  }
}

/** @returns {Drawn} */
function makeRow() {
  const shape = icon();
  const word = new Text();
  const via = el("small", {}, el("span", {}, "via "), "relay");
  const url = { start: new Text(), host: new Text(), path: new Text(), tail: new Text(), scheme: el("span", { class: "scheme" }) };
  url.scheme.append(url.start);
  const line = el("div", { role: "row", class: "row" });
  const cells = /** @type {Record<Column, HTMLElement>} */ ({});
  for (const [index, [column]] of COLUMNS.entries()) {
    cells[column] = el("div", { role: "gridcell", "aria-colindex": String(index + 1), "data-column": column });
    line.append(cells[column]);
  }
  cells.verdict.append(shape, el("span", {}, word), via);
  cells.url.append(el("span", { class: "start" }, url.scheme, el("b", {}, url.host), url.path), el("span", { class: "tail" }, url.tail));
  return { line, cells, url, shape, word, via, values: null, index: -1 };
}
