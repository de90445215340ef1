/** `?format=json`: the results as plain text and nothing else, for people and programs that want just that. */

/** @import {JsonHead} from "./client.js" */
/** @import {Result} from "./protocol.js" */
/** @import {Asked} from "./urlstate.js" */

import { JsonHeadError } from "./client.js";
import { el } from "./dom.js";

/** @param {JsonHead} client @param {Asked} asked */
export async function showPlain(client, asked) {
  const pre = el("pre", { id: "json", "aria-busy": "true", "data-state": "running" });
  document.body.replaceChildren(pre);
  try {
    pre.textContent = (await client.export(await ask(client, asked), "json")).text;
    pre.dataset.state = "done";
  } catch (error) {
    const code = error instanceof JsonHeadError ? error.code : "internal";
    const message = error instanceof Error ? error.message : String(error);
    pre.textContent = `${JSON.stringify({ error: { code, message } }, null, 2)}\n`;
    pre.dataset.state = "failed";
  }
  pre.removeAttribute("aria-busy");
}

/**
 * URLs keep their order and have a result each; a page's links come in the order in which they stand.
 * @param {JsonHead} client
 * @param {Asked} asked
 */
async function ask(client, { urls, page }) {
  if (page === null) return client.head(urls);
  /** @type {Result[]} */
  const results = [];
  for await (const result of client.audit({ page })) results.push(result);
  return results.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
