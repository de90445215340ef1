/**
 * The page's side of the protocol: promises, async iterables and cancellation over a worker, which is replaced should it
 * die. Nothing else on a page posts to the worker or listens to it.
 */

/** @import {BootEvent, ExportedReply, ExportFormat, FolderReply, FoundReply, Policy, Reply, Result, WorkerMessage} from "./protocol.js" */
/** @import {Question} from "./pending.js" */
/** @import {Cause} from "./supervisor.js" */
/** @import {Address, AuditSource} from "./source.js" */

import { tooLarge } from "./limits.js";
import { Pending } from "./pending.js";
import { TERMINAL } from "./protocol.js";
import { otherController, Python } from "./supervisor.js";
import { addresses, sourceOf } from "./source.js";

/** An error that came out of the worker: `code` is one of the protocol's, `message` is for people. */
export class JsonHeadError extends Error {
  /** @param {Cause} error */
  constructor({ code, name, message }) {
    super(message);
    this.name = name;
    this.code = code;
  }
}

/** @typedef {{policy?: Policy, signal?: AbortSignal}} Options */
/** `relay`: which is to read the page should this browser not be able to. @typedef {Options & {relay?: Address}} AuditOptions */
/** @typedef {NonNullable<BootEvent["versions"]>} Versions */

/** @type {BootEvent} */
const FIRST = { type: "boot", stage: "fetching", loaded: 0, total: 0 };

/** Events: `boot`, whose `detail` is a {@link BootEvent}. */
export class JsonHead extends EventTarget {
  /** Where the boot stands. */
  boot = FIRST;
  /** json_head's version; empty until `ready` has resolved. */
  version = "";
  /** @type {Promise<Versions>} resolves once Python takes requests; requests made before wait for it by themselves */
  ready;

  #nextId = 1;
  /** @type {Map<number, Pending>} */
  #open = new Map();
  /** @type {PromiseWithResolvers<Versions>} */
  #ready = withResolvers();
  #python;
  /** Counts the workers there have been. */
  #lives = 1;
  /** Whether a worker that dies is replaced: not if its predecessor died too and nothing was answered since. */
  #revives = true;

  /** @param {URL} [workerURL] */
  constructor(workerURL = new URL("../../webworker.js", import.meta.url)) {
    super();
    this.ready = this.#ready.promise;
    // A page that never looks at `ready` is told of a failed boot by the `boot` event and by its own requests.
    this.ready.catch(() => {});
    this.#python = new Python(workerURL, (message) => this.#receive(message), (cause) => this.#died(cause)); // prettier-ignore
    this.#python.start();
  }

  /**
   * Check URLs.
   * @param {Address[]} urls
   * @param {Options} [options]
   * @returns {Promise<Result[]>} in the order of `urls`
   * @throws {TypeError} when `urls` is no array, an item is missing, or the policy is not plain data
   */
  async head(urls, { policy, signal } = {}) {
    /** @type {Result[]} */
    const results = [];
    const question = /** @type {const} */ ({ type: "audit", source: { urls: addresses(urls) }, policy, controller: otherController() });
    for await (const reply of this.#ask(question, signal)) {
      if (reply.type === "results") reply.items.forEach((result, at) => (results[reply.indexes[at]] = result));
    }
    return results;
  }

