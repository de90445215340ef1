/**
 * The results as a grid of which only the rows in sight exist. The page itself scrolls, not a box within it, so that
 * a phone scrolls as it always does. Rows have one height, so that a row's place is a multiplication.
 */

/** @import {Column, Row, Sort} from "./rows.js" */

import { byId, el, icon, setIcon } from "../dom.js";
import { count, day, duration, NONE, size, urlParts } from "../format.js";
import { LOOKS } from "./verdict.js";

/** Rows kept ready above and below those in sight. */
const SPARE = 8;
/** A longer URL than this may not fit, and is cut in the middle where it does not: its end stays legible. */
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
 * @typedef {object} Drawn a row's elements, which serve one row after another
 * @property {HTMLElement} line
 * @property {Record<Column, HTMLElement>} cells
 * @property {{start: Text, host: Text, path: Text, tail: Text, scheme: HTMLElement}} url
 * @property {Element} shape
 * @property {Text} word
 * @property {HTMLElement} via
 * @property {Row["values"] | null} values what is drawn
 * @property {number} index
 */

/**
 * What the grid tells: `open` when a row's details are wanted, `move` when the cursor went to another row, `sort` when
 * a header was used.
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
  /** @type {Row | null} where the keyboard is */
  #cursor = null;
  /** @type {string | null} */
  #openKey = null;
  #rowHeight = 40;
  #due = 0;
  #listener;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    this.#makeHeader();
    this.#grid.setAttribute("aria-colcount", String(COLUMNS.length));
    this.#grid.addEventListener("keydown", (event) => this.#onKey(event));
    this.#grid.addEventListener("focus", () => {
      if (!this.#cursor && this.#rows.length) this.#put(this.#firstInSight());
    });
    this.#body.addEventListener("click", (event) => this.#onClick(event));
    addEventListener("scroll", () => this.#plan(), { passive: true });
    const measure = () => {
      // The width decides whether a row has one line or two; the text size decides how high a line is.
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      this.#rowHeight = parseFloat(getComputedStyle(this.#body).getPropertyValue("--row-rem")) * rem;
      this.#plan();
    };
    new ResizeObserver(measure).observe(byId("grid-head", HTMLElement));
    addEventListener("resize", measure);
    measure();
  }

  /**
   * @param {Row[]} rows
   * @param {Row | null} open the row whose details are open: the cursor goes there
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

  #plan() {
    if (!this.#due) this.#due = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#due);
    this.#due = 0;
    this.#body.style.blockSize = `${this.#rows.length * this.#rowHeight}px`;
    // A table that is still below the fold has its first rows ready all the same.
    const above = Math.max(0, Math.floor(-this.#body.getBoundingClientRect().top / this.#rowHeight));
    const inSight = Math.ceil(innerHeight / this.#rowHeight);
    const last = Math.min(this.#rows.length, above + inSight + SPARE);
    const first = Math.min(last, Math.max(0, above - SPARE));
    this.#window.style.transform = `translateY(${first * this.#rowHeight}px)`;
    this.#turn(first);
    while (this.#drawn.length > last - first) this.#drawn.pop()?.line.remove();
    while (this.#drawn.length < last - first) {
      const drawn = makeRow();
      this.#drawn.push(drawn);
      this.#window.append(drawn.line);
    }
    for (const [offset, drawn] of this.#drawn.entries()) this.#fill(drawn, first + offset);
    this.#pointToCursor();
  }

  /** Move rows that went out of sight at one end to the other, so that a scroll redraws only what came into sight. @param {number} first */
  #turn(first) {
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
    const { result, values } = row;
    const look = LOOKS[result.verdict];
    line.dataset.verdict = result.verdict;
    line.dataset.url = result.url;
    line.dataset.tone = look.tone;
    setIcon(drawn.shape, look.path);
    drawn.word.data = look.word;
    drawn.via.hidden = result.via !== "relay";
    cells.status.textContent = values.status === null ? NONE : String(values.status);
    cells.size.textContent = size(/** @type {number | null} */ (values.size));
    cells.type.textContent = String(values.type ?? NONE);
    cells.modified.textContent = day(/** @type {number | null} */ (values.modified));
    cells.modified.title = result.headers?.["last-modified"] ?? "";
    cells.time.textContent = values.time === null ? NONE : duration(/** @type {number} */ (values.time));
    cells.places.textContent = count(row.places.length);
    const { scheme, host, path } = urlParts(result.url);
    const cut = result.url.length > LONG ? Math.max(0, path.length - TAIL) : path.length;
    url.scheme.toggleAttribute("data-secure", /^https/i.test(scheme));
    url.start.data = scheme;
    url.host.data = host;
    url.path.data = path.slice(0, cut);
    url.tail.data = path.slice(cut);
    cells.url.title = result.url.length > LONG ? result.url.slice(0, 2000) : "";
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.target !== this.#grid || event.altKey || event.ctrlKey || event.metaKey || !this.#rows.length) return;
    const at = this.#cursor ? this.#rows.indexOf(this.#cursor) : -1;
    const page = Math.max(1, Math.floor(innerHeight / this.#rowHeight) - 3);
    /** @type {Record<string, number>} */
    const goals = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.#rows.length - 1 };
    if (event.key in goals) {
      event.preventDefault();
      const index = Math.min(this.#rows.length - 1, Math.max(0, goals[event.key]));
      this.#put(index);
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
    // Whoever has just marked text in a row wants to copy it.
    if (!drawn || getSelection()?.isCollapsed === false) return;
    this.focus();
    this.#listener.open(this.#rows[drawn.index]);
  }

  /** Put the cursor on a row. @param {number} index */
  #put(index) {
    this.#cursor = this.#rows[index];
    this.#reveal(index);
    this.#draw();
  }

  /** @param {number} index */
  #reveal(index) {
    const top = this.#body.getBoundingClientRect().top + index * this.#rowHeight;
    const roof = byId("grid-head", HTMLElement).getBoundingClientRect().bottom;
    if (top < roof) scrollBy({ top: top - roof, behavior: "instant" });
    else if (top + this.#rowHeight > innerHeight) scrollBy({ top: top + this.#rowHeight - innerHeight, behavior: "instant" });
  }

  #firstInSight() {
    const roof = byId("grid-head", HTMLElement).getBoundingClientRect().bottom;
    const hidden = Math.ceil((roof - this.#body.getBoundingClientRect().top) / this.#rowHeight);
    return Math.min(this.#rows.length - 1, Math.max(0, hidden));
  }

  /** The focus stays on the grid, and the grid says which row it means: rows come and go under a focus of their own. */
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
