/** Exports results to the clipboard or as a file. Python writes the text. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {AuditSource} from "../../client/source.js" */
/** @import {Run} from "../check.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {ExportFormat, PatchReply, Result} from "../../client/protocol.js" */

import { button, byId, el } from "../dom.js";
import { counted } from "../format.js";

/** @type {[ExportFormat, string][]} */
const FORMATS = [
  ["json", "JSON"],
  ["ndjson", "NDJSON"],
  ["csv", "CSV"],
  ["markdown", "Markdown"],
  ["html", "HTML"],
  ["junit", "JUnit"],
  ["sarif", "SARIF"],
  ["gitlab", "GitLab"],
  ["redirects", "Redirects"],
];

/** The names of files, where others have the same extension. @type {Partial<Record<ExportFormat, string>>} */
const NAMES = { gitlab: "gl-code-quality-report", redirects: "redirects" };

/** Rows that can be downloaded; null for all of a check. @typedef {{label: string, number: number, run: Run, rows: Row[] | null}} Choice */
/** The check that is shown, and its rows that match the filter. @typedef {{run: Run | null, rows: Row[]}} Shown */
/** The run whose sources can be repaired. @typedef {{contents: AuditSource[], results: Result[]}} Repairable */

export class Download {
  #menu = byId("download", HTMLDetailsElement);
  #items = byId("download-items", HTMLElement);
  #client;
  #notice;

  /**
   * @param {JsonHead} client
   * @param {() => Shown} shown what can be downloaded now
   * @param {Notice} notice
   */
  constructor(client, shown, notice) {
    this.#client = client;
    this.#notice = notice;
    this.#menu.addEventListener("toggle", () => {
      if (!this.#menu.open) return;
      const repairs = shown().run?.repairable ?? null;
      this.#items.replaceChildren(
        ...choicesOf(shown()).flatMap((choice) => this.#offer(choice)),
        ...(repairs ? this.#offerPatch(repairs) : []),
      );
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

  /** @param {Choice} choice */
  #offer({ label, number, run, rows }) {
    const buttons = FORMATS.map(([format, name]) =>
      button(name, () => this.#save(run, rows, format), { "data-format": format, "aria-label": `${name}, ${label}` }),
    );
    return [el("p", {}, `${label} (${counted(number, "URL")})`), el("div", { class: "buttons" }, ...buttons)];
  }

  /** @param {Repairable} repairs */
  #offerPatch(repairs) {
    const patch = button("Patch", () => this.#savePatch(repairs), { "data-format": "patch", "aria-label": "Patch, repaired links" });
    return [el("p", {}, "Repaired links, for git apply or patch"), el("div", { class: "buttons" }, patch)];
  }

  #close() {
    this.#menu.open = false;
  }

  /** @param {Run} run @param {Row[] | null} rows @param {ExportFormat} format */
  async #save(run, rows, format) {
    this.#close();
    try {
      const { text, mediaType, extension } = await exported(this.#client, run, rows, format);
      save(text, mediaType, extension, NAMES[format]);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {Repairable} repairs */
  async #savePatch({ contents, results }) {
    this.#close();
    try {
      /** @type {PatchReply[]} */
      const patches = [];
      for (const source of contents) patches.push(await this.#client.patch(source, results));
      const total = /** @param {"links" | "files" | "left"} key */ (key) => patches.reduce((sum, patch) => sum + patch[key], 0);
      if (total("links")) save(patches.map(({ text }) => text).join(""), "text/x-diff", "patch");
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

/** The sets of results that can be downloaded. @param {Shown} shown @returns {Choice[]} */
function choicesOf({ run, rows }) {
  if (!run) return [];
  const all = { label: "All rows", number: run.rows.size, run, rows: null };
  if (rows.length === run.rows.size) return [all];
  return [{ label: "Shown rows", number: rows.length, run, rows }, all];
}

/**
 * The results of rows as text. The rows of a site have the first place of each link, and the store has all.
 * @param {JsonHead} client @param {Run} run @param {Row[] | null} rows null for all @param {ExportFormat} format
 */
async function exported(client, run, rows, format) {
  const { id } = run.record;
  if (run.isSite && !run.running && id !== null) {
    return client.history.export(
      id,
      format,
      rows?.map(({ result }) => result.url),
    );
  }
  return client.export(rows ? rows.flatMap(({ places }) => places) : run.rows.inOrder(), format);
}

/** The results of rows as JSON. @param {JsonHead} client @param {Run | null} run @param {Row[]} rows */
export async function jsonOf(client, run, rows) {
  return run ? (await exported(client, run, rows, "json")).text : "[]";
}

/** Have the browser save a file. @param {string | Uint8Array<ArrayBuffer>} content @param {string} mediaType @param {string} extension @param {string} [name] */
export function save(content, mediaType, extension, name = "links") {
  const href = URL.createObjectURL(new Blob([content], { type: mediaType }));
  el("a", { href, download: `${name}-${new Date().toISOString().slice(0, 10)}.${extension}` }).click();
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
