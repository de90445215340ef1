/** Exports results to the clipboard or as a file. Python writes the text. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {ExportFormat, PatchReply} from "../../client/protocol.js" */
/** @import {Run} from "../check.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Judging} from "../triage/judging.js" */

import { el } from "../dom.js";
import { counted } from "../format.js";
import { say } from "../shell/live.js";
import { aboutOf, datedName, fileName, sourceName, startOf } from "./about.js";

/** GitLab’s documentation has this name. */
const GITLAB = "gl-code-quality-report";
/** Without this mark, Excel takes the letters of a spreadsheet for those of another encoding. */
const BYTE_ORDER_MARK = "\ufeff";

/** What exports are made of, next to rows. @typedef {{client: JsonHead, judging: Judging}} Ports */

/** Have the browser save rows of a check. @param {Ports} ports @param {Run} run @param {Row[] | null} rows null for all @param {ExportFormat} format */
export async function saveRows(ports, run, rows, format) {
  const { text, mediaType, extension } = await exported(ports, run, rows, format);
  const name = format === "gitlab" ? datedName(GITLAB, extension) : nameOf(run, format, extension);
  save(extension === "csv" ? BYTE_ORDER_MARK + text : text, mediaType, name);
}

/** Both the spreadsheet and the redirects are CSV. @param {Run} run @param {ExportFormat} format @param {string} extension */
function nameOf(run, format, extension) {
  return fileName(sourceName(run), startOf(run), extension, format === "redirects" ? "redirects" : "");
}

/**
 * Have the browser save a patch that repairs links, and report what it repairs.
 * @param {JsonHead} client @param {Run} run one with contents @param {Notice} notice @param {string[]} [redirects] URLs that get the address they lead to
 */
export async function savePatch(client, run, notice, redirects) {
  const { contents, results } = run.repairable ?? { contents: [], results: [] };
  try {
    /** @type {PatchReply[]} */
    const patches = [];
    for (const source of contents) patches.push(await client.patch(source, results, { redirects }));
    const total = /** @param {"links" | "files" | "left"} key */ (key) => patches.reduce((sum, patch) => sum + patch[key], 0);
    const name = fileName(sourceName(run), startOf(run), "patch");
    if (total("links")) save(patches.map(({ text }) => text).join(""), "text/x-diff", name);
    const left = total("left") ? ` ${counted(total("left"), "link")} left to you.` : "";
    const done = `${counted(total("links"), "link")} in ${counted(total("files"), "file")} repaired in the patch.`;
    notice.toast((total("links") ? done : "No link has a new address that is certain.") + left);
  } catch (error) {
    tellFailure(error, notice);
  }
}

/** @param {unknown} error @param {Notice} notice */
export function tellFailure(error, notice) {
  notice.show("The file could not be written", String(error));
}

/**
 * The results of rows as text, with the decisions that apply to them. The rows of a site have the first place of each link, and the store has all.
 * @param {Ports} ports @param {Run} run @param {Row[] | null} rows null for all @param {ExportFormat} format
 */
export async function exported({ client, judging }, run, rows, format) {
  const { id } = run.record;
  const about = aboutOf(run, rows);
  if (run.isSite && !run.running && id !== null) {
    const urls = rows?.map(({ result }) => result.url);
    return client.history.export(id, format, { urls, about });
  }
  await judging.load();
  const results = rows ? rows.flatMap(({ places }) => places) : run.rows.inOrder();
  return client.export(judging.mark(rows ?? run.rows, results), format, about);
}

/** The results of rows as JSON. @param {Ports} ports @param {Run | null} run @param {Row[]} rows */
export async function jsonOf(ports, run, rows) {
  return run ? (await exported(ports, run, rows, "json")).text : "[]";
}

/** Have the browser save a file. @param {string | Uint8Array<ArrayBuffer>} content @param {string} mediaType @param {string} name */
export function save(content, mediaType, name) {
  const href = URL.createObjectURL(new Blob([content], { type: mediaType }));
  el("a", { href, download: name }).click();
  say(`Saved ${name}`);
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the download reads it after the click
}

/**
 * Copy text to the clipboard, and report that.
 * @param {string | Promise<string>} text
 * @param {string} name of the text, for people
 * @param {Notice} notice
 */
export async function copy(text, name, notice) {
  try {
    await write(text);
    notice.toast(`${name} copied`);
  } catch (error) {
    notice.show("The clipboard can’t be used", error instanceof Error ? error.message : String(error));
  }
}

/** A promise is passed on unresolved, because browsers allow clipboard access only during the click. @param {string | Promise<string>} text */
async function write(text) {
  if (!navigator.clipboard) throw new Error("This page may not use the clipboard, because it did not come over https.");
  if (typeof text === "string") return navigator.clipboard.writeText(text);
  const blob = text.then((text) => new Blob([text], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}
