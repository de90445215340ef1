/** The source of a check with new addresses in it: a pasted text to copy back, or a dropped file to put in the place of the old one. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {AuditSource} from "../../client/source.js" */
/** @import {Run} from "../check.js" */
/** @import {Notice} from "../shell/notice.js" */

import { counted } from "../format.js";
import { copy, save, tellFailure } from "../results/saving.js";

/** What the source of a check is, if it is one text or one file that can be written again. @param {Pick<Run, "repairable">} run @returns {"text" | "file" | null} */
export function correctableOf({ repairable }) {
  const [source, ...others] = repairable?.contents ?? [];
  if (source === undefined || others.length) return null;
  if (fileOf(source)) return "file";
  return typeof source === "string" || "text" in source ? "text" : null;
}

/** Copy the text with new addresses. @param {JsonHead} client @param {Run} run @param {string[]} redirects the URLs that get the address they lead to @param {Notice} notice */
export async function copyCorrected(client, run, redirects, notice) {
  const corrected = correct(client, run, redirects);
  // The clipboard has to be asked for during the click.
  await copy(
    corrected.then(({ bytes }) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)),
    "Corrected text",
    notice,
  );
  try {
    const { links, left } = await corrected;
    if (navigator.clipboard) notice.toast(`Corrected text copied: ${wordsOf(links, left)}`);
  } catch (error) {
    notice.show("The text could not be corrected", String(error));
  }
}

/** Save the file with new addresses under its name. @param {JsonHead} client @param {Run} run @param {string[]} redirects @param {Notice} notice */
export async function saveCorrected(client, run, redirects, notice) {
  try {
    const { bytes, links, left } = await correct(client, run, redirects);
    const file = /** @type {Blob} */ (fileOf(run.repairable?.contents[0]));
    save(bytes, file.type || "application/octet-stream", file instanceof File ? file.name : "corrected.txt");
    notice.toast(`Saved: ${wordsOf(links, left)}`);
  } catch (error) {
    tellFailure(error, notice);
  }
}

/** @param {number} links @param {number} left */
function wordsOf(links, left) {
  return `${counted(links, "link")} corrected${left ? `; ${counted(left, "link")} left to you` : ""}`;
}

/** @param {JsonHead} client @param {Run} run @param {string[]} redirects */
async function correct(client, { repairable }, redirects) {
  const { contents, results } = /** @type {NonNullable<Run["repairable"]>} */ (repairable);
  const { body, links, left } = await client.patch(contents[0], results, { redirects, corrected: true });
  if (!body) throw new Error("None of these addresses can be written into it.");
  return { bytes: body, links, left };
}

/** @param {AuditSource | undefined} source @returns {Blob | null} its only file */
function fileOf(source) {
  if (source instanceof Blob) return source;
  if (typeof source !== "object" || source instanceof URL || Array.isArray(source)) return null;
  if (source.file) return source.file;
  return source.files?.length === 1 ? source.files[0].file : null;
}
