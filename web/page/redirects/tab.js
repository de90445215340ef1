/** The tab of redirects: draws the list, and copies, saves or patches what was chosen. */

/** @import {Run} from "../check.js" */
/** @import {Ports} from "../results/saving.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Redirect} from "./list.js" */

import { byId } from "../dom.js";
import { copy, savePatch, saveRows, tellFailure } from "../results/saving.js";
import { copyCorrected, correctableOf, saveCorrected } from "./corrected.js";
import { redirectsOf } from "./list.js";
import { Redirects } from "./redirects.js";

export class RedirectsTab {
  #container = byId("redirects", HTMLElement);
  #list;
  /** @type {Run | null} */
  #run = null;
  /** The rows that were drawn. @type {Row[] | null} */
  #rows = null;
  /** Whether the check was running then: only one that has ended can be repaired. */
  #wasRunning = false;

  /** @param {Ports & {notice: Notice, open: (url: string) => void}} page `open` shows the details of a URL */
  constructor({ client, judging, notice, open }) {
    this.#list = new Redirects(this.#container, {
      copy: (text) => copy(text, "Redirects", notice),
      save: (chosen) =>
        this.#run &&
        void saveRows({ client, judging }, this.#run, this.#rowsOf(chosen), "redirects").catch((error) => tellFailure(error, notice)),
      patch: (chosen) =>
        this.#run &&
        void savePatch(
          client,
          this.#run,
          notice,
          chosen.map(({ old }) => old),
        ),
      correct: (chosen) => {
        if (!this.#run) return;
        const correct = correctableOf(this.#run) === "file" ? saveCorrected : copyCorrected;
        void correct(
          client,
          this.#run,
          chosen.map(({ old }) => old),
          notice,
        );
      },
      open: ({ old }) => open(old),
    });
  }

  /** Show the redirects among some rows of a check, or hide the list. Cheap if nothing has changed. @param {Run} run @param {Row[] | null} rows */
  show(run, rows) {
    this.#container.hidden = rows === null;
    if (rows === this.#rows && run === this.#run && run.running === this.#wasRunning) return;
    this.#run = run;
    this.#wasRunning = run.running;
    this.#rows = rows;
    if (rows) this.#list.show(redirectsOf(rows), { patchable: run.repairable !== null, correctable: correctableOf(run) });
  }

  /** @param {Redirect[]} chosen */
  #rowsOf(chosen) {
    const urls = new Set(chosen.map(({ old }) => old));
    return (this.#rows ?? []).filter(({ result }) => urls.has(result.url));
  }
}
