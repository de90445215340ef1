/**
 * The page's side of the protocol: promises, async iterables and cancellation on top of a worker. A worker that dies is
 * replaced. No other code on a page posts messages to the worker or receives them.
 */

/** @import {Versions} from "./boot/state.js" */
/** @import {About, AnswerReply, BootEvent, ExcerptReply, ExportedReply, ExportFormat, FolderReply, Keep, KeptReply, PatchReply, Policy, Reply, ReportReply, Result, WorkerMessage} from "./protocol.js" */
/** @import {Question} from "./pending.js" */
/** @import {Cause} from "./supervisor.js" */
/** @import {Address, AuditSource} from "./source.js" */

import { Audit } from "./audit.js";
import { BootState } from "./boot/state.js";
import { Decisions } from "./decisions.js";
import { History, onlyReply } from "./history.js";
import { tooLarge } from "./limits.js";
import { Pending, withToken } from "./pending.js";
import { TERMINAL } from "./protocol.js";
import { otherController, Python } from "./supervisor.js";
import { addresses, sourceOf } from "./source.js";

export { Audit };

/**
 * An error reported by the worker: `code` is one of the protocol's, `message` is for people. `relayable` tells whether a
 * relay may succeed where this failed.
 */
export class JsonHeadError extends Error {
  /** @param {Cause} error */
  constructor({ code, name, message, relayable = false }) {
    super(message);
    this.name = name;
    this.code = code;
    this.relayable = relayable;
  }
}

/** `fragments`: whether pages are read to find what the fragments of links point to. @typedef {{policy?: Policy, fragments?: boolean, signal?: AbortSignal}} Options */
/** `relay`: the relay that reads the page if this browser can't. @typedef {Options & {relay?: Address}} AuditOptions */

/**
 * `keep`: the run that the results are stored in. `kept` is called when they are being stored, and if that ends early.
 * @typedef {{keep?: Keep, kept?: (reply: KeptReply) => void}} Keeping
 */

/** Where a link is. Every result is one. @typedef {Pick<Result, "source" | "line" | "column"> & {url?: string}} Place */

/** Events: `boot`, whose `detail` is a {@link BootEvent}. */
export class JsonHead extends EventTarget {
  /** json_head's version; empty until `ready` has resolved. */
  version = "";
  /** The checks that this site's page keeps in this browser. */
  history;
  /** A person's decisions on links, which are kept with the checks. */
  decisions;
  /** The tokens of relays that require one, by the addresses that are passed to `relay`. @type {Map<string, string>} */
  relayTokens = new Map();
  /** In an extension's page: match patterns of the websites that it may read without CORS. @type {string[] | undefined} */
  granted;

