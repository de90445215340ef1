/** One check from its start to its end, and repeated requests afterwards. Uses the client and the rows, but no DOM element. */

/** @import {Audit, JsonHead} from "../client/client.js" */
/** @import {FoundReply, Result, RunInfo} from "../client/protocol.js" */
/** @import {Order} from "./input/order.js" */
/** @import {Row} from "./rows/row.js" */
/** @import {AuditSource} from "../client/source.js" */

import { Queue } from "./input/queue.js";
import { notesOf, reportedLinks } from "./input/report.js";
import { problemOf, RELATIVE, withFileName } from "./problem.js";
import { UNDECIDED } from "../client/verdicts.js";
import { Record } from "./past/record.js";
import { orderOfRun } from "./past/stored.js";
import { keptText } from "./past/text.js";
import { Progress } from "./progress.js";
import { isLeftOut, Rows, UNCHECKED_RULES } from "./rows/rows.js";

/** Events: `change`; `end`, once all results of what was begun are there, before the stored run is closed. */
export class Run extends Progress {
  rows;
  /** Whether the check of a site was cut off, so that nobody knows how many links are left. */
  #isCut = false;
  /** The stored run that has these results. */
  record;
  #client;
  #order;
  #queue;
  #abort = new AbortController();
  /** @type {Audit | null} */
  #current = null;

  /** @param {JsonHead} client @param {Order} order */
  constructor(client, order) {
    super();
    this.#client = client;
    this.#order = order;
    this.#queue = new Queue(client, order.sources);
    this.rows = new Rows(order.listed);
    this.record = new Record(client, order);
    this.notes = [...notesOf(order.report), ...(order.notes ?? [])];
  }

  get title() {
    return this.#order.title;
  }

  /** The input, to repeat the check with other options. */
  get order() {
    return this.#order;
  }

  /** Whether a whole site is checked. */
  get isSite() {
    return this.#order.sources.some((source) => typeof source === "object" && "site" in source);
  }

  /** Whether a cancel is under way: Python has yet to report the links that were not checked. */
  get cancelling() {
    return this.running && this.#abort.signal.aborted;
  }

