/** Which two past checks are compared, and how they differ, in words. */

/** @import {Change, RunInfo} from "../../client/protocol.js" */

import { count, level } from "../format.js";
import { when } from "./news.js";
import { titleOf } from "./stored.js";

/** The check that is compared, and the earlier one or another link checker's report. @typedef {{from: RunInfo | File | null, to: RunInfo | null}} Pair */

/** Whether a run can be the earlier one: one that was stopped has not seen all links. @param {RunInfo} run */
export function canBeFrom({ state }) {
  return state === "finished";
}

/** @param {RunInfo} run */
export function canBeTo({ state }) {
  return state === "finished" || state === "interrupted";
}

/** The last check and the one of the same source before it. @param {RunInfo[]} runs the last one first @returns {Pair} */
export function lastPair(runs) {
  for (const [index, to] of runs.entries()) {
    const isEarlier = (/** @type {RunInfo} */ run) => canBeFrom(run) && run.kind === to.kind && run.source === to.source;
    const from = canBeTo(to) && runs.slice(index + 1).find(isEarlier);
    if (from) return { from, to };
  }
  return { from: null, to: runs.find(canBeTo) ?? null };
}

/** The changes that are certain: a run that was stopped does not tell what is no longer linked. @param {Change[]} changes @param {RunInfo} to */
export function certain(changes, to) {
  return to.state === "finished" ? changes : changes.filter(({ change }) => change !== "gone" && change !== "unclear");
}

/**
 * The headline of a comparison, and a sentence below it.
 * @param {Change[]} changes @param {RunInfo | File} from @param {RunInfo} to
 * @returns {{before: string, mark: string, after: string, news: string}} `mark`: the part of the headline that matters most
 */
export function headlineOf(changes, from, to) {
  const number = (/** @type {Change["change"]} */ word) => changes.filter(({ change }) => change === word).length;
  const [fresh, still, fixed, gone] = [number("new"), number("still"), number("fixed"), number("gone")];
  const then = changes.length - fresh - number("look");
  const isReport = from instanceof File;
  const oldest = changes.flatMap(({ change, since }) => (change === "still" && since ? since : [])).sort()[0];
  const since = oldest && !isReport ? `; the oldest since ${when(oldest, to.started_at)}` : "";
  const soFar = to.state === "finished" ? "" : " so far";
  // Who repairs a link writes another address: the old one is no longer linked.
  const ended = [
    ...(fixed || !gone ? [fixed ? `${count(fixed)} fixed` : `nothing fixed${soFar}`] : []),
    ...(gone ? [`${count(gone)} ${isReport ? "not in the check" : "no longer linked"}`] : []),
  ];
  const before = to.state === "finished" ? `, ${count(then)} then` : "";
  return {
    before:
      isReport || from.source !== to.source ? `Compared with ${level(nameOf(from))}: ` : `Since ${when(from.started_at, to.started_at)}: `,
    mark: fresh ? `${count(fresh)} ${isReport ? "not in it" : "new"}` : "",
    after: `${fresh ? ", " : isReport ? "all are in it, " : `nothing new${soFar}, `}${ended.join(", ")}`,
    news: `${count(fresh + still)} to fix now${before}.${still ? ` ${count(still)} as before${since}.` : ""}`,
  };
}

/** @param {RunInfo | File} compared */
export function nameOf(compared) {
  return compared instanceof File ? compared.name : titleOf(compared);
}
