/** Starts the worker that Python runs in, supervises its boot, and notices its death, whatever the cause. */

/** @import {BootOptions, Posted, WorkerMessage} from "./protocol.js" */

import { causeOf, causeOfPlace, STALL_S } from "./boot/causes.js";
import { NEEDS_PAGE, sendFor } from "./page-fetch.js";
import { forbidden, PolicyWatch } from "./page-policy.js";
import { workerScript } from "./worker-script.js";

/**
 * Time limit between two boot events, in milliseconds. A worker that waits for data reports that itself, and sooner (web/worker/boot.js); this
 * limit is for a worker that is too busy to report. On WebKitGTK one step of a normal boot takes 14 s.
 */
const NEXT_MESSAGE_MS = 60_000;

/** `off` if the site was built without snapshots of Python's memory (scripts/build/build.py). */
const SNAPSHOT = /** @type {{JSON_HEAD_SNAPSHOT?: string}} */ (globalThis).JSON_HEAD_SNAPSHOT;

/** Failures of a start that a policy can cause. */
const IS_OF_POLICY = new Set(["boot-no-worker", "boot-download"]);

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
      snapshot: SNAPSHOT !== "off" && this.#url.origin === self.origin && new URLSearchParams(location.search).get("snapshot") !== "off",
      controlled: controller() === OWN_SERVICE_WORKER,
      history: this.#history,
    };
    this.#setDeadline(STALL_S * 1000, () => this.#reportStall());
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
      return this.#fail("boot-no-worker");
    }
    worker.onmessage = ({ data }) => {
      if (worker !== this.#worker) return;
      if (!this.#hasStarted) this.#watch(name);
      this.#hasStarted = true;
      if (data.type === "boot") {
        if (data.error) return this.#end(data.error);
        const isReady = data.stage === "ready";
        // A worker that waits for data has no next event to be expected.
        if (isReady || data.stalled) this.#setDeadline(0);
        else this.#setDeadline(NEXT_MESSAGE_MS, () => this.#fail("boot-silent", String(NEXT_MESSAGE_MS / 1000)));
        if (isReady) this.#stopWatching();
      }
      this.#receive(data);
    };
    // A worker script that fails to load causes an `error` event without details. Once the worker's own code has run,
    // `error` events are uncaught exceptions, which belong in the console.
    worker.onerror = (event) => {
      if (this.#hasStarted || worker !== this.#worker) return;
      event.preventDefault();
      this.#fail("boot-download", "webworker.js");
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
      if (!signal.aborted) this.#fail("worker-died");
    };
    navigator.locks?.request(name, { signal }, died).catch(() => {}); // the worker was ended
  }

  /** Set the time limit for the next message; 0 for none. @param {number} ms @param {() => void} [late] called when it has passed */
  #setDeadline(ms, late) {
    clearTimeout(this.#deadline);
    if (ms && late) this.#deadline = setTimeout(late, ms);
  }

  /** The worker's scripts have not arrived. They may still do, unless the page's policy keeps them out: some browsers do not report that. */
  #reportStall() {
    const { signal } = this.#life;
    this.#receive({ type: "boot", stage: "fetching", loaded: 0, total: 0, stalled: ["webworker.js"] });
    void this.#policy?.lacking(this.#url, false).then((missing) => {
      if (missing && !signal.aborted && !this.#hasStarted) this.#end(forbidden(missing));
    });
  }

  /** @param {string} code @param {string} [detail] */
  #fail(code, detail) {
    this.#end(causeOf(code, detail, "WorkerError"));
  }

  /** End the worker because of this, or if it was not ready yet, because of the page's policy or place. @param {Cause} cause */
  #end(cause) {
    const policy = IS_OF_POLICY.has(cause.code) ? this.#policy : null;
    const hasStarted = this.#hasStarted;
    if (policy) this.#policy = null; // it goes on watching
    this.end();
    const { signal } = this.#life;
    if (!policy) return this.#died(cause);
    void policy.lacking(this.#url, hasStarted).then((missing) => {
      if (signal.aborted) return;
      const ofPlace = hasStarted ? null : causeOfPlace(location.protocol, self.origin);
      this.#died(missing ? forbidden(missing) : (ofPlace ?? cause));
    });
  }
}
