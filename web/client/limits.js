/** What is refused before it is read: the worker would refuse it too, but by then the page has copied it. */

/** @import {Question} from "./pending.js" */
/** @import {Cause} from "./supervisor.js" */

/** The most that a source may have, in bytes or characters; `MAX_BYTES` in py/json_head/extract/source.py. */
export const MAX_BYTES = 20_000_000;

/**
 * Why a request is too large to be posted, or null.
 * @param {Question} question
 * @returns {Cause | null}
 */
export function tooLarge(question) {
  const text = question.type === "audit" ? (question.source.text?.length ?? 0) : 0;
  if ((question.file?.size ?? 0) <= MAX_BYTES && text <= MAX_BYTES) return null;
  const what = question.file ? "The file" : "The text";
  return { code: "too-large", name: "TooLargeError", message: `${what} is larger than ${MAX_BYTES / 1e6} MB. Split it and check the parts.` };
}
