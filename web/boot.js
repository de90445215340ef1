/**
 * Pyodide's boot, told in stages and bytes, up to a running json_head.
 * Everything comes from this site's own lock and is resolved against this file, wherever the worker was started from.
 */

// @ts-expect-error the build puts it there
import { loadPyodide as load } from "../pyodide/pyodide.mjs";

/** @import {BootEvent, Stage} from "./protocol.js" */
/** @import {PyodideInterface} from "pyodide" */

/** @type {typeof import("pyodide").loadPyodide} */
const loadPyodide = load;

const SITE = new URL("../", import.meta.url);
/** Progress is told at most this often, in milliseconds. */
const TELL_EVERY = 50;

/** A boot that can't succeed; `code` is `boot-download`, `boot-package` or `boot-python`. */
class BootError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.name = "BootError";
    this.code = code;
  }
}

/**
 * Start Pyodide with json_head in it.
 * @param {(event: BootEvent) => void} tell is called with each stage but `ready`, which is the caller's to tell
 * @returns {Promise<{pyodide: PyodideInterface, told: BootEvent}>} and what was told last
 * @throws after `failed` has been told
 */
export async function boot(tell) {
  /** @type {BootEvent} */
  const now = { type: "boot", stage: "fetching", loaded: 0, total: 0 };
  let told = 0;
  /** @param {Stage} [stage] */
  const progress = (stage) => {
    if (!stage && performance.now() - told < TELL_EVERY) return;
    if (stage) now.stage = stage;
    told = performance.now();
    tell({ ...now });
  };
  progress("fetching");
  let restore = () => {};
  try {
    const [site, lock] = await Promise.all([asset("site.json"), asset("wheels/pyodide-lock.json")]);
    /** @type {Record<string, number>} what Pyodide is going to fetch, in bytes by path */
    const sizes = site.bytes;
    now.total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    restore = countBytes(Object.keys(sizes), (bytes) => {
      now.loaded += bytes;
      progress(now.loaded === now.total ? "starting" : undefined);
    });
    const names = Object.keys(lock.packages);
    const pyodide = await loadPyodide({
      indexURL: new URL("pyodide/", SITE).href,
      lockFileContents: lock,
      packageBaseUrl: new URL("wheels/", SITE).href,
      packages: names, // fetched while Python starts
    });
    progress("installing");
    // Loading resolves even when a wheel was missing or its sha256 was wrong.
    const missing = names.filter((name) => !(name in pyodide.loadedPackages));
    if (missing.length) {
      throw new BootError("boot-package", `These packages could not be installed: ${missing.join(", ")}. Reload the page to try again.`);
    }
    return { pyodide, told: now };
  } catch (error) {
    const { code = "boot-python", name = "Error", message } = /** @type {any} */ (error ?? {});
    tell({ ...now, stage: "failed", error: { code, name, message: message || "Python did not start." } });
    throw error;
  } finally {
    restore();
  }
}

/**
 * A JSON file of this site.
 * @param {string} path
 */
async function asset(path) {
  const response = await fetch(new URL(path, SITE)).catch(() => undefined);
  if (!response?.ok) {
    throw new BootError("boot-download", `A part of this page could not be loaded (${path}). Check the connection and reload.`);
  }
  return response.json();
}

/**
 * Count the bytes of some of this site's files as they are fetched, until the returned function is called; Pyodide has
 * no hook for this. The response itself goes on untouched: from a copy the browser would not cache compiled WebAssembly.
 * @param {string[]} paths
 * @param {(bytes: number) => void} count
 */
function countBytes(paths, count) {
  const urls = new Set(paths.map((path) => new URL(path, SITE).href));
  const original = self.fetch;
  self.fetch = async (...request) => {
    const response = await original(...request);
    if (response.ok && urls.has(response.url)) read(response.clone()).catch(() => {});
    return response;
  };
  /** @param {Response} copy */
  async function read(copy) {
    const reader = /** @type {ReadableStream<Uint8Array>} */ (copy.body).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) count(part.value.byteLength);
  }
  return () => {
    self.fetch = original;
  };
}
