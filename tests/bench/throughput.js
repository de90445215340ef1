/** The tab of throughput.py: asks it for jobs, and says how long each took. Nothing looks into this browser from outside. */

import { JsonHead } from "./web/client.js";

/** @typedef {{who: "product" | "loop", urls: string[], total: number, perHost: number, batchMs: number, batchMost: number}} Job */

const control = new URLSearchParams(location.search).get("control") ?? "";
const loop = new Worker("loop.js", { type: "module" });
await new Promise((resolve) => (loop.onmessage = resolve));
const client = new JsonHead();
await client.ready;

/** @param {Job} job */
async function product({ urls }) {
  const results = [];
  for await (const result of client.audit({ urls })) results.push(result);
  return results.filter(({ verdict, headers }) => verdict === "ok" && headers?.["content-type"]).length;
}

/** @param {Job} job */
async function plain(job) {
  /** @type {{status: number, headers: Record<string, string>}[]} */
  const results = [];
  await new Promise((resolve) => {
    loop.onmessage = ({ data }) => (data ? results.push(...data) : resolve(undefined));
    loop.postMessage(job);
  });
  return results.filter(({ status, headers }) => status === 200 && headers["content-type"]).length;
}

/** @type {object} */
let said = { ready: navigator.userAgent };
for (;;) {
  const answer = await fetch(control, { method: "POST", body: JSON.stringify(said) });
  const job = /** @type {Job} */ (await answer.json());
  const started = performance.now();
  try {
    const right = await (job.who === "product" ? product(job) : plain(job));
    said = { ms: performance.now() - started, right };
  } catch (error) {
    said = { error: String(error) };
  }
}
