/** Another link checker's report as the input of a check: its findings are checked from here, and both verdicts are shown. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Finding} from "../../client/protocol.js" */
/** @import {Order} from "./order.js" */

import { level } from "../format.js";

/** Names of files that may be reports. */
const REPORTS = /\.(json|ndjson|jsonl|csv|xml|sarif)$/i;
/** Names of json-head's own exports. Their links are all checked again, not only the broken ones. */
const EXPORTS = /\.(json|ndjson|jsonl|csv)$/i;
/** Larger files are not tried as reports. */
const MAX_BYTES = 50_000_000;

/**
 * The check of what a report calls broken.
 * @param {JsonHead} client @param {File} file
 * @returns {Promise<Pick<Order, "sources" | "title" | "report"> | null>} null if it is no report of another link checker
 */
export async function reportIn(client, file) {
  if (!REPORTS.test(file.name) || file.size > MAX_BYTES) return null;
  try {
    const { program, items } = await client.report(file);
    if (program === "json-head" && EXPORTS.test(file.name)) return null;
    /** @type {Map<string, Finding[]>} */
    const findings = new Map();
    for (const item of items) {
      const some = findings.get(item.url);
      if (some) some.push(item);
      else findings.set(item.url, [item]);
    }
    if (!findings.size) return null;
    return { sources: [{ urls: [...findings.keys()] }], title: file.name, report: { program: level(program), findings } };
  } catch (error) {
    if (/** @type {{code?: string}} */ (error).code === "no-report") return null;
    throw error;
  }
}
