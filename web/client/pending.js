/** One request under way: its replies, and how to ask for the rest of it should its worker die. */

/** @import {AuditRequest, ExportRequest, FileItem, FolderRequest, Posted, RelayRequest, Reply} from "./protocol.js" */
/** @import {NamedFile} from "./source.js" */

import { MAX_BYTES } from "./limits.js";

/**
 * A request as its caller gives it: the id is ours to add, and files are read when it is posted.
 * @typedef {(Omit<AuditRequest, "id"> | Omit<RelayRequest, "id"> | Omit<ExportRequest, "id"> | Omit<FolderRequest, "id">) & {file?: Blob, files?: NamedFile[]}} Question
 */

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
  #type;
  /** The links of an audit, once they are known. @type {string | undefined} */
  #plan;
  /** Which of them have their result. @type {number[]} */
  #answered = [];
  /** @type {Reply[]} */
  #inbox = [];
  #wake = () => {};

  /**
   * @param {number} id
   * @param {Question} question
   * @throws {TypeError} when that is not plain data
   */
  constructor(id, { file, files, ...question }) {
    this.#id = id;
    this.#json = jsonOf({ ...question, id });
    this.#file = file;
    this.#files = files;
    this.#type = question.type;
    this.#policy = "policy" in question ? question.policy : undefined;
    this.#controller = "controller" in question ? question.controller : undefined;
  }

  /**
   * What to post: the whole of it, or, once its links are known, for those that have no result. (A relay is asked about links
   * that are known.)
   * @returns {Promise<Posted>}
   * @throws {DOMException} when its file can't be read
   */
  async message() {
    const id = this.#id;
    if (this.#type === "relay") return { id, json: await this.#unanswered() };
    if (this.#plan === undefined && this.#files) return await this.#withFiles(this.#files);
    if (this.#plan === undefined) return { id, json: this.#json, body: await this.#file?.arrayBuffer() };
    const [plan, answered, policy, controller] = [this.#plan, this.#answered, this.#policy, this.#controller];
    return { id, json: JSON.stringify({ id, type: "resume", plan, answered, policy, controller }) };
  }

  /** @param {NamedFile[]} files @returns {Promise<Posted>} */
  async #withFiles(files) {
    const [items, body] = await contentsOf(files);
    /** @type {AuditRequest} */
    const question = JSON.parse(this.#json);
    return { id: this.#id, json: JSON.stringify({ ...question, source: { ...question.source, files: items } }), body };
  }

  /** A RelayRequest without what it has been told of. */
  async #unanswered() {
    if (!this.#answered.length) return this.#json;
    const answered = new Set(this.#answered);
    /** @type {RelayRequest} */
    const { results, indexes, ...question } = JSON.parse(this.#json);
    const left = indexes.flatMap((index, at) => (answered.has(index) ? [] : [at]));
    return JSON.stringify({ ...question, results: left.map((at) => results[at]), indexes: left.map((at) => indexes[at]) });
  }

  /** @param {Reply} reply */
  deliver(reply) {
    if (reply.type === "plan") {
      this.#plan = reply.plan;
      return;
    }
    if (reply.type === "results") for (const index of reply.indexes) this.#answered.push(index);
    this.#inbox.push(reply);
    this.#wake();
  }

  /** The next reply. @returns {Promise<Reply>} */
  async next() {
    for (;;) {
      const reply = this.#inbox.shift();
      if (reply) return reply;
      await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
    }
  }
}

/** What files hold, one behind the other, and what is to be known of each. @param {NamedFile[]} files @returns {Promise<[FileItem[], ArrayBuffer]>} */
async function contentsOf(files) {
  /** @type {FileItem[]} */
  const items = [];
  const parts = [];
  for (const { name, file, inFolder } of files) {
    const large = file !== null && file.size > MAX_BYTES;
    const part = large ? null : await file?.arrayBuffer().catch(() => null);
    if (part) parts.push(part);
    items.push({ name, size: part?.byteLength ?? 0, inFolder, ...(!part && { fault: large ? "too-large" : "unreadable" }) });
  }
  return [items, await new Blob(parts).arrayBuffer()];
}

/** No message nests deeper than six, and at some thousand Python's JSON parser would crash Python. */
const DEEPEST = 32;

/** @param {object} message */
function jsonOf(message) {
  try {
    const json = JSON.stringify(message);
    expectShallow(message, DEEPEST);
    return json;
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
