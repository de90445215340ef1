/** The URL with which a page of any origin can start a worker's script. */

import { trustedTypesPolicy } from "./boot/trusted-types.js";

/** Name of the Trusted Types policy that makes the worker's URL. */
export const TRUSTED_TYPES_POLICY = "json-head";

/**
 * A worker's script has to be of the page's own origin, or local. The script of another origin is therefore imported by a local one:
 * by a `blob:` URL, which has the page's origin, or where that is opaque, as in a sandboxed frame, by a `data:` URL.
 * @param {URL} url
 * @returns {string} a TrustedScriptURL where the browser has Trusted Types and the page's policy allows this one
 */
export function workerScript(url) {
  return trusted(isLocal(url) ? url.href : localScript(`import ${JSON.stringify(url.href)};`));
}

/** Whether a worker can have this URL. @param {URL} url */
export function isLocal(url) {
  return url.origin === self.origin || !url.protocol.startsWith("http");
}

/** @param {string} source */
function localScript(source) {
  if (self.origin === "null") return `data:text/javascript,${encodeURIComponent(source)}`;
  return URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
}

/**
 * Whether a worker of this page can import a module of another origin.
 * @param {string} module a URL
 * @param {number} ms the time limit in milliseconds
 * @returns {Promise<boolean>}
 * @throws {Error} when the page can't have such a worker
 */
export async function canImport(module, ms) {
  const worker = new Worker(trusted(localScript(`import ${JSON.stringify(module)}; postMessage(0);`)), { type: "module" });
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ result) => {
      worker.terminate();
      resolve(result);
    };
    worker.onmessage = () => end(true);
    worker.onerror = (event) => {
      event.preventDefault();
      end(false);
    };
    setTimeout(end, ms, false);
  });
}

/** @type {{createScriptURL(url: string): string} | undefined} */
let policy;

/** @param {string} url @returns {string} */
function trusted(url) {
  policy ??= trustedTypesPolicy(TRUSTED_TYPES_POLICY, { createScriptURL: (given) => given });
  return policy.createScriptURL(url);
}
