/** A chart: its heading, its bars, and the same figures as a table. */

import { button, el } from "../dom.js";

/**
 * @typedef {object} Bar
 * @property {string | null} term of the filter; a bar without one can't be pressed
 * @property {Node[]} content
 */
/** The figures as a table. The first column has the names of the rows, the others have numbers. @typedef {{columns: string[], rows: string[][]}} Table */
/** What a chart shows. `below`: an explanation. @typedef {{bars: Bar[], table: Table, below: (Node | string)[]}} Figures */

export class Section {
  /** @type {HTMLElement} */
  element;

  #title;
  #list;
  #barClass;
  #press;
  #switch;
  #body = el("div");
  #isTable = false;
  /** @type {Figures} */
  #figures = { bars: [], table: { columns: [], rows: [] }, below: [] };
  /** @type {(term: string) => boolean} */
  #isPressed = () => false;

  /**
   * @param {string} id
   * @param {string} title
   * @param {{list: string, bar: string}} classes
   * @param {(term: string) => void} press called with the term of a bar
   */
  constructor(id, title, { list, bar }, press) {
    this.#title = title;
    this.#list = list;
    this.#barClass = bar;
    this.#press = press;
    this.#switch = button("As a table", () => this.#toggle(), { class: "plain small", "aria-label": `${title}: as a table` });
    const head = el("div", { class: "chart-head" }, el("h3", { id }, title), this.#switch);
    this.element = el("section", { "aria-labelledby": id }, head, this.#body);
  }

  /** @param {Figures} figures @param {(term: string) => boolean} isPressed */
  show(figures, isPressed) {
    this.#figures = figures;
    this.#isPressed = isPressed;
    this.element.hidden = !figures.bars.length;
    this.#draw();
  }

  #toggle() {
    this.#isTable = !this.#isTable;
    const words = this.#isTable ? "As bars" : "As a table";
    this.#switch.textContent = words;
    this.#switch.setAttribute("aria-label", `${this.#title}: ${words.toLowerCase()}`);
    this.#draw();
  }

  /** Draw anew. The focus stays on its bar. */
  #draw() {
    const { bars, table, below } = this.#figures;
    const focused = this.#body.contains(document.activeElement) ? document.activeElement?.getAttribute("data-term") : null;
    const figures = this.#isTable ? tableOf(this.#title, table) : el("ul", { class: this.#list }, ...bars.map((bar) => this.#item(bar)));
    this.#body.replaceChildren(figures, ...(this.#isTable ? [] : below));
    if (focused) this.#focus(focused);
  }

  /** @param {Bar} bar */
  #item({ term, content }) {
    if (term === null) return el("li", {}, el("div", { class: this.#barClass }, ...content));
    const attributes = { class: this.#barClass, "data-term": term, "aria-pressed": String(this.#isPressed(term)) };
    const element = button("", () => this.#press(term), attributes);
    element.append(...content);
    return el("li", {}, element);
  }

  /** @param {string} term */
  #focus(term) {
    for (const bar of this.#body.querySelectorAll("button")) {
      if (bar.getAttribute("data-term") === term) bar.focus({ preventScroll: true });
    }
  }
}

/** @param {string} caption @param {Table} table */
function tableOf(caption, { columns, rows }) {
  const numeric = /** @param {number} at */ (at) => (at ? "number" : null);
  return el(
    "table",
    { class: "figures" },
    el("caption", { class: "unseen" }, caption),
    el("thead", {}, el("tr", {}, ...columns.map((name, at) => el("th", { scope: "col", class: numeric(at) }, name)))),
    el(
      "tbody",
      {},
      ...rows.map(([name, ...values]) =>
        el("tr", {}, el("th", { scope: "row" }, name), ...values.map((value) => el("td", { class: "number" }, value))),
      ),
    ),
  );
}

/** A part of a bar, or a whole one. Its length is a property of the style sheet. @param {number} share from 0 to 1 @param {Record<string, string>} attributes */
export function length(share, attributes) {
  const element = el("span", attributes);
  element.style.setProperty("--share", `${(share * 100).toFixed(3)}%`);
  return element;
}
