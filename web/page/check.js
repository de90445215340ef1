/** One check from its start to its end, and repeated requests afterwards. Uses the client and the rows, but no DOM element. */

/** @import {Audit, JsonHead} from "../client/client.js" */
/** @import {FoundReply, Policy, Result} from "../client/protocol.js" */
/** @import {Row} from "./results/rows.js" */
/** @import {AuditSource} from "../client/source.js" */

import { problemOf } from "./problem.js";
import { UNDECIDED } from "../client/verdicts.js";
import { Rows } from "./results/rows.js";

/** Rules of results for links that were not checked because the check was cancelled or offline. */
const UNCHECKED_RULES = ["cancelled", "offline"];

const RELATIVE =
  "Some links are relative to an unknown address. Give the address of the source as the base URL, " +
  "under “Options”, and check it again.";

/**
 * The input of a check.
 * @typedef {object} Order
 * @property {(AuditSource | Opening)[]} sources checked one after the other into the same rows
 * @property {string} title name of the sources for people
 * @property {Policy} policy
 * @property {boolean} [fragments] whether pages are read to find what the fragments of links point to
 * @property {string[]} [listed] URLs that get one row each, in this order
 * @property {string} [relay] URL of a relay that reads the pages that this browser can't
 */

/**
 * A function that loads a source, such as the files of a folder. `progress` is called with the number of files found so far.
 * @typedef {(client: JsonHead, options: {signal: AbortSignal, progress: (files: number) => void}) => Promise<AuditSource>} Opening
 */

/** `relayable`: whether a relay may succeed where this failed. @typedef {{code: string, message: string, relayable?: boolean}} Problem */

/** Events: `change`, after every change. */
export class Run extends EventTarget {
  /** @type {"reading" | "checking" | "done"} */
  state = "reading";
  /** @type {Rows} */
  rows;
  /** @type {FoundReply["format"] | null} how the first source was read */
  format = null;
  /** @type {Problem[]} errors that prevented checking a source */
  problems = [];
  /** @type {string[]} */
  notes = [];
  /** Results so far and expected: of links, or of URLs when some are checked again. */
  progress = { done: 0, total: 0 };
  /** Number of files found so far while a folder is searched, else 0. */
  files = 0;
  /** Number of links that were read and not checked because of a cancel. */
  leftOver = 0;
  /** Number of links that were found and have no result because their check failed. */
  unanswered = 0;
  /** Number of results since `started` that were actually checked, for the rate: results of cancelled links don't count. */
  checked = 0;
  /** Whether URLs are being checked again. */
  again = false;
  /** URL of the relay in use, or null. @type {string | null} */
  relay = null;
  started = performance.now();
  ended = 0;

  /** The sources whose contents are at hand, by their entry in the queue: a source that was cancelled is read again. @type {Map<unknown, AuditSource>} */
  #contents = new Map();

  #client;
  #order;
  /** @type {(AuditSource | Opening)[]} */
  #queue;
  #abort = new AbortController();
  /** @type {Audit | null} */
  #current = null;

  /** @param {JsonHead} client @param {Order} order */
  constructor(client, order) {
    super();
    this.#client = client;
    this.#order = order;
    this.#queue = [...order.sources];
    this.rows = new Rows(order.listed);
  }

  get title() {
    return this.#order.title;
  }

  /** The input of this check, to repeat it with other options. */
  get order() {
    return this.#order;
  }

  get running() {
    return this.state !== "done";
  }

  /** Whether a cancel is under way: Python has yet to report the links that were not checked. */
  get cancelling() {
    return this.running && this.#abort.signal.aborted;
  }

