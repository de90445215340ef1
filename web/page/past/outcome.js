/** The outcome of a check that was kept, in words. */

/** @import {RunInfo} from "../../client/protocol.js" */
/** @import {Verdict} from "../../client/verdicts.js" */

import { TO_FIX, TO_LOOK_AT } from "../../client/verdicts.js";
import { count, counted } from "../format.js";
import { changeParts } from "./news.js";

/** The outcome of a run in a few words, with the verdict whose icon and colour it has. @param {RunInfo} run @returns {[Verdict, string]} */
export function outcomeOf(run) {
  const { state, counts } = run;
  const [fix, look] = [linksToFix(run), counts.to_do?.look ?? sumOf(run, TO_LOOK_AT)];
  const { ok = 0, "not-checked": unchecked } = counts.urls ?? counts.verdicts ?? {};
  const fresh = counts.new ? `, ${count(counts.new)} new` : "";
  if (state === "unfinished") return ["not-checked", run.running ? "running" : "not finished"];
  if (state === "failed") return ["not-checked", "could not be read"];
  const soFar = state === "interrupted" ? "not finished, " : "";
  if (fix) return ["broken", `${soFar}${count(fix)} to fix${fresh}`];
  if (look) return ["answered-unreadable", `${soFar}${count(look)} to look at`];
  if (counts.to_do?.decided && !soFar) return ["ok", "nothing to fix"];
  if (!ok) return ["not-checked", `${soFar}${unchecked ? "nothing was checked" : "no links"}`];
  if (soFar) return ["ok", `${soFar}nothing to fix so far`];
  return ["ok", ok === 1 ? "the link works" : `all ${counted(ok, "link")} work`];
}

/** The outcome, and how it differs from that of the run before. @param {RunInfo} run */
export function summaryOf(run) {
  return [outcomeOf(run)[1], ...changeParts(run).slice(0, 2)].join(" · ");
}

/** @param {RunInfo} run */
export function linksToFix(run) {
  return run.counts.to_do?.fix ?? sumOf(run, TO_FIX);
}

/** @param {RunInfo} run @param {Verdict[]} chosen */
function sumOf({ counts: { verdicts, urls = verdicts ?? {} } }, chosen) {
  return chosen.reduce((sum, verdict) => sum + (urls[verdict] ?? 0), 0);
}
