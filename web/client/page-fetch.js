/**
 * `fetch` for a worker, by the worker itself or by its page.
 *
 * Firefox (153) does not end a worker's request that has passed a service worker when it is aborted. Its connection stays in use for
 * minutes, and when that has happened to all six of a host, every further request times out. A page's requests it does end, so there
 * the page sends them. Chromium and WebKitGTK end both (measured). This can go once Firefox does.
 */

/** The head of a response. @typedef {[type: ResponseType, elapsed_ms: number, status: number, headers: [string, string][], url: string, redirected: boolean]} Head */
/** What the worker posts: a request, whose body it may want, or without a URL the abort of one. @typedef {[id: number, url?: string, options?: RequestInit, whole?: boolean]} Order */
/** What the page posts: the end of a request, or without an id the address that its content security policy blocked. @typedef {[id: number | null, end: Head | string | null, body?: ReadableStream | null]} Report */

/** Whether a page has to send its worker's requests while a service worker controls it. */
export const NEEDS_PAGE = navigator.userAgent.includes("Gecko/"); // others are only "like Gecko"

/**
 * The part of the page's own policy (index.html) that is about requests. It blocks none to http and https, but redirects to other
 * schemes, which no request follows: such a target is not blocked by a policy.
 */
const OWN_POLICY = "connect-src http: https:;";

/** @param {Response} response @param {number} started when it was requested @returns {Head} */
function headOf({ type, status, headers, url, redirected }, started) {
  return [type, performance.now() - started, status, [...headers], url, redirected];
}

/**
 * Fetch, and leave the response's body.
 * @param {string} url @param {RequestInit} options @param {AbortController} controller
 * @returns {Promise<Head>} rejected with what `fetch` is rejected with
 */
export async function fetchHead(url, options, controller) {
  const started = performance.now();
  const response = await fetch(url, { ...options, signal: controller.signal });
  const head = headOf(response, started);
  // Gives the connection back; should the body have failed already, its headers are what was wanted.
  await response.body?.cancel().catch(() => {});
  if (response.type === "opaque" && options.method === "GET") controller.abort(); // its body can't be cancelled
  return head;
}

/**
 * In the page: send the requests of a worker.
 * @param {MessagePort} port to `PageFetch`
 * @param {AbortSignal} life ends all of them
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
    if (!end[1]) underWay.delete(id); // or its body is still to come, up to its abort
    report([id, ...end]);
  };
  const blocked = (/** @type {SecurityPolicyViolationEvent} */ { blockedURI, originalPolicy }) => {
    if (!originalPolicy.includes(OWN_POLICY)) report([null, blockedURI]);
  };
  addEventListener("securitypolicyviolation", blocked, { signal: life });
  life.addEventListener("abort", () => {
    port.close();
    for (const controller of underWay.values()) controller.abort();
  });
}

/** In the worker: its page's `fetch`. */
export class PageFetch {
  #port;
  #last = 0;
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

  /** As `fetchHead`. @param {string} url @param {RequestInit} options @param {AbortController} controller */
  async fetchHead(url, options, controller) {
    return (await this.#send(url, { ...options, signal: controller.signal }, false)).head;
  }

  /** As `fetch`, but that the response has only what Python reads; it has to be aborted once its body is not wanted any more. @param {string} url @param {RequestInit} options */
  async fetch(url, options) {
    const { head, body } = await this.#send(url, options, true);
    const [type, , status, headers, finalUrl, redirected] = head;
    return { type, status, headers: new Headers(headers), url: finalUrl, redirected, body };
  }

  /** @param {string} url @param {RequestInit} options @param {boolean} whole */
  async #send(url, { signal, ...options }, whole) {
    signal?.throwIfAborted();
    const id = ++this.#last;
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