  get offline() {
    return this.running && (this.#current?.offline ?? false);
  }

  /** What it waits for when nothing else happens. */
  get wait() {
    return this.running && !this.cancelling ? (this.#current?.wait ?? null) : null;
  }

  /** Whether a cancel left anything for `checkRest`. */
  get hasRest() {
    const canGoOn = this.record.id !== null && (this.unanswered > 0 || this.#isCut);
    return !this.running && (this.#queue.length > 0 || this.leftOver > 0 || canGoOn);
  }

  /** Its sources that have contents, such as texts and files, as far as they were read. */
  get contents() {
    return this.#queue.contents;
  }

  /** What can be repaired now: sources, and their results. */
  get repairable() {
    const { contents } = this.#queue;
    return !this.running && contents.length ? { contents, results: this.rows.inOrder() } : null;
  }

  /**
   * A check that was stored. Resolves once its results are read.
   * @param {JsonHead} client @param {RunInfo} info @param {(run: Run) => void} show called before they are read
   */
  static async restore(client, info, show) {
    const run = new Run(client, orderOfRun(info));
    show(run);
    await run.#restore(info);
    return run;
  }

  /** @param {RunInfo} info */
  async #restore(info) {
    this.#queue.restore(keptText(info.id));
    this.#begin("reading");
    this.record.adopt(info);
    this.notes = [...info.notes];
    this.format = info.options.format ?? null;
    const links = info.options.links ?? info.counts.links ?? 0;
    this.pages = info.counts.pages ?? 0;
    this.progress = { done: 0, total: links };
    try {
      const progress = (/** @type {number} */ done) => this.changed({ progress: { done, total: links } });
      await this.record.read(this.rows, (result) => this.#addLinks(result), progress, this.#abort.signal);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.problems.push(problemOf(error));
    }
    const hasEnded = info.state === "finished" || info.state === "failed";
    if (hasEnded || this.isSite) this.progress.total = this.progress.done;
    this.unanswered = this.progress.total - this.progress.done;
    const unread = this.isSite && hasEnded && !this.pages ? [...this.rows].map(({ result }) => result) : [];
    const hidden = unread.find(({ verdict }) => verdict === "answered-unreadable");
    if (hidden) this.problems.push({ code: "page-unreadable", message: hidden.reason });
    this.#isCut = this.isSite && !hasEnded && !info.options.imported; // from a file, it has nothing with which it could go on
    this.started = performance.now();
    this.#end();
    if (info.state === "unfinished" && !this.unanswered) await this.#finish();
  }

  /** Check all remaining sources. Resolves at the end, also after an error or a cancel. */
  async start() {
    this.#begin("reading");
    this.progress = { done: 0, total: 0 };
    let before = 0;
    while (this.#queue.length && !this.#abort.signal.aborted) {
      this.state = "reading";
      const source = await this.#open();
      if (!source) break;
      const audit = this.#audit(source);
      const based = typeof source === "object" && ["page", "site", "base"].some((kind) => kind in source);
      let answered = 0;
      const counting = setInterval(() => this.#count(before, audit.count), 200);
      try {
        audit.found.then(() => this.#count(before, audit.count, true)).catch(() => {});
        for await (const result of audit) {
          this.#add(result);
          answered++;
          if (this.progress.done >= this.progress.total) this.#count(before, audit.count); // the latest, which may be later than the timer
          this.#countResult(result);
        }
      } catch (error) {
        this.problems.push(withFileName(problemOf(error), source));
        // A source that can't be read has no links, even if some had been counted before the error.
        const failed = this.#client.boot.stage === "failed";
        if (answered || failed) this.unanswered += Math.max(0, (audit.count?.links ?? 0) - answered);
        if (failed && answered) this.#queue.shift(); // otherwise the whole source waits until Python is restarted
        if (failed) break;
      } finally {
        clearInterval(counting);
      }
      this.#count(before, audit.count);
      const notes = [...(audit.count?.notes ?? []), ...(based || !this.rows.hasRelative ? [] : [RELATIVE])];
      this.notes = [...new Set(this.isSite ? notes : [...this.notes, ...notes])]; // of a site also those before a cancel
      before = this.progress.total;
      // A source that was cancelled before it was read has no results and stays in the queue. Until then, a count of 0 is not final.
      const answeredAll = Boolean(audit.count?.links) && this.progress.done === this.progress.total;
      if (!this.#abort.signal.aborted || answeredAll) this.#queue.shift();
    }
    this.#end();
    await this.#finish();
  }

  /** @param {Result} result of a link, or of a URL of a site or a report */
  #add(result) {
    if (this.isSite) return this.rows.put(result);
    this.#addLinks(result);
  }

  /** @param {Result} result of a link, or of a URL of a report */
  #addLinks(result) {
    for (const link of reportedLinks(this.#order.report, result)) this.rows.add(link);
  }

  /** Open the next source. Null after an error: it stays queued for `checkRest`. */
  async #open() {
    const { signal } = this.#abort;
    try {
      const source = await this.#queue.open({ signal, progress: (files) => this.changed({ files }) });
      if (typeof source === "object" && "files" in source) this.rows.arrange((source.files ?? []).map(({ name }) => name));
      return source;
    } catch (error) {
      if (!signal.aborted) this.problems.push(problemOf(error));
      return null;
    } finally {
      this.files = 0;
    }
  }

  /** Check the URLs of some rows again, unless the check is running. What a site’s check has left out stays so. @param {Iterable<Row>} rows */
  async check(rows) {
    const chosen = [...rows].filter((row) => !row.isFile && !(this.isSite && isLeftOut(row)));
    const urls = [...new Set(chosen.map((row) => row.result.url))];
    if (this.running || !urls.length) return;
    this.#begin("checking");
    this.again = true;
    this.progress = { done: 0, total: urls.length };
    try {
      const fragments = this.#order.fragments || chosen.some(({ result: { verdict } }) => verdict === "fragment-missing");
      for await (const result of this.#audit({ urls, reported: this.#order.report !== undefined }, this.record.again, fragments)) {
        // An older result is worth more than a result that was cancelled this time.
        if (!UNCHECKED_RULES.includes(result.rule)) this.rows.replace(result);
        this.#countResult(result);
      }
    } catch (error) {
      this.problems.push(problemOf(error));
    }
    this.#end();
    await this.#compare();
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
      for await (const result of this.#client.relay(relay, undecided, { signal: this.#abort.signal, ...this.record.again })) {
        if (result.via === "relay") decided++;
        this.rows.replace(result);
        this.#countResult(result);
      }
    } catch (error) {
      if (error !== this.#abort.signal.reason) this.problems.push(problemOf(error));
    }
    this.#end();
    await this.#compare();
    return { answered: this.progress.done, decided };
  }

  /** Continue after a cancel. */
  async checkRest() {
    if (this.running) return;
    const rows = this.rows.unchecked;
    if (this.#queue.length) {
      await this.start();
      if (this.#abort.signal.aborted) return;
    }
    const { id } = this.record;
    if (id === null) await this.check(rows);
    else if (this.leftOver || this.unanswered || this.#isCut) await this.#goOn(id);
  }

  /** Check the links that have no result in the store. @param {number} id */
  async #goOn(id) {
    const { policy, relay, fragments } = this.#order;
    this.#isCut = false;
    this.#begin("checking");
    this.progress = { done: 0, total: this.leftOver + this.unanswered };
    const options = { policy, relay, fragments, signal: this.#abort.signal, kept: this.record.more.kept };
    const audit = (this.#current = this.#client.goOn(id, options));
    try {
      for await (const result of audit) {
        this.pages = audit.count?.pages ?? this.pages;
        if (this.isSite) this.rows.put(result);
        else if (reportedLinks(this.#order.report, result).filter((link) => this.rows.settle(link)).length) this.unanswered--;
        this.progress.total = audit.count?.links ?? this.progress.total;
        this.#countResult(result);
      }
    } catch (error) {
      this.problems.push(problemOf(error));
    }
    this.#end();
    await this.#finish();
  }

  cancel() {
    this.#abort.abort();
    this.changed();
  }

  /** @param {AuditSource} source @param {Record["again"]} [stored] @param {boolean} [fragments] */
  #audit(source, stored = this.record.more, fragments = this.#order.fragments) {
    const { policy, relay } = this.#order;
    return (this.#current = this.#client.audit(source, { policy, relay, fragments, ...stored, signal: this.#abort.signal }));
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
    for (const row of this.rows) row.isWhole = false; // pages that are read from now on may have further links
    this.changed();
  }

  async #finish() {
    await this.record.finish(this.rows, { complete: !this.hasRest && !this.unanswered, notes: this.notes });
    this.changed({ pages: this.record.info?.counts.pages ?? this.pages });
  }

  async #compare() {
    await this.record.compare(this.rows);
    this.changed();
  }

  /** @param {Result} result */
  #countResult({ rule }) {
    this.progress.done++;
    if (!UNCHECKED_RULES.includes(rule)) this.checked++;
    this.changed();
  }

  #end() {
    this.state = "done";
    this.ended = performance.now();
    this.leftOver = this.rows.unchecked.reduce((sum, { places }) => sum + places.length, 0);
    this.dispatchEvent(new Event("end"));
    this.changed();
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
    this.pages = count.pages ?? 0;
    const total = before + count.links;
    if (total !== this.progress.total) this.grown = performance.now();
    this.changed({ progress: { ...this.progress, total } });
  }
}
