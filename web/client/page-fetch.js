/**
 * `fetch` for a worker, called in the worker itself or in its page.
 *
 * When a worker's request has passed through a service worker, Firefox (153) does not end it on abort. The connection stays in use for
 * minutes. Once all six connections of a host are in that state, every further request to it times out. Firefox does end aborted requests
 * of a page, so in Firefox the page sends the requests. Chromium and WebKitGTK end both (measured). This module can be removed once
 * Firefox does too.
 */

/** The head of a response. @typedef {[type: ResponseType, elapsed_ms: number, status: number, headers: [string, string][], url: string, redirected: boolean]} Head */
/** Message from the worker: a request (`whole`: with its response's body), or without a URL the abort of one. @typedef {[id: number, url?: string, options?: RequestInit, whole?: boolean]} Order */
/** Message from the page: the end of a request, or with a null id the URL that its content security policy blocked. @typedef {[id: number | null, end: Head | string | null, body?: ReadableStream | null]} Report */

/** Whether the page has to send its worker's requests while a service worker controls it. */
export const NEEDS_PAGE = navigator.userAgent.includes("Gecko/"); // others are only "like Gecko"

/**
 * The part of the page's own content security policy (index.html) that restricts requests. It allows all http and https URLs and blocks
 * only redirects to other schemes. Browsers never follow those, so such a violation does not count as blocked.
 */
const OWN_POLICY = "connect-src http: https:;";

/** @param {Response} response @param {number} started when it was requested @returns {Head} */
function headOf({ type, status, headers, url, redirected }, started) {
  return [type, performance.now() - started, status, [...headers], url, redirected];
}

/**
 * Fetch, and cancel the response's body.
 * @param {string} url @param {RequestInit} options @param {AbortController} controller
 * @returns {Promise<Head>} rejected with what `fetch` is rejected with
 */
export async function fetchHead(url, options, controller) {
  const started = performance.now();
  const response = await fetch(url, { ...options, signal: controller.signal });
  const head = headOf(response, started);
  // Releases the connection. A body that has already failed does not matter: only the headers are needed.
  await response.body?.cancel().catch(() => {});
  if (response.type === "opaque" && options.method === "GET") controller.abort(); // the body of an opaque response can't be cancelled
  return head;
}

/**
 * In the page: send the requests of a worker.
 * @param {MessagePort} port to `PageFetch`
 * @param {AbortSignal} life aborts all of them
 */
export function sendFor(port, life) {
  /** @type {Map<number, AbortController>} */
  const underWay = new Map();
  const report = (/** @type {Report} */ report) => port.postMessage(report, report[2] ? [report[2]] : []);
  /** @param {string} url @param {RequestInit | undefined} options @param {boolean} whole @param {AbortController} controller */
  const send = async (url, options, whole, controller) => {
    if (!whole) return /** @type {const} */ ([await fetchHead(url, options ?? {}, controller)]);
    const started = performance.now();
    const response = await fetch(url, { ...options, signal: controller.signal });
    return /** @type {const} */ ([headOf(response, started), response.body]);
  };
  port.onmessage = async (/** @type {MessageEvent<Order>} */ { data: [id, url, options, whole = false] }) => {
    if (url === undefined) {
      underWay.get(id)?.abort();
      underWay.delete(id);
      return;
    }
    const controller = new AbortController();
    underWay.set(id, controller);
    const end = await send(url, options, whole, controller).catch(() => /** @type {const} */ ([null]));
    if (!end[1]) underWay.delete(id); // otherwise the body may still be aborted
    report([id, ...end]);
  };
  const reportViolation = (/** @type {SecurityPolicyViolationEvent} */ { blockedURI, originalPolicy }) => {
    if (!originalPolicy.includes(OWN_POLICY)) report([null, blockedURI]);
  };
  addEventListener("securitypolicyviolation", reportViolation, { signal: life });
  life.addEventListener("abort", () => {
    port.close();
    for (const controller of underWay.values()) controller.abort();
  });
}

/** In the worker: `fetch` by way of its page. */
export class PageFetch {
  #port;
  #lastId = 0;
  /** @type {Map<number, (report: Report) => void>} */
  #open = new Map();

  /** @param {MessagePort} port to `sendFor` */
  constructor(port) {
    this.#port = port;
    port.onmessage = (/** @type {MessageEvent<Report>} */ { data: report }) => {
      const [id, blockedURI] = report;
      if (id !== null) this.#open.get(id)?.(report);
      else dispatchEvent(Object.assign(new Event("securitypolicyviolation"), { blockedURI }));
    };
  }

  /** The same as the function `fetchHead`. @param {string} url @param {RequestInit} options @param {AbortController} controller */
  async fetchHead(url, options, controller) {
    return (await this.#send(url, { ...options, signal: controller.signal }, false)).head;
  }

  /** Like `fetch`, but the response has only the properties that Python reads. Abort it once its body is no longer needed. @param {string} url @param {RequestInit} options */
  async fetch(url, options) {
    const { head, body } = await this.#send(url, options, true);
    const [type, , status, headers, finalUrl, redirected] = head;
    return { type, status, headers: new Headers(headers), url: finalUrl, redirected, body };
  }

  /** @param {string} url @param {RequestInit} options @param {boolean} whole */
  async #send(url, { signal, ...options }, whole) {
    signal?.throwIfAborted();
    const id = ++this.#lastId;
    const abort = () => this.#port.postMessage([id]);
    signal?.addEventListener("abort", abort);
    try {
      this.#port.postMessage([id, url, options, whole]);
      const [, head, body] = await new Promise((/** @type {(report: Report) => void} */ resolve) => this.#open.set(id, resolve));
      if (!head) throw new TypeError("The page got no response.");
      if (!body) signal?.removeEventListener("abort", abort);
      return { head: /** @type {Head} */ (head), body };
    } finally {
      this.#open.delete(id);
    }
  }
}
