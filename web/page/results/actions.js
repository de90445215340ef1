/** The buttons above the table: shows those that apply, and moves the focus when the focused button is hidden. */

/** @import {Row} from "../rows/row.js" */
/** @import {Run} from "../check.js" */

import { byId } from "../dom.js";
import { count, counted, hostOf } from "../format.js";
import { UNDECIDED } from "../../client/verdicts.js";

/**
 * The action of each button.
 * @typedef {Record<"cancel" | "rest" | "limited" | "again" | "relay" | "copy", () => void>} Handlers
 */

export class Actions {
  #sentence = byId("sentence", HTMLElement);
  #cancel = byId("cancel", HTMLButtonElement);
  #rest = byId("rest", HTMLButtonElement);
  #limited = byId("limited", HTMLButtonElement);
  #again = byId("again", HTMLButtonElement);
  #relay = byId("ask-relay", HTMLButtonElement);
  #copy = byId("copy", HTMLButtonElement);
  #all = [this.#cancel, this.#rest, this.#limited, this.#again, this.#relay];

  /** @param {Handlers} handlers */
  constructor({ cancel, rest, limited, again, relay, copy }) {
    this.#cancel.addEventListener("click", cancel);
    this.#rest.addEventListener("click", rest);
    this.#limited.addEventListener("click", limited);
    this.#again.addEventListener("click", again);
    this.#relay.addEventListener("click", relay);
    this.#copy.addEventListener("click", copy);
  }

  /**
   * @param {Run} run
   * @param {Row[]} rows the rows that match the filter
   * @param {boolean} filtered whether a filter is set
   * @param {string} relay the host of a helper server, or empty
   */
  show(run, rows, filtered, relay) {
    const focused = this.#all.find((button) => button === document.activeElement);
    const limited = run.rows.links.get("rate-limited") ?? 0;
    const undecided = numberOf(rows, ({ result }) => UNDECIDED.has(result.verdict));
    this.#cancel.hidden = !run.running || run.cancelling;
    this.#rest.hidden = !run.hasRest;
    this.#rest.textContent = run.order.relay ? `Go on through ${hostOf(run.order.relay)}` : "Go on";
    this.#limited.hidden = run.running || !limited;
    this.#limited.textContent = `Check ${counted(limited, "link")} again that had too many requests`;
    const repeatable = numberOf(filtered ? rows : run.rows, (row) => !row.isFile);
    this.#again.hidden = run.running || !repeatable;
    this.#again.textContent = filtered || repeatable < run.rows.size ? `Check ${count(repeatable)} again` : "Check again";
    this.#relay.hidden = !run.running && !undecided;
    this.#relay.toggleAttribute("data-reserved", run.running); // its room is there before it is, so that the other buttons keep their place
    this.#relay.textContent = relay ? `Check ${count(undecided)} with ${relay}` : `Check ${count(undecided)} with a helper server…`;
    this.#copy.disabled = !rows.length;
    if (!focused || !(focused.hidden || focused.hasAttribute("data-reserved"))) return;
    if (this.#cancel.hidden) this.#sentence.focus({ preventScroll: true });
    else this.#cancel.focus();
  }
}

/** @param {Iterable<Row>} rows @param {(row: Row) => boolean} test */
function numberOf(rows, test) {
  let number = 0;
  for (const row of rows) if (test(row)) number++;
  return number;
}
