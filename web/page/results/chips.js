/** The chips above the list. Each sets or removes a term of the filter, which is in the address. */

/** @import {Verdict} from "../../client/verdicts.js" */
/** @import {Run} from "../check.js" */
/** @import {Tab} from "../rows/tabs.js" */

import { byId, el, icon } from "../dom.js";
import { count, hostOf } from "../format.js";
import { Hint } from "../list/hint.js";
import { hasTerm, termFor, withTerm } from "../rows/filter.js";
import { VERDICTS } from "../../client/verdicts.js";
import { LOOKS } from "./verdict.js";

/** The width of the sheet, in rem, up to which the style sheet shows a button that folds the chips. */
const FOLDING = 56;

export class Chips {
  /** @type {Map<Verdict, {chip: HTMLButtonElement, number: Text}>} */
  #verdicts = new Map();
  #text = "";
  #own = "";
  #filter;
  #hint = new Hint();
  #fresh = this.#termChip("New", () => "is:new", "only-new");
  #inside = this.#termChip("Your site", () => termFor("host", this.#own), "only-own");
  #outside = this.#termChip("Other sites", () => `-${termFor("host", this.#own)}`, "only-others");

  /** @param {(text: string) => void} filter called with the changed filter */
  constructor(filter) {
    this.#filter = filter;
    const chips = byId("chips", HTMLElement);
    for (const verdict of VERDICTS) {
      const { label, tone, path, meaning } = LOOKS[verdict];
      const number = new Text();
      const attributes = {
        type: "button",
        class: "chip",
        "data-verdict": verdict,
        "data-tone": tone,
        "aria-pressed": "false",
        title: meaning,
      };
      const chip = el("button", { ...attributes, hidden: true }, icon(path), `${label} `, el("span", { class: "number" }, number));
      chip.addEventListener("click", () => this.#toggle(`is:${verdict}`));
      chips.append(chip);
      this.#verdicts.set(verdict, { chip, number });
    }
    chips.append(this.#fresh, this.#inside, this.#outside);
    this.#foldWhereNarrow();
  }

  /** A narrow sheet shows the chips once they are asked for, a wide one always. */
  #foldWhereNarrow() {
    const fold = byId("filters", HTMLDetailsElement);
    fold.open = false;
    const observer = new ResizeObserver(([{ borderBoxSize }]) => {
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      if (borderBoxSize[0].inlineSize > FOLDING * rem) fold.open = true;
    });
    observer.observe(byId("toolbar", HTMLElement));
  }

  /** @param {string} label @param {() => string} term @param {string} id */
  #termChip(label, term, id) {
    const chip = el("button", { type: "button", class: "chip", id, "aria-pressed": "false", hidden: true }, label);
    chip.addEventListener("click", () => this.#toggle(term()));
    return chip;
  }

  /** @param {string} term */
  #toggle(term) {
    this.#filter(withTerm(this.#text, term, !hasTerm(this.#text, term)));
  }

  /** @param {Run} run @param {Tab} tab @param {string} text the filter */
  show({ rows, order }, tab, text) {
    this.#text = text;
    this.#hint.show(text);
    for (const [verdict, { chip, number }] of this.#verdicts) {
      const some = numberIn(tab, rows, verdict);
      const isChosen = hasTerm(text, `is:${verdict}`);
      setData(number, count(some));
      chip.setAttribute("aria-pressed", String(isChosen));
      chip.hidden = !isChosen && !some;
    }
    this.#showTerm(this.#fresh, "is:new", rows.hasNew);
    this.#own = ownHost(order);
    this.#showTerm(this.#inside, termFor("host", this.#own), this.#own !== "");
    this.#showTerm(this.#outside, `-${termFor("host", this.#own)}`, this.#own !== "");
  }

  /** @param {HTMLElement} chip @param {string} term @param {boolean} isOffered */
  #showTerm(chip, term, isOffered) {
    const isChosen = hasTerm(this.#text, term);
    chip.setAttribute("aria-pressed", String(isChosen));
    chip.hidden = !isOffered && !isChosen;
  }
}

/** The number of rows of a tab that have a verdict. @param {Tab} tab @param {Run["rows"]} rows @param {Verdict} verdict */
function numberIn(tab, rows, verdict) {
  if (tab === "redirects") return 0; // its rows work
  return tab === "all" ? (rows.urls.get(verdict) ?? 0) : rows.number(verdict, tab);
}

/** @param {Text} text @param {string} data */
function setData(text, data) {
  if (text.data !== data) text.data = data;
}

/** The host of the page or site that is checked, or empty. @param {Run["order"]} order */
function ownHost({ sources: [source] }) {
  if (typeof source !== "object") return "";
  const page = ("site" in source && source.site) || ("page" in source && source.page) || "";
  return hostOf(String(page));
}
