/** One by one: the links that only a person can judge, each opened in the same tab, with a key for each answer. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Word} from "../../client/protocol.js" */
/** @import {Run} from "../check.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Ignoring} from "./asking.js" */
/** @import {Judging} from "./judging.js" */

import { TO_LOOK_AT } from "../../client/verdicts.js";
import { placeWords, whereOf } from "../details/where.js";
import { button, byId, el, icon } from "../dom.js";
import { count, counted, level, openable } from "../format.js";
import { markSegments } from "../results/marks.js";
import { LOOKS } from "../results/verdict.js";
import { segmentsOf } from "../rows/shown.js";
import { onLetters } from "../shell/keys.js";
import { say } from "../shell/live.js";
import { askingOf, keyed, DECISION_WORDS } from "./asking.js";
import { LinkTab } from "./tab.js";

/** Links listed as next. */
const MOST_NEXT = 8;

/** @typedef {{client: JsonHead, notice: Notice, judging: Judging, copy: (address: string) => void, leave: () => void, changed: () => void}} Ports */

export class Triage {
  #section = byId("triage", HTMLElement);
  #count = el("p", { class: "triage-count" });
  #bar = el("div", { class: "track", role: "progressbar", "aria-label": "Links looked at", "aria-valuemin": "0" }, el("span"));
  #card = el("div", { class: "triage-card" });
  #last = el("p", { class: "triage-last" });
  #next = el("section", { class: "triage-next", "aria-labelledby": "triage-next-title" });
  #openNext = el("input", { type: "checkbox", checked: true });
  #ports;
  /** @type {Run | null} */
  #run = null;
  /** @type {Row[]} */
  #rows = [];
  /** The rows that were passed over. @type {Set<Row>} */
  #skipped = new Set();
  /** The last answer, which Undo takes back. @type {{row: Row, words: string} | null} */
  #answered = null;
  /** The row whose answer is being kept, so that a second click does nothing. @type {Row | null} */
  #keeping = null;
  /** @type {Row | null} */
  #row = null;
  /** Whether the links and the decisions on them are known. */
  #isReady = false;
  #tab = new LinkTab();

