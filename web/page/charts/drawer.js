/** Charts and queries beside the list. What a bar stands for becomes a filter of the list. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Run} from "../check.js" */

import { byId, icon } from "../dom.js";
import { Covering } from "../shell/covering.js";
import { Charts } from "./charts.js";
import { QueryBox } from "./query.js";
import { SAVED } from "./saved.js";

const CLOSE = "M4 2.9 8 6.9l4-4L13.1 4l-4 4 4 4-1.1 1.1-4-4-4 4L2.9 12l4-4-4-4z";

/** What the page does for this module: `filter` sets the terms of the filter. @typedef {{client: JsonHead, filter: (text: string) => void, toggled: () => void}} Ports */

export class Drawer {
  #panel = byId("drawer", HTMLElement);
  covering = new Covering(this.#panel);
  #button = byId("open-drawer", HTMLButtonElement);
  #charts;
  /** @type {Run | null} */
  #run = null;
  /** The filter's text. */
  #text = "";
  /** Results that were drawn, to draw only what has changed. */
  #drawn = "";

  /** @param {Ports} ports */
  constructor({ client, filter, toggled }) {
    this.#charts = new Charts(byId("charts", HTMLElement), {
      filter: (terms) => {
        filter(terms.join(" "));
        if (this.covering.isOn) this.close(); // so that the list is seen
      },
    });
    const query = (/** @type {string} */ sql) => client.query(sql, { run: this.#run?.record.id ?? undefined });
    const csv = (/** @type {string} */ sql) => client.queryCsv(sql, { run: this.#run?.record.id ?? undefined });
    new QueryBox(byId("queries", HTMLElement), { run: query, csv, saved: SAVED });
    const close = byId("close-drawer", HTMLButtonElement);
    close.append(icon(CLOSE));
    close.addEventListener("click", () => this.close());
    this.#button.addEventListener("click", () => {
      this.#panel.hidden = false;
      this.covering.update();
      toggled();
      this.#panel.focus({ preventScroll: true });
    });
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      this.close();
    });
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  /** Close it, and move the focus to the button that opens it. */
  close() {
    if (this.#panel.hidden) return;
    this.#panel.hidden = true;
    this.covering.update();
    this.#button.focus();
  }

  /** @param {Run} run @param {string} text the filter */
  show(run, text) {
    if (!this.isOpen) return;
    this.#run = run;
    this.#text = text;
    const state = JSON.stringify([run.record.id, run.progress, run.rows.size, text]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    this.#charts.show(run.rows, this.#text.split(/\s+/).filter(Boolean));
  }
}
