/** The second words of a verdict: what the server replied, or why nothing is known. */

/** @import {Result} from "../../client/protocol.js" */

import { counted, duration } from "../format.js";

/** @type {Record<number, string>} */
const STATUSES = {
  401: "sign-in needed (401)",
  403: "not for everybody (403)",
  404: "not found (404)",
  410: "gone (410)",
  429: "too many requests (429)",
};

/** A status in words. @param {number} status */
export function wordOf(status) {
  if (STATUSES[status]) return STATUSES[status];
  if (status >= 200 && status < 300) return `there (${status})`;
  return status >= 500 && status < 600 ? `error ${status}` : `status ${status}`;
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
