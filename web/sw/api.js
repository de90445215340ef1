/** Handles `GET api/?url=...` in Python, which is started by the first request. `py/json_head/pyodide/service_worker.py` is the other end. */

/** Time limit for starting Python, in milliseconds. */
const START_MS = 30_000;

class Api {
  #root;
  #start;
  /** @type {Promise<any> | undefined} json_head's Service */
  #service;

  /**
   * @param {string} root the API's URL, with a trailing slash
   * @param {() => Promise<any>} start
   */
  constructor(root, start) {
    this.#root = root;
    this.#start = start;
  }

  /** Whether this is an API request. Without `url=`, the API's page is an ordinary page. @param {string} url */
  takes(url) {
    if (!url.startsWith(this.#root)) return false;
    const { origin, pathname, searchParams } = new URL(url);
    return !pathname.endsWith("index.html") && (searchParams.has("url") || origin + pathname !== this.#root);
  }

  /** @param {FetchEvent} event */
  answer(event) {
    const { url, headers, signal } = event.request;
    const { pathname, search } = new URL(url);
    const path = pathname.slice(new URL(this.#root).pathname.length - 1);
    /** @type {TransformStream<string, string>} */
    const body = new TransformStream();
    const writer = body.writable.getWriter();
    /** @type {() => void} */
    let disconnect = () => {};
    const disconnected = new Promise((resolve) => {
      disconnect = () => resolve(undefined);
      signal.addEventListener("abort", disconnect);
      writer.closed.catch(disconnect); // the client has stopped reading
    });
    const response = new Promise((resolve) => {
      const start = (/** @type {number} */ status, /** @type {string} */ fields) =>
        resolve(new Response(body.readable.pipeThrough(new TextEncoderStream()), { status, headers: JSON.parse(fields) }));
      const part = (/** @type {string} */ text) => void writer.write(text).catch(() => {});
      const done = this.#respond([this.#root.slice(0, -1), path, search.slice(1), JSON.stringify([...headers]), start, part, disconnected])
        .catch((error) => {
          resolve(errorResponse(url, error)); // has no effect once the response has begun; then the abort below breaks it off
          return writer.abort(error).catch(() => {});
        })
        .finally(() => {
          disconnect();
          resolve(Response.error()); // has no effect if there has been a response
          void writer.close().catch(() => {});
        });
      event.waitUntil(done);
    });
    event.respondWith(response);
  }

  /** @param {unknown[]} args */
  async #respond(args) {
    let answer;
    try {
      this.#service ??= Promise.race([this.#start(), timeout()]);
      const service = await this.#service;
      answer = service.answer(...args);
      await answer;
    } catch (error) {
      this.#service = undefined; // the next request starts Python again
      throw error;
    } finally {
      answer?.destroy();
    }
  }
}

/** Rejects after START_MS: a failing Pyodide may never report that it can't start. @returns {Promise<never>} */
function timeout() {
  return new Promise((_, reject) => setTimeout(reject, START_MS, new Error("it took too long")));
}

/** A response in the API's usual format that reports why Python did not start. @param {string} url @param {unknown} error */
function errorResponse(url, error) {
  const detail = error instanceof Error ? ` (${error.message.trim().split("\n").at(-1)})` : "";
  const reason = `Python did not start${detail}. Try again.`;
  const urls = new URL(url).searchParams.getAll("url");
  return Response.json(
    urls.map((url) => ({ ok: false, error: "boot-python", url, reason })),
    { status: 503 },
  );
}
