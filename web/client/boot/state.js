/**
 * The states of a boot, as its events tell them: `fetching`, `starting`, `installing`, `ready`, or `failed`. `failed` is terminal:
 * only `restart` leaves it.
 */

/** @import {BootEvent} from "../protocol.js" */
/** @import {Cause} from "../supervisor.js" */

import { withResolvers } from "../resolvers.js";

/** @typedef {NonNullable<BootEvent["versions"]>} Versions */

/** @type {BootEvent} */
const FIRST = { type: "boot", stage: "fetching", loaded: 0, total: 0 };

export class BootState {
  /** The latest event. */
  event = FIRST;

  #changed;
  #toError;
  /** @type {PromiseWithResolvers<Versions>} */
  #ready = newPromise();

  /**
   * @param {(event: BootEvent) => void} changed called after each change
   * @param {(cause: Cause) => Error} toError makes the error with which `ready` is rejected
   */
  constructor(changed, toError) {
    this.#changed = changed;
    this.#toError = toError;
  }

  /** Resolves once Python accepts requests, and is rejected by a failure. `restart` replaces it. @returns {Promise<Versions>} */
  get ready() {
    return this.#ready.promise;
  }

  /** The cause of the failure, or null. @returns {Cause | null} */
  get failure() {
    return this.event.stage === "failed" ? (this.event.error ?? null) : null;
  }

  /** @param {BootEvent} event of any stage but `failed` */
  advance(event) {
    if (this.failure) return;
    this.#set(event);
    if (event.stage === "ready" && event.versions) this.#ready.resolve(event.versions);
  }

  /** Another worker begins to boot. */
  begin() {
    this.advance(FIRST);
  }

  /** @param {Cause} cause @returns {boolean} whether this is the first failure */
  fail(cause) {
    if (this.failure) return false;
    this.#set({ ...this.event, stage: "failed", error: cause });
    this.#ready.reject(this.#toError(cause));
    return true;
  }

  /** Leave the stage `failed`, or begin again instead of waiting for data. @returns {boolean} whether there was a reason to */
  restart() {
    if (!this.failure && !this.event.stalled) return false;
    if (this.failure) this.#ready = newPromise();
    this.#set(FIRST);
    return true;
  }

  /** @param {BootEvent} event */
  #set(event) {
    this.event = event;
    this.#changed(event);
  }
}

/** @returns {PromiseWithResolvers<Versions>} */
function newPromise() {
  const resolvers = /** @type {PromiseWithResolvers<Versions>} */ (withResolvers());
  // No unhandled rejection on pages that don't use `ready`: the `boot` event and their own requests report the failure.
  resolvers.promise.catch(() => {});
  return resolvers;
}
