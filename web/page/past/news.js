/** How a check differs from the one before, in words. */

/** @import {RunInfo} from "../../client/protocol.js" */
/** @import {Row} from "../rows/row.js" */

import { count, day, timeOfDay } from "../format.js";

/** @param {RunInfo} run @returns {string[]} the numbers of what is not new, without a date; empty if there is no earlier check */
export function changeParts({ counts, previous_at, started_at }) {
  if (previous_at === null) return [];
  const { fixed = 0, still = 0, gone = 0, unclear = 0, oldest } = counts;
  const oldestDay = oldest ? `, the oldest since ${when(oldest, started_at)}` : "";
  return [
    ...(fixed ? [`${count(fixed)} fixed`] : []),
    ...(still ? [`${count(still)} still to fix${oldestDay}`] : []),
    ...(gone ? [`${count(gone)} no longer linked`] : []),
    ...(unclear ? [`${count(unclear)} undecided now`] : []),
  ];
}

/** @param {RunInfo} run */
export function sinceWords(run) {
  const { counts, previous_at, started_at, state } = run;
  if (previous_at === null) return "";
  const fresh = counts.new ?? 0;
  // A check that was stopped may have missed what is new.
  const news = fresh ? [`${count(fresh)} new to fix`] : state === "finished" ? ["nothing new to fix"] : [];
  const [first, ...rest] = [...news, ...changeParts(run)];
  return first ? [`${first} since ${when(previous_at, started_at)}`, ...rest].join(", ") : "";
}

/**
 * A run with the numbers of what is new and still to fix after the decisions that were made since it ended.
 * @param {RunInfo} run @param {Iterable<Pick<Row, "kind" | "isNew">>} rows @param {number} fix those of them that are to fix
 */
export function withDecisions(run, rows, fix) {
  const { new: then = 0, still = 0 } = run.counts;
  if (run.previous_at === null || then + still === fix) return run;
  let fresh = 0;
  for (const row of rows) if (row.kind === "fix" && row.isNew) fresh++;
  return { ...run, counts: { ...run.counts, new: fresh, still: fix - fresh } };
}

/** A day, or the time of day if it is that of the check. @param {string} time @param {string} startedAt */
export function when(time, startedAt) {
  const [then, start] = [Date.parse(time), Date.parse(startedAt)];
  return day(then) === day(start) ? timeOfDay(then) : day(then);
}
