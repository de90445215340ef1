/** The second words of a verdict: what the server replied, or why nothing is known. */

/** @import {Result} from "../../client/protocol.js" */

import { counted, duration } from "../format.js";
import { statusWords } from "../../client/verdicts.js";

/** A status in words. @param {number} status */
export function wordOf(status) {
  return status >= 200 && status < 300 ? `there (${status})` : statusWords(status);
}

/** What stands beside the verdict in the list; empty if there is nothing to add. @param {Result} result */
export function statusOf({ verdict, status, rule, via, attempts, elapsed_ms }) {
  const relayed = via === "relay" ? ", by the helper server" : "";
  if (verdict === "ok") return via === "relay" ? "by the helper server" : "";
  if (verdict === "fragment-missing") return `not on that page${relayed}`;
  if (verdict === "timeout") return attempts.length ? `${duration(elapsed_ms)}, ${counted(attempts.length, "request")}` : "";
  if (rule === "file-missing") return "no such file";
  if (status !== undefined && status !== null) return wordOf(status) + relayed;
  return relayed.slice(2);
}
