/** What the verdicts mean: in short on the start page, and all of them on a page of their own. */

/** @import {Verdict} from "../../client/verdicts.js" */

import { TO_FIX, TO_LOOK_AT } from "../../client/verdicts.js";
import { byId, el, icon } from "../dom.js";
import { LOOKS } from "./verdict.js";

/** The three kinds of result, with the verdict whose icon and colour they have. @type {[Verdict, string, string][]} */
const KINDS = [
  ["ok", "Works", "The server said that the page is there."],
  ["broken", "To fix", "The server said twice that nothing is there, or it fails, or the page lacks the section."],
  [
    "answered-unreadable",
    "To look at",
    "Many websites don’t let other pages read their replies. You get a short list, and one key for each link.",
  ],
];

/** @type {[string, readonly Verdict[]][]} */
const GROUPS = [
  ["To fix", TO_FIX],
  ["To look at", TO_LOOK_AT],
  ["Nothing to do", ["ok", "not-checked"]],
];

export function showLegend() {
  byId("sure", HTMLElement).append(...KINDS.map(([verdict, label, meaning]) => itemOf(verdict, label, meaning)));
  for (const [index, [title, verdicts]] of GROUPS.entries()) {
    const id = `legend-${index}`;
    const items = verdicts.map((verdict) => itemOf(verdict, LOOKS[verdict].label, LOOKS[verdict].meaning));
    byId("legend", HTMLElement).append(el("section", { "aria-labelledby": id }, el("h2", { id }, title), el("ul", {}, ...items)));
  }
}

/** @param {Verdict} verdict @param {string} label @param {string} meaning */
function itemOf(verdict, label, meaning) {
  const { tone, path } = LOOKS[verdict];
  return el("li", { "data-tone": tone }, icon(path), el("div", {}, el("b", {}, label), el("p", {}, meaning)));
}
