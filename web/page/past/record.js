/** The run in the store that has the results of a check. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Keep, Keeping, KeptReply, Result, RunInfo, RunsReply} from "../../client/protocol.js" */
/** @import {Order} from "../input/order.js" */
/** @import {Rows} from "../rows/rows.js" */

import { keepOf } from "./stored.js";

/** Time between two reports of progress, in milliseconds. */
const REPORT_MS = 1000;

/** Events: `kept`, with a KeptReply as `detail`; `runs`, with a RunsReply, a list of all runs, when they have changed. */
export class Record extends EventTarget {
  /** The id of the run, or null if there is none. @type {number | null} */
  id = null;
  /** Whether the results are stored, or why not. @type {Keeping | null} */
  state = null;
  /** The run, once it has ended. @type {RunInfo | null} */
  info = null;
  /** Whether the results have been read from the store. */
  restored = false;

  #client;
  #order;

  /** @param {JsonHead} client @param {Order} order */
  constructor(client, order) {
    super();
    this.#client = client;
    this.#order = order;
  }

  /** Options of an audit whose results belong to this run. @returns {{keep: Keep, kept: (reply: KeptReply) => void}} */
  get more() {
    return { keep: this.id === null ? keepOf(this.#order) : { run: this.id }, kept: this.#note };
  }

  /** Options of an audit whose results replace those of this run: another run has them then. @returns {{keep?: Keep, kept?: (reply: KeptReply) => void}} */
  get again() {
    return this.id === null ? {} : { keep: { again: this.id }, kept: this.#note };
  }

  /** Take over a run of the store. @param {RunInfo} info */
  adopt(info) {
    Object.assign(this, { id: info.id, info, restored: true, state: "kept" });
  }

  /**
   * Read the results of the run.
   * @param {Rows} rows @param {(result: Result) => void} add adds a result to the rows @param {(done: number) => void} progress called seldom, because each draw of many rows takes long @param {AbortSignal} signal
   */
  async read(rows, add, progress, signal) {
    let done = 0;
    let reportedAt = 0;
    for await (const results of this.#client.history.rows(/** @type {number} */ (this.id), { signal })) {
      for (const result of results) add(result);
      done += results.length;
      if (performance.now() - reportedAt < REPORT_MS) continue;
      reportedAt = performance.now();
      progress(done);
    }
    await this.#countUses(rows);
    progress(done);
  }

  #note = (/** @type {KeptReply} */ detail) => {
    this.id = detail.run ?? this.id;
    this.state = detail.state;
    this.dispatchEvent(new CustomEvent("kept", { detail }));
  };

  /** End the run, and compare it with the one before. @param {Rows} rows @param {{complete: boolean, notes: string[]}} end */
  async finish(rows, end) {
    if (this.id === null) return;
    await this.#listed(this.#client.history.finish(this.id, end));
    await this.compare(rows);
  }

  /** Read what the store found out: which failures are new, since when the others fail, and how many links lead to each. @param {Rows} rows */
  async compare(rows) {
    if (this.id === null || this.#client.boot.stage === "failed") return;
    if (this.info?.id !== this.id) await this.#listed(this.#client.history.list());
    try {
      for await (const results of this.#client.history.rows(this.id, { failing: true })) {
        for (const result of results) rows.mark(result);
      }
    } catch {
      // The results are complete without it.
    }
    await this.#countUses(rows);
  }

  /** Note how many links of a site lead to each URL: its rows have the first. @param {Rows} rows */
  async #countUses(rows) {
    if (this.id === null || this.info?.kind !== "crawl") return;
    try {
      for await (const uses of this.#client.history.uses(this.id)) {
        for (const [url, used] of uses) rows.setUsed(url, used);
      }
    } catch {
      // Likewise.
    }
  }

  /** @param {Promise<RunsReply>} listing */
  async #listed(listing) {
    try {
      const detail = await listing;
      this.info = detail.runs.find(({ id }) => id === this.id) ?? this.info;
      this.dispatchEvent(new CustomEvent("runs", { detail }));
    } catch {
      // Likewise.
    }
  }
}
