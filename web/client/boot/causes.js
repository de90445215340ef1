/**
 * Why Python does not start here: one sentence with a remedy for each cause, by code. A sentence names only what was observed. Where two
 * causes look the same, it names both. index.html repeats `boot-file` and `boot-sandbox`, and webworker.js `boot-download`, because this module
 * may not have loaded there.
 */

/** @import {Cause} from "../supervisor.js" */

/**
 * Time without data after which a load is said to stand still, in seconds. TCP repeats lost packets after 1, 2, 4, 8 and 16 s, so a connection
 * that is alive is rarely silent for longer. The bytes of a module are not seen: the largest, of 0.26 MB, takes this long only where all files
 * take ten minutes.
 */
export const STALL_S = 30;

/** `detail` is a file, several files, a directive, or an error message. @type {Record<string, (detail: string) => string>} */
const SENTENCES = {
  "boot-file": () =>
    "It was opened as a file, and browsers do not let a file load the rest of the page. In its folder, run “python -m http.server”, and open http://localhost:8000/.",
  "boot-sandbox": () =>
    "It is in a frame with a sandbox, which may be why it can’t load its parts; otherwise it is the connection. Open it in a tab of its own, or add allow-same-origin to the frame.",
  "boot-no-webassembly": () =>
    "This browser has no WebAssembly, which Python runs in. It may be switched off, in Firefox by javascript.options.wasm in about:config and on Apple devices by Lockdown Mode, or the browser may be too old. Switch it on or use another browser, and try again.",
  "boot-no-worker": () =>
    "This browser refuses to start a worker, which Python runs in. A setting or an extension of the browser may be the cause. Use another browser, or change it and try again.",
  "page-policy": (directive) =>
    `The content security policy (CSP) of this page does not allow Python. Whoever runs the site can add to the policy: ${directive}`,
  "boot-download": (file) =>
    `A part of this page could not be loaded (${file}): the connection failed, or the site lacks this file. Check the connection, and try again.`,
  "boot-status": (status) =>
    `The server of this page did not send a part of it (${status}). The site may be incomplete, or just be getting a new release. Try again.`,
  "boot-damaged": (file) =>
    `A part of this page is not as it was built (${file}): it was cut off or changed on the way, or the site has another file in its place. Try again.`,
  "boot-stalled": (files) =>
    `No data has arrived for ${STALL_S} seconds (waiting for ${files}). The connection may be gone or very slow. Loading continues if more arrives.`,
  "boot-silent": (seconds) =>
    `Python gave no sign for ${seconds} seconds while it was starting. This computer may be too busy, or the browser may have stopped it. Try again.`,
  "boot-import": (error) => `json_head did not start (${error}). Try again.`,
  "boot-python": (error) => `Python did not start${error && ` (${error})`}. Try again.`,
  "worker-died": (error) => (error ? `Python has crashed. ${error}` : "The browser has ended the part of this page that Python runs in."),
};

/** Causes that lie in the browser or the place of the page. A file of the page or Python has nothing to do with them. */
const OF_PLACE = new Set(["boot-file", "boot-sandbox", "boot-no-webassembly", "boot-no-worker", "page-policy"]);

/** @param {string} code @param {string} [detail] @param {string} [name] of the error @returns {Cause} */
export function causeOf(code, detail = "", name = "BootError") {
  return { code, name, message: SENTENCES[code](detail) };
}

/** Whether this page can't start Python where it is, however often it is tried. @param {string} [code] */
export function isOfPlace(code = "") {
  return OF_PLACE.has(code);
}

/**
 * The cause that the place of the page suggests, after the worker's script could not be started; null for none.
 * @param {string} protocol of the page
 * @param {string} origin of the page
 * @returns {Cause | null}
 */
export function causeOfPlace(protocol, origin) {
  if (protocol === "file:") return causeOf("boot-file");
  return origin === "null" ? causeOf("boot-sandbox") : null;
}
