/** The tab of throughput.py: reports the time of each job. */

import { takeJobs } from "./jobs.js";
import { JsonHead } from "./web/client.js";

/** @typedef {{who: "product" | "loop", urls: string[], total: number, perHost: number, batchMs: number, batchMost: number}} Job */

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

await takeJobs(async (/** @type {Job} */ job) => {
  const started = performance.now();
  const right = await (job.who === "product" ? product(job) : plain(job));
  return { ms: performance.now() - started, right };
});
