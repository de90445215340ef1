/** The text box: takes text in such a way that Undo takes it out again, and tells what it made of formatted text. */

/** @import {Markdown} from "./richtext.js" */

import { button, byId } from "../dom.js";
import { counted } from "../format.js";
import { markdownOf } from "./richtext.js";

/** Formats in which Python finds links that are written as Markdown. */
const WITH_LINKS = new Set(["auto", "text", "markdown"]);
/** Chromium takes quadratic time for the lines that it inserts: 5 s for 1,000 of them, 0.1 s for 200. */
const MAX_UNDO_LINES = 200;

/**
 * Text as a clipboard or a drag has it, and as Markdown if formatted text has links to check that the plain text does not spell out.
 * @typedef {{plain: string, markdown: Markdown | null}} Taken
 */

export class Box {
  #field = byId("text", HTMLTextAreaElement);
  #format = byId("format", HTMLSelectElement);
  #note = byId("taken", HTMLElement);
  /** What stands in the box for formatted text, as long as the note says so. */
  #written = { start: 0, text: "" };

  constructor() {
    this.#field.addEventListener("input", () => {
      const { start, text } = this.#written;
      if (!this.#field.value.startsWith(text, start)) this.#forget();
    });
  }

  /** What is selected: where it begins and ends. @returns {[number, number]} */
  get selection() {
    return [this.#field.selectionStart, this.#field.selectionEnd];
  }

  /** Behind all that is in the box. @returns {[number, number]} */
  get end() {
    const { length } = this.#field.value;
    return [length, length];
  }

  /** @returns {[number, number]} */
  get whole() {
    return [0, this.#field.value.length];
  }

  /** @param {EventTarget | null} target */
  is(target) {
    return target === this.#field;
  }

  /** The place in the text at a pointer; behind all of it if the browser does not tell. @param {MouseEvent} event @returns {[number, number]} */
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
   * Put text in, with the links of formatted text.
   * @param {Taken} taken
   * @param {[number, number]} place what it replaces
   * @param {"" | "line" | "word"} [apart] whether it is to have lines of its own, or must not touch a word beside it
   */
  take({ plain, markdown }, [from, to], apart = "") {
    const written = markdown !== null && WITH_LINKS.has(this.#format.value);
    const text = (written ? markdown.text : plain).replace(/\r\n?/g, "\n");
    const beside = apart === "line" ? /[^\n]/ : /\S/;
    const { value } = this.#field;
    const before = apart && from > 0 && beside.test(value[from - 1]) ? "\n" : "";
    const after = apart && to < value.length && beside.test(value[to]) ? "\n" : "";
    this.#replace(before + text + after, from, to);
    if (!markdown) return;
    const links = counted(markdown.links, "link");
    if (!written) {
      const format = this.#format.selectedOptions[0].text;
      this.#note.textContent = `${links} of the formatted text left out, because the box is read as “${format}”.`;
      return;
    }
    this.#written = { start: from + before.length, text };
    this.#note.replaceChildren(
      `${links} of the formatted text written out. `,
      button("Use plain text", () => this.#usePlain(plain), { class: "plain" }),
    );
  }

  /** Put text in place of all that is in the box, and the caret before it. @param {string} text */
  fill(text) {
    this.#replace(text, ...this.whole);
    this.#field.setSelectionRange(0, 0);
    this.#field.scrollTop = 0;
  }

  /** @param {string} text @param {number} from @param {number} to */
  #replace(text, from, to) {
    this.#field.focus();
    this.#field.setSelectionRange(from, to);
    // The only change of a field that Undo can take back. It fires `input` by itself.
    const lines = text.split("\n", MAX_UNDO_LINES + 1).length;
    if (lines <= MAX_UNDO_LINES && document.execCommand("insertText", false, text)) return;
    this.#field.setRangeText(text, from, to, "end");
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {string} plain */
  #usePlain(plain) {
    const { start, text } = this.#written;
    this.#forget();
    this.#replace(plain, start, start + text.length);
  }

  #forget() {
    this.#written = { start: 0, text: "" };
    this.#note.textContent = "";
  }
}
