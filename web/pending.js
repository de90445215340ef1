/** One request under way: its replies, and how to ask for the rest of it should its worker die. */

/** @import {AuditRequest, ExportRequest, Posted, RelayRequest, Reply} from "./protocol.js" */

/** A request as its caller gives it: the id is ours to add, and a file is read when it is posted. @typedef {(Omit<AuditRequest, "id"> | Omit<RelayRequest, "id"> | Omit<ExportRequest, "id">) & {file?: Blob}} Question */

export class Pending {
  /** Whether it has ever been posted. */
  posted = false;
  cancelled = false;

  #id;
  #json;
  #file;
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
  constructor(id, { file, ...question }) {
    this.#id = id;
    this.#json = jsonOf({ ...question, id });
    this.#file = file;
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
    if (this.#plan === undefined) return { id, json: this.#json, body: await this.#file?.arrayBuffer() };
    const [plan, answered, policy, controller] = [this.#plan, this.#answered, this.#policy, this.#controller];
    return { id, json: JSON.stringify({ id, type: "resume", plan, answered, policy, controller }) };
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
