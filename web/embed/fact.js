/**
 * What an embed may say of a link. It never judges: JavaScript only repeats a header of a success that it could read. That a link is
 * broken comes from Python, or from a file of results.
 */

/** @import {Result} from "../client/protocol.js" */

/** `bytes` is the size of the file, null if it is not known. @typedef {{bytes: number | null, broken: boolean}} Fact */

/** Time limit of a request in milliseconds. */
const TIMEOUT_MS = 20_000;
/** Media types that nobody compresses again: another origin does not show whether the length of its response is that of compressed bytes. */
const COMPACT = /^(audio|video|image\/(?!svg|bmp)|application\/(pdf|zip|gzip|epub|x-7z|x-rar|vnd\.o))/i;

/** Whether a URL has the page's own origin, which in a sandboxed frame no URL has. @param {string} url */
export const isOwn = (url) => new URL(url).origin === self.origin;

/**
 * The size of a file, by the headers of its response; null if they do not give it. A page of HTML is no download, and the length of a
 * compressed response is not the file's.
 * @param {(name: string) => string | null | undefined} header
 * @param {boolean} isFull whether all headers of the response can be read
 */
export function bytesIn(header, isFull) {
  const type = String(header("content-type"));
  const length = String(header("content-length"));
  if (header("content-encoding") || /^text\/html/i.test(type) || !(isFull || COMPACT.test(type))) return null;
  return /^[1-9]\d{0,14}$/.test(length) ? +length : null;
}

/**
 * What a result says; null if neither a size nor that the link is broken.
 * @param {Partial<Result>} result which may come from outside, with values of any type
 * @param {boolean} isFull as for `bytesIn`
 * @returns {Fact | null}
 */
export function factOf({ verdict, redirected, headers }, isFull) {
  const bytes = verdict === "ok" && !redirected ? bytesIn((name) => headers?.[name], isFull) : null;
  const broken = verdict === "broken";
  return bytes || broken ? { bytes, broken } : null;
}

/**
 * Request a file's headers. Redirects are not followed: they may lead to a host to which no request was to be sent.
 * @param {string} url without fragment
 * @returns {Promise<Fact | number | null>} the status of a response that is no success; null if nothing is known
 */
export async function requestFact(url) {
  const response = await fetch(url, {
    method: "HEAD",
    credentials: "omit",
    redirect: "manual",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => null);
  // Not if a service worker answered with a response of its own for another origin, or with another file.
  if (!response || (response.type === "basic") !== isOwn(url) || response.url !== url) return null;
  if (!response.ok) return response.status;
  return { bytes: bytesIn((name) => response.headers.get(name), isOwn(url)), broken: false };
}