  /**
   * Check the links of a source.
   * @param {AuditSource} source
   * @param {AuditOptions} [options]
   * @returns {Audit}
   * @throws {TypeError} when that is no source, or more than one
   */
  audit(source, { policy, relay, signal } = {}) {
    const asked = { ...sourceOf(source), policy, relay: relay == null ? undefined : String(relay), controller: otherController() };
    const question = /** @type {const} */ ({ type: "audit", ...asked });
    return new Audit((stop) => this.#ask(question, stop), signal);
  }

  /**
   * Ask a relay, which is json-head's HTTP API, about what this browser could not decide. It is asked once this is iterated;
   * leaving the loop early cancels it.
   * @param {Address} address
   * @param {Result[]} results
   * @param {{signal?: AbortSignal}} [options]
   * @returns {AsyncGenerator<Result, void, void>} one for each of `results`, as they come; what was decided comes back as it is
   * @throws {TypeError} when `results` is no array, or not plain data
   */
  async *relay(address, results, { signal } = {}) {
    if (!Array.isArray(results)) throw new TypeError("Results come as an array.");
    /** @type {Question} */
    const question = { type: "relay", relay: String(address), results, indexes: [...results.keys()] };
    for await (const reply of this.#ask(question, signal)) {
      if (reply.type === "results") yield* reply.items;
    }
  }

  /**
   * Write results out as a file's text.
   * @param {Result[]} results
   * @param {ExportFormat} format
   * @returns {Promise<ExportedReply>}
   */
  async export(results, format) {
    return /** @type {ExportedReply} */ (await this.#reply({ type: "export", format, results }));
  }

  /**
   * What of a folder is read.
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<FolderReply>}
   */
  async folder({ signal } = {}) {
    return /** @type {FolderReply} */ (await this.#reply({ type: "folder" }, signal));
  }

  /** Start Python once more after it has `failed`; `ready` is a new promise then. */
  restart() {
    if (this.boot.stage !== "failed") return;
    this.#ready = withResolvers();
    this.ready = this.#ready.promise;
    this.ready.catch(() => {});
    this.#revives = true;
    this.#begin(true);
  }

  /** End the worker; what was asked and not answered is rejected. */
  close() {
    this.#python.end();
    this.#fail({ code: "closed", name: "WorkerError", message: "The worker was closed." });
  }

  /**
   * Post a request and yield its replies up to and without the terminal one, which ends or throws.
   * Leaving the loop early, or aborting the signal, cancels the request.
   * @param {Question} question
   * @param {AbortSignal} [signal]
   * @returns {AsyncGenerator<Reply, void, void>}
   */
  async *#ask(question, signal) {
    signal?.throwIfAborted();
    if (this.boot.stage === "failed" && this.boot.error) throw new JsonHeadError(this.boot.error);
    const refused = tooLarge(question);
    if (refused) throw new JsonHeadError(refused);
    const id = this.#nextId++;
    const pending = new Pending(id, question);
    this.#open.set(id, pending);
    const cancel = () => this.#cancel(id, pending);
    signal?.addEventListener("abort", cancel, { once: true });
    void this.#post(id, pending);
    try {
      for (;;) {
        const reply = await pending.next();
        if (TERMINAL.has(reply.type)) this.#open.delete(id);
        if (reply.type === "error") throw new JsonHeadError(reply);
        if (reply.type === "cancelled") return signal?.throwIfAborted();
        if (reply.type === "done") return;
        yield reply;
      }
    } finally {
      signal?.removeEventListener("abort", cancel);
      if (this.#open.delete(id)) cancel();
    }
  }

  /** The only reply to a request, but for the terminal one. @param {Question} question @param {AbortSignal} [signal] */
  async #reply(question, signal) {
    /** @type {Reply | undefined} */
    let only;
    for await (const reply of this.#ask(question, signal)) only = reply;
    if (!only) throw new JsonHeadError({ code: "internal", name: "Error", message: "The worker did not reply." });
    return only;
  }

  /** Post a request, or in another worker than at first what is left of it. @param {number} id @param {Pending} pending */
  async #post(id, pending) {
    const life = this.#lives;
    try {
      const message = await pending.message(); // waits in any case: what is cancelled at once is never posted
      if (life !== this.#lives || (pending.cancelled && !pending.posted)) return;
      pending.posted = true;
      this.#python.post(message);
      if (pending.cancelled) this.#cancel(id, pending);
    } catch (error) {
      const { name } = /** @type {Error} */ (error);
      const message = "This file can’t be read. It may be a folder, or have been moved or changed since it was chosen.";
      pending.deliver({ id, type: "error", code: "file-unreadable", name, message });
    }
  }

  /** @param {number} id @param {Pending} pending */
  #cancel(id, pending) {
    pending.cancelled = true;
    if (pending.posted) this.#python.post({ id, json: JSON.stringify({ id, type: "cancel" }) });
    else pending.deliver({ id, type: "cancelled" });
  }

  /** @param {WorkerMessage} message */
  #receive(message) {
    if (message.type === "boot") return this.#booted(message);
    if (message.type === "results" || TERMINAL.has(message.type)) this.#revives = true;
    this.#open.get(message.id)?.deliver(message);
  }

  /** @param {BootEvent} event */
  #booted(event) {
    if (event.stage === "failed" && event.error) {
      this.#python.end();
      return this.#died(event.error);
    }
    this.#tell(event);
    if (event.stage === "ready" && event.versions) {
      this.version = event.versions.json_head;
      this.#ready.resolve(event.versions);
    }
  }