  /** @param {Ports} ports */
  constructor(ports) {
    this.#ports = ports;
    const back = button("Results", ports.leave, { id: "triage-leave" });
    const top = el(
      "div",
      { class: "triage-top" },
      back,
      el("h1", { id: "triage-title", tabindex: "-1" }, "Look at them one by one"),
      this.#count,
      this.#bar,
    );
    this.#section.append(top, el("div", { class: "triage-grid" }, el("div", {}, this.#card, this.#last), this.#next));
    onLetters(document.body, () => (this.#section.hidden ? {} : this.#letters())); // also after a button that has the focus is gone
    ports.judging.addEventListener("change", this.#changed);
  }

  /** Show the links of a check that nobody has judged yet. @param {Run} run */
  show(run) {
    if (run !== this.#run) {
      this.#run?.removeEventListener("change", this.#changed);
      run.addEventListener("change", this.#changed);
      this.#skipped.clear();
      this.#answered = null;
    }
    this.#run = run;
    void this.#ports.judging.load();
    this.#isReady = !run.running && this.#ports.judging.isLoaded;
    const rows = run.rows.sortedBy({ by: "found", down: false }); // as in the input, whichever was answered first
    this.#rows = rows.filter(({ result }) => TO_LOOK_AT.includes(result.verdict));
    if (this.#left.every((row) => this.#skipped.has(row))) this.#skipped.clear();
    this.#draw();
  }

  /** The links without a decision. */
  get #left() {
    return this.#rows.filter((row) => !this.#ports.judging.of(row));
  }

  #changed = () => {
    if (this.#section.hidden || !this.#run) return;
    if (this.#isReady) this.#draw();
    else if (!this.#run.running && this.#ports.judging.isLoaded) this.show(this.#run);
  };

  /** Say that the links are not known yet. */
  #showWaiting() {
    this.#row = null;
    this.#count.replaceChildren();
    this.#bar.hidden = true;
    this.#next.hidden = true;
    this.#last.replaceChildren();
    const title = el("h2", { tabindex: "-1" }, this.#run?.state === "checking" ? "The check is not over yet" : "Reading the links…");
    this.#card.replaceChildren(title);
  }

  #draw() {
    if (!this.#isReady) return this.#showWaiting();
    const left = this.#left;
    const open = left.filter((row) => !this.#skipped.has(row));
    const done = this.#rows.length - left.length;
    this.#count.replaceChildren(el("b", {}, count(done)), ` of ${count(this.#rows.length)} done`);
    this.#bar.hidden = false;
    this.#bar.setAttribute("aria-valuemax", String(this.#rows.length));
    this.#bar.setAttribute("aria-valuenow", String(done));
    /** @type {HTMLElement} */ (this.#bar.firstElementChild).style.inlineSize =
      `${this.#rows.length ? (done / this.#rows.length) * 100 : 0}%`;
    const [row] = open;
    if (row !== this.#row || !row) this.#showCard(row ?? null, left.length);
    this.#showNext(open.slice(1));
    this.#showLast();
  }

  /** @param {Row | null} row @param {number} left links without a decision */
  #showCard(row, left) {
    const hadFocus = this.#card.contains(document.activeElement);
    this.#row = row;
    if (!row || !this.#run) {
      const skipped = left ? button(`Look at the ${counted(left, "link")} that you skipped`, () => this.#again()) : null;
      const title = el("h2", { tabindex: "-1" }, left ? "You have seen them all" : "All done");
      this.#card.replaceChildren(title, ...(skipped ? [skipped] : []), button("Back to the list", this.#ports.leave));
    } else {
      const { result } = row;
      const { tone, path, label } = LOOKS[result.verdict];
      const href = openable(result.url);
      const openButton = keyed(
        button("Open in a tab ", () => this.#open(), { class: "primary big" }),
        "O",
      );
      const skip = keyed(
        button("Skip ", () => this.#skip()),
        "S",
      );
      this.#card.replaceChildren(
        el("h2", { "data-tone": tone, tabindex: "-1" }, icon(path), label),
        el("p", { class: "soft" }, result.reason),
        el("p", { class: "whole-address" }, ...markSegments(segmentsOf(row.address))),
        ...(href
          ? [
              el(
                "p",
                { class: "triage-open" },
                openButton,
                el("label", { class: "switch" }, this.#openNext, "Then open the next one by itself"),
              ),
            ]
          : []),
        el("p", { class: "place" }, ...placeWords(result)),
        whereOf(this.#ports.client, this.#run, result),
        askingOf(row, null, { decide: (word, options) => void this.#decide(word, options), undo: () => {} }, [skip]),
      );
    }
    if (hadFocus) this.#focusCard();
  }

  #focusCard() {
    this.#card.querySelector("h2")?.focus({ preventScroll: true });
  }

  /** Announce what was done, and the link that is shown now. @param {string} done */
  #say(done) {
    const next = this.#row ? `Next: ${level(this.#row.address)}` : this.#card.querySelector("h2")?.textContent;
    say(`${done}. ${next}`);
  }

  /** @param {Row[]} rows those after the present one */
  #showNext(rows) {
    const items = rows.slice(0, MOST_NEXT).map((row) => {
      const { tone, path, label } = LOOKS[row.result.verdict];
      const address = el("span", { class: "address" }, ...markSegments(segmentsOf(row.address.replace(/^https?:\/\//, ""))));
      return el("li", { "data-tone": tone }, icon(path), el("span", { class: "unseen" }, `${label}: `), address);
    });
    this.#next.hidden = !rows.length;
    this.#next.replaceChildren(el("h2", { id: "triage-next-title" }, `Next: ${count(rows.length)} to go`), el("ol", {}, ...items));
  }

  #showLast() {
    const { row, words } = this.#answered ?? {};
    if (!row) return this.#last.replaceChildren();
    const undo = keyed(
      button("Undo ", () => void this.#undo(), { class: "plain" }),
      "U",
    );
    this.#last.replaceChildren(
      el("span", {}, "Before this: ", el("code", {}, ...markSegments(segmentsOf(row.address))), `, you said ${words}. `),
      undo,
    );
  }

  /** @param {Word} word @param {Ignoring} [options] */
  async #decide(word, options) {
    const row = this.#row;
    if (!row || row === this.#keeping) return;
    this.#keeping = row;
    this.#answered = { row, words: DECISION_WORDS[word] };
    try {
      await this.#ports.judging.decide(row, word, options);
    } catch (error) {
      this.#answered = null;
      return this.#ports.notice.show("The decision could not be kept", error instanceof Error ? error.message : String(error));
    } finally {
      this.#keeping = null;
    }
    this.#ports.changed();
    this.#say(`You said ${DECISION_WORDS[word]}`);
    this.#follow();
  }

  async #undo() {
    const { row } = this.#answered ?? {};
    if (!row) return;
    this.#answered = null;
    this.#skipped.delete(row);
    await this.#ports.judging.undo(row);
    this.#draw();
    this.#focusCard();
    this.#ports.changed();
    this.#say("Taken back");
  }

  #skip() {
    if (!this.#row) return;
    this.#skipped.add(this.#row);
    this.#draw();
    this.#say("Skipped");
    this.#follow();
  }

  #again() {
    this.#skipped.clear();
    this.#draw();
  }

  /** @param {Row} row */
  async #checkAgain(row) {
    const run = this.#run;
    if (!run || run.running || row.isFile) return;
    this.#ports.notice.toast("Checking it again");
    await run.check([row]);
    if (run !== this.#run || this.#section.hidden) return;
    this.#row = null; // so that it is drawn again
    this.show(run);
    this.#say(`It was: ${LOOKS[row.result.verdict].label}`);
  }

  /** Open the link in the tab for links. */
  #open() {
    const href = this.#row && openable(this.#row.result.url);
    if (!href || this.#tab.open(href)) return;
    this.#ports.notice.toast("The browser did not open a tab. Allow it to for this page, or use the address above");
  }

  /** Open the next link by itself, if that is chosen and links are opened at all. */
  #follow() {
    if (this.#openNext.checked && this.#tab.wasOpened) this.#open();
  }

  /** The actions of letters. @returns {Record<string, (() => void) | undefined>} */
  #letters() {
    const undo = { u: () => void this.#undo() };
    const row = this.#row;
    if (!row) return undo;
    return {
      ...undo,
      o: () => this.#open(),
      g: () => void this.#decide("works"),
      x: () => void this.#decide("broken"),
      i: () => /** @type {HTMLElement | null} */ (this.#card.querySelector("[data-word=ignore]"))?.click(),
      s: () => this.#skip(),
      c: () => this.#ports.copy(row.address),
      r: () => void this.#checkAgain(row),
    };
  }
}
