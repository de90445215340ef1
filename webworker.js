/**
 * The worker: boots Pyodide, hands the page's messages to Python, posts the replies. It does not interpret them.
 * The messages are defined in web/client/protocol.js and handled in py/json_head/pyodide/worker.py.
 */

/** @import {BootOptions, Lent, Posted} from "./web/client/protocol.js" */

export {}; // makes TypeScript treat this file as a module

/** The same as TERMINAL in web/client/protocol.js, copied here so that the worker need not load that file. */
const TERMINAL_TYPES = ["done", "error", "cancelled"];

/** @type {((text: string, body?: ArrayBuffer) => void) | undefined} */
let receive;
/** Notified when requests begin and end, so that it makes a snapshot only while none is under way. @type {import("./web/worker/snapshot.js").Snapshots | undefined} */
let snapshots;
/** The requests that have not ended. @type {Set<number>} */
const open = new Set();
/** @type {MessageEvent<Posted | Lent>[]} messages received before Python was ready, in order */
let early = [];

/** @type {(options: BootOptions) => void} */
let resolveOptions;
/** @type {Promise<BootOptions>} */
const bootOptions = new Promise((resolve) => (resolveOptions = resolve));

self.onmessage = (event) => {
  if ("boot" in event.data) resolveOptions(event.data.boot);
  else if (receive) take(event);
  else early.push(event);
};

/** A malformed message ends its own request and no other. @param {MessageEvent<Posted | Lent>} event */
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

// This worker holds a Web Lock of its own name for as long as it lives. web/client/supervisor.js requests the same lock after the worker's
// first message; when the lock is granted to the page, the worker has died.
const locked = new Promise((resolve) => {
  if (!self.name || !navigator.locks) return resolve(undefined);
  navigator.locks.request(self.name, () => new Promise(() => resolve(undefined))).catch(resolve); // locks may be forbidden in this context
});

/** @param {import("./web/client/protocol.js").BootEvent} event */
const tell = (event) => locked.then(() => self.postMessage(event));

const { boot, causeOf, History, Requests } = await import("./web/worker/boot.js").catch(() => {
  // As in web/client/boot/causes.js, of which nothing is loaded here.
  const message =
    "A part of this page could not be loaded (web/worker/boot.js): the connection failed, or the site lacks this file. Check the connection, and try again.";
  tell({ type: "boot", stage: "failed", loaded: 0, total: 0, error: { code: "boot-download", name: "Error", message } });
  return /** @type {Promise<never>} */ (new Promise(() => {})); // the page ends this worker
});
const requests = new Requests();
const options = await bootOptions;
const history = options.history ? new History() : null;
const [booted] = await Promise.all([boot(tell, options), locked]);
const { pyodide, lastEvent } = booted;
snapshots = booted.snapshots;
// No call into Python works after a fatal error, and nothing else would report it to the page.
/** @type {any} */ (pyodide)._api.on_fatal = (/** @type {Error} */ { name, message }) => {
  if (snapshots?.outcome === "used") void snapshots.failed("Python has crashed"); // the snapshot may be the cause
  self.postMessage({ ...lastEvent, stage: "failed", error: causeOf("worker-died", message, name) });
};
try {
  const worker = pyodide.pyimport("json_head.pyodide.worker");
  /** @param {string} text @param {Uint8Array<ArrayBuffer>} [body] */
  const post = (text, body) => {
    const reply = Object.assign(JSON.parse(text), body && { body });
    if (TERMINAL_TYPES.includes(reply.type)) open.delete(reply.id);
    snapshots?.stir(open.size > 0);
    self.postMessage(reply, { transfer: body ? [body.buffer] : [] });
  };
  receive = worker.start(post, requests, options.controlled, history && (() => history.mount(pyodide.FS)));
  const versions = { ...worker.versions().toJs({ dict_converter: Object.fromEntries }), pyodide: pyodide.version };
  self.postMessage({ ...lastEvent, stage: "ready", versions });
} catch (error) {
  const { name, message } = /** @type {Error} */ (error);
  const cause = message.trim().split("\n").at(-1) ?? ""; // the rest is a traceback
  self.postMessage({ ...lastEvent, stage: "failed", error: causeOf("boot-import", cause, name) });
  await new Promise(() => {}); // the page ends this worker
}
early.forEach(take);
early = [];
snapshots.makeWhenIdle();
