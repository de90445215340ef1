/** Another link checker's report as the input of a check: its findings are checked from here, and both verdicts are shown. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Finding, Result} from "../../client/protocol.js" */
/** @import {Order, Report} from "./order.js" */

import { WORDING } from "../../client/verdicts.js";
import { counted, level } from "../format.js";

/** Names of files that may be reports. */
export const REPORTS = /\.(json|ndjson|jsonl|csv|xml|sarif)$/i;
/** Names of json-head's own exports. Their links are all checked again, not only the broken ones. */
const EXPORTS = /\.(json|ndjson|jsonl|csv)$/i;
/** Larger files are not tried as reports. */
const MAX_BYTES = 50_000_000;
/** Messages are cut after so many characters. */
const MAX_MESSAGE = 300;
/** The findings of longer reports are not stored with the check. */
const MAX_STORED = 500;

/** A report that leaves nothing to check. */
class NoFindingsError extends Error {
  code = "no-findings";
}

/**
 * The check of what a report calls broken.
 * @param {JsonHead} client @param {File} file
 * @returns {Promise<Pick<Order, "sources" | "title" | "report" | "fragments"> | null>} null if it is no report of another link checker
 * @throws {Error} for a report that is damaged, too long or without anything to check
 */
export async function reportIn(client, file) {
  if (!REPORTS.test(file.name) || file.size > MAX_BYTES) return null;
  try {
    const { program, items, withoutAddress } = await client.report(file);
    if (program === "json-head" && EXPORTS.test(file.name)) return null;
    if (!items.length) throw new NoFindingsError(emptyWords(program, withoutAddress));
    const report = { ...reportOf(program, items), withoutAddress };
    return { sources: [{ urls: [...report.findings.keys()], reported: true }], title: file.name, report, fragments: true }; // a missing section may be the finding
  } catch (error) {
    if (/** @type {{code?: string}} */ (error).code === "no-report") return null;
    throw error;
  }
}

/** @param {string} program @param {Finding[]} items @returns {Report} */
function reportOf(program, items) {
  /** @type {Report["findings"]} */
  const findings = new Map();
  for (const item of items) {
    const some = findings.get(item.url);
    if (some) some.push(item);
    else findings.set(item.url, [item]);
  }
  return { program: level(program).slice(0, MAX_MESSAGE), findings };
}

/** Why a report leaves nothing to check. @param {string} program @param {number} withoutAddress */
function emptyWords(program, withoutAddress) {
  const report = `This report (${level(program).slice(0, MAX_MESSAGE)})`;
  if (!withoutAddress) return `${report} has no failures.`;
  return `${report} has ${counted(withoutAddress, "finding")} without an address, and no other.`;
}

/** What the results do not show of a report. @param {Report | undefined} report @returns {string[]} */
export function notesOf(report) {
  const left = report?.withoutAddress ?? 0;
  return left ? [`${counted(left, "finding")} of the report without an address ${left === 1 ? "was" : "were"} left out.`] : [];
}

/** A report as it is stored with its check. @param {Report | undefined} report */
export function storedOf(report) {
  if (!report) return undefined;
  const items = [...report.findings.values()].flat();
  return { program: report.program, items: items.length > MAX_STORED ? [] : items };
}

/** A report that was stored. The store may be a file from elsewhere. @param {ReturnType<typeof storedOf>} stored @returns {Report | undefined} */
export function restoredOf(stored) {
  if (typeof stored?.program !== "string" || !Array.isArray(stored.items)) return undefined;
  return reportOf(stored.program, stored.items.filter(isFinding));
}

/** @param {any} item @returns {item is Finding} */
function isFinding(item) {
  const { url, source, line, column, text, message, verdict } = item ?? {};
  return (
    [url, text, message, verdict].every((value) => typeof value === "string") &&
    (source === null || typeof source === "string") &&
    [line, column].every((value) => value === null || typeof value === "number")
  );
}

/** The results of the links that a report has to a URL. @param {Report | undefined} report @param {Result} result of the URL @returns {Result[]} */
export function reportedLinks(report, result) {
  const findings = report?.findings.get(result.url) ?? [];
  if (!findings.length) return [result];
  return findings.map((finding) => {
    const { source, line, column, text } = finding;
    return { ...result, source, line, column, text, reported: wordsOf(finding) };
  });
}

/** The verdict of a finding, and its message. @param {Pick<Finding, "verdict" | "message">} finding */
export function wordsOf({ verdict, message }) {
  const word = Object.hasOwn(WORDING, verdict) ? WORDING[/** @type {keyof typeof WORDING} */ (verdict)].label : "Broken";
  const said = level(message).trim().slice(0, MAX_MESSAGE).replace(/\.$/, "");
  return said ? `${word} (${said})` : word;
}
