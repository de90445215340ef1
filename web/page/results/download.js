/** Exports results to the clipboard or as a file. Python writes the text. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {AuditSource} from "../../client/source.js" */
/** @import {Run} from "../check.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {ExportFormat, PatchReply, Result} from "../../client/protocol.js" */

import { button, byId, el } from "../dom.js";
import { counted } from "../format.js";
import { aboutOf, datedName, fileName, sourceName, startOf } from "./about.js";

/** What can be saved: `print` is the report in a tab of its own, `database` all checks. @typedef {ExportFormat | "print" | "database"} Choice */

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
    ],
  ],
];

/** GitLab’s documentation has this name. */
const GITLAB = "gl-code-quality-report";
/** Without this mark, Excel takes the letters of a spreadsheet for those of another encoding. */
const BYTE_ORDER_MARK = "\ufeff";

/** The check that is shown, and its rows that match the filter. @typedef {{run: Run | null, rows: Row[]}} Shown */
/** The run whose sources can be repaired. @typedef {{contents: AuditSource[], results: Result[]}} Repairable */

export class Download {
  #menu = byId("download", HTMLDetailsElement);
  #items = byId("download-items", HTMLElement);
  /** Chosen if all rows are saved, and not only those that match the filter. */
  #all = el("input", { type: "radio", name: "download-rows" });
  #client;
  #shown;
  #notice;

  /**
   * @param {JsonHead} client
   * @param {() => Shown} shown what can be downloaded now
   * @param {Notice} notice
   */
  constructor(client, shown, notice) {
    this.#client = client;
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

  /** @param {Shown} shown */
  #fill({ run, rows }) {
    if (!run) return this.#items.replaceChildren();
    const groups = GROUPS.map(([name, choices]) => [
      el("p", {}, name),
      el(
        "div",
        { class: "buttons" },
        ...choices.map(([choice, label]) => button(label, () => void this.#take(choice), { "data-format": choice })),
      ),
    ]);
    const repairs = run.repairable;
    if (repairs)
      groups[1][1].append(button("Patch of repaired links", () => void this.#savePatch(run, repairs), { "data-format": "patch" }));
    this.#items.replaceChildren(this.#offerRows(run.rows.size, rows.length), ...groups.flat());
  }

  /** Which rows are saved. @param {number} all @param {number} shown */
  #offerRows(all, shown) {
    this.#all.checked = shown === all;
    if (shown === all) return el("p", {}, `Saves all ${counted(all, "link")}.`);
    const some = el("input", { type: "radio", name: "download-rows", checked: true });
    return el(
      "fieldset",
      {},
      el("legend", { class: "unseen" }, "Links to save"),
      el("label", {}, some, ` The ${counted(shown, "link")} in sight`),
      el("label", {}, this.#all, ` All ${counted(all, "link")}`),
    );
  }

  #close() {
    this.#menu.open = false;
  }

  /** @param {Choice} choice */
  async #take(choice) {
    const { run, rows } = this.#shown();
    this.#close();
    if (!run) return;
    const chosen = this.#all.checked ? null : rows;
    try {
      if (choice === "database") await this.#saveDatabase();
      else if (choice === "print") await this.#open(run, chosen);
      else await this.#save(run, chosen, choice);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {Run} run @param {Row[] | null} rows @param {ExportFormat} format */
  async #save(run, rows, format) {
    const { text, mediaType, extension } = await exported(this.#client, run, rows, format);
    const name = format === "gitlab" ? datedName(GITLAB, extension) : fileName(sourceName(run), startOf(run), extension);
    save(format === "csv" ? BYTE_ORDER_MARK + text : text, mediaType, name);
  }

  /** Open the report in a tab. @param {Run} run @param {Row[] | null} rows */
  async #open(run, rows) {
    const tab = open(""); // at once, because browsers open tabs only during a click
    if (!tab) {
      await this.#save(run, rows, "html");
      this.#notice.toast("The browser did not open a tab, so the report was saved. Open the file to print it.");
      return;
    }
    tab.opener = null; // a link in the report leads to other sites
    try {
      const { text, mediaType } = await exported(this.#client, run, rows, "html");
      // The address stays valid as long as this page, for a reload of the tab.
      tab.location.replace(URL.createObjectURL(new Blob([text], { type: mediaType })));
    } catch (error) {
      tab.close();
      throw error;
    }
  }

  async #saveDatabase() {
    const { body, mediaType, extension } = await this.#client.history.database();
    save(body, mediaType, datedName("link-checks", extension));
  }

  /** @param {Run} run @param {Repairable} repairs */
  async #savePatch(run, { contents, results }) {
    this.#close();
    try {
      /** @type {PatchReply[]} */
      const patches = [];
      for (const source of contents) patches.push(await this.#client.patch(source, results));
      const total = /** @param {"links" | "files" | "left"} key */ (key) => patches.reduce((sum, patch) => sum + patch[key], 0);
      const name = fileName(sourceName(run), startOf(run), "patch");
      if (total("links")) save(patches.map(({ text }) => text).join(""), "text/x-diff", name);
      const left = total("left") ? ` ${counted(total("left"), "link")} left to you.` : "";
      const done = `${counted(total("links"), "link")} in ${counted(total("files"), "file")} repaired in the patch.`;
      this.#notice.toast((total("links") ? done : "No link has a new address that is certain.") + left);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    this.#notice.show("The file could not be written", String(error));
  }
}

/**
 * The results of rows as text. The rows of a site have the first place of each link, and the store has all.
 * @param {JsonHead} client @param {Run} run @param {Row[] | null} rows null for all @param {ExportFormat} format
 */
async function exported(client, run, rows, format) {
  const { id } = run.record;
  const about = aboutOf(run, rows);
  if (run.isSite && !run.running && id !== null) {
    const urls = rows?.map(({ result }) => result.url);
    return client.history.export(id, format, { urls, about });
  }
  return client.export(rows ? rows.flatMap(({ places }) => places) : run.rows.inOrder(), format, about);
}

/** The results of rows as JSON. @param {JsonHead} client @param {Run | null} run @param {Row[]} rows */
export async function jsonOf(client, run, rows) {
  return run ? (await exported(client, run, rows, "json")).text : "[]";
}

/** Have the browser save a file. @param {string | Uint8Array<ArrayBuffer>} content @param {string} mediaType @param {string} name */
export function save(content, mediaType, name) {
  const href = URL.createObjectURL(new Blob([content], { type: mediaType }));
  el("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000); // the download reads it after the click
}

/**
 * Copy text to the clipboard, and report that.
 * @param {string | Promise<string>} text
 * @param {string} name of the text, for people
 * @param {Notice} notice
 */
export async function copy(text, name, notice) {
  try {
    await write(text);
    notice.toast(`${name} copied`);
  } catch (error) {
    notice.show("The clipboard can’t be used", error instanceof Error ? error.message : String(error));
  }
}

/** A promise is passed on unresolved, because browsers allow clipboard access only during the click. @param {string | Promise<string>} text */
async function write(text) {
  if (!navigator.clipboard) throw new Error("This page may not use the clipboard, because it did not come over https.");
  if (typeof text === "string") return navigator.clipboard.writeText(text);
  const blob = text.then((text) => new Blob([text], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}
