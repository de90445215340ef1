/** The details of one link: the reason for its verdict, where it is used, what was tried, and for developers all that is known. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Run} from "../check.js" */
/** @import {Word} from "../../client/protocol.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Ignoring} from "../triage/asking.js" */
/** @import {Judging} from "../triage/judging.js" */

import { button, byId, el, icon } from "../dom.js";
import { count, openable } from "../format.js";
import { markSegments } from "../results/marks.js";
import { partsOf } from "../rows/shown.js";
import { UNDECIDED } from "../../client/verdicts.js";
import { LOOKS } from "../results/verdict.js";
import { Covering } from "../shell/covering.js";
import { onLetters } from "../shell/keys.js";
import { askingOf, DECISION_WORDS } from "../triage/asking.js";
import { bothOf } from "./both.js";
import { placesOf } from "./places.js";
import { sectionNote } from "./section.js";
import { similarOf } from "./similar.js";
import { technicalOf } from "./technical.js";
import { triesOf } from "./tries.js";

const ICONS = {
  previous: "M8 4.3 13.5 9.8l-1.1 1.1L8 6.5l-4.4 4.4-1.1-1.1z",
  next: "M8 11.7 2.5 6.2l1.1-1.1L8 9.5l4.4-4.4 1.1 1.1z",
  close: "M4 2.9 8 6.9l4-4L13.1 4l-4 4 4 4-1.1 1.1-4-4-4 4L2.9 12l4-4-4-4z",
};

/**
 * What the page does for this module. `move` goes to the next (1) or previous (-1) link of the list.
 * @typedef {object} Ports
 * @property {JsonHead} client
 * @property {Judging} judging
 * @property {Notice} notice
 * @property {(row: Row) => void} open
 * @property {() => void} close
 * @property {(by: 1 | -1) => void} move
 * @property {(row: Row) => void} again
 * @property {(row: Row) => void} relay
 * @property {() => ((row: Row) => void) | null} reveal shows a link in the page of a tab; null if there is none
 * @property {(text: Promise<string> | string, what: string) => void} copy
 * @property {(row: Row) => Promise<string>} json
 */

