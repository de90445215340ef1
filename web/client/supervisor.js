/** Starts the worker that Python runs in, supervises its boot, and notices its death, whatever the cause. */

/** @import {BootOptions, Posted, WorkerMessage} from "./protocol.js" */

import { NEEDS_PAGE, sendFor } from "./page-fetch.js";
import { forbidden, PolicyWatch } from "./page-policy.js";
import { workerScript } from "./worker-script.js";

/** Time limit for a worker's first message, in milliseconds. Its scripts are small. */
const FIRST_MESSAGE_MS = 10_000;
/**
 * Time limit between two boot events, in milliseconds. A stalled worker reports that itself, and sooner (web/worker/boot.js); this limit
 * is for a worker that is too busy to report. On WebKitGTK one step of a normal boot takes 14 s.
 */
const NEXT_MESSAGE_MS = 60_000;

/** Failures of a start that a policy can cause. */
const IS_OF_POLICY = new Set(["boot-denied", "boot-download", "boot-stalled"]);

/** URL of this site's own service worker, the only one that has this site's files. */
const OWN_SERVICE_WORKER = new URL("../../../sw.js", import.meta.url).href;

/** @returns {ServiceWorkerContainer | undefined} */
function container() {
  try {
    return navigator.serviceWorker;
  } catch {
    return undefined; // in a sandboxed frame
  }
}

/** @returns {string | undefined} the script URL of the service worker that controls this page */
function controller() {
  return container()?.controller?.scriptURL;
}

/** @returns {string | undefined} the script URL of the service worker that controls this page, unless it is this site's own */
export function otherController() {
  const url = controller();
  return url === OWN_SERVICE_WORKER ? undefined : url;
}

/** @typedef {{code: string, name: string, message: string, relayable?: boolean}} Cause */

export class Python {
  #url;
  #history;
  #receive;
  #died;
  /** @type {Worker | null} */
  #worker = null;
  /** Messages posted before the worker was created. @type {Posted[]} */
  #waiting = [];
  #life = new AbortController();
  #deadline = 0;
  /** Whether the worker's own code has run, which its first message shows. */
  #hasStarted = false;
  /** While the worker starts. @type {PolicyWatch | null} */
  #policy = null;

  /**
   * @param {URL} url the worker's script
   * @param {boolean} history whether checks are kept
   * @param {(message: WorkerMessage) => void} receive
   * @param {(cause: Cause) => void} died called at most once for each start, and not after `end`
   */
  constructor(url, history, receive, died) {
    this.#url = url;
    this.#history = history;
    this.#receive = receive;
    this.#died = died;
  }

  /**
   * Start a worker and end the previous one.
   * @param {boolean} [refresh] whether to bypass the HTTP cache, which may hold the file that failed
   */
  start(refresh = false) {
    this.end();
    this.#hasStarted = false;
    this.#waiting = [];
    /** @type {BootOptions} */
    const options = {
      refresh,
      // Not in the storage of another site's page, nor by the query of its address.
      snapshot: this.#url.origin === self.origin && new URLSearchParams(location.search).get("snapshot") !== "off",
      controlled: controller() === OWN_SERVICE_WORKER,
      history: this.#history,
    };
    this.#setDeadline(FIRST_MESSAGE_MS);
    if (!refresh) return this.#launch(options);
    const { signal } = this.#life;
    const scripts = [this.#url, new URL("../worker/boot.js", import.meta.url)];
    void Promise.allSettled(scripts.map((url) => fetch(url, { cache: "reload", signal }))).then(() => {
      if (!signal.aborted) this.#launch(options);
    });
  }

  /** @param {BootOptions} options */
  #launch(options) {
    // The worker holds a lock of this unique name for as long as it lives; see webworker.js.
    const name = `json-head ${performance.timeOrigin}-${Math.random()}`;
    this.#policy = new PolicyWatch();
    /** @type {Worker} */
    let worker;
    try {
      worker = this.#worker = new Worker(workerScript(this.#url), { type: "module", name });
    } catch {
      const message =
        "This browser does not let the page have a worker, which Python runs in. It may be in a frame with a sandbox: open it by itself.";
      return this.#fail("boot-denied", message);
    }
    worker.onmessage = ({ data }) => {
      if (worker !== this.#worker) return;
      if (!this.#hasStarted) this.#watch(name);
      this.#hasStarted = true;
      if (data.type === "boot") {
        if (data.error) return this.#end(data.error);
        const isReady = data.stage === "ready";
        this.#setDeadline(isReady ? 0 : NEXT_MESSAGE_MS);
        if (isReady) this.#stopWatching();
      }
      this.#receive(data);
    };
    // A worker script that fails to load causes an `error` event without details. Once the worker's own code has run,
    // `error` events are uncaught exceptions, which belong in the console.
    worker.onerror = (event) => {
      if (this.#hasStarted || worker !== this.#worker) return;
      event.preventDefault();
      this.#fail("boot-download", "A part of this page could not be loaded (webworker.js). Check the connection, and try again.");
    };
    worker.postMessage({ boot: options });
    if (NEEDS_PAGE) this.#lend(worker);
    for (const message of this.#waiting.splice(0)) this.post(message);
  }

  /** Send the worker's requests from this page, as soon as a service worker controls it. @param {Worker} worker */
  #lend(worker) {
    const { signal } = this.#life;
    const lend = () => {
      const { port1, port2 } = new MessageChannel();
      sendFor(port1, signal);
      worker.postMessage({ port: port2 }, [port2]);
    };
    if (controller()) lend();
    else container()?.addEventListener("controllerchange", lend, { once: true, signal });
  }

  /** @param {Posted} message */
  post(message) {
    if (this.#worker) this.#worker.postMessage(message, message.body ? [message.body] : []);
    else this.#waiting.push(message);
  }

  /** End the worker. */
  end() {
    this.#setDeadline(0);
    this.#stopWatching();
    this.#life.abort();
    this.#life = new AbortController();
    this.#worker?.terminate();
    this.#worker = null;
  }

  #stopWatching() {
    this.#policy?.stop();
    this.#policy = null;
  }

  /** Notice a killed worker by its lock. Without Web Locks (on http, except localhost) it goes unnoticed. @param {string} name */
  #watch(name) {
    const { signal } = this.#life;
    const died = () => {
      if (!signal.aborted) this.#fail("worker-died", "The browser has ended the part of this page that Python runs in.");
    };
    navigator.locks?.request(name, { signal }, died).catch(() => {}); // the worker was ended
  }

  /** Set the time limit for the next message; 0 for none. @param {number} ms */
  #setDeadline(ms) {
    clearTimeout(this.#deadline);
    if (!ms) return;
    this.#deadline = setTimeout(() => {
      this.#fail("boot-stalled", `Loading stood still for ${ms / 1000} seconds. Check the connection, and try again.`);
    }, ms);
  }

  /** @param {string} code @param {string} message */
  #fail(code, message) {
    this.#end({ code, name: "WorkerError", message });
  }

  /** End the worker because of this, or if it was not ready yet, because of the page's policy. @param {Cause} cause */
  #end(cause) {
    const policy = IS_OF_POLICY.has(cause.code) ? this.#policy : null;
    if (policy) this.#policy = null; // it goes on watching
    this.end();
    const { signal } = this.#life;
    if (!policy) return this.#died(cause);
    void policy.lacking(this.#url, this.#hasStarted).then((missing) => {
      if (!signal.aborted) this.#died(missing ? forbidden(missing) : cause);
    });
  }
}
