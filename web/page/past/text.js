/** The text of the last check of a text in this tab, so that its lines can be shown and repaired after a reload. The store has no texts. */

/** @import {AuditSource} from "../../client/source.js" */

const STORAGE_KEY = "json-head-lite text";
/** Longer texts are not kept: browsers have room for some millions of characters, which the form needs, too. */
const MAX_LENGTH = 1_000_000;

/** Keep the source of a check, if it is a text. @param {number} run the stored run @param {AuditSource[]} contents of the check */
export function keepText(run, contents) {
  const [source] = contents;
  if (contents.length !== 1 || typeof source !== "object" || !("text" in source) || (source.text ?? "").length > MAX_LENGTH) return;
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ run, source }));
  } catch {
    // The storage is full or forbidden. The check then shows places in words.
  }
}

/** The contents of a stored run, as far as they were kept. @param {number} id @returns {AuditSource[]} */
export function keptText(id) {
  try {
    const { run, source } = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "{}");
    return run === id && typeof source?.text === "string" ? [source] : [];
  } catch {
    return [];
  }
}

/** Forget the text of a run that is deleted. @param {number | null} id null for all */
export function forgetText(id) {
  if (id !== null && !keptText(id).length) return;
  try {
    sessionStorage.removeItem(STORAGE_KEY);
  } catch {
    // Where storage is forbidden, nothing was kept.
  }
}
