/**
 * The page's side of the protocol: promises, async iterables and cancellation over one worker.
 * Nothing else on a page posts to the worker or listens to it.
 */

/**
 * @import {AuditRequest, BootEvent, ExportedReply, ExportRequest, FoundReply, HeadRequest, PageMessage, Policy, Posted, Reply, Result, Source, WorkerMessage} from "./protocol.js"
 */

import { TERMINAL } from "./protocol.js";

/** An error that came out of the worker: `code` is one of the protocol's, `message` is for people. */
export class JsonHeadError extends Error {
  /** @param {{code: string, name: string, message: string}} error */
  constructor({ code, name, message }) {
    super(message);
    this.name = name;
    this.code = code;
  }
}

/** @typedef {{policy?: Policy, signal?: AbortSignal}} Options */
/** A request as its caller gives it; the id is ours to add. @typedef {Omit<HeadRequest, "id"> | Omit<AuditRequest, "id"> | Omit<ExportRequest, "id">} Question */

/** A URL as a caller gives it. @typedef {string | URL} Address */

/**
 * What `audit` takes: a string is text of any format, a URL or an array is URLs, a Blob is a file; a Source says more,
 * and may have its bytes in `file`.
 * @typedef {Omit<Source, "urls" | "page" | "base"> & {urls?: Address[], page?: Address, base?: Address, file?: Blob}} FullSource
 * @typedef {string | URL | Address[] | Blob | FullSource} AuditSource
 */

/** A boot that shows no progress for so long, in milliseconds, has failed: a corrupt download can leave it hanging forever. */
const BOOT_DEADLINE = 30_000;

/** Events: `boot`, whose `detail` is a {@link BootEvent}. */
export class JsonHead extends EventTarget {
  /** @type {BootEvent} where the boot stands */
  boot = { type: "boot", stage: "fetching", loaded: 0, total: 0 };
  /** json_head's version; empty until `ready` has resolved. */
  version = "";
  /** @type {Promise<NonNullable<BootEvent["versions"]>>} resolves once Python takes requests; requests made before wait for it by themselves */
  ready;

  #nextId = 1;
  /** @type {Map<number, (reply: Reply) => void>} */
  #open = new Map();
  /** @type {PromiseWithResolvers<NonNullable<BootEvent["versions"]>>} */
  #ready = withResolvers();
  /** @type {Worker} */
  #worker;
  /** @type {number | undefined} */
  #deadline;
  /** Whether the worker's own code has ever run. */
  #heard = false;

  /** @param {URL} [workerURL] */
  constructor(workerURL = new URL("../webworker.js", import.meta.url)) {
    super();
    this.ready = this.#ready.promise;
    // A page that never looks at `ready` is told of a failed boot by the `boot` event and by its own requests.
    this.ready.catch(() => {});
    this.#worker = new Worker(workerURL, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    // Before the worker's own code runs, its failure to load is an `error` event without any detail. From then on it
    // tells of its end by itself, and an error that nothing caught is one for the console.
    this.#worker.onerror = (event) => {
      if (this.#heard) return;
      event.preventDefault();
      this.#died(event.message || "A part of this page could not be loaded. Check the connection and reload.");
    };
    this.#watch();
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
    for await (const reply of this.#ask({ type: "head", urls: addresses(urls), policy }, signal)) {
      if (reply.type === "results") results.push(...reply.items);
    }
    return results;
  }

