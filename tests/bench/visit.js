/** The tab of boot.py's case `page`: opens an address in a tab beside it, and says what that page's own clock says. */

/** @typedef {{address: string, stayMs: number}} Job */

const control = new URLSearchParams(location.search).get("control") ?? "";
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {Job} job milliseconds from the first byte of its HTML */
async function visit({ address, stayMs }) {
  const tab = /** @type {Window & typeof globalThis} */ (open(address));
  await pause(stayMs);
  const [{ responseStart }] = /** @type {PerformanceNavigationTiming[]} */ (tab.performance.getEntriesByType("navigation"));
  const since = (/** @type {string} */ name) => tab.performance.getEntriesByName(name)[0].startTime - responseStart;
  return { painted: since("first-contentful-paint"), interactive: since("interactive") };
}

/** @type {object} */
let said = { ready: navigator.userAgent };
for (;;) {
  const answer = await fetch(control, { method: "POST", body: JSON.stringify(said) });
  const job = /** @type {Job} */ (await answer.json());
  said = await visit(job).catch((error) => ({ error: String(error) }));
}
