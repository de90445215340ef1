/** The charts of a check: verdicts by website, times and sizes. A press on a bar filters the list. */

/** @import {Host, Item, Size, Time} from "./data.js" */
/** @import {Bar, Figures} from "./section.js" */

import { el, icon } from "../dom.js";
import { count, counted, duration, level, size } from "../format.js";
import { LOOKS } from "../results/verdict.js";
import { hosts, sizes, times } from "./data.js";
import { length, Section } from "./section.js";
import { includesTerm, toggledTerm } from "./terms.js";

const HORIZONTAL = { list: "hbars", bar: "hbar" };
const VERTICAL = { list: "vbars", bar: "vbar" };
/** The parts of a bar: their keys, words, tones, and the verdicts whose icons explain them. */
const PARTS = /** @type {const} */ ([
  ["toFix", "to fix", "bad", "broken"],
  ["toLook", "to look at", "veil", "answered-unreadable"],
  ["works", "works", "good", "ok"],
]);

export class Charts {
  #hosts;
  #times;
  #sizes;
  /** The terms of the filter. @type {string[]} */
  #terms = [];

  /**
   * @param {HTMLElement} container
   * @param {{filter: (terms: string[]) => void}} page `filter` is called with the terms of the new filter when a bar is pressed
   */
  constructor(container, { filter }) {
    const press = /** @param {string} term */ (term) => filter(toggledTerm(this.#terms, term));
    this.#hosts = new Section("chart-hosts", "Verdicts by website", HORIZONTAL, press);
    this.#times = new Section("chart-times", "Time until the reply, in ms", VERTICAL, press);
    this.#sizes = new Section("chart-sizes", "Sizes by type", HORIZONTAL, press);
    container.classList.add("charts");
    container.append(this.#hosts.element, this.#times.element, this.#sizes.element);
  }

  /** @param {Iterable<Item>} rows all rows of the check: the filter marks bars and leaves none out @param {string[]} terms of the filter */
  show(rows, terms) {
    this.#terms = terms;
    const isPressed = /** @param {string} term */ (term) => includesTerm(terms, term);
    this.#hosts.show(figuresOfHosts(hosts(rows)), isPressed);
    this.#times.show(figuresOfTimes(times(rows)), isPressed);
    this.#sizes.show(figuresOfSizes(sizes(rows)), isPressed);
  }
}

/** @param {Host[]} found @returns {Figures} */
function figuresOfHosts(found) {
  const columns = ["Website", "Links", "Work", "To fix", "To look at", "Not checked"];
  const rows = found.map((host) => [
    nameOf(host),
    ...[host.links, host.works, host.toFix, host.toLook, host.unchecked].map((links) => count(links)),
  ]);
  const key = PARTS.map(([, word, tone, verdict]) => el("span", { "data-tone": tone }, icon(LOOKS[verdict].path), word));
  return { bars: found.map(barOfHost), table: { columns, rows }, below: [el("p", { class: "key" }, ...key)] };
}

/** @param {Host} host @returns {Bar} */
function barOfHost(host) {
  const parts = PARTS.filter(([key]) => host[key]).map(([key, , tone]) => length(host[key] / host.links, { "data-tone": tone }));
  const words = [
    [host.works, "work"],
    [host.toFix, "to fix"],
    [host.toLook, "to look at"],
    [host.unchecked, "not checked"],
  ];
  const told = words.filter(([links]) => links).map(([links, word]) => `${count(Number(links))} ${word}`);
  return horizontalBar(host.term, nameOf(host), parts, count(host.links), ` ${noun(host.links)}: ${told.join(", ")}`);
}

/** @param {Host} host */
function nameOf({ name, websites }) {
  return name ? level(name) : `${count(websites)} more websites`;
}

/** @param {{bars: Time[], median: number | null}} found @returns {Figures} */
function figuresOfTimes({ bars, median }) {
  if (median === null) return { bars: [], table: { columns: [], rows: [] }, below: [] };
  const highest = Math.max(...bars.map(({ links }) => links));
  const rows = bars.map((bar, at) => [rangeOf(bar, bars[at - 1]), count(bar.links)]);
  const half = `Half of the replies came within ${duration(median)}.`;
  return {
    bars: bars.map((bar, at) => barOfTime(bar, bars[at - 1], highest)),
    table: { columns: ["Time", "Links"], rows },
    below: [el("p", { class: "hint" }, `Press a bar to see only these links. ${half}`)],
  };
}

/** @param {Time} time @param {Time | undefined} before @param {number} highest @returns {Bar} */
function barOfTime(time, before, highest) {
  const label = time.most === Infinity ? "more" : time.most < 1000 ? count(time.most) : duration(time.most);
  const content = [
    el("span", { class: "vbar-number", "aria-hidden": "true" }, count(time.links)),
    length(time.links / highest, { class: "vbar-fill", "aria-hidden": "true" }),
    el("span", { class: "vbar-label", "aria-hidden": "true" }, label),
    el("span", { class: "unseen" }, `${counted(time.links, "link")}, ${rangeOf(time, before)}`),
  ];
  return { term: time.term, content };
}

/** @param {Time} time @param {Time | undefined} before */
function rangeOf({ most }, before) {
  if (!before) return `up to ${duration(most)}`;
  return most === Infinity ? `more than ${duration(before.most)}` : `${duration(before.most)} to ${duration(most)}`;
}

/** @param {{bars: Size[], unknown: number}} found @returns {Figures} */
function figuresOfSizes({ bars, unknown }) {
  const largest = Math.max(...bars.map(({ bytes }) => bytes), 1);
  const rows = bars.map((bar) => [typeOf(bar), count(bar.links), size(bar.bytes)]);
  const note = unknown ? `The size of ${counted(unknown, "other link")} is unknown.` : "";
  return {
    bars: bars.map((bar) => {
      const fill = length(bar.bytes / largest, { class: "whole" });
      return horizontalBar(bar.term, typeOf(bar), [fill], size(bar.bytes), ` in ${counted(bar.links, "link")}`);
    }),
    table: { columns: ["Type", "Links", "Size"], rows },
    below: note ? [el("p", { class: "hint" }, note)] : [],
  };
}

/** @param {Size} size */
function typeOf({ name, types }) {
  if (types > 1) return `${count(types)} more types`;
  return name || "unknown type";
}

/** @param {number} links */
function noun(links) {
  return links === 1 ? "link" : "links";
}

/** @param {string | null} term @param {string} name @param {Node[]} parts @param {string} number @param {string} rest read after the number by screen readers @returns {Bar} */
function horizontalBar(term, name, parts, number, rest) {
  const content = [
    el("span", { class: "hbar-name" }, name),
    el("span", { class: "track", "aria-hidden": "true" }, ...parts),
    el("span", { class: "hbar-number" }, number),
    el("span", { class: "unseen" }, rest),
  ];
  return { term, content };
}
