/** One check from its start to its end, and what is asked again afterwards. Knows the client and the rows, and no element. */

/** @import {Audit, JsonHead} from "../client/client.js" */
/** @import {FoundReply, Policy, Result} from "../client/protocol.js" */
/** @import {Row} from "./results/rows.js" */
/** @import {AuditSource} from "../client/source.js" */

import { problemOf } from "./problem.js";
import { UNDECIDED } from "../client/protocol.js";
import { Rows } from "./results/rows.js";

/** The rules of results that only say that the check was cancelled before them. */
const UNASKED = ["cancelled", "offline"];

/** How a relative link ends up that had no base: as it was written, without a scheme. Lists and text have no such links. */
const isRelative = /** @param {Result} result */ ({ rule, url, found }) =>
  rule === "invalid-url" && !/^[a-z][a-z0-9+.-]*:/i.test(url) && !["", "list", "bare url"].includes(found);
const RELATIVE =
  "Some links are relative, and this does not say to what. Give the address that it comes from as the base URL, " +
  "under “Relative links, and how to ask”, and check it again.";

/**
 * What is to be checked.
 * @typedef {object} Order
 * @property {(AuditSource | Opening)[]} sources checked one after the other into the same rows
 * @property {string} title what a person calls it
 * @property {Policy} policy
 * @property {string[]} [listed] the URLs that shall have a row each, in this order
 * @property {string} [relay] the address of a relay that is to read pages that this browser can't
 */

/**
 * What gives a source that has yet to be looked for, such as the files of a folder. `progress` is called with the number of files so far.
 * @typedef {(client: JsonHead, options: {signal: AbortSignal, progress: (files: number) => void}) => Promise<AuditSource>} Opening
 */

/** @typedef {{code: string, message: string}} Problem */

/** Events: `change`, as often as anything changes. */
export class Run extends EventTarget {
  /** @type {"reading" | "checking" | "done"} */
  state = "reading";
  /** @type {Rows} */
  rows;
  /** @type {FoundReply["format"] | null} how the first source was read */
  format = null;
  /** @type {Problem[]} what could not be checked, and why */
  problems = [];
  /** @type {string[]} */
  notes = [];
  /** How many of what is asked now have been answered, and of how many: links, or URLs when some are asked again. */
  progress = { done: 0, total: 0 };
  /** How many files of a folder have been found, while it is looked into. */
  files = 0;
  /** How many links a cancel left unasked, as far as they were read. */
  leftOver = 0;
  /** How many links were found and never answered, because their check broke off. */
  unanswered = 0;
  /** How many have come that were asked for, this time: what a cancel left over comes too, and says nothing of the pace. */
  asked = 0;
  /** Whether URLs are being asked again. */
  again = false;
  /** The relay that is being asked, or null. @type {string | null} */
  relay = null;
  started = performance.now();
  ended = 0;

  #client;
  #order;
  /** @type {(AuditSource | Opening)[]} */
  #waiting;
  #abort = new AbortController();
  /** @type {Audit | null} */
  #current = null;

  /** @param {JsonHead} client @param {Order} order */
  constructor(client, order) {
    super();
    this.#client = client;
    this.#order = order;
    this.#waiting = [...order.sources];
    this.rows = new Rows(order.listed);
  }

  get title() {
    return this.#order.title;
  }

  /** What was to be checked, so that it can be tried another way. */
  get order() {
    return this.#order;
  }

  get running() {
    return this.state !== "done";
  }

  /** Whether a cancel is under way: Python still has to say what it left unasked. */
  get cancelling() {
    return this.running && this.#abort.signal.aborted;
  }

