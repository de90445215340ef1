/** The menu that saves or shares results. */

/** @import {Ports} from "./saving.js" */
/** @import {Run} from "../check.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Tab} from "../rows/tabs.js" */
/** @import {ExportFormat} from "../../client/protocol.js" */

import { button, byId, el } from "../dom.js";
import { counted } from "../format.js";
import { isOpening } from "../list/announcing.js";
import { projectOf } from "../share/project.js";
import { ADVICE, isRepeatable, WORKFLOW_NAME, workflowOf } from "../share/workflow.js";
import { acceptedOf } from "../triage/accepted.js";
import { listButtons } from "../triage/lists.js";
import { datedName } from "./about.js";
import { exported, save, savePatch, saveRows, tellFailure } from "./saving.js";

/**
 * What can be saved: `print` is the report in a tab of its own, `database` all checks, `workflow` a file that repeats the check.
 * @typedef {ExportFormat | "print" | "database" | "workflow"} Choice
 */

/** @type {[string, [Choice, string][]][]} */
const GROUPS = [
  [
    "For people",
    [
      ["print", "Report to print or save as PDF"],
      ["html", "Report (HTML)"],
      ["csv", "Spreadsheet (CSV)"],
      ["tasks", "Task list for an issue (Markdown)"],
      ["redirects", "Redirects (CSV)"],
    ],
  ],
  [
    "For developers",
    [
      ["json", "JSON"],
      ["ndjson", "NDJSON"],
      ["sarif", "SARIF"],
      ["junit", "JUnit"],
      ["gitlab", "GitLab"],
      ["database", "All checks (SQLite)"],
      ["workflow", "Check this every week (GitHub)"],
    ],
  ],
];

/** The check that is shown, the tab, and its rows that match the filter. @typedef {{run: Run | null, tab: Tab, rows: Row[]}} Shown */

export class Download {
  #menu = byId("download", HTMLDetailsElement);
  #items = byId("download-items", HTMLElement);
  /** Chosen if all rows are saved, and not only those that match the filter. */
  #all = el("input", { type: "radio", name: "download-rows" });
  #ports;
  #shown;
  #notice;
  /** Whether the menu waits for the results. */
  #waits = false;

  /**
   * @param {Ports} ports
   * @param {() => Shown} shown what can be downloaded now
   * @param {Notice} notice
   */
  constructor(ports, shown, notice) {
    this.#ports = ports;
    this.#shown = shown;
    this.#notice = notice;
    this.#menu.addEventListener("toggle", () => {
      if (this.#menu.open) this.#fill(shown());
    });
    this.#menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#menu.open) return;
      event.stopPropagation(); // here Esc only closes the menu
      this.#close();
      this.#menu.querySelector("summary")?.focus();
    });
    addEventListener("pointerdown", (event) => {
      if (event.target instanceof Node && !this.#menu.contains(event.target)) this.#close();
    });
  }

  /** Offer what can be saved if the menu waited for the results and they are there. */
  update() {
    if (this.#waits && this.#menu.open) this.#fill(this.#shown());
  }

  /** @param {Shown} shown */
  #fill({ run, rows }) {
    this.#waits = run !== null && isOpening(run);
    if (!run) return this.#items.replaceChildren();
    if (this.#waits) return this.#items.replaceChildren(el("p", {}, "The links of this check are still being read.")); // a file would lack the others
    const groups = GROUPS.map(([name, choices]) => [
      el("p", {}, name),
      el(
        "div",
        { class: "buttons" },
        ...choices
          .filter(([choice]) => choice !== "redirects" || run.rows.redirects.urls)
          .filter(([choice]) => choice !== "workflow" || isRepeatable(run.order))
          .map(([choice, label]) => button(label, () => void this.#take(choice), { "data-format": choice })),
      ),
    ]);
    if (run.repairable) groups[1][1].append(button("Patch of repaired links", () => this.#takePatch(run), { "data-format": "patch" }));
    this.#items.replaceChildren(...this.#offerAccepted(run), this.#offerRows(run, rows.length), ...groups.flat());
  }

  /** What a report calls broken and works from here, as a list for the program that wrote it. @param {Run} run */
  #offerAccepted(run) {
    const { length } = acceptedOf(run);
    if (!length) return [];
    const lists = el("div", { class: "buttons" }, ...listButtons(this.#ports.client, this.#notice, () => acceptedOf(run)));
    lists.addEventListener("click", () => this.#close());
    return [el("p", {}, `Accept list: ${counted(length, "link")} that ${length === 1 ? "works" : "work"} from here`), lists];
  }

  /** Which rows are saved. @param {Run} run @param {number} shown */
  #offerRows({ rows: { size, uncounted } }, shown) {
    const others = uncounted.urls ? ` and ${counted(uncounted.urls, "e-mail, phone or script link")}` : ""; // in no other total of the page
    const all = `${counted(size - uncounted.urls, "link")}${others}`;
    if (shown === size) return el("p", {}, `Saves all ${all}.`);
    const some = el("input", { type: "radio", name: "download-rows", checked: !this.#all.checked });
    return el(
      "fieldset",
      {},
      el("legend", { class: "unseen" }, "Links to save"),
      el("label", {}, some, ` The ${counted(shown, "link")} in sight`),
      el("label", {}, this.#all, ` All ${all}`),
    );
  }

  /** Close the menu. A focus within it moves to the button that opens it. */
  #close() {
    const hadFocus = this.#items.contains(document.activeElement);
    this.#menu.open = false;
    if (hadFocus) this.#menu.querySelector("summary")?.focus();
  }

  /** @param {Choice} choice */
  async #take(choice) {
    const { run, tab, rows } = this.#shown();
    this.#close();
    if (!run) return;
    const isElsewhere = choice === "redirects" && tab !== "redirects"; // other tabs, such as those to fix, have no or few redirects
    const chosen = this.#all.checked || isElsewhere ? null : rows;
    try {
      if (choice === "database") await this.#saveDatabase();
      else if (choice === "workflow") this.#saveWorkflow(run);
      else if (choice === "print") await this.#open(run, chosen);
      else await saveRows(this.#ports, run, chosen, choice);
    } catch (error) {
      tellFailure(error, this.#notice);
    }
  }

  /** @param {Run} run */
  #takePatch(run) {
    this.#close();
    void savePatch(this.#ports.client, run, this.#notice);
  }

  /** Open the report in a tab. @param {Run} run @param {Row[] | null} rows */
  async #open(run, rows) {
    const tab = open(""); // at once, because browsers open tabs only during a click
    if (!tab) {
      await saveRows(this.#ports, run, rows, "html");
      this.#notice.toast("The browser did not open a tab, so the report was saved. Open the file to print it.");
      return;
    }
    tab.opener = null; // a link in the report leads to other sites
    try {
      const { text, mediaType } = await exported(this.#ports, run, rows, "html");
      // The address stays valid as long as this page, for a reload of the tab.
      tab.location.replace(URL.createObjectURL(new Blob([text], { type: mediaType })));
    } catch (error) {
      tab.close();
      throw error;
    }
  }

  async #saveDatabase() {
    const { body, mediaType, extension } = await this.#ports.client.history.database();
    save(body, mediaType, datedName("link-checks", extension));
  }

  /** @param {Run} run */
  #saveWorkflow(run) {
    save(workflowOf(run.order, projectOf(location.href)), "application/yaml", WORKFLOW_NAME);
    this.#notice.toast(ADVICE);
  }
}
