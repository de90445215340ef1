/** The box for queries of the database: saved ones, SQL, and the answer. */

/** @import {AnswerReply, ExportedReply} from "../../client/protocol.js" */
/** @import {Saved} from "./saved.js" */

import { button, el } from "../dom.js";
import { level } from "../format.js";
import { datedName } from "../results/about.js";
import { save } from "../results/saving.js";
import { sizeOfAnswer, tableOfAnswer } from "./answer.js";

/** Opens a database in the reader's browser, if the file's address is public and its server allows other pages to read it. */
const DATASETTE = "https://lite.datasette.io/";

/**
 * @typedef {object} Queries
 * @property {(sql: string) => Promise<AnswerReply>} run
 * @property {(sql: string) => Promise<ExportedReply>} csv all rows
 * @property {Saved[]} saved
 */

export class QueryBox {
  #run;
  #csv;
  #saved;
  /** @type {HTMLButtonElement[]} */
  #chips;
  #sql = el("textarea", { id: "sql", class: "sql", rows: "5", spellcheck: "false", autocapitalize: "off", autocomplete: "off" });
  /** Announces its text. */
  #status = el("p", { class: "hint", role: "status" });
  #answer = el("div");
  /** The number of the latest request: answers to earlier ones are not shown. */
  #latest = 0;

  /** @param {HTMLElement} container @param {Queries} queries */
  constructor(container, { run, csv, saved }) {
    this.#run = run;
    this.#csv = csv;
    this.#saved = saved;
    this.#chips = saved.map(({ title, sql }) => button(title, () => this.#choose(sql), { class: "chip", "aria-pressed": "false" }));
    this.#sql.value = saved[0]?.sql ?? "";
    this.#sql.addEventListener("input", () => this.#markChip());
    this.#sql.addEventListener("keydown", (event) => this.#key(event));
    this.#markChip();
    const runButton = button("Run ", () => void this.#show(), { class: "primary", "aria-keyshortcuts": "Control+Enter" });
    runButton.append(el("kbd", { "aria-hidden": "true" }, "Ctrl Enter"));
    const buttons = el(
      "div",
      { class: "buttons" },
      runButton,
      button("Save as CSV", () => void this.#save()),
    );
    const heading = el("h3", { id: "query-title" }, el("label", { for: "sql" }, "Query the database"));
    const chips = el("ul", { class: "saved" }, ...this.#chips.map((chip) => el("li", {}, chip)));
    const section = el(
      "section",
      { "aria-labelledby": "query-title" },
      heading,
      chips,
      this.#sql,
      buttons,
      this.#answer,
      this.#status,
      elsewhere(),
    );
    container.classList.add("charts");
    container.append(section);
  }

  /** @param {string} sql */
  #choose(sql) {
    this.#sql.value = sql;
    this.#markChip();
    void this.#show();
  }

  #markChip() {
    for (const [at, { sql }] of this.#saved.entries()) this.#chips[at].setAttribute("aria-pressed", String(sql === this.#sql.value));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation(); // elsewhere on the page it starts a check
    void this.#show();
  }

  async #show() {
    const answer = await this.#outcome("Running…", () => this.#run(this.#sql.value));
    if (!answer) return;
    // Answers may be wider than the page, so this part scrolls, also by keys.
    const frame = el("div", { class: "answer-frame", role: "region", "aria-label": "Answer", tabindex: "0" }, tableOfAnswer(answer));
    this.#answer.replaceChildren(...(answer.rows.length ? [frame] : []));
    this.#status.textContent = sizeOfAnswer(answer);
    this.#reveal();
  }

  async #save() {
    const file = await this.#outcome("Writing the file…", () => this.#csv(this.#sql.value));
    if (!file) return;
    save(`\ufeff${file.text}`, file.mediaType, datedName("query", file.extension)); // Excel reads UTF-8 only after a byte order mark
    this.#status.textContent = "Saved as CSV.";
  }

  /**
   * The outcome of a request; undefined if it failed, which is shown, or if a later request has begun.
   * @template T @param {string} progress @param {() => Promise<T>} request
   */
  async #outcome(progress, request) {
    const number = ++this.#latest;
    this.#status.textContent = progress;
    try {
      const outcome = await request();
      return number === this.#latest ? outcome : undefined;
    } catch (error) {
      if (number !== this.#latest) return undefined;
      const message = error instanceof Error ? error.message : String(error);
      this.#status.textContent = "";
      this.#answer.replaceChildren(el("p", { class: "query-error", role: "alert" }, level(message)));
      this.#reveal();
      return undefined;
    }
  }

  /** Scroll so that the answer is in sight, which may begin below the window. */
  #reveal() {
    this.#answer.scrollIntoView({ block: "nearest" });
  }
}

function elsewhere() {
  const link = el("a", { href: DATASETTE, target: "_blank", rel: "noopener noreferrer" }, "Datasette Lite");
  return el("p", { class: "hint" }, "“Share or save” has the database. A copy with a public address opens in ", link, ".");
}
