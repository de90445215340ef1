/** What is known of the section that a working link leads to: the part of its address after #. */

/** @import {Result} from "../../client/protocol.js" */

/** Why it is unknown whether a page has what the URL's fragment points to, by rule. @type {Record<string, string>} */
const UNTOLD = {
  route: "scripts of the page read what is after #",
  lines: "what is after # names lines of a file, which scripts draw",
  format: "it is not known where links can lead to in this kind of file",
  unreadable: "the page could not be read",
};
/** Fragments that lead to the top of every page, and the start of those that scripts read; the same as in py/json_head/fragments.py. */
const TOP = /^(top)?$/i;
const ROUTE = /^[/!]/;

/** Why it is unknown whether the page has the section. @param {string} [rule] */
export function whyUntold(rule = "") {
  return UNTOLD[rule] ?? "the page does not show it";
}

/** What stands beside the verdict in the list; empty if the section was looked at, or there is none. @param {Result} result */
export function sectionWords(result) {
  const { isUnseen, isUntold, hasText } = partsOf(result);
  if (isUnseen) return "section not looked at";
  if (isUntold) return "section not known";
  return hasText ? "text not looked for" : "";
}

/** What the verdict leaves open, in whole sentences, for the details. @param {Result} result @returns {string} empty if nothing */
export function sectionNote(result) {
  const { isUnseen, isUntold, isRoute, hasText } = partsOf(result);
  const sentences = [];
  if (isUnseen && result.via === "relay") sentences.push("The section after # was not looked at: the helper server doesn't do that.");
  else if (isUnseen && !isRoute)
    sentences.push(
      "The section after # was not looked at. To have that done, switch on “Check sections of pages too” in the options and check anew.",
    );
  else if (isUnseen || isUntold)
    sentences.push(`Whether the page has the section after # is unknown, because ${whyUntold(isRoute ? "route" : result.fragment_rule)}.`);
  if (hasText) sentences.push("The text that the link is to scroll to (:~:text=) is never looked for.");
  return sentences.join(" ");
}

/** @param {Result} result */
function partsOf({ verdict, url, fragment }) {
  const [section, ...directives] = url.slice(`${url}#`.indexOf("#") + 1).split(":~:");
  const works = verdict === "ok";
  const isNamed = works && !TOP.test(section);
  return {
    isUnseen: isNamed && fragment === undefined,
    isUntold: isNamed && fragment === "not-told",
    isRoute: ROUTE.test(section),
    hasText: works && directives.length > 0,
  };
}
