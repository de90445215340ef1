/** Draws text from outside with its deceptive characters marked: invisible ones, and those that reverse the text around them. */

/** @import {Segment} from "../rows/shown.js" */

import { el } from "../dom.js";
import { segmentsOf, textSegmentsOf } from "../rows/shown.js";

/** What a marked character is called in a tooltip. @type {Record<Exclude<Segment["kind"], "plain">, string>} */
const NAMES = {
  invisible: "an invisible character",
  bidi: "a character that reverses text",
  control: "a control character",
};

/** @param {Segment[]} segments @returns {(Node | string)[]} */
export function markSegments(segments) {
  return segments.map(({ text, kind }) =>
    kind === "plain" ? text : el("span", { class: "deceptive", title: `Here is ${NAMES[kind]}` }, text),
  );
}

/** A text such as that of a link, whose direction does not reach the text around it. @param {string} text */
export function isolatedText(text) {
  return el("bdi", {}, ...markSegments(textSegmentsOf(text)));
}

/** An address within a sentence, likewise. @param {string} address */
export function isolatedAddress(address) {
  return el("bdi", {}, ...markSegments(segmentsOf(address)));
}
