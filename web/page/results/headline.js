/** The headline above the results: what there is to do, and no more than was observed. */

/** @import {Run} from "../check.js" */
/** @import {Shares} from "../rows/tabs.js" */

import { count, counted, hostOf, level } from "../format.js";

/** A headline: `mark` is highlighted. @typedef {{before: string, mark: string, after: string}} Headline */

/** @param {string} before @param {string} [mark] @param {string} [after] @returns {Headline} */
const words = (before, mark = "", after = "") => ({ before, mark, after });

/**
 * @param {Pick<Run, "problems" | "leftOver" | "unanswered" | "hasRest"> & {record?: {restored: boolean}, order?: Pick<Run["order"], "report">}} run
 * @param {Shares} shares
 * @param {number} uncounted e-mail, phone and script links
 * @returns {Headline} of a check that has ended
 */
export function outcomeOf({ problems, leftOver, unanswered, hasRest, record, order }, { works, fix, look, decided, others }, uncounted) {
  const left = leftOver + unanswered;
  const stopped = hasRest ? (record?.restored ? "Not finished: " : "Stopped: ") : left ? "Stopped: " : "";
  const soFar = stopped ? " so far" : "";
  if (order?.report && works && !stopped) return secondOpinion(works, works + fix + look + decided + others);
  if (fix) return words(stopped, stopped ? `${count(fix)}` : counted(fix, "link"), ` to fix${soFar}`);
  if (!works && !look && !decided && (stopped || !others)) {
    if (stopped) return words(`${stopped}no link was checked`);
    if (problems.length) return words("Nothing was checked");
    return words(uncounted ? `No links to check, only ${counted(uncounted, "e-mail, phone or script link")}` : "No links found");
  }
  const nothing = stopped ? `${stopped}nothing to fix${soFar}` : "Nothing to fix";
  if (!works && !look && !decided && !stopped) return words(`${counted(others, "link")} not checked`);
  const lookAt = look ? `, ${count(look)} to look at` : "";
  if (stopped) return words(nothing + lookAt);
  if (look || others || decided) return words(`${nothing}${lookAt}${others ? `, ${count(others)} not checked` : ""}`);
  return words(works === 1 ? "The link works" : `All ${counted(works, "link")} work`);
}

/**
 * What can be done about a text that has no links.
 * @param {Pick<Run, "running" | "problems" | "hasRest"> & {order: Pick<Run["order"], "typed">, rows: Pick<Run["rows"], "size">}} run
 */
export function nextStepOf({ running, problems, hasRest, order, rows }) {
  if (!order.typed || running || hasRest || problems.length || rows.size) return "";
  return "Another type of text can be chosen under Options.";
}

/** @param {number} works @param {number} all links that a report calls broken @returns {Headline} */
function secondOpinion(works, all) {
  const mark = works < all ? `${count(works)} of ${count(all)}` : all === 1 ? "The only" : `All ${count(all)}`;
  return words("", mark, ` ${all === 1 ? "failure" : "failures"} in the report ${works === 1 ? "works" : "work"} from here`);
}

/**
 * @param {Run} run
 * @param {Shares} shares
 * @param {string} waiting why Python is not ready, or empty
 * @returns {Headline} of a check that is running
 */
export function progressOf(
  { state, progress: { done, total }, again, relay, cancelling, offline, title, files, record },
  { fix },
  waiting,
) {
  if (cancelling) return words("Stopping…");
  if (offline) return words("This browser seems to be offline. The check goes on when it is online again");
  if (state === "reading" && record.restored) return words(`Opening ${level(title)}: ${counted(done, "link")} so far…`);
  if (waiting) return words(waiting);
  if (files) return words(`Looking into ${level(title)}: ${counted(files, "file")} so far…`);
  if (relay !== null) return words(`Asking ${hostOf(relay)} about ${counted(total, "link")}: ${count(done)} done`);
  if (again) return words(`Checking ${counted(total, "link")} again: ${count(done)} done`);
  if (state === "reading" && !done) {
    return words(total ? `Reading ${level(title)}: ${counted(total, "link")} so far…` : `Reading ${level(title)}…`);
  }
  return fix ? words("Checking: ", `${count(fix)} to fix`, " so far") : words("Checking: nothing to fix so far");
}
