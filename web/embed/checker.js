/** The inside of `<json-head-check>`. Python is loaded when the first check begins. */

/** @import {BootEvent, Result} from "../client/protocol.js" */
/** @import {AuditSource} from "../client/source.js" */

import { causeOf } from "../client/boot/causes.js";
import { VERDICTS, WORDING } from "../client/verdicts.js";
import { createElement, styleSheet } from "./checker-view.js";
import { emit, report } from "./release.js";
import { withClient } from "./python.js";
import { countedOf, isChecked, summary } from "./summary.js";

/** Larger lists are for the whole tool. */
const MOST_ROWS = 50;
/** A second press within this time, in milliseconds, belongs to a double click. */
const DOUBLE_CLICK_MS = 500;
/** Maximum length of the query with which the whole tool is opened; other programs truncate longer URLs. */
const MAX_CHARACTERS = 2000;
/** The page of this site, two folders above the release's modules. */
const TOOL = new URL("../../../", import.meta.url);
const LOADING = "Loading Python…";

export class Checker {
  #host;
  #input;
  #button;
  #status;
  #progress;
  #list;
  #more;
  #startedAt = 0;
  /** Ends the check under way. @type {AbortController | null} */
  #stop = null;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#host = host;
    const root = host.attachShadow({ mode: "open" });
    const isThisPage = host.hasAttribute("this-page");
    const given = (host.textContent ?? "").trim().replace(/\s+/g, " ");
    this.#input = createElement("input", {
      part: "input",
      type: "text",
      inputMode: "url",
      placeholder: "https://",
      value: given,
      ariaLabel: "Links to check",
    });
    this.#input.spellcheck = false;
    this.#input.hidden = isThisPage;
    this.#button = createElement("button", { part: "button", type: "submit" });
    this.#status = createElement("p", { part: "status", role: "status" });
    this.#progress = createElement("progress", { part: "progress", hidden: true, ariaLabel: "Links checked" });
    this.#list = createElement("ol", { part: "results", ariaLabel: "Results" });
    this.#more = createElement("a", {
      part: "link",
      hidden: true,
      target: "_blank",
      rel: "noopener",
      textContent: "Open in json-head lite",
    });
    const form = createElement("form", { part: "form" });
    form.append(this.#input, this.#button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#stop && event.timeStamp > this.#startedAt + DOUBLE_CLICK_MS) this.#stop.abort();
      else if (this.#stop) return;
      else void this.#run(isThisPage ? thisPage() : this.#input.value);
    });
    root.adoptedStyleSheets = [styleSheet()];
    root.append(form, this.#progress, this.#status, this.#list, this.#more);
    this.#setRunning(false);
  }

  /** End the check under way, if there is one. */
  cancel() {
    this.#stop?.abort();
  }

  /** @param {boolean} isRunning */
  #setRunning(isRunning) {
    const check = this.#host.hasAttribute("this-page") ? "Check this page’s links" : "Check";
    this.#button.textContent = isRunning ? "Cancel" : check;
    this.#progress.hidden = !isRunning;
  }

  /** @param {AuditSource} source */
  async #run(source) {
    if (source === "" || (typeof source === "string" && !source.trim())) {
      this.#status.textContent = "Enter a link to check.";
      this.#input.focus();
      return;
    }
    this.#startedAt = performance.now();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#setRunning(true);
    this.#list.replaceChildren();
    this.#more.hidden = true;
    this.#progress.removeAttribute("value");
    this.#status.textContent = LOADING;
    const loading = new AbortController();
    /** @type {Map<string, Result>} */
    const results = new Map();
    let checked = 0;
    try {
      await withClient(async (client) => {
        client.addEventListener("boot", (event) => this.#showLoading(/** @type {CustomEvent<BootEvent>} */ (event).detail), loading);
        const audit = client.audit(source, { signal });
        for await (const result of audit) {
          loading.abort();
          if (!results.has(result.url) && isChecked(result)) checked++;
          results.set(result.url, result);
          this.#progress.max = audit.count?.urls || 1;
          this.#progress.value = checked;
          this.#status.textContent = `${checked} of ${audit.count?.urls ?? "?"} checked`;
          emit(this.#host, "result", result);
        }
      });
      const cancelled = signal.aborted ? "Cancelled. " : "";
      this.#status.textContent = cancelled + (results.size ? summary([...results.values()]) : "No links were found.");
    } catch (error) {
      if (signal.aborted) this.#status.textContent = `Cancelled. ${results.size ? summary([...results.values()]) : ""}`;
      else {
        this.#status.textContent = /** @type {Error} */ (error).message;
        report(this.#host, error);
      }
    } finally {
      loading.abort();
      this.#stop = null;
      this.#setRunning(false);
      this.#show([...results.values()]);
    }
    emit(this.#host, "done");
  }

  /** @param {BootEvent} event */
  #showLoading({ stalled }) {
    this.#status.textContent = stalled ? causeOf("boot-stalled", stalled.join(", ")).message : LOADING;
  }

  /** @param {Result[]} results */
  #show(results) {
    const sorted = countedOf(results).sort((one, other) => VERDICTS.indexOf(one.verdict) - VERDICTS.indexOf(other.verdict));
    this.#list.replaceChildren(...sorted.slice(0, MOST_ROWS).map(rowOf));
    const query = new URLSearchParams(sorted.map(({ url }) => ["url", url]));
    const others = sorted.length - MOST_ROWS;
    if (others > 0) this.#list.append(createElement("li", { part: "item", textContent: `${others} more are not listed here.` }));
    this.#more.href = `${TOOL.href}?${query}`;
    this.#more.hidden = !sorted.length || String(query).length > MAX_CHARACTERS || this.#host.hasAttribute("this-page");
  }
}

/** @returns {AuditSource} the links of this page, as Python finds them in its HTML */
function thisPage() {
  // Python reads the page's `base` element itself. The document of a frame's `srcdoc` has no URL of its own.
  const base = document.URL.startsWith("http") ? document.URL : document.baseURI;
  return { text: document.documentElement.outerHTML, format: "html", base };
}

/** @param {Result} result */
function rowOf({ url, verdict, reason }) {
  const row = createElement("li", { part: `item ${verdict}` });
  const label = createElement("strong", { part: "verdict", textContent: WORDING[verdict].label });
  label.dataset.verdict = verdict;
  const isWeb = /^https?:/i.test(url);
  const link = isWeb
    ? createElement("a", { part: "link", href: url, target: "_blank", rel: "noopener noreferrer" })
    : createElement("span", { part: "link" });
  link.textContent = url;
  row.append(label, " ", link, createElement("p", { part: "reason", textContent: reason }));
  return row;
}