  /** Once Python was up, a worker that dies is replaced, and the next one goes on with what has no answer yet. @param {Cause} cause */
  #died(cause) {
    if (!this.version || !this.#revives) return this.#fail(cause);
    this.#revives = false;
    this.#begin(false);
    for (const [id, pending] of this.#open) {
      pending.deliver({ id, type: "outage", offline: false }); // should it be so, this worker will find out
      void this.#post(id, pending);
    }
  }

  /** @param {boolean} refresh */
  #begin(refresh) {
    this.#lives++;
    this.#python.start(refresh);
    this.#tell(FIRST);
  }

  /** @param {Cause} error */
  #fail(error) {
    if (this.boot.stage === "failed") return; // terminal: nothing but `restart` follows
    this.#tell({ ...this.boot, stage: "failed", error });
    this.#ready.reject(new JsonHeadError(error));
    for (const [id, pending] of this.#open) pending.deliver({ id, type: "error", ...error });
  }

  /** @param {BootEvent} event */
  #tell(event) {
    this.boot = event;
    this.dispatchEvent(new CustomEvent("boot", { detail: event }));
  }
}

/** The results of one audit as they complete. It starts at once; iterate it once, and leaving the loop early cancels it. */
export class Audit {
  /** @type {Promise<FoundReply>} what the source held; the latest word, as a sitemap's parts come in, is `count` */
  found;
  /** @type {FoundReply | null} */
  count = null;
  /** Whether it waits for this browser's network to come back. */
  offline = false;

  #cancel = new AbortController();
  /** @type {PromiseWithResolvers<FoundReply>} */
  #found = withResolvers();
  /** What has come and was not yet iterated. @type {Result[][]} */
  #inbox = [];
  #wake = () => {};
  #iterated = false;
  /** Resolves when no more will come. @type {Promise<void>} */
  #end;
  #ended = false;

  /**
   * @param {(signal: AbortSignal) => AsyncGenerator<Reply, void, void>} ask
   * @param {AbortSignal} [signal]
   */
  constructor(ask, signal) {
    this.found = this.#found.promise;
    this.found.catch(() => {}); // whoever iterates is told
    const cancel = () => this.cancel();
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel);
    this.#end = this.#take(ask).finally(() => signal?.removeEventListener("abort", cancel));
    this.#end.catch(() => {}); // so too
  }

  /**
   * Stop asking. Links that were found and not yet asked still come, as `not-checked`; then the iteration ends. Cancelled
   * before its links are found, it ends without any, and `found` is rejected.
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
        else await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
      }
    } finally {
      this.cancel();
    }
  }

  /** @param {(signal: AbortSignal) => AsyncGenerator<Reply, void, void>} ask */
  async #take(ask) {
    try {
      for await (const reply of ask(this.#cancel.signal)) {
        if (reply.type === "found") {
          this.count = reply;
          this.#found.resolve(reply);
        } else if (reply.type === "results") {
          this.#inbox.push(reply.items);
          this.#wake();
        } else if (reply.type === "outage") {
          this.offline = reply.offline;
        }
      }
    } catch (error) {
      this.#found.reject(error);
      // The signal's own error only says that it was cancelled, which whoever did it knows.
      if (error !== this.#cancel.signal.reason) throw error;
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }
}

/**
 * `Promise.withResolvers`, which Firefox ESR and WebKitGTK of two years ago lack.
 * @template T
 * @returns {PromiseWithResolvers<T>}
 */
function withResolvers() {
  /** @type {any} */
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
