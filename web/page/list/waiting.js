/** Keeps the rows of the list in their place while a check runs, and offers those that wait until they may be inserted. */

/** @import {Run} from "../check.js" */
/** @import {View} from "../rows/view.js" */

import { byId } from "../dom.js";
import { count } from "../format.js";
import { isOpening } from "./announcing.js";

export class Waiting {
  #box = byId("waiting", HTMLElement);
  #button = byId("show-waiting", HTMLButtonElement);
  /** @type {View | null} */
  #view = null;
  /** Whether the list has been used since it was made, so that it stays as it is when the check ends. */
  #wasUsed = false;

  /** @param {() => void} show called to insert the rows that wait */
  constructor(show) {
    this.#button.addEventListener("click", show);
  }

  /**
   * Bring a list up to date.
   * @param {View} view @param {Run} run
   * @param {boolean} isUsed whether the list has a cursor or was scrolled
   * @param {number} free index of the first item below the window
   */
  update(view, run, isUsed, free) {
    this.#wasUsed = isUsed || (view === this.#view && this.#wasUsed);
    this.#view = view;
    view.update(keepsPlaces(run) || (view.waiting > 0 && this.#wasUsed), free);
  }

  /** @param {View} view @param {Run} run */
  show({ waiting }, run) {
    this.#box.hidden = !waiting && !keepsPlaces(run); // the room for the button is there before the button is
    this.#button.hidden = !waiting;
    if (waiting) this.#button.textContent = `${count(waiting)} more found, show ${waiting === 1 ? "it" : "them"}`;
  }
}

/** @param {Run} run */
function keepsPlaces(run) {
  return run.running && !isOpening(run);
}
