/**
 * The language of the search field. Any text is valid:
 *
 * - A word matches the address, a link's text, its page, the verdict's label and the status. All words must match.
 * - `"several words"` are one word, in which `""` is a quotation mark. A `-` before a term excludes rows.
 * - `is:new`, `is:broken` and other verdicts, `verdict:`, `status:404`, `status:4xx`, `status:>=400`, `rule:`, `host:` with subdomains,
 *   `page:`, `found:"a href"`, `type:`, `time:>1s`, `size:>1mb`, `leads:` (final address) and `decided:works`, `broken`, `ignore` or `no`.
 * - A field or value that does not exist makes the term a word, such as `https://a.example/`. A field without a value is ignored. terms.js tells which.
 * - Several terms for a property of which a row has one value, such as its verdict, are alternatives.
 */

/** @import {Row} from "./row.js" */

import { VERDICTS, WORDING } from "../../client/verdicts.js";
import { foldCase } from "./row.js";

/** @typedef {(row: Row) => boolean} Test */
/** `single`: the property that is tested, if a row has one value of it. @typedef {{single?: string, test: Test}} Meaning */
/** `key`: the same for all spellings of a term. @typedef {Meaning & {key: string, excludes: boolean}} Term */
/** Reads a field's value, which is in lower case. Null: the field has no such value. @typedef {(value: string) => Meaning | null} Read */

/** Maximum number of characters and of terms that are read, so that a filter of any text is fast. The rest is ignored. */
const MAX_CHARACTERS = 2000;
const MAX_TERMS = 30;

