/**
 * Python's requests: sent by `fetch` as it wants them sent, and their answers kept until it comes for all there are.
 * `py/json_head/transports/batched.py` is the other end.
 *
 * Python can call `fetch` itself, and does where this is not (`fetching.py` there). But Chromium takes note of where in the code each
 * call was made, which takes long below Python's stack; and each promise, and each property or object that Python hands over or reads,
 * is a way into it and out again, at a time when other things have had the processor. In all, that was as much as all else that Python
 * does for a URL.
 */

/** What is asked of a URL; what can end it is its line's. @typedef {[line: number, url: string, kind: number]} Asked */
/**
 * What came of one: with nothing after its line, a network error, of which a browser tells no more.
 * @typedef {[line: number, type?: ResponseType, status?: number, headers?: [string, string][], url?: string, redirected?: boolean,
 *   elapsed_ms?: number]} Answer
 */

export class Requests {
  /** Called with the first answer; what follows waits with it for `take`. */
  onanswer = () => {};
  /** @type {RequestInit[]} */
  #kinds = [];
  /** What has not been aborted. @type {Map<number, AbortController>} */
  #lines = new Map();
  #lastLine = 0;
  /** @type {Answer[]} */
  #answers = [];

  /** Take note of what a request can be like. @param {RequestInit} options @returns its number */
  kind(options) {
    return this.#kinds.push(options) - 1;
  }

  /** Have a line, for one request after another. @returns its number */
  line() {
    this.#lines.set(++this.#lastLine, new AbortController());
    return this.#lastLine;
  }

  /** End a line, and the request that has it. @param {number} line */
  abort(line) {
    this.#lines.get(line)?.abort();
    this.#lines.delete(line);
  }

  /** Abort the body of an opaque response, which cannot be cancelled; the line lives on. @param {number} line */
  #drop(line) {
    this.#lines.get(line)?.abort();
    if (this.#lines.has(line)) this.#lines.set(line, new AbortController());
  }

  /** Send requests, once Python has come to the end of its turn. @param {string} asked each an `Asked`, as JSON */
  send(asked) {
    queueMicrotask(() => {
      for (const one of JSON.parse(asked)) void this.#answer(one).then((answer) => this.#keep(answer));
    });
  }

  /** The answers that there are, each an `Answer`, as JSON; they are not kept any longer. */
  take() {
    return JSON.stringify(this.#answers.splice(0));
  }

  /** @param {Answer} answer */
  #keep(answer) {
    if (this.#answers.push(answer) === 1) this.onanswer();
  }

  /** @param {Asked} asked @returns {Promise<Answer>} */
  async #answer([line, url, kind]) {
    const controller = this.#lines.get(line);
    if (!controller) return [line]; // it was ended before it was sent
    const options = this.#kinds[kind];
    const started = performance.now();
    try {
      const response = await fetch(url, Object.assign(options, { signal: controller.signal })); // read before it returns
      const { type, status, headers, redirected } = response;
      const elapsed = performance.now() - started;
      // Gives the connection back; should the body have failed already, its headers are what was wanted.
      await response.body?.cancel().catch(() => {});
      if (type === "opaque" && options.method === "GET") this.#drop(line);
      return [line, type, status, [...headers], response.url, redirected, elapsed];
    } catch {
      return [line];
    }
  }
}
