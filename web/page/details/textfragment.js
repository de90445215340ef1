/** URLs that open a page at one of its links (URL Fragment Text Directives, the draft of WICG). A browser that finds no such text opens the top. */

/** @import {ExcerptLine, Result} from "../../client/protocol.js" */

/** Links whose text readers see. That of images is their description, which they don't. */
const WITH_TEXT = /^(a (xlink:)?href|markdown (link|reference)|rst link|asciidoc (link|url|xref))$/;
/** The length from which a text may have been cut in the middle of a word; the same as `MAX_TEXT` in py/json_head/extract/label.py. */
const CUT_AT = 200;
/** Longer texts are named by their first and last words. */
const LONG = 80;
const MOST_WORDS = 4;
/** Texts with fewer words are likely to occur more than once, so that those around it are added. */
const FEW_WORDS = 3;

/**
 * The URL that opens the page of a link at the link.
 * @param {Pick<Result, "source" | "text" | "found">} place
 * @param {ExcerptLine[]} [lines] the lines around the link
 * @returns {string | null} null if its source is no web page, or if it has no text
 */
export function textFragment({ source, text, found }, lines = []) {
  const page = source !== null && URL.canParse(source) ? new URL(source) : null;
  if (!page || !/^https?:$/.test(page.protocol) || !WITH_TEXT.test(found)) return null;
  if (lines.some(({ text, mark }) => mark && /<img[\s/>]/i.test(text.slice(...mark)))) return null;
  const range = rangeOf(text);
  if (!range.length) return null;
  const [before, after] = wordsOf(text).length < FEW_WORDS && found.startsWith("a ") ? around(lines) : ["", ""];
  const parts = [...(before && [`${encoded(before)}-`]), ...range.map(encoded), ...(after && [`-${encoded(after)}`])];
  const [id] = page.hash.slice(1).split(":~:", 1);
  page.hash = "";
  return `${page.href}#${id}:~:text=${parts.join()}`;
}

/** A text, or the beginning and the end of a long one. @param {string} text @returns {string[]} empty if there is none */
function rangeOf(text) {
  const words = wordsOf(text);
  const isCut = [...text].length >= CUT_AT;
  if (isCut) return words.length > 1 ? [words.slice(0, Math.min(2 * MOST_WORDS, words.length - 1)).join(" ")] : [];
  const most = Math.min(MOST_WORDS, Math.floor(words.length / 2));
  if (text.length > LONG && most) return [words.slice(0, most).join(" "), words.slice(-most).join(" ")];
  return words.length ? [words.join(" ")] : [];
}

/** The words before and after a link in HTML, up to the next tag or reference. @param {ExcerptLine[]} lines */
function around(lines) {
  const marked = lines.filter(({ mark }) => mark);
  const [first, last] = [marked[0], marked.at(-1)];
  return [
    first?.mark ? wordsBefore(first.text.slice(0, first.mark[0]), first.cutBefore) : "",
    last?.mark ? wordsAfter(last.text.slice(last.mark[1]), last.cutAfter) : "",
  ];
}

/** The last words of a text. @param {string} text @param {boolean} isCut whether it may begin in the middle of a word */
function wordsBefore(text, isCut) {
  const start = text.search(/[^<>&{};]*$/);
  const words = wordsOf(text.slice(start));
  const isWhole = /\s/.test(text[start] ?? "") || (start ? text[start - 1] === ">" : !isCut);
  return words
    .slice(isWhole ? 0 : 1)
    .slice(-MOST_WORDS)
    .join(" ");
}

/** The first words of a text. @param {string} text @param {boolean} isCut whether it may end in the middle of a word */
function wordsAfter(text, isCut) {
  const end = text.search(/[<>&{};]|$/);
  const words = wordsOf(text.slice(0, end));
  const isWhole = /\s/.test(text[end - 1] ?? "") || (end < text.length ? text[end] !== "&" : !isCut);
  return words.slice(0, isWhole ? MOST_WORDS : Math.min(MOST_WORDS, words.length - 1)).join(" ");
}

/** @param {string} text */
function wordsOf(text) {
  return text.split(/\s+/).filter(Boolean);
}

/** A part of the directive. A dash, comma or ampersand would be read as its syntax. @param {string} text */
function encoded(text) {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replaceAll("-", "%2D");
}
