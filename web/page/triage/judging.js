/** The decisions of the person who looks at links: reads them from the store, changes them, and sets them on rows. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Deciding, DecisionInfo, DecisionsReply, Result, Word} from "../../client/protocol.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Rows} from "../rows/rows.js" */

import { Decided } from "./decided.js";

/** After this time a decision runs out, unless another was chosen, in days. */
export const DAYS = 90;

/** Events: `change`, after the decisions have changed. */
export class Judging extends EventTarget {
  #client;
  /** @type {Promise<void> | null} */
  #loading = null;
  #decided = new Decided([]);
  /** All decisions, the last one first. @type {DecisionInfo[]} */
  list = [];
  /** Whether the decisions have been read, or can't be. */
  isLoaded = false;
  /** The rows that have the present decisions, and how many there were. @type {{rows: Rows | null, size: number}} */
  #applied = { rows: null, size: 0 };

  /** @param {JsonHead} client */
  constructor(client) {
    super();
    this.#client = client;
  }

  /** Read the decisions, once. */
  load() {
    return (this.#loading ??= this.reload());
  }

  /** Set the decisions on rows. Cheap if no row has been added since. @param {Rows} rows */
  apply(rows) {
    void this.load();
    if (this.#applied.rows === rows && (this.#applied.size === rows.size || !this.list.length)) return;
    this.#applied = { rows, size: rows.size };
    for (const row of rows) {
      const word = this.of(row)?.decision ?? null;
      if (row.decision !== word) rows.decide(row, word);
    }
  }

  /** The decision that applies to a row. @param {Row} row @returns {DecisionInfo | null} */
  of({ result: { url, source } }) {
    return this.list.length ? this.#decided.of(url, source) : null;
  }

  /**
   * The results of rows, those to which a decision applies with it.
   * @param {Iterable<Row>} rows @param {Result[]} results
   * @returns {Result[]}
   */
  mark(rows, results) {
    /** @type {Map<Result, Result["decision"]>} */
    const marks = new Map();
    for (const row of rows) {
      const made = this.of(row);
      if (!made) continue;
      const { decision, reason, until } = made;
      for (const place of row.places) marks.set(place, { decision, reason, until });
    }
    // A place that was read from the store may have a decision that was taken back.
    return results.map((result) => (marks.has(result) || result.decision ? { ...result, decision: marks.get(result) } : result));
  }

  /**
   * Make a decision on a row.
   * @param {Row} row @param {Word} decision @param {Partial<Pick<Deciding, "url" | "scope" | "reason" | "until">>} [options]
   */
  async decide({ result: { url, source } }, decision, options = {}) {
    this.#replace(await this.#client.decisions.decide({ url, source, decision, until: dayIn(DAYS), ...options }));
  }

  /** Take back the decision that applies to a row. @param {Row} row */
  async undo(row) {
    const decision = this.of(row);
    if (decision) await this.takeBack(decision);
  }

  /** Take back a decision. @param {DecisionInfo} decision */
  async takeBack({ id }) {
    this.#replace(await this.#client.decisions.undo(id));
  }

  async deleteAll() {
    this.#replace(await this.#client.decisions.deleteAll());
  }

  /** Add the decisions of a file. @param {File} file @returns {Promise<number>} the number of new ones */
  async import(file) {
    const reply = await this.#client.decisions.import(file);
    this.#replace(reply);
    return reply.added ?? 0;
  }

  /** Read the decisions, also after the store has been replaced. */
  async reload() {
    try {
      this.#replace(await this.#client.decisions.list());
    } catch {
      // Without a store there are no decisions.
    }
    if (this.isLoaded) return;
    this.isLoaded = true;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {DecisionsReply} reply */
  #replace({ items }) {
    this.#decided = new Decided(items);
    this.list = items;
    this.#applied = { rows: null, size: 0 };
    this.dispatchEvent(new Event("change"));
  }
}

/** A date, so many days from today, as decisions have it. @param {number} days */
export function dayIn(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
