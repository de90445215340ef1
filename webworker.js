/**
 * The worker: boots Pyodide, hands the page's messages to Python, posts the replies. It reads nothing in them.
 * The messages are written down in web/protocol.js, and answered in py/json_head/worker.py.
 */

import { boot } from "./web/boot.js";

/** @type {((text: string, body?: ArrayBuffer) => void) | undefined} */
let receive;
/** @type {MessageEvent[]} what came before Python was ready, in order */
let early = [];

self.onmessage = (event) => {
  if (receive) take(event);
  else early.push(event);
};

/** @param {MessageEvent} event */
function take({ data }) {
  const { body, ...message } = data;
  receive?.(JSON.stringify(message), body);
}

const { pyodide, told } = await boot((event) => self.postMessage(event));
try {
  const worker = pyodide.pyimport("json_head.worker");
  receive = worker.start((/** @type {string} */ text) => self.postMessage(JSON.parse(text)));
  const versions = { ...worker.versions().toJs({ dict_converter: Object.fromEntries }), pyodide: pyodide.version };
  self.postMessage({ ...told, stage: "ready", versions });
} catch (error) {
  const { name, message } = /** @type {Error} */ (error);
  self.postMessage({ ...told, stage: "failed", error: { code: "boot-import", name, message: `json_head did not start. ${message}` } });
  throw error;
}
early.forEach(take);
early = [];
