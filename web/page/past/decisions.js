/** The list of a person's decisions on links: undoes, saves and deletes them, and takes in those of a file. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {DecisionInfo} from "../../client/protocol.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Judging} from "../triage/judging.js" */

import { button, byId, el } from "../dom.js";
import { counted, day, level } from "../format.js";
import { markSegments } from "../results/marks.js";
import { segmentsOf } from "../rows/shown.js";
import { DECISION_WORDS, endOf } from "../triage/asking.js";
import { listButtons } from "../triage/lists.js";
import { NOTICE } from "./past.js";

/** Decisions that are listed at once. */
const STEP = 200;
/** A file of decisions says so within so many bytes. */
const BEGINNING = 200;

const SCOPES = { address: "", prefix: "Addresses that start with ", host: "Everything on " };

/** @typedef {{client: JsonHead, judging: Judging, notice: Notice, chooseFiles: () => void}} Ports */

export class Decisions {
  #section = byId("decisions", HTMLElement);
  #title = byId("decisions-title", HTMLElement);
  #list = byId("decisions-list", HTMLElement);
  #all = byId("decisions-all", HTMLElement);
  #ports;
  #most = STEP;

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
    ports.judging.addEventListener("change", () => this.#show());
  }

  /** Add the decisions of a file. @param {File} file @returns {Promise<boolean>} false if it has none */
  async take(file) {
    if (!/\.json$/i.test(file.name) || !(await file.slice(0, BEGINNING).text()).includes('"decisions"')) return false;
    const { judging, notice } = this.#ports;
    notice.clear(NOTICE);
    try {
      const added = await judging.import(file);
      location.hash = "past";
      notice.toast(added ? `${counted(added, "new decision")} added` : "There is no new decision in this file");
      return true;
    } catch (error) {
      if (/** @type {{code?: string}} */ (error).code === "no-decisions") return false;
      notice.show("This file can’t be opened", error instanceof Error ? error.message : String(error), [], NOTICE);
      return true;
    }
  }

  #show() {
    const { list } = this.#ports.judging;
    this.#section.hidden = !list.length;
    this.#list.replaceChildren(...list.slice(0, this.#most).map((decision) => this.#item(decision)));
    if (list.length > this.#most) {
      const more = button(`Show more of ${counted(list.length, "decision")}`, () => this.#showMore(), { class: "plain" });
      this.#list.append(el("li", {}, more));
    }
    this.#showAll();
  }

  #showMore() {
    const at = this.#most;
    this.#most += STEP;
    this.#show();
    this.#focus(at);
  }

  /** @param {DecisionInfo} decision */
  #item(decision) {
    const { id, scope, url, source } = decision;
    const address = el("code", {}, ...markSegments(segmentsOf(url)));
    const undo = button("Undo", () => void this.#undo(decision), { class: "plain", "aria-label": `Undo: ${level(url)}` });
    return el(
      "li",
      { "data-decision": String(id) },
      el("div", {}, SCOPES[scope], address, ...(source ? [el("span", { class: "soft" }, ` in ${level(source)}`)] : [])),
      el("p", {}, partsOf(decision).join(" · ")),
      el("div", { class: "buttons" }, undo),
    );
  }

  /** @param {DecisionInfo} decision */
  async #undo(decision) {
    const { judging, notice } = this.#ports;
    const at = judging.list.indexOf(decision);
    try {
      await judging.takeBack(decision);
      this.#focus(at);
    } catch (error) {
      notice.show("The decision could not be undone", error instanceof Error ? error.message : String(error));
    }
  }

  #showAll() {
    const { client, notice, chooseFiles } = this.#ports;
    this.#all.replaceChildren(
      el("span", {}, "Save as"),
      ...listButtons(client, notice),
      button("Add from a file", chooseFiles, { class: "plain" }),
      button("Delete all decisions", () => this.#confirm(), { class: "plain", id: "decisions-delete" }),
    );
  }

  #confirm() {
    const { judging } = this.#ports;
    const remove = button(`Delete ${counted(judging.list.length, "decision")}`, () => void this.#deleteAll());
    const keep = button("Keep them", () => this.#showAll(), { class: "plain" });
    this.#all.replaceChildren(remove, keep);
    remove.focus();
  }

  async #deleteAll() {
    const { judging, notice } = this.#ports;
    try {
      await judging.deleteAll();
      this.#focus(0);
    } catch (error) {
      notice.show("The decisions could not be deleted", error instanceof Error ? error.message : String(error));
    }
  }

  /** Move the focus to a decision, or to the next heading if there is none. @param {number} at its place in the list */
  #focus(at) {
    const items = this.#list.children;
    const item = items[Math.min(at, items.length - 1)];
    const next = item?.querySelector("button") ?? (this.#section.hidden ? byId("past-title", HTMLElement) : this.#title);
    next.focus();
  }
}

/** A decision in words. @param {Pick<DecisionInfo, "decision" | "reason" | "until" | "madeAt" | "active">} decision @returns {string[]} */
export function partsOf({ decision, reason, until, madeAt, active }) {
  const end = until ? `${active ? "until" : "ended on"} ${endOf(until)}` : "for ever";
  return [`You said: ${DECISION_WORDS[decision]}`, end, `made on ${day(Date.parse(madeAt))}`, ...(reason ? [`“${level(reason)}”`] : [])];
}
