/** What a person has to do with a link, by its verdict and the person's own word. The same as `kind_of` in py/json_head/export/decided.py, which the report has. */

/** @import {Verdict} from "../../client/verdicts.js" */
/** @import {Decision} from "./row.js" */

import { TO_FIX } from "../../client/verdicts.js";

/** `decided`: it is neither to fix nor to look at, because a person said that it works or is to be ignored. @typedef {"works" | "fix" | "look" | "decided" | "unchecked"} Kind */

/** @param {Verdict} verdict @param {Decision | null} decision @returns {Kind} */
export function kindOf(verdict, decision) {
  if (decision === "broken") return "fix";
  if (verdict === "not-checked") return "unchecked";
  if (verdict === "ok") return "works";
  if (decision) return "decided";
  return TO_FIX.includes(verdict) ? "fix" : "look";
}