  /** Whether the check is waiting for this browser's network to return. */
  get offline() {
    return this.running && (this.#current?.offline ?? false);
  }

  /** The rows that were not checked because of a cancel. */
  get cancelledRows() {
    return [...this.rows].filter((row) => UNCHECKED_RULES.includes(row.result.rule));
  }

  /** The rows that are rate-limited, by their server or because their host limited another row. */
  get limitedRows() {
    return [...this.rows].filter((row) => row.result.verdict === "rate-limited");
  }

  /** Whether a cancel left anything for `checkRest`. */
  get hasRest() {
    return !this.running && (this.#queue.length > 0 || this.leftOver > 0);
  }

  /** What can be repaired now: sources, and their results. */
  get repairable() {
    return this.running || !this.#contents.size ? null : { contents: [...this.#contents.values()], results: this.rows.inOrder() };
  }

  /** Check all remaining sources. Resolves at the end, also after an error or a cancel. */
  async start() {
    this.#begin("reading");
    this.progress = { done: 0, total: 0 };
    let before = 0;
    while (this.#queue.length && !this.#abort.signal.aborted) {
      this.state = "reading";
      const source = await this.#load(this.#queue[0]);
      if (!source) break;
      const audit = this.#audit(source);
      if (hasContents(source)) this.#contents.set(this.#queue[0], source);
      const based = typeof source === "object" && ("page" in source || "base" in source);
      let answered = 0;
      let relative = false;
      const counting = setInterval(() => this.#count(before, audit.count), 200);
      try {
        audit.found.then(() => this.#count(before, audit.count, true)).catch(() => {});
        for await (const result of audit) {
          this.rows.add(result);
          answered++;
          relative ||= !based && result.rule === "relative";
          this.#countResult(result);
        }
      } catch (error) {
        this.problems.push(withFileName(problemOf(error), source));
        // A source that can't be read has no links, even if some had been counted before the error.
        const begun = answered || this.#client.boot.stage === "failed";
        if (begun) this.unanswered += Math.max(0, (audit.count?.links ?? 0) - answered);
        if (this.#client.boot.stage === "failed") {
          if (answered) this.#queue.shift(); // otherwise the whole source waits until Python is restarted
          break;
        }
      } finally {
        clearInterval(counting);
      }
      this.#count(before, audit.count);
      this.notes.push(...(audit.count?.notes ?? []));
      if (relative && !this.notes.includes(RELATIVE)) this.notes.push(RELATIVE);
      before = this.progress.total;
      // A source that was cancelled before it was completely read has no results and stays in the queue.
      // While a source is being read, a count of 0 links is not final.
      const answeredAll = Boolean(audit.count?.links) && this.progress.done === this.progress.total;
      if (!this.#abort.signal.aborted || answeredAll) this.#queue.shift();
    }
    this.#end();
  }

  /** Load a source if needed. Returns null on failure; the source then stays queued for `checkRest`. @param {AuditSource | Opening} sourceOrOpening */
  async #load(sourceOrOpening) {
    if (typeof sourceOrOpening !== "function") return sourceOrOpening;
    const { signal } = this.#abort;
    const progress = /** @param {number} files */ (files) => {
      this.files = files;
      this.#changed();
    };
    try {
      const source = await sourceOrOpening(this.#client, { signal, progress });
      if (typeof source === "object" && "files" in source) this.rows.arrange((source.files ?? []).map(({ name }) => name));
      return source;
    } catch (error) {
      if (!signal.aborted) this.problems.push(problemOf(error));
      return null;
    } finally {
      this.files = 0;
    }
  }

  /** Check the URLs of some rows again, unless the check is running. @param {Iterable<Row>} rows */
  async check(rows) {
    const urls = [...new Set([...rows].filter((row) => !row.isFile).map((row) => row.result.url))];
    if (this.running || !urls.length) return;
    this.#begin("checking");
    this.again = true;
    this.progress = { done: 0, total: urls.length };
    try {
      for await (const result of this.#audit({ urls })) {
        // An older result is worth more than a result that was cancelled this time.
        if (!UNCHECKED_RULES.includes(result.rule)) this.rows.replace(result);
        this.#countResult(result);
      }
    } catch (error) {
      this.problems.push(problemOf(error));
    }
    this.#end();
  }

  /**
   * Let a relay check the rows that this browser could not decide, unless the check is running.
   * @param {Iterable<Row>} rows
   * @param {string} relay its URL
   * @returns {Promise<{answered: number, decided: number}>} the number of URLs with a result, and of those that the relay checked itself
   */
  async askRelay(rows, relay) {
    const byUrl = new Map(Array.from(rows, ({ result }) => [result.url, result]));
    const undecided = [...byUrl.values()].filter(({ verdict }) => UNDECIDED.has(verdict));
    let decided = 0;
    if (this.running || !undecided.length) return { answered: 0, decided };
    this.#begin("checking");
    this.relay = relay;
    this.progress = { done: 0, total: undecided.length };
    try {
      for await (const result of this.#client.relay(relay, undecided, { signal: this.#abort.signal })) {
        if (result.via === "relay") decided++;
        this.rows.replace(result);
        this.#countResult(result);
      }
    } catch (error) {
      if (error !== this.#abort.signal.reason) this.problems.push(problemOf(error));
    }
    this.#end();
    return { answered: this.progress.done, decided };
  }

  /** Continue after a cancel. */
  async checkRest() {
    if (this.running) return;
    const rows = this.cancelledRows;
    if (this.#queue.length) {
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
    const { policy, relay, fragments } = this.#order;
    return (this.#current = this.#client.audit(source, { policy, relay, fragments, signal: this.#abort.signal }));
  }

  /** @param {"reading" | "checking"} state */
  #begin(state) {
    this.state = state;
    this.again = false;
    this.relay = null;
    this.#current = null;
    this.started = performance.now();
    this.checked = 0;
    this.problems = [];
    this.#abort = new AbortController();
    this.#changed();
  }

  /** @param {Result} result */
  #countResult({ rule }) {
    this.progress.done++;
    if (!UNCHECKED_RULES.includes(rule)) this.checked++;
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
      // The time so far was spent on starting Python and reading the source, which must not lower the rate of requests.
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

/** Whether a source is a text, a file or files, instead of addresses. @param {AuditSource} source */
function hasContents(source) {
  return typeof source === "string" || source instanceof Blob || ["text", "file", "files"].some((kind) => kind in source);
}

/** @param {Problem} problem @param {AuditSource} source @returns {Problem} with the name of the file that it is about */
function withFileName(problem, source) {
  const file = typeof source === "object" && "file" in source ? source.file : null;
  return file instanceof File ? { ...problem, message: `${file.name}: ${problem.message}` } : problem;
}
