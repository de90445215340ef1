/** The list of redirects: old and new addresses with the change marked, and a bar that copies, saves or patches the chosen ones. */

/** @import {Segment} from "./changed.js" */
/** @import {Redirect} from "./list.js" */

import { button, el, icon } from "../dom.js";
import { count, counted, level, openable } from "../format.js";
import { LOOKS } from "../results/verdict.js";
import { changes } from "./changed.js";
import { Choices } from "./choices.js";
import { kindWords } from "./list.js";

/** Rows that are drawn at first, and each time more are wanted. */
const DRAWN = 200;
const ARROW = "M2 7.2h8.3L7 3.9l1.2-1.1L13.4 8l-5.2 5.2L7 12.1l3.3-3.3H2z";

/**
 * @typedef {object} Handlers
 * @property {(text: string) => void} copy gets the chosen rows as lines with the old address, a tab and the new one
 * @property {(chosen: Redirect[]) => void} save
 * @property {(chosen: Redirect[]) => void} patch
 * @property {(chosen: Redirect[]) => void} correct copies or saves the source with the new addresses
 * @property {(row: Redirect) => void} open shows the details of a link
 */

export class Redirects {
  #choices = new Choices();
  #handlers;
  /** Number of rows that are drawn. */
  #drawn = 0;

  #intro = el("p", { class: "intro" });
  #chosen = el("b");
  #used = el("span", { class: "soft" });
  #copy = labelled("Copy list", "List", () => this.#handlers.copy(this.#choices.text));
  #save = labelled("Save CSV", "CSV", () => this.#handlers.save(this.#choices.chosen));
  #patch = labelled("Patch", "Patch", () => this.#handlers.patch(this.#choices.chosen));
  #correct = labelled("", "Corrected", () => this.#handlers.correct(this.#choices.chosen), { class: "primary" });
  #hint = el("p", { class: "hint" }, "For a patch, drop the folder that your site is made from: its files are changed in the patch only.");
  #all = el("input", { type: "checkbox" });
  #body = el("tbody", { role: "rowgroup" });
  #table = el("table", { class: "moved", role: "table" });
  #rest = el("p", { class: "rest" });
  #more = button("", () => this.#showMore());
  #content = el("div", { class: "redirects" });

