/**
 * Formatted text, as it comes from the clipboard or a drag, written out as Markdown.
 *
 * The box holds plain text, so links whose addresses are not part of the text would be lost in it. Here they become
 * `[text](address)`: a person sees what will be checked, can edit it, and Undo works. This is a conversion and no
 * extraction. Python decides which links the text has, as it does for everything in the box.
 */

import { tokensOf } from "./markup.js";

/** @typedef {{text: string, links: number}} Markdown `links`: how many of them the plain text does not spell out */

const LINES = new Set(
  "address article aside caption center dd details div dt figcaption footer form header hr li main nav option section summary tr".split(" "),
);
const PARAGRAPHS = new Set("blockquote dl fieldset figure h1 h2 h3 h4 h5 h6 ol p pre table ul".split(" "));
const CELLS = new Set(["td", "th"]);

/** Schemes that are never requested. */
const UNREQUESTED = /^(?!https?:)[a-z][a-z0-9+.-]*:/i;
/** An address that Markdown takes between `<` and `>`. */
const AUTOLINK = /^[a-z][a-z0-9+.-]{1,31}:[^\s<>]*$/i;
/** A longer base would be repeated with each relative address. */
const MAX_BASE = 2_000;

/**
 * Formatted text as Markdown, or null if it has no link to check that the plain text does not spell out.
 * @param {string} html
 * @param {string} plain the same as plain text
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

  /** What stands between white space in the plain text, also without its last character. @type {Set<string>} */
  #spelled = new Set();
  #base = "";
  /** @type {string[]} */
  #parts = [];
  /** The white space before the next part. */
  #gap = "";
  /** The link that is open, with its text and the images in it. @type {{address: string, label: string, images: [string, string][]} | null} */
  #open = null;

  /** @param {string} plain */
  constructor(plain) {
    for (const word of plain.split(/\s+/)) this.#spelled.add(word).add(word.slice(0, -1));
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
    const words = folded(text);
    if (words.startsWith(" ")) this.#gap ||= " ";
    if (!words.trim()) return;
    this.#put(escaped(words.trim()));
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
    const text = folded(label).trim();
    const bare = text === address && AUTOLINK.test(address);
    this.#put(bare ? `<${address}>` : `[${labelled(text)}](${destination(address)})`);
    this.#count(address);
  }

  /** @param {Map<string, string>} attributes */
  #image(attributes) {
    const address = this.#address(attributes.get("src"));
    const alt = folded(attributes.get("alt") ?? "").trim();
    if (!address || UNREQUESTED.test(address)) return; // such as file: in what Word copies
    if (!this.#open) return this.#writeImage(address, alt);
    this.#open.label += ` ${alt} `;
    this.#open.images.push([address, alt]);
  }

  /** @param {string} address @param {string} alt */
  #writeImage(address, alt) {
    this.#put(`![${labelled(alt)}](${destination(address)})`);
    this.#count(address);
  }

  /** The white space that a tag stands for. @param {string} name */
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

  /** An address as it is written, or resolved if there is a base. EmptyError if it leads nowhere else. @param {string | undefined} written */
  #address(written = "") {
    const address = written.replace(/[\t\n\r]+/g, "").trim();
    if (!address || address.startsWith("#")) return "";
    return this.#base && URL.canParse(address, this.#base) ? new URL(address, this.#base).href : address;
  }

  /** @param {string} address */
  #count(address) {
    if (!UNREQUESTED.test(address) && !this.#spelled.has(address)) this.links++;
  }

  /** @param {string} part */
  #put(part) {
    const before = this.#parts.at(-1);
    if (!this.#gap && part.startsWith("[") && before?.endsWith("!")) this.#gap = " "; // or it would be an image
    if (before !== undefined) this.#parts.push(this.#gap);
    this.#parts.push(part);
    this.#gap = "";
  }
}

/** @param {string} text */
function folded(text) {
  return text.replace(/[ \t\n\f\r\u00A0]+/g, " ");
}

/** Text without what would begin code, a tag, an HTML block or a formula in Markdown, and so hide a link. @param {string} text */
function escaped(text) {
  return text.replace(/[\\`<$]|~~~/g, "\\$&");
}

/** Text as Markdown takes it between brackets. @param {string} text */
function labelled(text) {
  return escaped(text).replace(/[[\]^]/g, "\\$&");
}

/** An address as Markdown takes it between parentheses. @param {string} address */
function destination(address) {
  const written = address.replace(/\\/g, "\\\\").replace(/&(?=#?\w{1,40};)/g, "&amp;").replace(/\s/g, encodeURIComponent); // prettier-ignore
  return /[()<>]/.test(written) ? `<${written.replace(/</g, "%3C").replace(/>/g, "%3E")}>` : written;
}
