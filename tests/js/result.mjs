/** A Result as Python posts it, for the tests of the page. */

/** @param {string} url @param {object} [parts] */
export function result(url, parts = {}) {
  return {
    ok: true,
    status: 200,
    headers: {},
    url,
    verdict: "ok",
    rule: "2xx",
    reason: "",
    final_url: url,
    redirected: false,
    method: "HEAD",
    via: "browser",
    attempts: [{}],
    elapsed_ms: 1,
    checked_at: null,
    source: null,
    line: null,
    column: null,
    text: "",
    found: "",
    ...parts,
  };
}
