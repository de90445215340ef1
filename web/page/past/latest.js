/** The last few checks, on the start page. */

/** @import {RunInfo, RunsReply} from "../../client/protocol.js" */

import { TO_FIX, TO_LOOK_AT } from "../../client/verdicts.js";
import { button, byId, el, icon } from "../dom.js";
import { count, counted, dayAndTime, level } from "../format.js";
import { LOOKS } from "../results/verdict.js";
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

/** The outcome of a run in a few words, with the verdict whose icon and colour it has. @param {RunInfo} run @returns {[keyof typeof LOOKS, string]} */
function outcomeOf({ state, counts: { verdicts = {}, new: fresh = 0 } }) {
  const sum = (/** @type {readonly (keyof typeof LOOKS)[]} */ chosen) =>
    chosen.reduce((total, verdict) => total + (verdicts[verdict] ?? 0), 0);
  const [fix, look] = [sum(TO_FIX), sum(TO_LOOK_AT)];
  if (state === "unfinished") return ["not-checked", "not finished"];
  if (state === "failed") return ["not-checked", "could not be read"];
  const soFar = state === "interrupted" ? "not finished, " : "";
  if (fix) return ["broken", `${soFar}${count(fix)} to fix${fresh ? `, ${count(fresh)} of them new` : ""}`];
  if (look) return ["answered-unreadable", `${soFar}${count(look)} to look at`];
  return verdicts.ok
    ? ["ok", soFar ? `${soFar}nothing to fix so far` : `all ${counted(verdicts.ok, "link")} work`]
    : ["not-checked", `${soFar}no links`];
}