export class Details {
  #panel = byId("inspector", HTMLElement);
  #content = byId("inspector-content", HTMLElement);
  #foot = byId("inspector-foot", HTMLElement);
  #title = byId("inspector-title", HTMLElement);
  #place = byId("inspector-place", HTMLElement);
  /** @type {Run | null} */
  #run = null;
  covering = new Covering(this.#panel);
  /** @type {Row | null} */
  #row = null;
  /** @type {Row["values"] | null} the row's values when it was last drawn */
  #values = null;
  /** The host of the helper server, or empty. */
  #relay = "";
  #ports;

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
    for (const [name, action] of /** @type {const} */ ([
      ["previous", () => ports.move(-1)],
      ["next", () => ports.move(1)],
      ["close", ports.close],
    ])) {
      const control = byId(`inspector-${name}`, HTMLButtonElement);
      control.append(icon(ICONS[name]));
      control.addEventListener("click", action);
    }
    const [next, previous] = [() => ports.move(1), () => ports.move(-1)];
    onLetters(this.#panel, () => ({ ...(this.#row && this.lettersOf(this.#row)), j: next, s: next, k: previous }));
  }

  get row() {
    return this.#row;
  }

  get focused() {
    return this.#panel.contains(document.activeElement);
  }

  focus() {
    this.#panel.focus({ preventScroll: true });
  }

  /**
   * Show a row of a check, or hide the details. Cheap if nothing has changed.
   * @param {Run} run @param {Row | null} row @param {string} [relay] the host of the helper server
   */
  show(run, row, relay = "") {
    this.#run = run;
    if (row === this.#row && row?.values === this.#values && relay === this.#relay) return this.covering.update();
    const isOtherRow = row !== this.#row;
    this.#row = row;
    this.#relay = relay;
    this.#values = row?.values ?? null;
    this.#panel.hidden = !row;
    this.covering.update();
    if (!row) return this.#content.replaceChildren();
    const look = LOOKS[row.result.verdict];
    this.#panel.dataset.tone = look.tone;
    this.#panel.dataset.verdict = row.result.verdict;
    this.#title.replaceChildren(icon(look.path), look.label);
    const hadFocus = this.#content.contains(document.activeElement);
    const action = document.activeElement?.getAttribute("data-action");
    const open = new Set([...this.#content.querySelectorAll("details[open]")].map(({ id }) => id));
    this.#content.replaceChildren(...this.#parts(row));
    this.#foot.replaceChildren(this.#asking(row));
    for (const fold of this.#content.querySelectorAll("details")) fold.open ||= open.has(fold.id);
    if (hadFocus)
      /** @type {HTMLElement} */ (this.#content.querySelector(`[data-action="${action}"]`) ?? this.#panel).focus({ preventScroll: true });
    if (isOtherRow) this.#content.scrollTop = 0;
  }

  /** Show where the row is in the list. @param {number} index from 0; negative if a filter hides it @param {number} total */
  showPlace(index, total) {
    const text = index < 0 ? "" : `${count(index + 1)} of ${count(total)}`;
    if (this.#place.textContent !== text) this.#place.textContent = text;
  }

  /** The actions of letters on a row. @param {Row} row @returns {Record<string, (() => void) | undefined>} */
  lettersOf(row) {
    const href = openable(row.result.url);
    return {
      o: href ? () => void open(href, "_blank", "noopener,noreferrer") : undefined,
      g: () => this.#decide(row, "works"),
      x: () => this.#decide(row, "broken"),
      i: () => {
        if (row !== this.#row) this.#ports.open(row);
        /** @type {HTMLElement | null} */ (this.#foot.querySelector("[data-word=ignore]"))?.click();
      },
      u: this.#ports.judging.of(row) ? () => this.#undo(row) : undefined,
      c: () => this.#copyAddress(row),
      r: row.isFile ? undefined : () => this.#ports.again(row),
    };
  }

  /** @param {Row} row */
  #copyAddress(row) {
    this.#ports.copy(row.address, row.isFile ? "Path" : "Address");
  }

  /** @param {Row} row */
  *#parts(row) {
    const { result } = row;
    const { more } = LOOKS[result.verdict];
    yield el("p", { class: "reason" }, result.reason);
    const note = sectionNote(result);
    if (note) yield el("p", { class: "advice" }, note);
    if (result.reported) yield bothOf(row, this.#run?.order.report?.program);
    if (more) yield el("p", { class: "advice" }, more);
    yield el("p", { class: "whole-address" }, ...wholeAddress(row.address));
    if (result.final_url && result.redirected) {
      yield el("p", { class: "whole-address" }, el("span", { class: "label" }, "Leads to"), ...wholeAddress(result.final_url));
    }
    yield this.#buttons(row);
    if (this.#run) {
      yield similarOf(this.#ports.client, this.#run, row, this.#ports.copy);
      yield placesOf(this.#ports.client, this.#run, row);
    }
    yield* triesOf(result);
    const copyJson = button("Copy JSON", () => this.#ports.copy(this.#ports.json(row), "JSON"), { "data-action": "copy-json" });
    yield technicalOf(result, copyJson);
  }

  /** @param {Row} row */
  #asking(row) {
    return askingOf(row, this.#ports.judging.of(row), {
      decide: (word, options) => this.#decide(row, word, options),
      undo: () => this.#undo(row),
    });
  }

  /** @param {Row} row @param {Word} word @param {Ignoring} [options] */
  #decide(row, word, options) {
    void this.#keep(this.#ports.judging.decide(row, word, options), word);
  }

  /** @param {Row} row */
  #undo(row) {
    void this.#keep(this.#ports.judging.undo(row), null);
  }

  /** Wait for a decision to be kept, and report it. @param {Promise<void>} kept @param {Word | null} word null if it was taken back */
  async #keep(kept, word) {
    const { notice } = this.#ports;
    try {
      await kept;
      notice.toast(word ? `Kept: ${DECISION_WORDS[word]}` : "Taken back");
      if (this.focused) this.#panel.focus({ preventScroll: true });
    } catch (error) {
      notice.show("The decision could not be kept", error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {Row} row */
  #buttons(row) {
    const { url, verdict } = row.result;
    const { again, relay } = this.#ports;
    const reveal = this.#ports.reveal();
    const href = openable(url);
    const bar = el("div", { class: "buttons" });
    if (href) bar.append(el("a", { href, target: "_blank", rel: "noopener noreferrer", class: "button" }, "Open link"));
    bar.append(
      ...(reveal ? [button("Show in the page", () => reveal(row), { "data-action": "reveal" })] : []),
      ...(row.isFile ? [] : [button("Check again", () => again(row), { "data-action": "check-again" })]),
      ...(UNDECIDED.has(verdict)
        ? [
            button(this.#relay ? `Check with ${this.#relay}` : "Check with a helper server…", () => relay(row), {
              "data-action": "ask-relay",
            }),
          ]
        : []),
      button(row.isFile ? "Copy path" : "Copy address", () => this.#copyAddress(row), { "data-action": "copy-url" }),
    );
    return bar;
  }
}

/** An address with its deceptive characters marked, and the host as it is looked up beside it where that differs. @param {string} address */
function wholeAddress(address) {
  const { scheme, host, hostAscii, path, query, fragment } = partsOf(address);
  const segments = [...scheme, ...host, ...path, ...query, ...fragment];
  return [...markSegments(segments), ...(hostAscii ? [el("span", { class: "label" }, `The website is ${hostAscii}`)] : [])];
}
