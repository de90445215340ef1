/**
 * The page's side of the protocol: promises, async iterables and cancellation over one worker.
 * Nothing else on a page posts to the worker or listens to it.
 */

/**
 * @import {AuditRequest, BootEvent, ExportedReply, ExportRequest, FoundReply, HeadRequest, PageMessage, Policy, Reply, Result, Source, WorkerMessage} from "./protocol.js"
 */

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

/**
 * What `audit` takes: a string is text of any format, an array is URLs, a Blob is a file; a Source says more, and
 * may have its bytes in `file`.
 * @typedef {string | string[] | Blob | (Source & {file?: Blob})} AuditSource
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

  /** @param {URL} [workerURL] */
  constructor(workerURL = new URL("../webworker.js", import.meta.url)) {
    super();
    this.ready = this.#ready.promise;
    // A page that never looks at `ready` is told of a failed boot by the `boot` event and by its own requests.
    this.ready.catch(() => {});
    this.#worker = new Worker(workerURL, { type: "module" });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    // Before the worker's own code runs, its failure to load is an `error` event without any detail.
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#died(event.message || "A part of this page could not be loaded. Check the connection and reload.");
    };
    this.#watch();
  }

  /**
   * Check URLs.
   * @param {string[]} urls
   * @param {Options} [options]
   * @returns {Promise<Result[]>} in the order of `urls`
   */
  async head(urls, { policy, signal } = {}) {
    if (!Array.isArray(urls)) throw new TypeError("head() takes an array of URLs.");
    /** @type {Result[]} */
    const results = [];
    for await (const reply of this.#ask({ type: "head", urls: urls.map(String), policy }, signal)) {
      if (reply.type === "results") results.push(...reply.items);
    }
    return results;
  }

  /**
   * Check the links of a source.
   * @param {AuditSource} source
   * @param {Options} [options]
   * @returns {Audit}
   */
  audit(source, options = {}) {
    return new Audit((question, signal) => this.#ask(question, signal), source, options);
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
    this.#died("The worker was closed.");
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
    /** @type {Reply[]} */
    const inbox = [];
    let wake = () => {};
    this.#open.set(id, (reply) => {
      inbox.push(reply);
      wake();
    });
    const cancel = () => this.#post({ id, type: "cancel" });
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      this.#post({ ...question, id });
      for (;;) {
        const reply = inbox.shift();
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

  /** @param {PageMessage} message */
  #post(message) {
    this.#worker.postMessage(message, "body" in message && message.body ? [message.body] : []);
  }

  /** @param {WorkerMessage} message */
  #receive(message) {
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

  /** @param {string} message */
  #died(message) {
    this.#booted({ ...this.boot, stage: "failed", error: { code: "worker-died", name: "WorkerError", message } });
  }
}

/** The results of one audit as they complete. Iterate it once; leaving the loop early cancels it. */
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
  #replies;

  /**
   * @param {(question: Question, signal: AbortSignal) => AsyncGenerator<Reply, void, void>} ask
   * @param {AuditSource} source
   * @param {Options} options
   */
  constructor(ask, source, { policy, signal }) {
    this.found = this.#found.promise;
    this.found.catch(() => {}); // whoever iterates is told
    if (signal?.aborted) this.cancel();
    signal?.addEventListener("abort", () => this.cancel(), { once: true });
    this.#replies = this.#start(ask, source, policy);
  }

  /** Stop asking. Links not yet asked still come, as `not-checked`; then the iteration ends. */
  cancel() {
    this.#cancel.abort();
  }

  async *[Symbol.asyncIterator]() {
    try {
      for await (const reply of this.#replies) {
        if (reply.type === "found") {
          this.count = reply;
          this.#found.resolve(reply);
        } else if (reply.type === "results") {
          yield* reply.items;
        } else if (reply.type === "outage") {
          this.offline = reply.offline;
        }
      }
    } catch (error) {
      this.#found.reject(error);
      if (!this.#cancel.signal.aborted || error instanceof JsonHeadError) throw error;
    }
  }

  /**
   * @param {(question: Question, signal: AbortSignal) => AsyncGenerator<Reply, void, void>} ask
   * @param {AuditSource} source
   * @param {Policy} [policy]
   */
  async *#start(ask, source, policy) {
    /** @type {Omit<AuditRequest, "id">} */
    const question = { type: "audit", source: {}, policy };
    if (typeof source === "string") source = { text: source };
    if (Array.isArray(source)) source = { urls: source.map(String) };
    if (source instanceof Blob) source = { file: source };
    const { file, ...rest } = source;
    question.source = rest;
    if (file) {
      question.source = { name: file instanceof File ? file.name : "", mediaType: file.type, ...rest };
      question.body = await file.arrayBuffer();
    }
    yield* ask(question, this.#cancel.signal);
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
