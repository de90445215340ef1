/** The links that a report calls broken, and that work from here: an accept list for the program that wrote it. */

/** @import {Deciding} from "../../client/protocol.js" */
/** @import {Run} from "../check.js" */
/** @import {Row} from "../rows/row.js" */

import { DAYS, dayIn } from "./judging.js";

/** The maximum length of a reason; the same as `MAX_REASON` in py/json_head/store/decisions/rules.py. */
const MAX_REASON = 500;

/**
 * What is fine, as decisions that are not kept. A person's word that a link is broken comes first.
 * @param {{rows: Iterable<Pick<Row, "result" | "decision">>, order: Pick<Run["order"], "report">}} run
 * @returns {Deciding[]}
 */
export function acceptedOf({ rows, order: { report } }) {
  const fine = [...rows].filter(({ result, decision }) => result.reported && result.verdict === "ok" && decision !== "broken");
  return fine.map(({ result: { url, source, reported } }) => ({
    url,
    source,
    decision: "works",
    until: dayIn(DAYS), // one request has seen that it works, and no person
    reason: `${report?.program ?? "The report"}: ${reported}`.slice(0, MAX_REASON),
  }));
}
