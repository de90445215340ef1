/** The sources that are still to be checked, and the contents of those that were opened. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {AuditSource} from "../../client/source.js" */
/** @import {Opening} from "./order.js" */

import { hasContents } from "./order.js";

export class Queue {
  #client;
  /** @type {(AuditSource | Opening)[]} */
  #sources;
  /** The contents, by their entry in the queue: a source that was cancelled is read again. @type {Map<unknown, AuditSource>} */
  #contents = new Map();

  /** @param {JsonHead} client @param {(AuditSource | Opening)[]} sources */
  constructor(client, sources) {
    this.#client = client;
    this.#sources = [...sources];
  }

  get length() {
    return this.#sources.length;
  }

  /** The contents of the sources so far, such as texts and files. */
  get contents() {
    return [...this.#contents.values()];
  }

  /**
   * The first source. It stays in the queue until `shift`.
   * @param {{signal: AbortSignal, progress: (files: number) => void}} options
   * @returns {Promise<AuditSource>}
   */
  async open(options) {
    const [first] = this.#sources;
    const source = typeof first === "function" ? await first(this.#client, options) : first;
    if (hasContents(source)) this.#contents.set(first, source);
    return source;
  }

  shift() {
    this.#sources.shift();
  }

  /** Leave only contents that were read before. @param {AuditSource[]} contents */
  restore(contents) {
    this.#sources = [];
    this.#contents = new Map(contents.map((source) => [source, source]));
  }
}
