/** The question whether a verdict is right: the answers as buttons, the form for ignoring a link, and the answer that was given. */

/** @import {Deciding, DecisionInfo, Scope, Word} from "../../client/protocol.js" */
/** @import {Row} from "../rows/row.js" */

import { TO_LOOK_AT } from "../../client/verdicts.js";
import { button, el, icon } from "../dom.js";
import { hostOf, level, longDay } from "../format.js";
import { LOOKS } from "../results/verdict.js";
import { hasLetters } from "../shell/keys.js";
import { DAYS, dayIn } from "./judging.js";

/** @type {Record<Word, string>} */
export const DECISION_WORDS = { works: "it works", broken: "it’s broken", ignore: "ignore it" };

/** How long a link can be ignored: a label and a number of days. @type {[string, number | null][]} */
const TERMS = [
  ["3 months", DAYS],
  ["1 month", 30],
  ["For ever", null],
];

/** What the form gives. @typedef {Pick<Deciding, "url" | "scope" | "reason" | "until">} Ignoring */
/** @typedef {{decide: (word: Word, options?: Ignoring) => void, undo: () => void}} Handlers */

/**
 * @param {Row} row
 * @param {DecisionInfo | null} decision that applies to it
 * @param {Handlers} handlers
 * @param {HTMLElement[]} [more] further buttons
 */
export function askingOf(row, decision, { decide, undo }, more = []) {
  const box = el("div", { class: "asking" });
  const id = "asking-title";
  const ask = el(
    "p",
    { class: "ask", id },
    decision ? sentenceOf(decision) : TO_LOOK_AT.includes(row.result.verdict) ? "Does it work? " : "Is that right? ",
    ...(decision ? [] : [kept()]),
  );
  const answers = el("div", { class: "decide", role: "group", "aria-labelledby": id });
  const form = ignoreForm(
    row,
    (ignoring) => decide("ignore", ignoring),
    () => showForm(false),
  );
  /** @param {boolean} open */
  const showForm = (open) => {
    form.hidden = !open;
    /** @type {HTMLElement | null} */ (open ? form.querySelector("input") : box.querySelector("[data-word=ignore]"))?.focus();
  };
  answers.append(
    answer("works", "It works", "G", () => decide("works")),
    answer("broken", "It’s broken", "X", () => decide("broken")),
    answer("ignore", "Ignore…", "I", () => showForm(form.hidden)),
    ...more,
    ...(decision ? [keyed(button("Undo ", undo, { "data-word": "undo" }), "U")] : []),
  );
  box.append(form, ask, answers);
  return box;
}

function kept() {
  return el("span", { class: "soft" }, `Your word is kept beside the verdict for ${DAYS} days.`);
}

/** @param {DecisionInfo} decision */
function sentenceOf({ decision, scope, url, reason, until }) {
  const about = { address: "", prefix: ` on addresses that start with ${url}`, host: ` on everything on ${url}` }[scope];
  const ends = until ? `, until ${endOf(until)}` : "";
  return level(`You said: ${DECISION_WORDS[decision]}${about}${ends}.${reason ? ` “${reason}”` : ""}`);
}

/** The last day of a decision in words. It is a date without a time zone. @param {string} until */
export function endOf(until) {
  return longDay(Date.parse(`${until}T12:00`));
}

/** @param {Word} word @param {string} label @param {string} key @param {() => void} action */
function answer(word, label, key, action) {
  const { tone, path } = word === "ignore" ? { tone: null, path: null } : LOOKS[word === "works" ? "ok" : "broken"];
  const element = button("", action, { "data-word": word, "data-tone": tone });
  if (path) element.append(icon(path));
  element.append(`${label} `);
  return keyed(element, key);
}

/** Show the key of a button, if keys of one letter are switched on. @param {HTMLButtonElement} element @param {string} key */
export function keyed(element, key) {
  if (!hasLetters()) return element;
  element.setAttribute("aria-keyshortcuts", key.toLowerCase());
  element.append(el("kbd", { "aria-hidden": "true" }, key));
  return element;
}

/** @param {Row} row @param {(ignoring: Ignoring) => void} ignore @param {() => void} cancel */
function ignoreForm({ result: { url } }, ignore, cancel) {
  const why = el("input", { maxlength: "500", autocomplete: "off" });
  const what = el(
    "select",
    {},
    ...scopesOf(url).map(([scope, value, label]) => el("option", { value: JSON.stringify([scope, value]) }, label)),
  );
  const until = el("select", {}, ...TERMS.map(([label, days]) => el("option", { value: String(days ?? "") }, label)));
  const form = el(
    "form",
    { class: "ignore", hidden: true, "aria-label": "Ignore this link" },
    el("label", {}, "Why ", why),
    el("label", {}, "What ", what),
    el("label", {}, "Until ", until),
    el("div", { class: "buttons" }, el("button", { class: "primary" }, "Ignore"), button("Cancel", cancel)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [scope, value] = /** @type {[Scope, string]} */ (JSON.parse(what.value));
    ignore({ url: value, scope, reason: why.value.trim() || null, until: until.value ? dayIn(Number(until.value)) : null });
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation(); // here Esc only closes the form
    event.preventDefault();
    cancel();
  });
  return form;
}

/** What can be ignored with a link: the scope, its value, and words. @param {string} url @returns {[Scope, string, string][]} */
function scopesOf(url) {
  const host = hostOf(url);
  if (!host) return [["address", url, "This address"]];
  const folder = url.replace(/[?#].*$/s, "").replace(/[^/]*$/, "");
  const isFolder = folder.length > url.indexOf(host) + host.length + 1;
  return [
    ["address", url, "This address"],
    ...(isFolder
      ? [/** @type {[Scope, string, string]} */ (["prefix", folder, `Addresses that start with ${folder.replace(/^https?:\/\//, "")}`])]
      : []),
    ["host", host, `Everything on ${host}`],
  ];
}
