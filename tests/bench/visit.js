/** The tab of boot.py's case `page`: opens an address in another tab, and reports the times of that page's own clock. */

import { takeJobs } from "./jobs.js";

/** @typedef {{address: string, stayMs: number}} Job */

/** @param {Job} job milliseconds from the first byte of its HTML */
async function visit({ address, stayMs }) {
  const tab = /** @type {Window & typeof globalThis} */ (open(address));
  await new Promise((resolve) => setTimeout(resolve, stayMs));
  const [{ responseStart }] = /** @type {PerformanceNavigationTiming[]} */ (tab.performance.getEntriesByType("navigation"));
  const since = (/** @type {string} */ name) => tab.performance.getEntriesByName(name)[0].startTime - responseStart;
  return { painted: since("first-contentful-paint"), interactive: since("interactive") };
}

await takeJobs(visit);
