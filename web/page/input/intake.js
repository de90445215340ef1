/**
 * Handles paste and drop: text and links are inserted into the box, files and folders are checked.
 *
 * The browser inserts text into fields by itself, with two exceptions in the box: formatted text keeps its links
 * (web/page/input/richtext.js), and dropped text is separated from a URL next to it.
 */

/** @import {Box} from "./box.js" */
/** @import {Dropped} from "./folder.js" */

import { byId } from "../dom.js";

/** @typedef {(dropped: Dropped[]) => void} TakeFiles called with files and folders that were dropped or pasted */

const TEXT = ["text/uri-list", "text/html", "text/plain"];

export class Intake {
  #box;
  #takeFiles;
  #overlay = byId("drop", HTMLElement);
  /** Where the current drag began, if on this page. @type {EventTarget | null} */
  #origin = null;

  /** @param {Box} box @param {TakeFiles} takeFiles */
  constructor(box, takeFiles) {
    this.#box = box;
    this.#takeFiles = takeFiles;
    document.addEventListener("paste", (event) => this.#paste(event));
    addEventListener("dragstart", ({ target }) => (this.#origin = target));
    addEventListener("dragend", () => (this.#origin = null));
    addEventListener("dragover", (event) => this.#dragOver(event));
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) this.#overlay.hidden = true; // the pointer left the window, not just an element
    });
    addEventListener("drop", (event) => this.#drop(event));
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const { target, clipboardData } = event;
    const inBox = this.#box.is(target);
    if (!clipboardData || (isField(target) && !inBox)) return;
    const content = this.#box.read(clipboardData);
    // Word processors and spreadsheets add a picture of the text to the clipboard, as a file.
    const isText = content.markdown || (content.plain && clipboardData.types.includes("text/html"));
    if (clipboardData.files.length && !isText) {
      event.preventDefault();
      this.#takeFiles([...clipboardData.files]);
    } else if (content.markdown || (content.plain && !inBox)) {
      event.preventDefault();
      this.#box.take(content, inBox ? this.#box.selection : this.#box.end, inBox ? "" : "line");
    }
  }

  /** @param {DragEvent} event */
  #dragOver(event) {
    const types = event.dataTransfer?.types ?? [];
    // A dragged picture of a page has files and text. The drop handler decides between them.
    const text = TEXT.some((type) => types.includes(type)) && this.#takesText(event);
    const files = types.includes("Files");
    // The browser handles text dragged over the box, and shows the insertion point.
    const handled = files || (text && !this.#box.is(event.target));
    this.#overlay.hidden = !handled;
    if (handled) event.preventDefault(); // otherwise the browser would open files and reject other drops
  }

  /** @param {DragEvent} event */
  #drop(event) {
    this.#overlay.hidden = true;
    const { dataTransfer } = event;
    if (!dataTransfer) return;
    const links = linksOf(dataTransfer);
    if (dataTransfer.types.includes("Files") && !links) {
      event.preventDefault();
      this.#takeFiles(droppedOf(dataTransfer));
      return;
    }
    if (!this.#takesText(event)) return;
    const content = links ? { plain: links, markdown: null } : this.#box.read(dataTransfer);
    const inBox = this.#box.is(event.target);
    if (!content.markdown && !(inBox ? content.plain.includes("://") : content.plain)) return;
    event.preventDefault();
    this.#box.take(content, inBox ? this.#box.placeAt(event) : this.#box.end, inBox && !links ? "word" : "line");
  }

  /** Whether this module handles text dropped here, instead of the browser. @param {DragEvent} event */
  #takesText({ target }) {
    if (this.#box.is(target)) return !this.#box.is(this.#origin);
    return this.#origin === null && !isField(target);
  }
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

/** The URLs of dragged links, one a line; empty if there are none. @param {DataTransfer} data */
function linksOf(data) {
  const lines = data.getData("text/uri-list").split(/\r?\n/);
  return lines.filter((line) => line && !/^(#|file:)/i.test(line)).join("\n");
}

/** Dropped files and folders. They can only be read during the event. @param {DataTransfer} data @returns {Dropped[]} */
function droppedOf(data) {
  return [...data.items].flatMap((item) => {
    const entry = item.kind === "file" ? item.webkitGetAsEntry?.() : null;
    return entry?.isDirectory ? /** @type {FileSystemDirectoryEntry} */ (entry) : (item.getAsFile() ?? []);
  });
}
