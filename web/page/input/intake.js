/**
 * What is pasted or dropped: text and links go into the box, files and folders are checked.
 *
 * A field takes text as the browser puts it in, with two exceptions in the box: formatted text keeps its links
 * (web/page/input/richtext.js), and what is dropped does not join an address that stands there.
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
  /** Where the drag began that is under way, if on this page. @type {EventTarget | null} */
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
      if (event.relatedTarget === null) this.#overlay.hidden = true; // it left the window, not just an element
    });
    addEventListener("drop", (event) => this.#drop(event));
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const { target, clipboardData } = event;
    const inBox = this.#box.is(target);
    if (!clipboardData || (isField(target) && !inBox)) return;
    const taken = this.#box.read(clipboardData);
    // Word processors and spreadsheets put a picture of the text beside it, as a file.
    const isText = taken.markdown || (taken.plain && clipboardData.types.includes("text/html"));
    if (clipboardData.files.length && !isText) {
      event.preventDefault();
      this.#takeFiles([...clipboardData.files]);
    } else if (taken.markdown || (taken.plain && !inBox)) {
      event.preventDefault();
      this.#box.take(taken, inBox ? this.#box.selection : this.#box.end, inBox ? "" : "line");
    }
  }

  /** @param {DragEvent} event */
  #dragOver(event) {
    const types = event.dataTransfer?.types ?? [];
    // A picture of a page comes as a file too; what it is shows when it is dropped.
    const text = TEXT.some((type) => types.includes(type)) && this.#takesText(event);
    const files = types.includes("Files");
    // The box takes text by itself, and shows where.
    const ours = files || (text && !this.#box.is(event.target));
    this.#overlay.hidden = !ours;
    if (ours) event.preventDefault(); // else a file would be opened, and nothing else could be dropped
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
    const taken = links ? { plain: links, markdown: null } : this.#box.read(dataTransfer);
    const inBox = this.#box.is(event.target);
    if (!taken.markdown && !(inBox ? taken.plain.includes("://") : taken.plain)) return;
    event.preventDefault();
    this.#box.take(taken, inBox ? this.#box.placeAt(event) : this.#box.end, inBox && !links ? "word" : "line");
  }

  /** Whether text that is dropped here is ours to put into the box. @param {DragEvent} event */
  #takesText({ target }) {
    if (this.#box.is(target)) return !this.#box.is(this.#origin);
    return this.#origin === null && !isField(target);
  }
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}

/** The addresses of dragged links, one a line; empty if there are none. @param {DataTransfer} data */
function linksOf(data) {
  const lines = data.getData("text/uri-list").split(/\r?\n/);
  return lines.filter((line) => line && !/^(#|file:)/i.test(line)).join("\n");
}

/** Files and folders that were dropped. They are to be asked for before the event is over. @param {DataTransfer} data @returns {Dropped[]} */
function droppedOf(data) {
  return [...data.items].flatMap((item) => {
    const entry = item.kind === "file" ? item.webkitGetAsEntry?.() : null;
    return entry?.isDirectory ? /** @type {FileSystemDirectoryEntry} */ (entry) : (item.getAsFile() ?? []);
  });
}