  /** Whether it waits for this browser's network to come back. */
  get offline() {
    return this.running && (this.#current?.offline ?? false);
  }

  /** The rows that a cancelled check left unasked. */
  get cancelledRows() {
    return [...this.rows].filter((row) => UNASKED.includes(row.result.rule));
  }

  /** The rows of which the server wanted fewer requests, or whose host did. */
  get limitedRows() {
    return [...this.rows].filter((row) => row.result.verdict === "rate-limited");
  }

  /** Whether a cancel left anything that `checkRest` would ask. */
  get hasRest() {
    return !this.running && (this.#waiting.length > 0 || this.leftOver > 0);
  }

  /** Check all sources that have not been. Resolves when that is over, however it ends. */
  async start() {
    this.#begin("reading");
    this.progress = { done: 0, total: 0 };
    let before = 0;
    while (this.#waiting.length && !this.#abort.signal.aborted) {
      this.state = "reading";
      const source = await this.#opened(this.#waiting[0]);
      if (!source) break;
      const audit = this.#audit(source);
      const based = typeof source === "object" && ("page" in source || "base" in source);
      let answered = 0;
      let relative = false;
      const counting = setInterval(() => this.#count(before, audit.count), 200);
      try {
        audit.found.then(() => this.#count(before, audit.count, true)).catch(() => {});
        for await (const result of audit) {
          this.rows.add(result);
          answered++;
          relative ||= !based && isRelative(result);
          this.#took(result);
        }
      } catch (error) {
        this.problems.push(named(problemOf(error), source));
        // A source that can't be read has none, however many had been found in it by then.
        const begun = answered || this.#client.boot.stage === "failed";
        if (begun) this.unanswered += Math.max(0, (audit.count?.links ?? 0) - answered);
        if (this.#client.boot.stage === "failed") {
          if (answered) this.#waiting.shift(); // else all of it waits for Python to be started again
          break;
        }
      } finally {
        clearInterval(counting);
      }
      this.#count(before, audit.count);
      this.notes.push(...(audit.count?.notes ?? []));
      if (relative && !this.notes.includes(RELATIVE)) this.notes.push(RELATIVE);
      before = this.progress.total;
      // A source that was cancelled before all of it was read has given no results, and still waits for its turn.
      // While it is read, a count of no links says nothing of what follows.
      const answeredAll = Boolean(audit.count?.links) && this.progress.done === this.progress.total;
      if (!this.#abort.signal.aborted || answeredAll) this.#waiting.shift();
    }
    this.#end();
  }

  /** A source that is ready to be checked, or null: then it goes on waiting, for `checkRest`. @param {AuditSource | Opening} given */
  async #opened(given) {
    if (typeof given !== "function") return given;
    const { signal } = this.#abort;
    const progress = /** @param {number} files */ (files) => {
      this.files = files;
      this.#changed();
    };
    try {
      const source = await given(this.#client, { signal, progress });
      if (typeof source === "object" && "files" in source) this.rows.arrange((source.files ?? []).map(({ name }) => name));
      return source;
    } catch (error) {
      if (!signal.aborted) this.problems.push(problemOf(error));
      return null;
    } finally {
      this.files = 0;
    }
  }

  /** Ask the URLs of some rows again, unless it is at something already. @param {Iterable<Row>} rows */
  async check(rows) {
    const urls = [...new Set(Array.from(rows, (row) => row.result.url))];
    if (this.running || !urls.length) return;
    this.#begin("checking");
    this.again = true;
    this.progress = { done: 0, total: urls.length };
    try {
      for await (const result of this.#audit({ urls })) {
        // An older answer is worth more than word that this time there was none.
        if (!UNASKED.includes(result.rule)) this.rows.replace(result);
        this.#took(result);
      }
    } catch (error) {
      this.problems.push(problemOf(error));
    }
    this.#end();
  }

  /**
   * Ask a relay about the URLs of some rows that this browser could not decide, unless it is at something already.
   * @param {Iterable<Row>} rows
   * @param {string} relay its address
   * @returns {Promise<{answered: number, told: number}>} of how many URLs it said anything, and of how many it could tell
   */
  async askRelay(rows, relay) {
    const byUrl = new Map(Array.from(rows, ({ result }) => [result.url, result]));
    const asked = [...byUrl.values()].filter(({ verdict }) => UNDECIDED.has(verdict));
    let told = 0;
    if (this.running || !asked.length) return { answered: 0, told };
    this.#begin("checking");
    this.relay = relay;
    this.progress = { done: 0, total: asked.length };
    try {
      for await (const result of this.#client.relay(relay, asked, { signal: this.#abort.signal })) {
        if (result.via === "relay") told++;
        this.rows.replace(result);
        this.#took(result);
      }
    } catch (error) {
      if (error !== this.#abort.signal.reason) this.problems.push(problemOf(error));
    }
    this.#end();
    return { answered: this.progress.done, told };
  }

  /** Go on where a cancel stopped. */
  async checkRest() {
    if (this.running) return;
    const rows = this.cancelledRows;
    if (this.#waiting.length) {
      await this.start();
      if (this.#abort.signal.aborted) return;
    }
    await this.check(rows);
  }

  cancel() {
    this.#abort.abort();
    this.#changed();
  }

  /** @param {AuditSource} source */
  #audit(source) {
    const { policy, relay } = this.#order;
    return (this.#current = this.#client.audit(source, { policy, relay, signal: this.#abort.signal }));
  }

  /** @param {"reading" | "checking"} state */
  #begin(state) {
    this.state = state;
    this.again = false;
    this.relay = null;
    this.#current = null;
    this.started = performance.now();
    this.asked = 0;
    this.problems = [];
    this.#abort = new AbortController();
    this.#changed();
  }

  /** @param {Result} result */
  #took({ rule }) {
    this.progress.done++;
    if (!UNASKED.includes(rule)) this.asked++;
    this.#changed();
  }

  #end() {
    this.state = "done";
    this.ended = performance.now();
    this.leftOver = this.cancelledRows.reduce((sum, { places }) => sum + places.length, 0);
    this.#changed();
  }

  /** @param {number} before links of earlier sources @param {FoundReply | null} count @param {boolean} [read] */
  #count(before, count, read = false) {
    if (!count) return;
    if (read) {
      // Until now time went by for Python to come and the source to be read: it says nothing of how fast links answer.
      if (!before) this.started = performance.now();
      this.state = "checking";
    }
    this.format ??= count.format;
    this.progress.total = before + count.links;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {Problem} problem @param {AuditSource} source @returns {Problem} with the name of the file that it is about */
function named({ code, message }, source) {
  const file = typeof source === "object" && "file" in source ? source.file : null;
  return { code, message: file instanceof File ? `${file.name}: ${message}` : message };
}
