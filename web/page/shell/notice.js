/** Shows errors above the scenes, with buttons for what to do next, and short-lived confirmations. */

/** @import {Problem} from "../input/order.js" */

import { button, byId, el } from "../dom.js";
import { level } from "../format.js";
import { say } from "./live.js";

/** Title of each error, by code. The message below it comes from Python. @type {Record<string, string>} */
const TITLES = {
  "page-unreadable": "This page can’t be read from here",
  "page-no-answer": "The page did not reply",
  "page-timeout": "The page took too long",
  "page-status": "The page is not there",
  "no-page": "This is no web page",
  "page-refused": "This address can’t be checked",
  "too-many-links": "Too many links at once",
  "too-large": "Too large to be checked at once",
  "file-unreadable": "This can’t be read",
  "nothing-read": "Nothing could be read",
  binary: "This is not text",
  "damaged-report": "This report can’t be read",
  "too-many-findings": "This report is too long",
  "no-findings": "There is nothing to check",
  "bad-policy": "A setting is out of range",
  "worker-died": "Python stopped",
  "relay-invalid": "This can’t be a helper server",
  "relay-no-answer": "The helper server did not reply",
  "relay-timeout": "The helper server took too long",
  "relay-refused": "The helper server refused",
  "relay-nonsense": "This does not look like a helper server",
};

/** How long a confirmation is shown, in milliseconds. */
const TOAST_MS = 2500;

export class Notice {
  #box = byId("notice", HTMLElement);
  #main = byId("main", HTMLElement);
  #toast = byId("toast", HTMLElement);
  #timer = 0;

  /**
   * @param {string} title
   * @param {string} message
   * @param {HTMLElement[]} [waysOut] buttons
   * @param {string} [code]
   */
  show(title, message, waysOut = [], code = "") {
    this.#box.dataset.code = code;
    this.#box.replaceChildren(el("p", { class: "notice-title" }, title), el("p", {}, level(message)));
    this.#box.append(
      el(
        "div",
        { class: "buttons" },
        ...waysOut,
        button("Dismiss", () => this.#dismiss(), { class: "plain" }),
      ),
    );
    this.#box.hidden = false;
    this.#box.scrollIntoView({ block: "nearest" });
  }

  /** @param {Problem[]} problems one or more @param {HTMLElement[]} waysOut */
  showProblems(problems, waysOut) {
    const [{ code }] = problems;
    this.show(TITLES[code] ?? "That did not work", problems.map(({ message }) => message).join(" "), waysOut, code);
  }

  /** Hide the notice and move the focus to what is below it. */
  #dismiss() {
    this.clear();
    this.#main.focus({ preventScroll: true });
  }

  /** @param {string} [code] of the only notice to hide; all others stay */
  clear(code) {
    if (code !== undefined && this.#box.dataset.code !== code) return;
    this.#box.dataset.code = "";
    this.#box.hidden = true;
    this.#box.replaceChildren();
  }

  /** Confirm an action, also to screen readers. @param {string} message */
  toast(message) {
    say(message);
    this.#toast.textContent = message;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#toast.textContent = ""), TOAST_MS);
  }
}
