/**
 * Tokenizes pasted HTML into tags and texts, in linear time for any input.
 *
 * `DOMParser` takes quadratic time for deep nesting, for unclosed formatting elements and, in Firefox, for the attributes of a
 * tag (23 s for 1 MB of them). It also reports each `style` as a violation of this page's content security policy.
 */

import { trustedTypesPolicy } from "../../client/boot/trusted-types.js";

/**
 * A text, or a tag. A tag's `name` is in lower case and begins with a slash if it ends an element.
 * @typedef {{text: string} | {name: string, attributes: Map<string, string>}} Token
 */

const TAG = /<(\/?[a-z][^\t\n\f\r />]*)/iy;
const ATTRIBUTE = /[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r >]*)))?/y;
/** Maximum size of the cache of character references. HTML has 2,125 names, and text seldom uses more than a dozen. */
const MAX_REFERENCES = 5_000;
/** Elements whose content is raw text and not visible to readers. */
const RAW = new Set(["iframe", "noembed", "noframes", "script", "style", "title", "xmp"]);

/** @param {string} html @returns {Generator<Token, void, void>} */
export function* tokensOf(html) {
  let at = 0;
  while (at < html.length) {
    const start = html.indexOf("<", at);
    if (start !== at) yield { text: decode(html.slice(at, start < 0 ? undefined : start)) };
    if (start < 0) return;
    const tag = matchAt(TAG, html, start);
    if (!tag) {
      at = afterMarkup(html, start);
      if (at === start + 1) yield { text: "<" };
      continue;
    }
    const name = tag[1].toLowerCase();
    const [attributes, end] = attributesAt(html, start + tag[0].length);
    yield { name, attributes };
    at = RAW.has(name) ? endOf(name, html, end) : end;
  }
}

/** The end of a comment, declaration or processing instruction, or the position after `<` if it is none of them. @param {string} html @param {number} start */
function afterMarkup(html, start) {
  if (!"!/?".includes(html[start + 1] ?? " ")) return start + 1;
  const [closing, from] = html.startsWith("<!--", start) ? ["-->", start + 2] : [">", start + 1];
  const end = html.indexOf(closing, from);
  return end < 0 ? html.length : end + closing.length;
}

/** The attributes after a tag's name, and the end of the tag. @param {string} html @param {number} start @returns {[Map<string, string>, number]} */
function attributesAt(html, start) {
  /** @type {Map<string, string>} */
  const attributes = new Map();
  let at = start;
  for (let match; (match = matchAt(ATTRIBUTE, html, at)); at += match[0].length) {
    const name = match[1].toLowerCase();
    if (!attributes.has(name)) attributes.set(name, decode(match[2] ?? match[3] ?? match[4] ?? ""));
  }
  const end = html.indexOf(">", at);
  return [attributes, end < 0 ? html.length : end + 1];
}

/** The end of a raw-text element's content. @param {string} name @param {string} html @param {number} start */
function endOf(name, html, start) {
  const closing = new RegExp(`</${name}`, "gi");
  closing.lastIndex = start;
  return closing.exec(html)?.index ?? html.length;
}

/** @param {RegExp} sticky @param {string} html @param {number} at */
function matchAt(sticky, html, at) {
  sticky.lastIndex = at;
  return sticky.exec(html);
}

const REFERENCE = /&#?\w{1,40};/g;
/** The only HTML that this page parses is one character reference at a time. */
const policy = trustedTypesPolicy("json-head-references", {
  createHTML: (reference) => (/^&#?\w{1,40};$/.test(reference) ? reference : ""),
});
/** @type {Map<string, string>} cache of resolved character references */
const references = new Map();
/** @type {HTMLElement | undefined} element of a document that is never shown */
let resolver;

/** Resolve the character references of a text or an attribute. @param {string} raw */
function decode(raw) {
  return raw.includes("&") ? raw.replace(REFERENCE, (reference) => references.get(reference) ?? resolve(reference)) : raw;
}

/** @param {string} reference */
function resolve(reference) {
  resolver ??= document.implementation.createHTMLDocument().body;
  resolver.innerHTML = policy.createHTML(reference);
  const character = resolver.textContent ?? reference;
  if (references.size < MAX_REFERENCES) references.set(reference, character);
  return character;
}
