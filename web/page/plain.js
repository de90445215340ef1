/** `?format=json`: shows the results as JSON text and nothing else. */

/** @import {JsonHead} from "../client/client.js" */
/** @import {Asked} from "./urlstate.js" */

import { el } from "./dom.js";
import { problemOf } from "./problem.js";
import { Rows } from "./rows/rows.js";

/** @param {JsonHead} client @param {Asked} input */
export async function showPlain(client, input) {
  const pre = el("pre", { id: "json", "aria-busy": "true", "data-state": "running" });
  document.body.replaceChildren(pre);
  try {
    pre.textContent = (await client.export(await check(client, input), "json")).text;
    pre.dataset.state = "done";
  } catch (error) {
    const { code, message } = problemOf(error);
    pre.textContent = `${JSON.stringify({ error: { code, message } }, null, 2)}\n`;
    pre.dataset.state = "failed";
  }
  pre.removeAttribute("aria-busy");
}

/**
 * One result for each URL, in the given order, followed by the page's links, grouped by source in document order.
 * @param {JsonHead} client
 * @param {Asked} input
 */
async function check(client, { urls, page, fragments }) {
  const results = await client.head(urls, { fragments });
  if (page === null) return results;
  const rows = new Rows();
  for await (const result of client.audit({ page }, { fragments })) rows.add(result);
  return [...results, ...rows.inOrder()];
}
