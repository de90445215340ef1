/** How far a check has come. */

/** @import {FoundReply} from "../client/protocol.js" */
/** @import {Problem} from "./input/order.js" */

/** Events: `change`, after every change. */
export class Progress extends EventTarget {
  /** @type {"reading" | "checking" | "done"} */
  state = "reading";
  /** @type {FoundReply["format"] | null} how the first source was read */
  format = null;
  /** @type {Problem[]} errors that prevented checking a source */
  problems = [];
  /** @type {string[]} */
  notes = [];
  /** Results so far and expected: of links, or of URLs when some are checked again. */
  progress = { done: 0, total: 0 };
  /** Number of pages of a site that were read so far, else 0. */
  pages = 0;
  /** Number of files found so far while a folder is searched, else 0. */
  files = 0;
  /** Number of links that were read and not checked because of a cancel. */
  leftOver = 0;
  /** Number of links that were found and have no result because their check failed. */
  unanswered = 0;
  /** Number of results since `started` that were actually checked, for the rate: results of cancelled links don't count. */
  checked = 0;
  /** Whether URLs are being checked again. */
  again = false;
  /** URL of the relay in use, or null. @type {string | null} */
  relay = null;
  started = performance.now();
  /** When the number of links has changed last. */
  grown = 0;
  ended = 0;

  get running() {
    return this.state !== "done";
  }

  /** Tell that something has changed. @param {Partial<Pick<Progress, "files" | "pages" | "progress">>} [parts] that have changed */
  changed(parts) {
    Object.assign(this, parts);
    this.dispatchEvent(new Event("change"));
  }
}
