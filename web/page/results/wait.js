/** What a check waits for, in words. */

/** @import {Run} from "../check.js" */

import { elapsed, hostOf, level } from "../format.js";

/** A source that is read for longer is worth a word, in milliseconds. */
const LONG_MS = 3000;

/**
 * Empty while the check makes progress.
 * @param {Pick<Run, "state" | "running" | "cancelling" | "offline" | "wait" | "started" | "grown" | "order"> & {record: {restored: boolean}}} run
 * @param {string} booting why Python is not ready, or empty
 * @param {number} [now] a time of `performance.now()`
 */
export function waitWords({ state, running, cancelling, offline, wait, started, grown, order, record }, booting, now = performance.now()) {
  if (!running || cancelling || offline || booting) return "";
  if (wait) return wordsOf(wait, now);
  const host = state === "reading" && !record.restored ? hostOf(addressOf(order.sources)) : "";
  return host && now - Math.max(started, grown) >= LONG_MS ? replyOf(host) : "";
}

/** @param {NonNullable<Run["wait"]>} wait @param {number} now */
function wordsOf({ host, cause, until }, now) {
  const time = elapsed(Math.max(0, until - now) + 999); // never 0 s
  if (cause === "reply") return replyOf(host);
  if (cause === "rate") return `Waiting ${time}, as the options limit requests a second`;
  return `Waiting ${time} because ${level(host)} ${cause === "spaced" ? "wants pauses between requests" : "asked for it"}`;
}

/** @param {string} host */
function replyOf(host) {
  return `Waiting for a reply from ${level(host)}`;
}

/** The page or the site that a check reads, or empty. @param {Run["order"]["sources"]} sources */
function addressOf([source]) {
  if (typeof source !== "object") return "";
  return String(("site" in source && source.site) || ("page" in source && source.page) || "");
}
