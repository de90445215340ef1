/**
 * The worker: boots Pyodide, hands the page's messages to Python, posts the replies. It reads nothing in them.
 * The messages are written down in web/client/protocol.js, and answered in py/json_head/pyodide/worker.py.
 */

/** @import {Lent, Posted} from "./web/client/protocol.js" */

export {}; // with which TypeScript knows it for a module

/** As TERMINAL in web/client/protocol.js, which need not be loaded for it. */
const ENDS = ["done", "error", "cancelled"];

/** @type {((text: string, body?: ArrayBuffer) => void) | undefined} */
let receive;
/** Told of all that comes and goes, so that it keeps out of the way of requests. @type {import("./web/worker/snapshot.js").Snapshots | undefined} */
let snapshots;
/** The requests that have not ended. @type {Set<number>} */
const open = new Set();
/** @type {MessageEvent<Posted | Lent>[]} what came before Python was ready, in order */
let early = [];

self.onmessage = (event) => {
  if (receive) take(event);
  else early.push(event);
};

/** Whatever is wrong with a message ends that one request and nothing else. @param {MessageEvent<Posted | Lent>} event */
function take({ data }) {
  if ("port" in data) return requests.lend(data.port);
  const { id, json, body } = data;
  open.add(id);
  snapshots?.stir(true);
  try {
    receive?.(json, body);
  } catch (error) {
    open.delete(id);
    const { name, message } = /** @type {Error} */ (error);
    self.postMessage({ id, type: "error", code: "bad-message", name, message: `Python could not read this request. ${message}` });
  }
}

// Held for as long as this worker lives: when the page gets the lock of this name, it has died. See web/client/supervisor.js, which asks
// for it once it has heard of this worker.
const locked = new Promise((resolve) => {
  if (!self.name || !navigator.locks) return resolve(undefined);
  navigator.locks.request(self.name, () => new Promise(() => resolve(undefined))).catch(resolve); // a page may be denied them
});

/** @param {import("./web/client/protocol.js").BootEvent} event */
const tell = (event) => locked.then(() => self.postMessage(event));

const { boot, Requests } = await import("./web/worker/boot.js").catch(() => {
  const message = "A part of this page could not be loaded (web/worker/boot.js). Check the connection, and try again.";
  tell({ type: "boot", stage: "failed", loaded: 0, total: 0, error: { code: "boot-download", name: "Error", message } });
  return /** @type {Promise<never>} */ (new Promise(() => {})); // the page ends this worker
});
const requests = new Requests();
const [booted] = await Promise.all([boot(tell), locked]);
const { pyodide, told } = booted;
snapshots = booted.snapshots;
// No call into Python works after this, and nobody else would tell the page.
/** @type {any} */ (pyodide)._api.on_fatal = (/** @type {Error} */ { name, message }) => {
  if (snapshots?.outcome === "used") void snapshots.failed("Python has crashed"); // should it be to blame
  self.postMessage({ ...told, stage: "failed", error: { code: "worker-died", name, message: `Python has crashed. ${message}` } });
};
try {
  const worker = pyodide.pyimport("json_head.pyodide.worker");
  /** @param {string} text */
  const post = (text) => {
    const reply = JSON.parse(text);
    if (ENDS.includes(reply.type)) open.delete(reply.id);
    snapshots?.stir(open.size > 0);
    self.postMessage(reply);
  };
  receive = worker.start(post, requests);
  const versions = { ...worker.versions().toJs({ dict_converter: Object.fromEntries }), pyodide: pyodide.version };
  self.postMessage({ ...told, stage: "ready", versions });
} catch (error) {
  const { name, message } = /** @type {Error} */ (error);
  const cause = message.trim().split("\n").at(-1); // the rest is a traceback
  self.postMessage({ ...told, stage: "failed", error: { code: "boot-import", name, message: `json_head did not start (${cause}). Try again.` } });
  await new Promise(() => {}); // so too
}
early.forEach(take);
early = [];
snapshots.makeWhenIdle();
