/**
 * An address as it is shown: in parts, with marks for characters that could make it look like another one. These are invisible, change
 * the direction of the text around them (UAX #9), or are no characters of an address at all.
 */

/** @typedef {"plain" | "invisible" | "bidi" | "control"} Kind */
/** `text` of a marked character is its name, such as "U+202E". @typedef {{text: string, kind: Kind}} Segment */

/**
 * `scheme` has all that is before the host, also a user name. `query` and `fragment` begin with their mark. Only http and https URLs have a
 * scheme, host and query here.
 * @typedef {Record<"scheme" | "host" | "path" | "query" | "fragment", Segment[]> & {hostAscii: string | null}} Parts
 * `hostAscii`: the host in Punycode, as it is looked up, if it has other letters than ASCII
 */

/** Characters of a URL in its standard form. */
const ASCII = /^[\x20-\x7e]*$/;

/** By the first match: marks of direction are also ignorable. @type {[Kind, RegExp][]} */
const MARKED = [
  ["bidi", /^[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]$/u],
  ["control", /^[\p{Cc}\p{Cs}\u2028\u2029]$/u],
  ["invisible", /^[\p{Default_Ignorable_Code_Point}\p{Zs}\u2800\ufff9-\ufffb]$/u],
];

/** Any of them but the space, which is visible between other characters. */
const SPECIAL = /(?! )[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Z}\u061c\u2800\ufff9-\ufffb]/gu;

/**
 * Those that can mislead in a text. Its spaces, soft hyphens, joiners and the variants of a letter or an emoji are a part of what is written.
 */
const SPECIAL_IN_TEXT = new RegExp(`(?![\\p{Zs}\\u00ad\\u200c\\u200d\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}])${SPECIAL.source}`, "gu");

/** Maximum number of marks in a part, each of which is an element. Further characters of this kind are replaced by U+FFFD. */
const MAX_MARKS = 100;

/** @param {string} address a URL, or the path of a file @returns {Parts} */
export function partsOf(address) {
  const [, before = "", host = "", rest = address] = /^(https?:\/\/(?:[^/?#\\]*@)?)([^/?#\\]*)(.*)$/is.exec(address) ?? [];
  const [, path, query, fragment] = /** @type {string[]} */ ((host ? /^([^?#]*)(\?[^#]*)?(#.*)?$/s : /^([^#]*)()(#.*)?$/s).exec(rest));
  return {
    scheme: segmentsOf(before),
    host: segmentsOf(host),
    hostAscii: ASCII.test(host) ? null : asciiOf(host),
    path: segmentsOf(path),
    query: segmentsOf(query ?? ""),
    fragment: segmentsOf(fragment ?? ""),
  };
}

/** @param {string} text of an address @returns {Segment[]} empty if the text is */
export function segmentsOf(text) {
  return split(text, SPECIAL);
}

/** @param {string} text that people read, such as that of a link @returns {Segment[]} empty if the text is */
export function textSegmentsOf(text) {
  return split(text, SPECIAL_IN_TEXT);
}

/** @param {string} text @param {RegExp} special @returns {Segment[]} */
function split(text, special) {
  if (ASCII.test(text)) return text ? [{ text, kind: "plain" }] : [];
  /** @type {Segment[]} */
  const segments = [];
  let end = 0;
  let marks = 0;
  for (const { 0: character, index } of text.matchAll(special)) {
    if (marks++ === MAX_MARKS) break;
    if (index > end) segments.push({ text: text.slice(end, index), kind: "plain" });
    segments.push({ text: nameOf(character), kind: kindOf(character) });
    end = index + character.length;
  }
  const rest = text.slice(end).replace(special, "\ufffd");
  if (rest) segments.push({ text: rest, kind: "plain" });
  return segments;
}

/** @param {string} character @returns {Kind} */
function kindOf(character) {
  return MARKED.find(([, pattern]) => pattern.test(character))?.[0] ?? "invisible";
}

/** @param {string} character */
function nameOf(character) {
  const code = /** @type {number} */ (character.codePointAt(0));
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** @param {string} host */
function asciiOf(host) {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).host : null;
}
