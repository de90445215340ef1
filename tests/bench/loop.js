/**
 * The reference of throughput.py: a module worker that only calls `fetch`, within the same limits, and posts
 * the same data in the same batches. It gives no verdicts, and handles neither failures nor time limits.
 */

/** @typedef {{urls: string[], total: number, perHost: number, batchMs: number, batchMost: number}} Job */

const OPTIONS = /** @type {const} */ ({
  method: "HEAD",
  mode: "cors",
  credentials: "omit",
  cache: "no-store",
  referrerPolicy: "no-referrer",
  redirect: "follow",
});

/** @param {MessageEvent<Job>} event */
self.onmessage = async ({ data: { urls, total, perHost, batchMs, batchMost } }) => {
  /** @type {Map<string, string[]>} */
  const queues = new Map();
  for (const url of urls) {
    const { host } = new URL(url);
    const queue = queues.get(host);
    if (queue) queue.push(url);
    else queues.set(host, [url]);
  }
  /** The queues of the hosts, each once for each of its slots. */
  const turns = [...queues].flatMap(([, queue]) => Array.from({ length: perHost }, () => queue));
  /** @type {object[]} */
  let batch = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (batch.length) self.postMessage(batch);
    batch = [];
  };
  const work = async () => {
    for (;;) {
      const queue = turns.shift();
      if (!queue) return;
      const url = queue.shift();
      if (!url) continue;
      const started = performance.now();
      const response = await fetch(url, OPTIONS);
      const { status, url: final_url, redirected } = response;
      const headers = Object.fromEntries(response.headers);
      batch.push({ url, status, headers, final_url, redirected, elapsed_ms: performance.now() - started });
      turns.push(queue);
      if (batch.length >= batchMost) flush();
      else timer ??= setTimeout(flush, batchMs);
    }
  };
  await Promise.all(Array.from({ length: total }, work));
  flush();
  self.postMessage(null);
};

self.postMessage("ready");
