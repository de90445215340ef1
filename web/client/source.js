/** Converts the URLs and sources that callers pass into the protocol's types. */

/** @import {Source} from "./protocol.js" */

/** A URL as callers pass it. @typedef {string | URL} Address */

/** One of several files: its name, its contents (null if they can't be read), and whether it was found in a folder. @typedef {{name: string, file: Blob | null, inFolder: boolean}} NamedFile */

/**
 * The source that `audit` takes: a string is text of any format, a URL or an array is URLs, a Blob is a file. A FullSource has further
 * properties, and may have its bytes in `file`, or in several `files`.
 * @typedef {Omit<Source, "urls" | "page" | "site" | "base" | "files"> & {urls?: Address[], page?: Address, site?: Address, base?: Address, file?: Blob, files?: NamedFile[]}} FullSource
 * @typedef {string | URL | Address[] | Blob | FullSource} AuditSource
 */

/** The properties of a source that hold its links; exactly one is set. */
const KINDS = /** @type {const} */ (["urls", "text", "page", "site", "file", "files"]);

/**
 * @param {AuditSource} given
 * @returns {{source: Source, file?: Blob, files?: NamedFile[]}}
 * @throws {TypeError} when `given` is not exactly one source
 */
export function sourceOf(given) {
  if (typeof given === "string") return { source: { text: given } };
  if (given instanceof URL) return { source: { urls: [given.href] } };
  if (Array.isArray(given)) return { source: { urls: addresses(given) } };
  if (given instanceof Blob) return { source: labelOf(given), file: given };
  const kinds = KINDS.filter((kind) => given?.[kind] != null);
  if (kinds.length !== 1) {
    const detail = kinds.length ? `not ${kinds.join(" and ")} together` : "and this has none of them";
    throw new TypeError(`audit() takes either urls, a text, a page, a site, a file or files, ${detail}.`);
  }
  const { urls, page, site, base, file, files, ...rest } = given;
  const text = /** @param {Address} [address] */ (address) => (address == null ? undefined : String(address));
  return {
    source: { ...labelOf(file), ...rest, urls: urls && addresses(urls), page: text(page), site: text(site), base: text(base) },
    file,
    files,
  };
}

/** A file's own name and media type. @param {Blob} [file] */
function labelOf(file) {
  return file ? { name: file instanceof File ? file.name : "", mediaType: file.type } : {};
}

/**
 * @param {Address[]} urls
 * @throws {TypeError} when `urls` is no array, or an item is missing
 */
export function addresses(urls) {
  if (!Array.isArray(urls)) throw new TypeError("URLs come as an array.");
  return Array.from(urls, (url, index) => {
    if (url == null) throw new TypeError(`Of these ${urls.length} URLs, the one at index ${index} is missing.`);
    return String(url);
  });
}