  /**
   * Check the links of a source.
   * @param {AuditSource} source
   * @param {Options} [options]
   * @returns {Audit}
   * @throws {TypeError} when that is no source, or more than one
   */
  audit(source, options = {}) {
    return new Audit((question, signal) => this.#ask(question, signal), sourceOf(source), options);
  }

  /**
   * Write results out as a file's text.
   * @param {Result[]} results
   * @param {"json" | "ndjson" | "csv"} format
   * @returns {Promise<ExportedReply>}
   */
  async export(results, format) {
    /** @type {ExportedReply | undefined} */
    let exported;
    for await (const reply of this.#ask({ type: "export", format, results })) {
      if (reply.type === "exported") exported = reply;
    }
    if (!exported) throw new JsonHeadError({ code: "internal", name: "Error", message: "The worker exported nothing." });
    return exported;
  }

  /** End the worker; what was asked and not answered is rejected. */
  close() {
    this.#worker.terminate();
    this.#died("The worker was closed.", "closed");
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
    const id = this.#nextId++;
    const posted = jsonOf({ ...question, id });
    /** @type {Reply[]} */
    const inbox = [];
    let wake = () => {};
    this.#open.set(id, (reply) => {
      inbox.push(reply);
      wake();
    });
    const cancel = () => this.#post(jsonOf({ id, type: "cancel" }));
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      this.#post(posted);
      for (;;) {
        const reply = inbox.shift();
        if (reply && TERMINAL.has(reply.type)) this.#open.delete(id);
        if (!reply) {
          await new Promise((resolve) => (wake = () => resolve(undefined)));
        } else if (reply.type === "error") {
          throw new JsonHeadError(reply);
        } else if (reply.type === "cancelled") {
          signal?.throwIfAborted();
          return;
        } else if (reply.type === "done") {
          return;
        } else {
          yield reply;
        }
      }
    } finally {
      signal?.removeEventListener("abort", cancel);
      if (this.#open.delete(id)) cancel();
    }
  }

  /** @param {Posted} message */
  #post(message) {
    this.#worker.postMessage(message, message.body ? [message.body] : []);
  }

  /** @param {WorkerMessage} message */
  #receive(message) {
    this.#heard = true;
    if (message.type === "boot") return this.#booted(message);
    this.#open.get(message.id)?.(message);
  }

  /** @param {BootEvent} event */
  #booted(event) {
    if (this.boot.stage === "failed") return; // terminal: nothing overwrites it
    this.boot = event;
    this.#watch();
    if (event.stage === "ready" && event.versions) {
      this.version = event.versions.json_head;
      this.#ready.resolve(event.versions);
    }
    this.dispatchEvent(new CustomEvent("boot", { detail: event }));
    if (event.stage === "failed" && event.error) {
      this.#ready.reject(new JsonHeadError(event.error));
      for (const [id, deliver] of this.#open) deliver({ id, type: "error", ...event.error });
    }
  }

  /** Expect the next boot event in time, as long as there is one to come. */
  #watch() {
    clearTimeout(this.#deadline);
    if (this.boot.stage === "ready" || this.boot.stage === "failed") return;
    this.#deadline = setTimeout(() => {
      this.#worker.terminate();
      const message = `Loading stood still for ${BOOT_DEADLINE / 1000} seconds. Check the connection and reload.`;
      this.#booted({ ...this.boot, stage: "failed", error: { code: "boot-stalled", name: "TimeoutError", message } });
    }, BOOT_DEADLINE);
  }

  /** @param {string} message @param {string} [code] */
  #died(message, code = "worker-died") {
    this.#booted({ ...this.boot, stage: "failed", error: { code, name: "WorkerError", message } });
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
   * @param {(question: Question, signal: AbortSignal) => AsyncGenerator<Reply, void, void>} ask
   * @param {Source & {file?: Blob}} source
   * @param {Options} options
   */
  constructor(ask, source, { policy, signal }) {
    this.found = this.#found.promise;
    this.found.catch(() => {}); // whoever iterates is told
    if (signal?.aborted) this.cancel();
    signal?.addEventListener("abort", () => this.cancel(), { once: true });
    this.#end = this.#take(ask, source, policy);
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

  /**
   * @param {(question: Question, signal: AbortSignal) => AsyncGenerator<Reply, void, void>} ask
   * @param {Source & {file?: Blob}} source
   * @param {Policy} [policy]
   */
  async #take(ask, { file, ...source }, policy) {
    try {
      /** @type {Omit<AuditRequest, "id">} */
      const question = { type: "audit", source, policy };
      if (file) question.source = { name: file instanceof File ? file.name : "", mediaType: file.type, ...source };
      // Waits in any case, so that what is cancelled at once is never posted.
      question.body = await file?.arrayBuffer();
      for await (const reply of ask(question, this.#cancel.signal)) {
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

/** What of a source holds its links. */
const KINDS = /** @type {const} */ (["urls", "text", "page", "file"]);

/**
 * @param {AuditSource} given
 * @returns {Source & {file?: Blob}}
 */
function sourceOf(given) {
  if (typeof given === "string") return { text: given };
  if (given instanceof URL) return { urls: [given.href] };
  if (Array.isArray(given)) return { urls: addresses(given) };
  if (given instanceof Blob) return { file: given };
  const kinds = KINDS.filter((kind) => given?.[kind] != null);
  if (kinds.length !== 1) {
    const but = kinds.length ? `not ${kinds.join(" and ")} together` : "and this has none of them";
    throw new TypeError(`audit() takes either urls, a text, a page or a file, ${but}.`);
  }
  const { urls, page, base, ...rest } = given;
  const text = /** @param {Address} [address] */ (address) => (address == null ? undefined : String(address));
  return { ...rest, urls: urls && addresses(urls), page: text(page), base: text(base) };
}

/** @param {Address[]} urls */
function addresses(urls) {
  if (!Array.isArray(urls)) throw new TypeError("URLs come as an array.");
  return Array.from(urls, (url, index) => {
    if (url == null) throw new TypeError(`Of these ${urls.length} URLs, the one at index ${index} is missing.`);
    return String(url);
  });
}

/** No message nests deeper than six, and at some thousand Python's JSON parser would crash Python. */
const DEEPEST = 32;

/**
 * @param {PageMessage} message
 * @returns {Posted}
 */
function jsonOf(message) {
  const { body, ...rest } = "body" in message ? message : { ...message, body: undefined };
  try {
    const json = JSON.stringify(rest);
    expectShallow(rest, DEEPEST);
    return { id: message.id, json, body };
  } catch (error) {
    throw new TypeError(`This is not plain data, as JSON can carry it. ${error instanceof Error ? error.message : error}`);
  }
}

/** @param {unknown} value without cycles @param {number} levels */
function expectShallow(value, levels) {
  if (typeof value !== "object" || value === null) return;
  if (!levels) throw new RangeError("It is nested too deep.");
  for (const part of Object.values(value)) expectShallow(part, levels - 1);
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