  #nextId = 1;
  /** @type {Map<number, Pending>} */
  #open = new Map();
  #state = new BootState(
    (event) => this.dispatchEvent(new CustomEvent("boot", { detail: event })),
    (cause) => new JsonHeadError(cause),
  );
  #python;
  /** Number of workers started so far. */
  #generation = 1;
  /** Whether a worker that dies is replaced. False from one death until the next results or terminal reply. */
  #mayReplaceWorker = true;

  /** @param {URL} [workerURL] @param {{history?: boolean}} [options] `history`: whether checks are kept in this browser, instead of in memory */
  constructor(workerURL = new URL("../../webworker.js", import.meta.url), { history = false } = {}) {
    super();
    this.history = new History((request, signal) => this.#send(request, signal, true));
    this.decisions = new Decisions((request) => this.#send(request, undefined, true));
    this.#python = new Python(
      workerURL,
      history,
      (message) => this.#receive(message),
      (cause) => this.#died(cause),
    );
    this.#python.start();
  }

  /** The latest boot event. @returns {BootEvent} */
  get boot() {
    return this.#state.event;
  }

  /** Resolves once Python accepts requests; earlier requests wait for it, so callers need not. @returns {Promise<Versions>} */
  get ready() {
    return this.#state.ready;
  }

  /**
   * Check URLs.
   * @param {Address[]} urls
   * @param {Options} [options]
   * @returns {Promise<Result[]>} in the order of `urls`
   * @throws {TypeError} when `urls` is no array, an item is missing, or the policy is not plain data
   */
  async head(urls, { policy, fragments, signal } = {}) {
    /** @type {Result[]} */
    const results = [];
    const options = { policy, fragments, ...this.#surroundings() };
    const request = /** @type {const} */ ({ type: "audit", source: { urls: addresses(urls) }, ...options });
    for await (const reply of this.#send(request, signal)) {
      if (reply.type === "results") reply.items.forEach((result, at) => (results[reply.indexes[at]] = result));
    }
    return results;
  }

  /**
   * Check the links of a source.
   * @param {AuditSource} source
   * @param {AuditOptions & Keeping} [options]
   * @returns {Audit}
   * @throws {TypeError} when `source` is not exactly one source
   */
  audit(source, { policy, relay, fragments, keep, kept, signal } = {}) {
    const options = { policy, fragments, keep, relay: relay == null ? undefined : String(relay), ...this.#surroundings() };
    const request = /** @type {const} */ ({ type: "audit", ...sourceOf(source), ...options });
    return new Audit((stop) => this.#send(request, stop), signal, kept);
  }

  /**
   * Go on with a run of `history` that was interrupted.
   * @param {number} run
   * @param {AuditOptions & Keeping} [options]
   * @returns {Audit}
   */
  goOn(run, { policy, relay, fragments, kept, signal } = {}) {
    const options = { policy, fragments, relay: relay == null ? undefined : String(relay), ...this.#surroundings() };
    const request = /** @type {const} */ ({ type: "go-on", keep: { run }, ...options });
    return new Audit((stop) => this.#send(request, stop), signal, kept);
  }

  /**
   * Let a relay, which is json-head's HTTP API, check the results that this browser could not decide. The request is sent when the
   * iteration starts; leaving the loop early cancels it.
   * @param {Address} address
   * @param {Result[]} results
   * @param {Keeping & {signal?: AbortSignal}} [options]
   * @returns {AsyncGenerator<Result, void, void>} one for each of `results`, as they arrive; decided results are returned unchanged
   * @throws {TypeError} when `results` is no array, or not plain data
   */
  async *relay(address, results, { signal, keep, kept } = {}) {
    if (!Array.isArray(results)) throw new TypeError("Results come as an array.");
    /** @type {Question} */
    const request = { type: "relay", relay: String(address), results, indexes: [...results.keys()], keep };
    for await (const reply of this.#send(request, signal)) {
      if (reply.type === "results") yield* reply.items;
      if (reply.type === "kept") kept?.(reply);
    }
  }

  /**
   * Export results as the text of a file.
   * @param {Result[]} results
   * @param {ExportFormat} format
   * @param {About} [about] what the formats for people tell about the check
   * @returns {Promise<ExportedReply>}
   */
  async export(results, format, about) {
    return /** @type {ExportedReply} */ (await this.#reply({ type: "export", format, results, about }));
  }

  /**
   * Repair links in the contents of a source, as far as there is no doubt about the new URL.
   * @param {AuditSource} source a text, a file or files, which have been checked
   * @param {Result[]} results of that check; only their links are repaired
   * @param {{signal?: AbortSignal, redirects?: string[], corrected?: boolean}} [options] `redirects`: URLs, as in the results, that a person
   *   wants to be replaced by the addresses that they are redirected to; `corrected`: whether to reply with the repaired source, too
   * @returns {Promise<PatchReply>} a unified diff, which is empty if there is nothing to repair
   */
  async patch(source, results, { signal, redirects, corrected } = {}) {
    return /** @type {PatchReply} */ (await this.#reply({ type: "patch", ...sourceOf(source), results, redirects, corrected }, signal));
  }

  /**
   * The lines around a link of a source, with the link marked. Marks are in UTF-16 units, as `slice` takes them.
   * @param {AuditSource} source a text, a file, files, a page or a site; a page is fetched once for several excerpts
   * @param {Place} place a result of a check of that source, or one of its places
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<ExcerptReply>}
   * @throws {JsonHeadError} with the code `no-such-place` if the link has no place, or the source no such line; `link-gone` if the page has
   *   changed; `no-such-file`; or the code of what keeps the source from being read, where a relay is no way out
   */
  async excerpt(source, place, { signal } = {}) {
    const { line, column, url } = place;
    const request = /** @type {const} */ ({ type: "excerpt", ...sourceOf(source), line, column, url, document: place.source });
    return /** @type {ExcerptReply} */ (await this.#reply(request, signal));
  }

  /**
   * Read another link checker's report.
   * @param {File} file
   * @throws {JsonHeadError} with the code `no-report` for other files, `damaged-report` for a report that is cut off
   */
  async report(file) {
    return /** @type {ReportReply} */ (await this.#reply({ type: "report", file }));
  }

  /**
   * Which files of a folder are read: extensions, skipped folders and limits.
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<FolderReply>}
   */
  async folder({ signal } = {}) {
    return /** @type {FolderReply} */ (await this.#reply({ type: "folder" }, signal));
  }

  /**
   * Run a SELECT on the checks that are kept. Nothing can be changed.
   * @param {string} sql
   * @param {{run?: number, limit?: number}} [options] `run`: the value of `:run`, by default the last run; `limit`: the maximum number of rows, by default 1,000
   * @returns {Promise<AnswerReply>}
   */
  async query(sql, { run, limit } = {}) {
    return /** @type {AnswerReply} */ (await this.#reply({ type: "query", sql, run, limit }));
  }

  /**
   * Run a SELECT, and give all rows as the text of a CSV file.
   * @param {string} sql
   * @param {{run?: number}} [options] as those of `query`
   * @returns {Promise<ExportedReply>}
   */
  async queryCsv(sql, { run } = {}) {
    return /** @type {ExportedReply} */ (await this.#reply({ type: "query", sql, run, format: "csv" }));
  }

  /** Start Python again after the boot stage `failed`, whereby `ready` becomes a new promise, or while its boot is `stalled`. */
  restart() {
    if (!this.#state.restart()) return;
    this.#mayReplaceWorker = true;
    this.#startAgain(true);
  }

  /** End the worker and reject all requests under way. */
  close() {
    this.#python.end();
    this.#fail({ code: "closed", name: "WorkerError", message: "The worker was closed." });
  }

  /**
   * Post a request and yield its replies. The terminal reply is not yielded: it ends the iteration, or throws if it is an error.
   * Leaving the loop early, or aborting the signal, cancels the request.
   * @param {Question} request
   * @param {AbortSignal} [signal]
   * @param {boolean} [isOfHistory] whether it reads or changes the history
   * @returns {AsyncGenerator<Reply, void, void>}
   */
  async *#send(request, signal, isOfHistory = false) {
    signal?.throwIfAborted();
    if (this.#state.failure) throw new JsonHeadError(this.#state.failure);
    const sizeError = tooLarge(request);
    if (sizeError) throw new JsonHeadError(sizeError);
    const id = this.#nextId++;
    const pending = new Pending(id, withToken(request, this.relayTokens), isOfHistory);
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

  /** What the page may and may not see: part of a request that sends others. */
  #surroundings() {
    return { controller: otherController(), granted: this.granted };
  }

  /** Post a request that has a single reply before the terminal one, and return that reply. @param {Question} request @param {AbortSignal} [signal] */
  #reply(request, signal) {
    return onlyReply(this.#send(request, signal));
  }

  /** Post a request. In a replacement worker, post only its unfinished part. @param {number} id @param {Pending} pending */
  async #post(id, pending) {
    const generation = this.#generation;
    try {
      const message = await pending.message(); // awaiting takes at least a microtask, so a request cancelled at once is never posted
      if (generation !== this.#generation || (pending.cancelled && !pending.posted)) return;
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
    const pending = this.#open.get(message.id);
    // The page reads its history after each start, so these replies do not show that the worker lives on.
    const isProgress = message.type === "results" || TERMINAL.has(message.type);
    if (isProgress && !pending?.isOfHistory) this.#mayReplaceWorker = true;
    pending?.deliver(message);
  }

  /** @param {BootEvent} event */
  #booted(event) {
    if (event.versions) this.version = event.versions.json_head;
    this.#state.advance(event);
  }

  /** Replace a worker that died after its boot. The new one continues with the links that have no result yet. @param {Cause} cause */
  #died(cause) {
    if (!this.version || !this.#mayReplaceWorker) return this.#fail(cause);
    this.#mayReplaceWorker = false;
    this.#state.begin(); // before the start, which may fail at once
    this.#startAgain(false);
  }

  /** Start another worker, which continues with the requests under way. @param {boolean} refresh */
  #startAgain(refresh) {
    this.#generation++;
    this.#python.start(refresh);
    if (this.#state.failure) return;
    for (const [id, pending] of this.#open) {
      pending.deliver({ id, type: "outage", offline: false }); // if still offline, the new worker reports it
      void this.#post(id, pending);
    }
  }

  /** @param {Cause} error */
  #fail(error) {
    if (!this.#state.fail(error)) return;
    for (const [id, pending] of this.#open) pending.deliver({ id, type: "error", ...error });
    this.#open.clear(); // not to be posted to another worker
  }
}
