/** The last few checks, on the start page. */

/** @import {RunInfo, RunsReply} from "../../client/protocol.js" */

import { button, byId, el, icon } from "../dom.js";
import { dayAndTime, level } from "../format.js";
import { LOOKS } from "../results/verdict.js";
import { outcomeOf } from "./outcome.js";
import { STATES } from "./recent.js";
import { titleOf } from "./stored.js";

/** Checks that are listed. */
const MOST = 3;

export class Latest {
  #section = byId("latest", HTMLElement);
  #list = byId("latest-list", HTMLElement);
  #note = byId("latest-note", HTMLElement);
  #open;

  /** @param {(run: RunInfo) => void} open */
  constructor(open) {
    this.#open = open;
  }

  /** @param {RunsReply} reply */
  show({ runs, state }) {
    this.#section.hidden = !runs.length;
    this.#list.replaceChildren(...runs.slice(0, MOST).map((run) => el("li", {}, this.#item(run))));
    const all = el("a", { href: "#past" }, "All past checks");
    this.#note.replaceChildren(`${STATES[state]}. `, ...(runs.length ? [all] : []));
  }

  /** @param {RunInfo} run */
  #item(run) {
    const element = button("", () => this.#open(run));
    const [verdict, words] = outcomeOf(run);
    const { tone, path } = LOOKS[verdict];
    const kind = run.options.site ? "whole site, " : "";
    element.append(
      el("b", { class: "mono" }, level(titleOf(run))),
      el("span", { class: "soft" }, `${kind}${dayAndTime(Date.parse(run.started_at))}`),
      el("span", { class: "state", "data-tone": tone }, icon(path), words),
    );
    return element;
  }
}