const TOKENS = /-?(?:[a-z]{1,10}:)?"[^"]*(?:""[^"]*)*"?|\S+/gi;
const PARTS = /^(-?)(?:([a-z]{1,10}):)?(.*)$/is;
const COMPARISON = /^(>=|<=|>|<|=)?(\d{1,15}(?:\.\d{1,15})?)([a-z]*)$/;

/** @type {Record<string, (known: number, number: number) => boolean>} */
const COMPARISONS = {
  "=": (known, number) => known === number,
  ">": (known, number) => known > number,
  "<": (known, number) => known < number,
  ">=": (known, number) => known >= number,
  "<=": (known, number) => known <= number,
};

/** Milliseconds. @type {Record<string, number>} */
const TIMES = { "": 1, ms: 1, s: 1000, min: 60_000 };
/** Bytes. @type {Record<string, number>} */
const SIZES = { "": 1, b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9 };

const DECISIONS = new Set(["works", "broken", "ignore", "no"]);

export class Filter {
  /** @type {Test[]} */
  #tests;

  /** @param {Term[]} terms */
  constructor(terms) {
    /** @type {Map<string, Test[]>} */
    const alternatives = new Map();
    this.#tests = [];
    for (const { excludes, single, test } of terms) {
      if (excludes) this.#tests.push((row) => !test(row));
      else if (single === undefined) this.#tests.push(test);
      else alternatives.set(single, [...(alternatives.get(single) ?? []), test]);
    }
    for (const tests of alternatives.values()) this.#tests.push((row) => tests.some((test) => test(row)));
  }

  /** Whether it matches all rows. */
  get isEmpty() {
    return !this.#tests.length;
  }

  /** @param {Row} row */
  matches(row) {
    for (const test of this.#tests) if (!test(row)) return false;
    return true;
  }
}

/** @param {string} text @returns {Filter} */
export function parse(text) {
  return new Filter([...termsOf(text).values()]);
}

/** A term for a field's value. @param {string} field @param {string} value */
export function termFor(field, value) {
  return `${field}:${/^"|\s/.test(value) ? `"${value.replaceAll('"', '""')}"` : value}`;
}

/** Whether a filter has a term. @param {string} text @param {string} term */
export function hasTerm(text, term) {
  const [key] = termsOf(term).keys();
  return termsOf(text).has(key);
}

/**
 * A filter with a term as its first, or without it. Nothing else is removed but the opposite of the term.
 * @param {string} text @param {string} term @param {boolean} on
 */
export function withTerm(text, term, on) {
  const key = keyOf(term);
  const opposite = key.startsWith("-") ? key.slice(1) : `-${key}`;
  const rest = (text.match(TOKENS) ?? []).filter((token) => {
    const other = keyOf(token);
    return other !== key && !(on && other === opposite);
  });
  return [...(on ? [term] : []), ...rest].join(" ");
}

/** The terms by their keys. @param {string} text @returns {Map<string, Term>} */
function termsOf(text) {
  /** @type {Map<string, Term>} */
  const terms = new Map();
  for (const [token] of text.slice(0, MAX_CHARACTERS).matchAll(TOKENS)) {
    const term = termOf(token);
    if (term) terms.set(term.key, term);
    if (terms.size === MAX_TERMS) break;
  }
  return terms;
}

/** @param {string} token */
function partsOf(token) {
  const [, minus, field = "", value] = /** @type {string[]} */ (PARTS.exec(token));
  const quoted = /^"(.*?)"?$/s.exec(value);
  return {
    excludes: minus !== "",
    field: field.toLowerCase(),
    isQuoted: quoted !== null,
    value: foldCase(quoted ? quoted[1].replaceAll('""', '"') : value),
  };
}

/** The terms with a field. @param {string} text @returns {{token: string, field: string, value: string, isField: boolean, hasMeaning: boolean}[]} */
export function fieldTermsOf(text) {
  const tokens = text.slice(0, MAX_CHARACTERS).match(TOKENS) ?? [];
  return tokens.slice(0, MAX_TERMS).flatMap((token) => {
    const { field, value } = partsOf(token);
    const read = FIELDS.get(field);
    return field ? { token, field, value, isField: read !== undefined, hasMeaning: value !== "" && Boolean(read?.(value)) } : [];
  });
}

/** The names of the fields. */
export function fieldNames() {
  return [...FIELDS.keys()];
}

/** @param {string} token */
function keyOf(token) {
  const { excludes, field, isQuoted, value } = partsOf(token);
  return `${excludes ? "-" : ""}${field || isQuoted ? `${field}:` : ""}${value}`;
}

/** @param {string} token @returns {Term | null} null if it is unfinished */
function termOf(token) {
  const { excludes, field, value } = partsOf(token);
  const read = FIELDS.get(field);
  if (!value && (read || !field)) return null;
  const word = field ? `${field}:${value}` : value;
  const meaning = read?.(value) ?? { test: (/** @type {Row} */ row) => row.searchText.includes(word) };
  return { key: keyOf(token), excludes, ...meaning };
}

/** @type {Map<string, Read>} */
const FIELDS = new Map(
  Object.entries(
    /** @type {Record<string, Read>} */ ({
      is: (value) => (value === "new" ? { test: (row) => row.isNew } : verdictTest((code) => code === value)),
      verdict: (value) => verdictTest((code, label) => code.includes(value) || label.includes(value)),
      status: statusTest,
      rule: (value) => ({ single: "rule", test: (row) => row.result.rule === value }),
      host: hostTest,
      page: (value) => {
        const test = remembering((source) => foldCase(source).includes(value));
        return { test: (row) => row.places.some(({ source }) => source !== null && test(source)) };
      },
      found: (value) => {
        const test = remembering((found) => ` ${found.toLowerCase()} `.includes(` ${value} `));
        return { test: (row) => row.places.some(({ found }) => test(found)) };
      },
      type: (value) => ({ test: (row) => String(row.values.type ?? "").includes(value) }),
      time: (value) => comparisonTest(value, TIMES, "time"),
      size: (value) => comparisonTest(value, SIZES, "size"),
      leads: (value) => ({ test: (row) => foldCase(row.result.final_url ?? "").includes(value) }),
      decided: (value) => (DECISIONS.has(value) ? { single: "decision", test: (row) => (row.decision ?? "no") === value } : null),
    }),
  ),
);

/** Many links have the same page, and most of them the same kind. @param {(text: string) => boolean} test */
function remembering(test) {
  /** @type {Map<string, boolean>} */
  const known = new Map();
  return (/** @type {string} */ text) => {
    let outcome = known.get(text);
    if (outcome === undefined) known.set(text, (outcome = test(text)));
    return outcome;
  };
}

/** @param {(code: string, label: string) => boolean} isMeant @returns {Meaning | null} */
function verdictTest(isMeant) {
  const verdicts = new Set(VERDICTS.filter((verdict) => isMeant(verdict, foldCase(WORDING[verdict].label))));
  return verdicts.size ? { single: "verdict", test: (row) => verdicts.has(row.result.verdict) } : null;
}

/** @type {Read} */
function statusTest(value) {
  const [, digit] = /^([1-9])xx$/.exec(value) ?? [];
  if (digit) return { single: "status", test: (row) => Math.floor(Number(row.values.status) / 100) === Number(digit) };
  const comparison = comparisonTest(value, { "": 1 }, "status");
  return comparison && (/^\d/.test(value) ? { ...comparison, single: "status" } : comparison);
}

/**
 * A value that is unknown is neither less nor more than a number.
 * @param {string} value @param {Record<string, number>} units @param {"status" | "time" | "size"} property @returns {Meaning | null}
 */
function comparisonTest(value, units, property) {
  const [, operator = "=", digits, unit] = COMPARISON.exec(value) ?? [];
  if (digits === undefined || !Object.hasOwn(units, unit)) return null;
  const number = Number(digits) * units[unit];
  const holds = COMPARISONS[operator];
  return {
    test: (row) => {
      const known = row.values[property];
      return known !== null && holds(Number(known), number);
    },
  };
}

/** The host is with or without a port, and in any script. @type {Read} */
function hostTest(value) {
  const url = `http://${value.replace(/^\*?\./, "")}`;
  if (!URL.canParse(url)) return null;
  const { host } = new URL(url);
  const isMeant = (/** @type {string} */ site) => site === host || site.endsWith(`.${host}`);
  return { single: "host", test: ({ site }) => isMeant(site) || (site.includes(":") && isMeant(site.replace(/:\d+$/, ""))) };
}
