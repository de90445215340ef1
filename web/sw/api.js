/** `GET api/?url=...`: answered by Python, which is started when it is first asked for. `py/json_head/pyodide/service_worker.py` is the other end. */

const START_MS = 30_000;

class Api {
  #root;
  #start;
  /** @type {Promise<any> | undefined} json_head's Service */
  #service;

  /**
   * @param {string} root the API's address, with a slash at its end
   * @param {() => Promise<any>} start
   */
  constructor(root, start) {
    this.#root = root;
    this.#start = start;
  }

  /** Whether this is for the API: its page without a question is one like any other. @param {string} url */
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
    let over = () => {};
    const gone = new Promise((resolve) => {
      over = () => resolve(undefined);
      signal.addEventListener("abort", over);
      writer.closed.catch(over); // nobody reads on
    });
    const response = new Promise((resolve) => {
      const begin = (/** @type {number} */ status, /** @type {string} */ fields) =>
        resolve(new Response(body.readable.pipeThrough(new TextEncoderStream()), { status, headers: JSON.parse(fields) }));
      const part = (/** @type {string} */ text) => void writer.write(text).catch(() => {});
      const done = this.#ask([this.#root.slice(0, -1), path, search.slice(1), JSON.stringify([...headers]), begin, part, gone])
        .catch((error) => {
          resolve(refusal(url, error)); // unless it has begun: then it breaks off
          return writer.abort(error).catch(() => {});
        })
        .finally(() => {
          over();
          resolve(Response.error()); // unless there has been an answer
          void writer.close().catch(() => {});
        });
      event.waitUntil(done);
    });
    event.respondWith(response);
  }

  /** @param {unknown[]} given */
  async #ask(given) {
    let answer;
    try {
      this.#service ??= Promise.race([this.#start(), late()]);
      const service = await this.#service;
      answer = service.answer(...given);
      await answer;
    } catch (error) {
      this.#service = undefined; // the next request begins anew
      throw error;
    } finally {
      answer?.destroy();
    }
  }
}

/** Pyodide may never say that it can't start. @returns {Promise<never>} */
function late() {
  return new Promise((_, reject) => setTimeout(reject, START_MS, new Error("it took too long")));
}

/** Why Python can't answer, in the shape of every answer. @param {string} url @param {unknown} error */
function refusal(url, error) {
  const detail = error instanceof Error ? ` (${error.message.trim().split("\n").at(-1)})` : "";
  const reason = `Python did not start${detail}. Try again.`;
  const urls = new URL(url).searchParams.getAll("url");
  return Response.json(urls.map((url) => ({ ok: false, error: "boot-python", url, reason })), { status: 503 });
}
