/** The checks that are kept: lists them, opens them, and notes in the history entry which one is shown. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Keeping, KeptReply, RunInfo, RunsReply} from "../../client/protocol.js" */
/** @import {Run} from "../check.js" */
/** @import {Notice} from "../shell/notice.js" */

import { byId } from "../dom.js";
import { REPORTS } from "../input/report.js";
import { datedName } from "../results/about.js";
import { save } from "../results/saving.js";
import { Comparison } from "./comparison.js";
import { Latest } from "./latest.js";
import { Recent, STATES } from "./recent.js";
import { forgetText, keepText } from "./text.js";

/** Names of files that may have results of earlier checks. */
const RESULTS = /\.(db|sqlite3?|json)$/i;
const INCOMPARABLE = "This can’t be compared";
/** The code of notices about files and comparisons, which the next one replaces. */
export const NOTICE = "past";

/**
 * What the page does for this module.
 * @typedef {object} Ports
 * @property {JsonHead} client
 * @property {Notice} notice
 * @property {(info: RunInfo) => void} open show a run
 * @property {() => void} chooseFiles lets a person choose files, which are then taken like dropped ones
 * @property {(run: number | null) => void} removed after a run, or all, have been deleted
 */

export class Past {
  #client;
  #notice;
  #ports;
  #scene = byId("past", HTMLElement);
  #title = byId("past-title", HTMLElement);
  #comparison;
  #recent;
  #latest;
  #askedToPersist = false;
  /** Why checks are not kept, as far as it has been said beside the results. @type {Set<Keeping>} */
  #warned = new Set();
  /** Whether another tab has the history, of which this one has a copy. */
  isCopy = false;

  /** @param {Ports} ports */
  constructor({ client, notice, ...ports }) {
    this.#client = client;
    this.#notice = notice;
    this.#ports = ports;
    const { history } = client;
    this.#latest = new Latest((run) => ports.open(run));
    this.#comparison = new Comparison({
      compare: (before, after) => history.compare(before, after),
      chosen: () => notice.clear(NOTICE),
      fail: (error) => this.#tellProblem(INCOMPARABLE, error),
    });
    this.#recent = new Recent(
      {
        open: (run) => ports.open(run),
        rename: (run, name) => this.#show(history.rename(run.id, name)),
        remove: (run) => this.#show(history.delete(run.id)).then(() => this.#removed(run.id)),
        removeAll: () => this.#show(history.deleteAll()).then(() => this.#removed(null)),
        saveAll: () => void this.#saveAll(),
      },
      this.#comparison,
    );
    byId("past-choose", HTMLElement).addEventListener("click", () => ports.chooseFiles());
  }

  /**
   * The run with this id.
   * @param {number} id
   * @returns {Promise<RunInfo | null>} null if there is none
   */
  async find(id) {
    const list = await this.#client.history.list().catch(() => null);
    if (list) this.#showList(list);
    return list?.runs.find((run) => run.id === id) ?? null;
  }

  /** Bring the list up to date, and the comparison with it. */
  async list() {
    await this.#client.ready.catch(() => {});
    await this.#show(this.#client.history.list());
  }

  /** Note the check that is shown. @param {Run | null} run */
  show(run) {
    if (run) this.#note(run.record.id);
    else this.#recent.current = null;
  }

  /** Note the stored run that is shown. Several history entries may show it, and each is updated when it is returned to. @param {number | null} id */
  #note(id) {
    if (id !== null && history.state?.kept !== id) history.replaceState({ ...history.state, kept: id }, "");
    this.#recent.current = id;
  }

  /** Follow a check into the store. @param {Run} run @param {string} entry the id in its history entry */
  watch(run, entry) {
    const { record } = run;
    record.addEventListener("kept", (event) => {
      const { state } = /** @type {CustomEvent<KeptReply>} */ (event).detail;
      if (history.state?.run === entry) this.#note(record.id);
      if (record.id !== null) keepText(record.id, run.contents);
      if (state === "kept") return;
      if (!this.#warned.has(state)) this.#tell(state);
      this.#warned.add(state);
      void this.#show(this.#client.history.list());
    });
    record.addEventListener("runs", (event) => {
      const list = /** @type {CustomEvent<RunsReply>} */ (event).detail;
      this.#showList(list);
      if (list.state === "kept") void this.#persist();
    });
  }

  /** Say that a check is not kept, as an alert if room can be made for it. @param {Keeping} state */
  #tell(state) {
    const message = `${STATES[state]}.`;
    if (state === "full") this.#notice.show("This check is not kept", message);
    else this.#notice.toast(message);
  }

  /** @param {number | null} id null for all runs */
  #removed(id) {
    forgetText(id);
    this.#ports.removed(id);
  }

  /**
   * Add the runs of a file, and open the last of them. In the scene of past checks, compare it or a report.
   * @param {File} file @returns {Promise<boolean>} false if the file is neither
   */
  async take(file) {
    const isCompared = !this.#scene.hidden;
    const runs = await this.#import(file);
    if (!runs) return isCompared && REPORTS.test(file.name) && this.#compareReport(file);
    const last = runs.at(-1);
    if (!last) return true;
    if (isCompared) {
      if (await this.#comparison.add(last.id)) this.#showComparison();
      else this.#notice.toast("What this file has is in the list");
    } else {
      this.#ports.open(last);
      this.#notice.toast(runs.length === 1 ? "The results of this file are open" : `${runs.length} checks added`);
    }
    return true;
  }

  /** Add the runs of a file. @param {File} file @returns {Promise<RunInfo[] | null>} null if it has none */
  async #import(file) {
    if (!RESULTS.test(file.name)) return null;
    this.#notice.clear(NOTICE);
    try {
      const { runs, list } = await this.#client.history.import(file);
      this.#showList(list);
      return runs.flatMap((id) => list.runs.find((run) => run.id === id) ?? []);
    } catch (error) {
      if (/** @type {{code?: string}} */ (error).code === "not-results") return null;
      this.#tellProblem("This file can’t be opened", error);
      return [];
    }
  }

  /** @param {File} file */
  async #compareReport(file) {
    const { to } = this.#comparison;
    if (to === null) {
      this.#tellProblem(INCOMPARABLE, "There is no check yet to compare it with.");
    } else {
      await this.#comparison.choose(file, to);
      this.#showComparison();
    }
    return true;
  }

  /** Bring the comparison into sight: what chooses a file is below the list. */
  #showComparison() {
    scrollTo(0, 0);
    this.#title.focus();
  }

  /** @param {string} title @param {unknown} error */
  #tellProblem(title, error) {
    this.#notice.show(title, error instanceof Error ? error.message : String(error), [], NOTICE);
  }

  /** @param {RunsReply} list */
  #showList(list) {
    this.isCopy = list.state === "taken";
    this.#recent.show(list);
    this.#latest.show(list);
  }

  /** @param {Promise<RunsReply>} listing */
  async #show(listing) {
    try {
      this.#showList(await listing);
    } catch (error) {
      if (this.#client.boot.stage !== "failed") this.#notice.show("The history can’t be used", String(error));
    }
  }

  async #saveAll() {
    try {
      const { body, mediaType, extension } = await this.#client.history.database();
      save(body, mediaType, datedName("link-checks", extension));
    } catch (error) {
      this.#notice.show("The file could not be written", String(error));
    }
  }

  /** Ask the browser once not to delete the history when the disk is full. */
  async #persist() {
    if (this.#askedToPersist) return;
    this.#askedToPersist = true;
    try {
      if (!(await navigator.storage.persisted())) await navigator.storage.persist();
    } catch {
      // The history is kept all the same, while there is room.
    }
  }
}
