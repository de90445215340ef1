/** The checks that were kept: lists them, opens, compares, exports, imports and deletes them. */

/** @import {Question} from "./pending.js" */
/** @import {About, Change, ExportedReply, ExportFormat, FileReply, Reply, Result, RunsReply, SimilarReply} from "./protocol.js" */

/** @param {AsyncIterable<Reply>} replies @returns {Promise<Reply>} the last one: of most requests the only one */
export async function onlyReply(replies) {
  /** @type {Reply | undefined} */
  let last;
  for await (const reply of replies) last = reply;
  if (!last) throw new Error("The worker did not reply.");
  return last;
}

export class History {
  #send;

  /** @param {(request: Question, signal?: AbortSignal) => AsyncGenerator<Reply, void, void>} send */
  constructor(send) {
    this.#send = send;
  }

  /** All runs, the last one first. */
  list() {
    return this.#runs({ type: "runs" });
  }

  /**
   * The results of a run.
   * @param {number} run
   * @param {{failing?: boolean, signal?: AbortSignal}} [options] `failing`: only those with `since`
   * @returns {AsyncGenerator<Result[], void, void>} in batches
   */
  rows(run, { failing, signal } = {}) {
    return this.#batches({ type: "rows", run, failing }, signal);
  }

  /** The results of all links to a URL. @param {number} run @param {string} url @returns {AsyncGenerator<Result[], void, void>} in batches */
  places(run, url) {
    return this.#batches({ type: "places", run, url });
  }

  /** How many links lead to each URL of a site, if it is more than one. @param {number} run @returns {AsyncGenerator<[string, number][], void, void>} in batches */
  async *uses(run) {
    for await (const reply of this.#send({ type: "uses", run })) {
      if (reply.type === "uses") yield reply.items;
    }
  }

  /** The address of a run that works and is most similar to one that does not. @param {number} run @param {string} url */
  async similar(run, url) {
    return /** @type {SimilarReply} */ (await onlyReply(this.#send({ type: "similar", run, url }))).url;
  }

  /**
   * How a run differs from an earlier one, or from a report.
   * @param {number | File} before a run, or the report of another link checker @param {number} after
   * @throws {JsonHeadError} with the code `no-report` for other files
   */
  async compare(before, after) {
    /** @type {Change[]} */
    const changes = [];
    for await (const reply of this.#send({ type: "compare", after, ...(before instanceof File ? { file: before } : { before }) })) {
      if (reply.type === "changes") changes.push(...reply.items);
    }
    return changes;
  }

  /** End a run. @param {number} run @param {{complete: boolean, notes: string[]}} end `complete`: whether all of its links have a result */
  finish(run, { complete, notes }) {
    return this.#runs({ type: "finish", run, complete, notes });
  }

  /** @param {number} run @param {string} name empty for none */
  rename(run, name) {
    return this.#runs({ type: "rename", run, name });
  }

  /** @param {number} run */
  delete(run) {
    return this.#runs({ type: "delete", run });
  }

  deleteAll() {
    return this.#runs({ type: "delete-all" });
  }

  /**
   * The results of all links, or of those to some URLs.
   * @param {number} run
   * @param {ExportFormat} format
   * @param {{urls?: string[], about?: About}} [options] `urls`: as `rows` gives them. `about`: what the store does not tell about the run
   */
  async export(run, format, { urls, about } = {}) {
    return /** @type {ExportedReply} */ (await onlyReply(this.#send({ type: "export-run", run, format, urls, about })));
  }

  /** All runs as one SQLite file. */
  async database() {
    return /** @type {FileReply} */ (await onlyReply(this.#send({ type: "database" })));
  }

  /**
   * Add the runs of a file: of a store, or of a JSON export.
   * @param {File} file
   * @returns {Promise<{runs: number[], list: RunsReply}>} `runs`: those that were added
   * @throws {JsonHeadError} with the code `not-results` for other files, `invalid-results` if one of the results is not valid
   */
  async import(file) {
    /** @type {number[]} */
    let runs = [];
    /** @type {RunsReply | undefined} */
    let list;
    for await (const reply of this.#send({ type: "import", name: file.name, file })) {
      if (reply.type === "imported") runs = reply.runs;
      if (reply.type === "runs") list = reply;
    }
    return { runs, list: /** @type {RunsReply} */ (list) };
  }

  /** @param {Question} request @returns {Promise<RunsReply>} */
  async #runs(request) {
    return /** @type {RunsReply} */ (await onlyReply(this.#send(request)));
  }

  /** @param {Question} request @param {AbortSignal} [signal] @returns {AsyncGenerator<Result[], void, void>} */
  async *#batches(request, signal) {
    for await (const reply of this.#send(request, signal)) {
      if (reply.type === "results") yield reply.items;
    }
  }
}
