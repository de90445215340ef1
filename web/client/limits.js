/** Size limits that the page enforces before it copies a source to the worker, which enforces them too. */

/** @import {Question} from "./pending.js" */
/** @import {Cause} from "./supervisor.js" */

/** Maximum size of a source, in bytes or characters; the same as `MAX_BYTES` in py/json_head/extract/source.py. */
export const MAX_BYTES = 20_000_000;

/**
 * The error for a request that is too large to be posted, or null.
 * @param {Question} request
 * @returns {Cause | null}
 */
export function tooLarge(request) {
  const text = request.type === "audit" ? (request.source.text?.length ?? 0) : 0;
  if ((request.file?.size ?? 0) <= MAX_BYTES && text <= MAX_BYTES) return null;
  const subject = request.file ? "The file" : "The text";
  return {
    code: "too-large",
    name: "TooLargeError",
    message: `${subject} is larger than ${MAX_BYTES / 1e6} MB. Split it and check the parts.`,
  };
}
