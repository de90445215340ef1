/** Loads the rest of json-head lite, when it is first needed. */

/** @import {JsonHead} from "../client/client.js" */

/** Paths of modules. The build puts the release's folder before them (scripts/build/release.py). */
const CHECKER = "web/embed/checker.js";
const PYTHON = "web/embed/python.js";

/** @returns {Promise<typeof import("./checker.js")>} */
export const loadChecker = () => fromRelease(CHECKER);
/** @returns {Promise<typeof import("./python.js")>} */
export const loadPython = () => fromRelease(PYTHON);

/** The client of this document, whose Python stays until the page is left. @returns {Promise<JsonHead>} */
export const jsonHead = async () => (await loadPython()).jsonHead();

/**
 * Import a module of the release. A browser may have kept this script longer than its host keeps the release's files. The host's
 * current script then gives the folder of its own release.
 * @param {string} path
 * @returns {Promise<any>}
 * @throws {Error} with the `code` `boot-download` when it can't be loaded
 */
async function fromRelease(path) {
  const load = () => import(new URL(path, import.meta.url).href);
  try {
    return await load().catch(async () => {
      const script = await (await fetch(import.meta.url, { cache: "reload" })).text();
      path = path.replace(/^[^/]*/, /v-[0-9a-f]{32}/.exec(script)?.[0] ?? "");
      return load();
    });
  } catch {
    throw failure("boot-download", path);
  }
}

/** @param {string} code @param {string} what that could not be loaded */
export const failure = (code, what) => Object.assign(new Error(`Could not load ${what}`), { code });

/** Dispatch an event; whether no listener has prevented its effect. @param {Element} element @param {string} name without `json-head-` @param {unknown} [detail] */
export const emit = (element, name, detail) =>
  element.dispatchEvent(new CustomEvent(`json-head-${name}`, { bubbles: true, cancelable: true, detail }));

/**
 * Tell the page of an error.
 * @param {Element} element
 * @param {unknown} error
 */
export function report(element, error) {
  const { code = "internal", message } = /** @type {{code?: string, message: string}} */ (error);
  emit(element, "error", { code, message });
}
