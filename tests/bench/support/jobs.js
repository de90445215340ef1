/** The page's side of tab.py: fetches jobs, and posts the result of each. */

/**
 * @template Job
 * @param {(job: Job) => Promise<object>} work
 * @returns {Promise<never>}
 */
export async function takeJobs(work) {
  const control = new URLSearchParams(location.search).get("control") ?? "";
  /** @type {object} */
  let report = { ready: navigator.userAgent };
  for (;;) {
    const answer = await fetch(control, { method: "POST", body: JSON.stringify(report) });
    report = await work(await answer.json()).catch((error) => ({ error: String(error) }));
  }
}
