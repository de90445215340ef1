/** One request under way: its replies, and the message that resumes it in another worker. */

/** @import {AuditRequest, ExcerptRequest, ExportRequest, FileItem, FolderRequest, GoOnRequest, HistoryRequest, Keep, PatchRequest, Posted, RelayRequest, Reply, ReportRequest} from "./protocol.js" */
/** @import {NamedFile} from "./source.js" */

import { maxBytes } from "./limits.js";

/** @template T @typedef {T extends unknown ? Omit<T, "id"> : never} WithoutId of each type of a union */
/**
 * A request as the caller passes it: without an id, and with files, which are read when it is posted.
 * @typedef {(Omit<AuditRequest, "id"> | Omit<RelayRequest, "id"> | Omit<ExportRequest, "id"> | Omit<PatchRequest, "id"> | Omit<ExcerptRequest, "id"> | Omit<ReportRequest, "id"> | Omit<FolderRequest, "id"> | Omit<GoOnRequest, "id"> | WithoutId<HistoryRequest>) & {file?: Blob, files?: NamedFile[]}} Question
 */

/**
 * A request with the token of its relay, if there is one.
 * @template {Question} Q
 * @param {Q} request
 * @param {ReadonlyMap<string, string>} tokens by the addresses of relays
 * @returns {Q}
 */
export function withToken(request, tokens) {
  const relayToken = "relay" in request && request.relay ? tokens.get(request.relay) : "";
  return relayToken ? { ...request, relayToken } : request;
}

export class Pending {
  /** Whether it has ever been posted. */
  posted = false;
  cancelled = false;

  #id;
  #json;
  #file;
  #files;
  #policy;
  #controller;
  #granted;
  #fragments;
  #type;
  /** Where the results are stored: a run, once there is one. @type {Keep | undefined} */
  #keep;
  /** The links of an audit, once they are known. @type {string | undefined} */
  #plan;
  /** Indexes of the links that have a result. @type {number[]} */
  #answered = [];
  /** @type {Reply[]} */
  #inbox = [];
  #notify = () => {};

  /**
   * @param {number} id
   * @param {Question} request
   * @param {boolean} [isOfHistory] whether it reads or changes the history
   * @throws {TypeError} when `request` is not plain data
   */
  constructor(id, { file, files, ...request }, isOfHistory = false) {
    this.isOfHistory = isOfHistory;
    this.#id = id;
    this.#json = jsonOf({ ...request, id });
    this.#file = file;
    this.#files = files;
    this.#type = request.type;
    this.#policy = "policy" in request ? request.policy : undefined;
    this.#controller = "controller" in request ? request.controller : undefined;
    this.#granted = "granted" in request ? request.granted : undefined;
    this.#fragments = "fragments" in request ? request.fragments : undefined;
    this.#keep = "keep" in request ? request.keep : undefined;
  }

  /**
   * The message to post: the whole request, or, once its links are known, a request for the links that have no result. (The links of a
   * relay request are always known.)
   * @returns {Promise<Posted>}
   * @throws {DOMException} when its file can't be read
   */
  async message() {
    const id = this.#id;
    if (this.#type === "relay") return { id, json: await this.#unanswered() };
    if (this.#plan === undefined && this.#files) return await this.#withFiles(this.#files);
    if (this.#plan === undefined) return { id, json: this.#begun(), body: await this.#file?.arrayBuffer() };
    const [plan, answered, keep] = [this.#plan, this.#answered, this.#keep];
    const options = { policy: this.#policy, controller: this.#controller, granted: this.#granted, fragments: this.#fragments };
    return { id, json: JSON.stringify({ id, type: "resume", plan, answered, ...options, keep }) };
  }

  /** The whole request. A crawl that has begun goes on with its run. */
  #begun() {
    if (!this.#keep || !("run" in this.#keep)) return this.#json;
    return JSON.stringify({ ...JSON.parse(this.#json), keep: this.#keep });
  }

  /** @param {NamedFile[]} files @returns {Promise<Posted>} */
  async #withFiles(files) {
    const [items, body] = await contentsOf(files);
    /** @type {AuditRequest | PatchRequest | ExcerptRequest} */
    const request = JSON.parse(this.#json);
    return { id: this.#id, json: JSON.stringify({ ...request, source: { ...request.source, files: items } }), body };
  }

  /** The RelayRequest for the links that have no result yet. */
  async #unanswered() {
    if (!this.#answered.length) return this.#json;
    const answered = new Set(this.#answered);
    /** @type {RelayRequest} */
    const { results, indexes, ...request } = JSON.parse(this.#json);
    const remaining = indexes.flatMap((index, at) => (answered.has(index) ? [] : [at]));
    return JSON.stringify({ ...request, results: remaining.map((at) => results[at]), indexes: remaining.map((at) => indexes[at]) });
  }

  /** @param {Reply} reply */
  deliver(reply) {
    if (reply.type === "plan") {
      this.#plan = reply.plan;
      return;
    }
    if (reply.type === "kept" && reply.run !== null && this.#keep && !("again" in this.#keep)) this.#keep = { run: reply.run };
    if (reply.type === "results") for (const index of reply.indexes) this.#answered.push(index);
    this.#inbox.push(reply);
    this.#notify();
  }

  /** The next reply. @returns {Promise<Reply>} */
  async next() {
    for (;;) {
      const reply = this.#inbox.shift();
      if (reply) return reply;
      await new Promise((resolve) => (this.#notify = () => resolve(undefined)));
    }
  }
}

/** Describe files and concatenate their contents. @param {NamedFile[]} files @returns {Promise<[FileItem[], ArrayBuffer]>} */
async function contentsOf(files) {
  /** @type {FileItem[]} */
  const items = [];
  const parts = [];
  for (const { name, file, inFolder } of files) {
    const large = file !== null && file.size > maxBytes(name, inFolder);
    const content = large ? null : await file?.arrayBuffer().catch(() => null);
    if (content) parts.push(content);
    items.push({ name, size: content?.byteLength ?? 0, inFolder, ...(!content && { fault: large ? "too-large" : "unreadable" }) });
  }
  return [items, await new Blob(parts).arrayBuffer()];
}

/** Maximum nesting of a message. Valid messages need six levels; some thousand levels would crash Python in its JSON parser. */
const MAX_DEPTH = 32;

/** @param {object} message */
function jsonOf(message) {
  try {
    const json = JSON.stringify(message);
    expectShallow(message, MAX_DEPTH);
    return json;
  } catch (error) {
    throw new TypeError(`This is not plain data, as JSON can carry it. ${error instanceof Error ? error.message : error}`);
  }
}

/** @param {unknown} value without cycles @param {number} levels */
function expectShallow(value, levels) {
  if (typeof value !== "object" || value === null) return;
  if (!levels) throw new RangeError("It is nested too deep.");
  for (const content of Object.values(value)) expectShallow(content, levels - 1);
}