  /** @param {HTMLElement} container @param {Handlers} handlers */
  constructor(container, handlers) {
    this.#handlers = handlers;
    this.#all.addEventListener("change", () => this.#chooseAll(this.#all.checked));
    this.#body.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) this.#choose(Number(target.value), target.checked);
    });
    const heads = ["In your pages", "Leads to", "What differs", "Used on"];
    const names = ["old", "new", "kind", "used"];
    this.#table.append(
      el("caption", { class: "unseen" }, "Links that lead to another address"),
      el(
        "thead",
        { role: "rowgroup" },
        el(
          "tr",
          { role: "row" },
          el("th", { role: "columnheader", class: "r-pick" }, this.#all),
          ...heads.map((head, at) => el("th", { role: "columnheader", class: `r-${names[at]}` }, head)),
        ),
      ),
      this.#body,
    );
    this.#content.append(this.#intro, this.#bar(), this.#table, el("div", { class: "rest-bar" }, this.#rest, this.#more));
    container.append(this.#content);
  }

  /**
   * Show redirects. What a person has chosen or left out stays so.
   * @param {Redirect[]} rows
   * @param {{patchable?: boolean, correctable?: "text" | "file" | null}} [options] `patchable`: whether the check has the contents of its
   *   sources; `correctable`: what these are, if it is one that can be written again
   */
  show(rows, { patchable = false, correctable = null } = {}) {
    const focused = this.#body.contains(document.activeElement) ? this.#focusOf(document.activeElement) : null;
    this.#choices.set(rows);
    this.#intro.replaceChildren(...introOf(rows));
    this.#patch.hidden = !patchable;
    this.#correct.hidden = correctable === null;
    /** @type {Element} */ (this.#correct.firstElementChild).textContent =
      correctable === "file" ? "Save corrected file" : "Copy corrected text";
    this.#copy.classList.toggle("primary", correctable === null);
    this.#hint.hidden = patchable;
    const hasRows = rows.length > 0;
    for (const part of this.#content.children) if (part !== this.#intro && part instanceof HTMLElement) part.hidden = !hasRows;
    this.#all.setAttribute("aria-label", `Choose all ${count(rows.length)}`);
    const drawn = Math.min(Math.max(this.#drawn, DRAWN), rows.length);
    this.#drawn = 0;
    this.#body.replaceChildren();
    this.#draw(drawn);
    this.#update();
    if (focused) this.#focus(focused);
  }

  #bar() {
    const buttons = el("div", { class: "buttons" }, this.#correct, this.#copy, this.#save, this.#patch);
    return el(
      "div",
      { class: "pickbar", role: "group", "aria-label": "With the chosen redirects" },
      el("p", {}, this.#chosen, " ", this.#used),
      buttons,
      this.#hint,
    );
  }

  /** Draw rows up to a number of them. @param {number} end */
  #draw(end) {
    const { rows } = this.#choices;
    this.#body.append(...rows.slice(this.#drawn, end).map((row, at) => this.#line(row, this.#drawn + at)));
    this.#drawn = end;
    const left = rows.length - end;
    this.#rest.textContent = left ? `${count(end)} of ${count(rows.length)} shown` : "";
    this.#more.textContent = `Show ${count(Math.min(DRAWN, left))} more`;
    this.#more.hidden = !left;
  }

  #showMore() {
    const first = this.#drawn;
    this.#draw(Math.min(first + DRAWN, this.#choices.rows.length));
    if (this.#more.hidden) this.#body.rows[first]?.querySelector("input")?.focus();
  }

  /** @param {Redirect} row @param {number} at its index */
  #line(row, at) {
    const { old, goal, kind } = row;
    const pick = el("input", { type: "checkbox", value: String(at), "aria-label": `Choose ${level(old)}` });
    pick.checked = this.#choices.has(row);
    const { before, after } = changes(old, goal);
    const open = button("", () => this.#handlers.open(row), { class: "u plain", title: "Details" });
    open.append(...marked(before, "del"));
    return el(
      "tr",
      { role: "row", "data-tone": kind === "home" ? "fault" : null },
      el("td", { role: "cell", class: "r-pick" }, pick),
      el("td", { role: "cell", class: "r-old" }, open),
      el("td", { role: "cell", class: "r-new" }, icon(ARROW), linkTo(goal, marked(after, "mark")), ...(kind === "home" ? [warning()] : [])),
      el("td", { role: "cell", class: "r-kind" }, kindWords(kind)),
      el("td", { role: "cell", class: "r-used" }, usedOn(row)),
    );
  }

  /** @param {number} at @param {boolean} isChosen */
  #choose(at, isChosen) {
    this.#choices.choose(this.#choices.rows[at], isChosen);
    this.#update();
  }

  /** @param {boolean} areChosen */
  #chooseAll(areChosen) {
    this.#choices.chooseAll(areChosen);
    for (const pick of this.#body.querySelectorAll("input")) pick.checked = areChosen;
    this.#update();
  }

  #update() {
    const { rows, number, links } = this.#choices;
    this.#chosen.textContent = `${count(number)} of ${count(rows.length)} chosen`;
    this.#used.textContent = `used ${counted(links, "time")}`;
    this.#all.checked = number > 0 && number === rows.length;
    this.#all.indeterminate = number > 0 && number < rows.length;
    for (const action of [this.#correct, this.#copy, this.#save, this.#patch]) action.disabled = !number;
  }

  /** The address and the kind of the control that has the focus. @param {Element | null} element */
  #focusOf(element) {
    const line = element?.closest("tr");
    const old = this.#choices.rows[Number(line?.querySelector("input")?.value)]?.old;
    return old === undefined ? null : { old, tag: element?.localName ?? "" };
  }

  /** @param {{old: string, tag: string}} focused */
  #focus({ old, tag }) {
    const at = this.#choices.rows.findIndex((row) => row.old === old);
    const control = this.#body.rows[at]?.querySelector(tag);
    if (control instanceof HTMLElement) control.focus({ preventScroll: true });
  }
}

/** A button with a shorter label for narrow containers. @param {string} long @param {string} short @param {() => void} action @param {{class?: string}} [attributes] */
function labelled(long, short, action, attributes = {}) {
  const element = button("", action, attributes);
  element.append(el("span", { class: "long" }, long), el("span", { class: "short" }, short));
  return element;
}

/** @param {Redirect[]} rows @returns {(Node | string)[]} */
function introOf(rows) {
  if (!rows.length) return ["No link that works leads to another address."];
  const safe = rows.filter((row) => row.safe).length;
  const verb = safe === 1 ? "is" : "are";
  const share = safe ? ` ${count(safe)} ${verb} safe to replace: only http, a slash or www differs.` : "";
  const limit = " A browser sees where a redirect ends, not whether it is meant to last.";
  return [el("b", {}, "These links work"), `, but lead to another address.${share}${limit}`];
}

/** @param {Segment[]} segments @param {"del" | "mark"} tag of what has changed */
function marked(segments, tag) {
  return segments.map(({ text, changed }) => (changed ? el(tag, {}, level(text)) : level(text)));
}

/** @param {string} address @param {(Node | string)[]} content */
function linkTo(address, content) {
  const href = openable(address);
  return href
    ? el("a", { class: "u", href, target: "_blank", rel: "noopener noreferrer" }, ...content)
    : el("span", { class: "u" }, ...content);
}

function warning() {
  return el("span", { class: "warn" }, icon(LOOKS["server-error"].path), "Leads to the home page: probably gone");
}

/** @param {Redirect} row */
function usedOn({ links, pages }) {
  return pages === null ? counted(links, "link") : counted(pages, "page");
}
