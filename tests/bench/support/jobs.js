/** The page's side of tab.py: asks it for jobs, and says what came of each. */

/**
 * @template Job
 * @param {(job: Job) => Promise<object>} work
 * @returns {Promise<never>}
 */
export async function takeJobs(work) {
  const control = new URLSearchParams(location.search).get("control") ?? "";
  /** @type {object} */
  let said = { ready: navigator.userAgent };
  for (;;) {
    const answer = await fetch(control, { method: "POST", body: JSON.stringify(said) });
    said = await work(await answer.json()).catch((error) => ({ error: String(error) }));
  }
}
