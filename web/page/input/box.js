/** The text box: inserts text so that Undo can remove it, and reports how formatted text was converted. */

/** @import {Markdown} from "./richtext.js" */

import { button, byId } from "../dom.js";
import { counted } from "../format.js";
import { say } from "../shell/live.js";
import { markdownOf } from "./richtext.js";

/** Formats in which Python finds links in Markdown syntax. */
const WITH_LINKS = new Set(["auto", "text", "markdown"]);
/** Maximum number of lines inserted with Undo. Chromium takes quadratic time for them: 0.1 s for 200 lines, 5 s for 1,000. */
const MAX_UNDO_LINES = 200;

/**
 * Text from the clipboard or a drag. `markdown` is set if its formatted text has links to check that are missing from the plain text.
 * @typedef {{plain: string, markdown: Markdown | null}} Taken
 */

export class Box {
  #field = byId("text", HTMLTextAreaElement);
  #format = byId("format", HTMLSelectElement);
  #note = byId("taken", HTMLElement);
  /** The Markdown last inserted for formatted text, while the note about it is shown. */
  #inserted = { start: 0, text: "" };
  #reveal;

  /** @param {() => void} reveal makes the box visible */
  constructor(reveal) {
    this.#reveal = reveal;
    this.#field.addEventListener("input", () => {
      const { start, text } = this.#inserted;
      if (!this.#field.value.startsWith(text, start)) this.#forget();
    });
  }

  /** Start and end of the selection. @returns {[number, number]} */
  get selection() {
    return [this.#field.selectionStart, this.#field.selectionEnd];
  }

  /** An empty range at the end of the text. @returns {[number, number]} */
  get end() {
    const { length } = this.#field.value;
    return [length, length];
  }

  /** @param {EventTarget | null} target */
  is(target) {
    return target === this.#field;
  }

  /** An empty range at the pointer, or at the end of the text if the browser does not provide it. @param {MouseEvent} event @returns {[number, number]} */
  placeAt({ clientX, clientY }) {
    const place = document.caretPositionFromPoint?.(clientX, clientY);
    return place && this.is(place.offsetNode) ? [place.offset, place.offset] : this.end;
  }

  /** @param {DataTransfer} data @returns {Taken} */
  read(data) {
    const plain = data.getData("text/plain");
    const html = data.getData("text/html");
    return { plain, markdown: html ? markdownOf(html, plain) : null };
  }

  /**
   * Insert text, with the links of formatted text.
   * @param {Taken} taken
   * @param {[number, number]} place the range that it replaces
   * @param {"" | "line" | "word"} [apart] whether it gets lines of its own, or is separated from adjacent words
   */
  take({ plain, markdown }, [from, to], apart = "") {
    const asMarkdown = markdown !== null && WITH_LINKS.has(this.#format.value);
    const text = (asMarkdown ? markdown.text : plain).replace(/\r\n?/g, "\n");
    const adjacent = apart === "line" ? /[^\n]/ : /\S/;
    const { value } = this.#field;
    const before = apart && from > 0 && adjacent.test(value[from - 1]) ? "\n" : "";
    const after = apart && to < value.length && adjacent.test(value[to]) ? "\n" : "";
    this.#replace(before + text + after, from, to);
    if (!markdown) return;
    const links = counted(markdown.links, "link");
    if (!asMarkdown) {
      const format = this.#format.selectedOptions[0].text;
      return this.#tell(`${links} of the formatted text left out, because the box is read as “${format}”.`);
    }
    this.#inserted = { start: from + before.length, text };
    this.#tell(
      `${links} of the formatted text written out.`,
      " ",
      button("Use plain text", () => this.#usePlain(plain), { class: "plain" }),
    );
  }

  /** @param {string} message @param {...(HTMLElement | string)} actions */
  #tell(message, ...actions) {
    this.#note.replaceChildren(message, ...actions);
    say(message);
  }

  /** @param {string} text @param {number} from @param {number} to */
  #replace(text, from, to) {
    if (!this.#field.checkVisibility()) this.#reveal(); // a hidden field can't have the focus, and nobody would see the text
    this.#field.focus();
    this.#field.setSelectionRange(from, to);
    // The only way to change a field that Undo can revert. It fires `input` itself.
    const lines = text.split("\n", MAX_UNDO_LINES + 1).length;
    if (lines <= MAX_UNDO_LINES && document.execCommand("insertText", false, text)) return;
    this.#field.setRangeText(text, from, to, "end");
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {string} plain */
  #usePlain(plain) {
    const { start, text } = this.#inserted;
    this.#forget();
    this.#replace(plain, start, start + text.length);
  }

  #forget() {
    this.#inserted = { start: 0, text: "" };
    this.#note.textContent = "";
  }
}
