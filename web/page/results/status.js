/** The second words of a verdict: what the server replied, or why nothing is known. */

/** @import {Result} from "../../client/protocol.js" */

import { sectionWords } from "../details/section.js";
import { counted, duration } from "../format.js";
import { statusWords } from "../../client/verdicts.js";

/** The most characters of a scheme. */
const MAX_SCHEME = 20;
/** Why a link was not checked, by rule. Only the details have the reasons of the other rules. @type {Record<string, string>} */
const NOT_CHECKED = {
  "invalid-url": "no valid address",
  "relative": "relative address",
  "placeholder": "placeholder of a template",
  "credentials": "has a password",
  "blocked-port": "blocked port",
  "too-long": "too long",
  "mixed-content": "http from https",
  "local-address": "local address",
  "page-policy": "forbidden by this page",
  "ignored": "left out by a comment",
  "excluded": "left out",
  "external": "another website",
  "robots": "forbidden by robots.txt",
  "robots-failed": "no robots.txt",
  "site-silent": "website gave no reply",
  "outside-root": "outside the folder",
  "file-skipped": "file not read",
  "offline": "offline",
  "cancelled": "stopped",
};

/** A status in words. @param {number} status */
export function wordOf(status) {
  return status >= 200 && status < 300 ? `there (${status})` : statusWords(status);
}

/** What stands beside the verdict in the list; empty if there is nothing to add. @param {Result} result */
export function statusOf(result) {
  const { verdict, status, rule, via, attempts, elapsed_ms, url } = result;
  if (verdict === "not-checked")
    return rule.endsWith("scheme") ? `${url.trim().split(":")[0].slice(0, MAX_SCHEME)}: link` : (NOT_CHECKED[rule] ?? "");
  const relayed = via === "relay" ? ", by the helper server" : "";
  if (verdict === "ok") return [sectionWords(result), via === "relay" ? "by the helper server" : ""].filter(Boolean).join(", ");
  if (verdict === "fragment-missing") return `not on that page${relayed}`;
  if (verdict === "timeout") return attempts.length ? `${duration(elapsed_ms)}, ${counted(attempts.length, "request")}` : "";
  if (rule === "file-missing") return "no such file";
  if (status !== undefined && status !== null) return wordOf(status) + relayed;
  return relayed.slice(2);
}
