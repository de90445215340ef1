/** One audit on a page: its results as they arrive. */

/** @import {FoundReply, KeptReply, Reply, Result, Wait} from "./protocol.js" */

import { withResolvers } from "./resolvers.js";

/** The results of one audit as they complete. It starts at once; iterate it once, and leaving the loop early cancels it. */
export class Audit {
  /** @type {Promise<FoundReply>} the first count of the source's links; `count` is the latest, which grows as the parts of a sitemap arrive */
  found;
  /** @type {FoundReply | null} */
  count = null;
  /** Whether the check is waiting for this browser's network to return. */
  offline = false;
  /** What the check waits for when nothing else happens; `until` is a time of `performance.now()`. @type {Wait & {until: number} | null} */
  wait = null;

  #cancel = new AbortController();
  #kept;
  /** @type {PromiseWithResolvers<FoundReply>} */
  #found = withResolvers();
  /** Batches of results not yet iterated. @type {Result[][]} */
  #inbox = [];
  #notify = () => {};
  #iterated = false;
  /** Resolves after the last result. @type {Promise<void>} */
  #end;
  #ended = false;

  /**
   * @param {(signal: AbortSignal) => AsyncGenerator<Reply, void, void>} send
   * @param {AbortSignal} [signal]
   * @param {(reply: KeptReply) => void} [kept] called when the results are being stored, and if that ends early
   */
  constructor(send, signal, kept) {
    this.#kept = kept;
    this.found = this.#found.promise;
    this.found.catch(() => {}); // no unhandled rejection: the iteration throws the error
    const cancel = () => this.cancel();
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel);
    this.#end = this.#collect(send).finally(() => signal?.removeEventListener("abort", cancel));
    this.#end.catch(() => {}); // no unhandled rejection: the iteration throws the error
  }

  /**
   * Stop sending requests. Links that were found and not yet checked are yielded as `not-checked`; then the iteration ends. If the
   * links have not been found yet, the iteration ends without results and `found` is rejected.
   */
  cancel() {
    this.#cancel.abort();
  }

  async *[Symbol.asyncIterator]() {
    if (this.#iterated) throw new Error("An audit is iterated once; ask for another one.");
    this.#iterated = true;
    try {
      for (;;) {
        const items = this.#inbox.shift();
        if (items) yield* items;
        else if (this.#ended) return await this.#end;
        else await new Promise((resolve) => (this.#notify = () => resolve(undefined)));
      }
    } finally {
      this.cancel();
    }
  }

  /** @param {(signal: AbortSignal) => AsyncGenerator<Reply, void, void>} send */
  async #collect(send) {
    try {
      for await (const reply of send(this.#cancel.signal)) {
        if (reply.type === "found") {
          this.count = reply;
          this.#found.resolve(reply);
        } else if (reply.type === "results") {
          this.#inbox.push(reply.items);
          this.#notify();
        } else if (reply.type === "kept") {
          this.#kept?.(reply);
        } else if (reply.type === "outage") {
          this.offline = reply.offline;
          this.wait = null;
        } else if (reply.type === "waiting") {
          const { wait } = reply;
          this.wait = wait && { ...wait, until: performance.now() + (wait.seconds ?? 0) * 1000 };
        }
      }
    } catch (error) {
      this.#found.reject(error);
      // Cancelling is not an error: the caller requested it.
      if (error !== this.#cancel.signal.reason) throw error;
    } finally {
      this.#ended = true;
      this.#notify();
    }
  }
}
