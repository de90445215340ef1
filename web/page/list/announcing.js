/** What is announced of the results: the start, the progress and the end of a check, and the number of links after a change of the list. */

/** @import {Run} from "../check.js" */
/** @import {Grouping} from "../rows/groups.js" */
/** @import {Sort} from "../rows/row.js" */
/** @import {Shares, Tab} from "../rows/tabs.js" */

import { byId } from "../dom.js";
import { count, counted } from "../format.js";
import { percentages } from "../rows/tabs.js";
import { say } from "../shell/live.js";
import { SHARES, sharesOfRun } from "../results/summary.js";

/** Minimum time between two announcements of progress, in milliseconds. */
const PROGRESS_MS = 15_000;

/** A change of the list that was made by the user. @typedef {"tab" | "filter" | "sort" | "group"} Change */

/** @type {Partial<Record<Sort["by"], string>>} */
const ORDERS = { verdict: "verdict", url: "address", places: "used on", since: "since", found: "place in the source" };

export class Announcing {
  #sentence = byId("sentence", HTMLElement);
  /** @type {Run | null} */
  #run = null;
  #wasRunning = false;
  #hadFocus = false;
  /** Time of the last announcement of progress. */
  #announced = 0;

  /** Announce what has become of a check. Called after each draw. @param {Run} run */
  show(run) {
    const { running } = run;
    const isOther = run !== this.#run;
    const hasFocus = document.activeElement === this.#sentence;
    const now = performance.now();
    if (running && (isOther || !this.#wasRunning)) {
      this.#announced = now;
      if (!isOpening(run) && run.relay === null) say("Started"); // otherwise the relay is announced
    } else if (running && now - this.#announced >= PROGRESS_MS) {
      this.#announced = now;
      say(progressWords(run, sharesOfRun(run)) ?? this.#sentence.textContent);
    } else if (!running && (isOther ? !hasFocus : this.#wasRunning)) {
      // A headline that has just got the focus is read anyway.
      say([...(hasFocus && !this.#hadFocus ? [] : [this.#sentence.textContent]), ...shareWords(sharesOfRun(run))].join(", "));
    }
    this.#run = run;
    this.#wasRunning = running;
    this.#hadFocus = hasFocus;
  }

  /** @param {Change} change @param {{number: number, sort: Sort, group: Grouping, empty: string}} list `empty`: why it has no links */
  changed(change, { number, sort: { by, down }, group, empty }) {
    const sorted = `, sorted by ${ORDERS[by] ?? by}${down ? ", descending" : ""}`;
    const grouped = group === "link" ? "" : `, by ${group === "site" ? "website" : group}`;
    say(number ? counted(number, "link") + (change === "sort" ? sorted : change === "group" ? grouped : "") : empty);
  }
}

/** Why no row is shown. @param {Pick<Run, "running">} run @param {Tab} tab @param {string} text of the filter */
export function emptyWords({ running }, tab, text) {
  if (text.trim()) return "No link fits these filters.";
  if (tab === "fix") return running ? "Nothing to fix so far." : "Nothing to fix.";
  return "No such link.";
}

/** Whether the results of a check are being read from the store. @param {Pick<Run, "state" | "record">} run */
export function isOpening({ state, record }) {
  return state === "reading" && record.restored;
}

/**
 * The progress of a check in words; null if its headline is better.
 * @param {Pick<Run, "state" | "pages" | "progress" | "again" | "relay" | "cancelling" | "offline">} run
 * @param {Pick<Shares, "fix">} shares
 */
export function progressWords({ state, pages, progress: { done, total }, again, relay, cancelling, offline }, { fix }) {
  if (state !== "checking" || again || relay !== null || cancelling || offline) return null;
  const amount = pages ? `${counted(pages, "page")} read` : `${count(done)} of ${counted(total, "link")} checked`;
  return `${amount}, ${fix ? count(fix) : "nothing"} to fix so far`;
}

/** @param {Shares} shares */
function shareWords(shares) {
  const percents = percentages(shares);
  return SHARES.filter(([name]) => shares[name]).map(([name, , words]) => `${percents[name]} ${words}`);
}
