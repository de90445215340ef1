/**
 * Python's requests: sent by `fetch` as it wants them sent, and their answers kept until it comes for all there are.
 * `py/json_head/transports/batched.py` is the other end.
 *
 * Python can call `fetch` itself, and does where this is not (`fetching.py` there). But Chromium takes note of where in the code each
 * call was made, which takes long below Python's stack; and each promise and each property that Python reads is a way into it and out
 * again, at a time when other things have had the processor. In all, that was as much as all else that Python does for a URL.
 */

/** @typedef {[number: number, url: string, options: RequestInit, signal: AbortSignal]} Asked */
/**
 * What came of one: with nothing after its number, a network error, of which a browser tells no more.
 * @typedef {[number: number, type?: ResponseType, status?: number, headers?: [string, string][], url?: string, redirected?: boolean,
 *   elapsed_ms?: number]} Answer
 */

export class Requests {
  /** Called with the first answer; what follows waits with it for `take`. */
  onanswer = () => {};
  /** @type {Asked[]} */
  #asked = [];
  /** @type {Answer[]} */
  #answers = [];

  /** Send a request, once Python has come to the end of its turn. @param {Asked} asked */
  send(...asked) {
    if (this.#asked.push(asked) > 1) return;
    queueMicrotask(() => {
      for (const one of this.#asked.splice(0)) void this.#answer(one).then((answer) => this.#keep(answer));
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
  async #answer([number, url, options, signal]) {
    const started = performance.now();
    try {
      const response = await fetch(url, Object.assign(options, { signal })); // read before it returns
      const { type, status, headers, redirected } = response;
      const elapsed = performance.now() - started;
      // Gives the connection back; should the body have failed already, its headers are what was wanted.
      await response.body?.cancel().catch(() => {});
      return [number, type, status, [...headers], response.url, redirected, elapsed];
    } catch {
      return [number];
    }
  }
}
