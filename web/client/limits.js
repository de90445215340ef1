/** Size limits that the page enforces before it copies a source to the worker, which enforces them too. */

/** @import {Question} from "./pending.js" */
/** @import {Cause} from "./supervisor.js" */

/** Maximum size of a source, in bytes or characters; the same as `MAX_BYTES` in py/json_head/extract/source.py. */
export const MAX_BYTES = 20_000_000;
/** Maximum size of an archive, whose files are read one by one, and of a history; the same as `MAX_TOTAL` in py/json_head/gather/files.py. */
const MAX_ARCHIVE = 100_000_000;

/** The maximum size of a file. Archives in folders are not read. @param {string} name @param {boolean} [inFolder] */
export function maxBytes(name, inFolder = false) {
  return !inFolder && /\.(zip|db|sqlite3?)$/i.test(name) ? MAX_ARCHIVE : MAX_BYTES;
}

/**
 * The error for a request that is too large to be posted, or null.
 * @param {Question} request
 * @returns {Cause | null}
 */
export function tooLarge(request) {
  const source = "source" in request ? request.source : null; // that of a decision is a name
  const text = typeof source === "object" ? (source?.text?.length ?? 0) : 0;
  const { file } = request;
  const most = file instanceof File ? maxBytes(file.name) : MAX_BYTES;
  if ((file?.size ?? 0) <= most && text <= MAX_BYTES) return null;
  const subject = file ? "The file" : "The text";
  return {
    code: "too-large",
    name: "TooLargeError",
    message: `${subject} is larger than ${most / 1e6} MB. Split it and check the parts.`,
  };
}
