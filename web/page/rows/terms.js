/** Terms of the search field that have no meaning, in words: which they are, and what can stand in their place. */

import { VERDICTS } from "../../client/verdicts.js";
import { fieldNames, fieldTermsOf } from "./filter.js";

/** Terms that are explained at once, and characters that are shown of each. */
const MAX_TERMS = 3;
const MAX_SHOWN = 40;

/** What can follow a field. Other fields take any text. @type {Record<string, string>} */
const VALUES = {
  is: ["new", ...VERDICTS].join(", "),
  verdict: "a word of a verdict, such as broken or timed",
  status: "404, 4xx, >=400 and the like",
  host: "a website, such as example.org",
  time: ">1s, <=500ms and the like",
  size: ">1mb, <=500kb and the like",
  decided: "works, broken, ignore, no",
};

/** What follows the scheme of an address, or its host as the port. Such words are no mistyped fields. */
const NO_FIELD = /^(?:\/\/|(?:80|443|\d{4,5})(?:[/?#]|$))/;
const SCHEMES = new Set(["mailto", "tel", "sms", "javascript", "data", "blob", "file"]);

/** @param {string} text of the search field @returns {string[]} a sentence for each term that has no meaning */
export function unknownTerms(text) {
  const sentences = fieldTermsOf(text).flatMap(({ token, field, value, isField, hasMeaning }) => {
    if (hasMeaning) return [];
    const shown = token.length > MAX_SHOWN ? `${token.slice(0, MAX_SHOWN)}…` : token;
    const after = `After “${field}:” can come: ${VALUES[field] ?? "any text"}.`;
    if (isField) return value ? `“${shown}” is searched as text. ${after}` : after;
    if (!value || NO_FIELD.test(value) || SCHEMES.has(field)) return [];
    return `“${shown}” is searched as text, because “${field}:” is no field. Fields are: ${fieldNames().join(", ")}.`;
  });
  return sentences.slice(0, MAX_TERMS);
}
