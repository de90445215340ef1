/**
 * Converts formatted text from the clipboard or a drag to Markdown.
 *
 * The box holds plain text, so links whose URLs are not part of the text would be lost. They are converted to
 * `[text](address)`: people see what will be checked and can edit it, and Undo works. This module does not extract
 * links. Python decides which links the text has, as for everything in the box.
 */

import { tokensOf } from "./markup.js";

/** @typedef {{text: string, links: number}} Markdown `links`: number of links whose URL is missing from the plain text */

const LINES = new Set(
  "address article aside caption center dd details div dt figcaption footer form header hr li main nav option section summary tr".split(
    " ",
  ),
);
const PARAGRAPHS = new Set("blockquote dl fieldset figure h1 h2 h3 h4 h5 h6 ol p pre table ul".split(" "));
const CELLS = new Set(["td", "th"]);

/** URLs with a scheme that is never requested. */
const UNREQUESTED = /^(?!https?:)[a-z][a-z0-9+.-]*:/i;
/** A URL that Markdown accepts between `<` and `>`. */
const AUTOLINK = /^[a-z][a-z0-9+.-]{1,31}:[^\s<>]*$/i;
/** Maximum length of a base URL, because it is repeated for each relative URL. */
const MAX_BASE = 2_000;

/**
 * Convert formatted text to Markdown. Returns null if the plain text has the URLs of all links to check.
 * @param {string} html
 * @param {string} plain the same text without formatting
 * @returns {Markdown | null}
 */
export function markdownOf(html, plain) {
  const writer = new Writer(plain);
  for (const token of tokensOf(html)) {
    if ("text" in token) writer.words(token.text);
    else writer.tag(token.name, token.attributes);
  }
  writer.endLink();
  return writer.links ? { text: writer.text, links: writer.links } : null;
}

class Writer {
  links = 0;

  /** The words of the plain text, with and without their last character, which may be punctuation. @type {Set<string>} */
  #plainWords = new Set();
  #base = "";
  /** @type {string[]} */
  #parts = [];
  /** White space to write before the next part. */
  #gap = "";
  /** The open link, with its text and the images in it. @type {{address: string, label: string, images: [string, string][]} | null} */
  #open = null;

  /** @param {string} plain */
  constructor(plain) {
    for (const word of plain.split(/\s+/)) this.#plainWords.add(word).add(word.slice(0, -1));
  }

  get text() {
    return this.#parts.join("");
  }

  /** @param {string} text */
  words(text) {
    if (this.#open) {
      this.#open.label += text;
      return;
    }
    const words = collapseWhitespace(text);
    if (words.startsWith(" ")) this.#gap ||= " ";
    if (!words.trim()) return;
    this.#put(escapeMarkdown(words.trim()));
    if (words.endsWith(" ")) this.#gap = " ";
  }

  /** @param {string} name @param {Map<string, string>} attributes */
  tag(name, attributes) {
    if (name === "a") this.#beginLink(attributes);
    else if (name === "/a") this.endLink();
    else if (name === "area") this.#writeLink(this.#address(attributes.get("href")), attributes.get("alt") ?? "");
    else if (name === "img") this.#image(attributes);
    else if (name === "base") this.#setBase(attributes.get("href") ?? "");
    else this.#break(name);
  }

  endLink() {
    if (!this.#open) return;
    const { address, label, images } = this.#open;
    this.#open = null;
    if (/^\s/.test(label)) this.#gap ||= " ";
    this.#writeLink(address, label);
    if (/\s$/.test(label)) this.#gap = " ";
    for (const image of images) this.#writeImage(...image);
  }

  /** @param {Map<string, string>} attributes */
  #beginLink(attributes) {
    this.endLink();
    const address = this.#address(attributes.get("href"));
    if (address) this.#open = { address, label: "", images: [] };
  }

  /** @param {string} address @param {string} label */
  #writeLink(address, label) {
    if (!address) return;
    const text = collapseWhitespace(label).trim();
    const bare = text === address && AUTOLINK.test(address);
    this.#put(bare ? `<${address}>` : `[${escapeLabel(text)}](${escapeDestination(address)})`);
    this.#count(address);
  }

  /** @param {Map<string, string>} attributes */
  #image(attributes) {
    const address = this.#address(attributes.get("src"));
    const alt = collapseWhitespace(attributes.get("alt") ?? "").trim();
    if (!address || UNREQUESTED.test(address)) return; // such as file: URLs in text copied from Word
    if (!this.#open) return this.#writeImage(address, alt);
    this.#open.label += ` ${alt} `;
    this.#open.images.push([address, alt]);
  }

  /** @param {string} address @param {string} alt */
  #writeImage(address, alt) {
    this.#put(`![${escapeLabel(alt)}](${escapeDestination(address)})`);
    this.#count(address);
  }

  /** Add the white space that a tag implies. @param {string} name */
  #break(name) {
    const element = name.replace("/", "");
    const lines = PARAGRAPHS.has(element) ? 2 : LINES.has(element) || name === "br" ? 1 : 0;
    if (this.#open) this.#open.label += lines || CELLS.has(element) ? " " : "";
    else if (lines === 2 || (name === "br" && this.#gap.startsWith("\n"))) this.#gap = "\n\n";
    else if (lines && !this.#gap.startsWith("\n")) this.#gap = "\n";
    else if (CELLS.has(element)) this.#gap ||= "\t";
  }

  /** @param {string} address */
  #setBase(address) {
    if (!this.#base && address.length <= MAX_BASE) this.#base = address;
  }

  /** The URL as written, or resolved against the base if there is one. Empty if it is missing or only a fragment. @param {string | undefined} written */
  #address(written = "") {
    const address = written.replace(/[\t\n\r]+/g, "").trim();
    if (!address || address.startsWith("#")) return "";
    return this.#base && URL.canParse(address, this.#base) ? new URL(address, this.#base).href : address;
  }

  /** @param {string} address */
  #count(address) {
    if (!UNREQUESTED.test(address) && !this.#plainWords.has(address)) this.links++;
  }

  /** @param {string} part */
  #put(part) {
    const previous = this.#parts.at(-1);
    if (!this.#gap && part.startsWith("[") && previous?.endsWith("!")) this.#gap = " "; // otherwise it would become an image
    if (previous !== undefined) this.#parts.push(this.#gap);
    this.#parts.push(part);
    this.#gap = "";
  }
}

/** @param {string} text */
function collapseWhitespace(text) {
  return text.replace(/[ \t\n\f\r\u00A0]+/g, " ");
}

/** Escape the characters that would begin code, a tag, an HTML block or a formula in Markdown and thereby hide a link. @param {string} text */
function escapeMarkdown(text) {
  return text.replace(/[\\`<$]|~~~/g, "\\$&");
}

/** Escape text for use between brackets in Markdown. @param {string} text */
function escapeLabel(text) {
  return escapeMarkdown(text).replace(/[[\]^]/g, "\\$&");
}

/** Escape a URL for use between parentheses in Markdown. @param {string} address */
function escapeDestination(address) {
  const written = address
    .replace(/\\/g, "\\\\")
    .replace(/&(?=#?\w{1,40};)/g, "&amp;")
    .replace(/\s/g, encodeURIComponent);
  return /[()<>]/.test(written) ? `<${written.replace(/</g, "%3C").replace(/>/g, "%3E")}>` : written;
}
