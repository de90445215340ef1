/** The worker that Python runs in, from its start to its death, which is noticed whatever it dies of. */

/** @import {Posted, WorkerMessage} from "./protocol.js" */

import { NEEDS_PAGE, sendFor } from "./page-fetch.js";

/** How long a worker may take for its first word: its scripts are small. Milliseconds, as below. */
const FIRST_WORD_MS = 10_000;
/**
 * How long it may then take from one word of its boot to the next. It tells of a standstill itself, and sooner (web/worker/boot.js);
 * this is for one that is too busy ever to do so. WebKitGTK needs 14 s for a step in which all is well.
 */
const NEXT_WORD_MS = 60_000;

/** The service worker of this site; another one has nothing of its files. */
const OFFLINE = new URL("../../../sw.js", import.meta.url).href;

/** @returns {ServiceWorkerContainer | undefined} */
function container() {
  try {
    return navigator.serviceWorker;
  } catch {
    return undefined; // in a sandbox
  }
}

/** @returns {string | undefined} the address of the service worker that answers for this page */
function controller() {
  return container()?.controller?.scriptURL;
}

/** @returns {string | undefined} the address of another service worker that answers for this page, or may */
export function otherController() {
  const url = controller();
  return url === OFFLINE ? undefined : url;
}

/** @typedef {{code: string, name: string, message: string}} Cause */

export class Python {
  #url;
  #receive;
  #died;
  /** @type {Worker | null} */
  #worker = null;
  /** What was posted before there was a worker to take it. @type {Posted[]} */
  #waiting = [];
  #life = new AbortController();
  #deadline = 0;
  /** Whether the worker's own code has ever run. */
  #heard = false;

  /**
   * @param {URL} url the worker's script
   * @param {(message: WorkerMessage) => void} receive
   * @param {(cause: Cause) => void} died is called once for each start, unless `end` comes first
   */
  constructor(url, receive, died) {
    this.#url = url;
    this.#receive = receive;
    this.#died = died;
  }

  /**
   * Start a worker; the one before is ended.
   * @param {boolean} [refresh] whether to take nothing from the HTTP cache, where what failed may be kept
   */
  start(refresh = false) {
    this.end();
    this.#heard = false;
    this.#waiting = [];
    this.#life = new AbortController();
    // The worker holds a lock of its name for as long as it lives; see webworker.js.
    const words = ["json-head", `${performance.timeOrigin}-${Math.random()}`];
    if (new URLSearchParams(location.search).get("snapshot") === "off") words.push("plain");
    if (refresh) words.push("refresh");
    else if (controller() === OFFLINE) words.push("again");
    const name = words.join(" ");
    this.#expect(FIRST_WORD_MS);
    if (!refresh) return this.#launch(name);
    const { signal } = this.#life;
    const scripts = [this.#url, new URL("../worker/boot.js", import.meta.url)];
    void Promise.allSettled(scripts.map((url) => fetch(url, { cache: "reload", signal }))).then(() => {
      if (!signal.aborted) this.#launch(name);
    });
  }

  /** @param {string} name */
  #launch(name) {
    /** @type {Worker} */
    let worker;
    try {
      worker = this.#worker = new Worker(this.#url, { type: "module", name });
    } catch {
      return this.#end("boot-denied", "This browser does not let the page have a worker, which Python runs in. It may be in a frame with a sandbox: open it by itself.");
    }
    worker.onmessage = ({ data }) => {
      if (worker !== this.#worker) return;
      if (!this.#heard) this.#watch(name);
      this.#heard = true;
      if (data.type === "boot") this.#expect(data.stage === "ready" ? 0 : NEXT_WORD_MS);
      this.#receive(data);
    };
    // Before the worker's own code runs, its failure to load is an `error` event without any detail. From then on an
    // error that nothing caught is one for the console.
    worker.onerror = (event) => {
      if (this.#heard || worker !== this.#worker) return;
      event.preventDefault();
      this.#end("boot-download", "A part of this page could not be loaded (webworker.js). Check the connection, and try again.");
    };
    if (NEEDS_PAGE) this.#lend(worker);
    for (const message of this.#waiting.splice(0)) this.post(message);
  }

  /** Send the worker's requests, as soon as a service worker controls this page. @param {Worker} worker */
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
    this.#expect(0);
    this.#life.abort();
    this.#worker?.terminate();
    this.#worker = null;
  }

  /** Where there are no locks (on http, but for this machine's own), a worker that is killed is not missed. @param {string} name */
  #watch(name) {
    const { signal } = this.#life;
    const died = () => {
      if (!signal.aborted) this.#end("worker-died", "The browser has ended the part of this page that Python runs in.");
    };
    navigator.locks?.request(name, { signal }, died).catch(() => {}); // it was ended
  }

  /** Expect the next word in time; 0 for none. @param {number} ms */
  #expect(ms) {
    clearTimeout(this.#deadline);
    if (!ms) return;
    this.#deadline = setTimeout(() => {
      this.#end("boot-stalled", `Loading stood still for ${ms / 1000} seconds. Check the connection, and try again.`);
    }, ms);
  }

  /** @param {string} code @param {string} message */
  #end(code, message) {
    this.end();
    this.#died({ code, name: "WorkerError", message });
  }
}
