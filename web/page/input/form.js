/** The form: turns typed, dropped, pasted or chosen input into a check. Typed input survives a reload. */

/** @import {Format, Policy} from "../../client/protocol.js" */
/** @import {Dropped} from "./folder.js" */
/** @import {Opening, Order} from "./order.js" */
/** @import {Asked} from "../urlstate.js" */

import { hasUserinfo, withScheme } from "./address.js";
import { Box } from "./box.js";
import { byId } from "../dom.js";
import { listed } from "./folder.js";
import { counted, openable } from "../format.js";
import { Intake } from "./intake.js";
import { RelayField } from "./relay.js";
import { titleOfText } from "./title.js";

/** @typedef {Order & Asked} FormOrder */

const STORAGE_KEY = "json-head-lite form";
/** Whether a page or its whole site was checked last, which is chosen the next time. */
const REACH_KEY = "json-head-lite reach";

const HINTS = {
  page: "Checks every link on this one page, usually within seconds.",
  site: "Reads the pages of this website, and checks every link on them. You can stop at any time.",
};

export class Form {
  #text = byId("text", HTMLTextAreaElement);
  #box;
  #page = byId("page", HTMLInputElement);
  #site = byId("reach-site", HTMLInputElement);
  #internal = byId("internal", HTMLInputElement);
  #maxPages = byId("max-pages", HTMLInputElement);
  #files = byId("files", HTMLInputElement);
  #folder = byId("folder", HTMLInputElement);
  #format = byId("format", HTMLSelectElement);
  #base = byId("base", HTMLInputElement);
  #relay;
  #fragments = byId("fragments", HTMLInputElement);
  #more = byId("more", HTMLDetailsElement);
  #policy = /** @type {[keyof Policy, HTMLInputElement][]} */ ([
    ["total", byId("policy-total", HTMLInputElement)],
    ["per_host", byId("policy-per-host", HTMLInputElement)],
    ["rate_per_host", byId("policy-rate", HTMLInputElement)],
    ["timeout_s", byId("policy-timeout", HTMLInputElement)],
  ]);
  #tries = byId("policy-tries", HTMLInputElement);
  /** Values that were filled in from the URL, by field. @type {Record<string, string>} */
  #suggested = {};
  #order;
  #open;
  #readReport;
  #refuseReport;
  #reportProblem;

  /**
   * @param {(order: FormOrder) => void} order called with the input of a check
   * @param {(file: File) => Promise<boolean>} open opens a file with results; resolves to false if it has none
   * @param {(file: File) => Promise<Pick<Order, "sources" | "title" | "report" | "fragments"> | null>} readReport reads another link checker's report; null if it is none
   * @param {(error: unknown, readAsText: () => void) => void} refuseReport called if a report can't be checked
   * @param {(message: string) => void} complain called when the input is empty
   * @param {() => void} relayed called when the relay has changed
   * @param {() => void} reveal makes the form visible
   */
  constructor(order, open, readReport, refuseReport, complain, relayed, reveal) {
    this.#box = new Box(reveal);
    this.#relay = new RelayField(relayed);
    this.#order = order;
    this.#open = open;
    this.#readReport = readReport;
    this.#refuseReport = refuseReport;
    this.#reportProblem = complain;
    const textForm = byId("text-form", HTMLFormElement);
    const pageForm = byId("page-form", HTMLFormElement);
    onSubmit(textForm, () => this.#checkText());
    onSubmit(pageForm, () => this.#checkPage());
    pageForm.addEventListener("change", () => this.#showReach());
    byId("start", HTMLElement).addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      const wantsPage = event.target === this.#page || (!this.#text.value.trim() && this.#page.value.trim());
      (wantsPage ? pageForm : textForm).requestSubmit();
    });
    byId("example", HTMLButtonElement).addEventListener("click", () => this.#checkExample());
    byId("choose", HTMLButtonElement).addEventListener("click", () => this.chooseFiles());
    byId("choose-folder", HTMLButtonElement).addEventListener("click", () => this.#folder.click());
    byId("choose-folder", HTMLButtonElement).hidden = !("webkitdirectory" in this.#folder);
    for (const chosen of [this.#files, this.#folder]) {
      chosen.addEventListener("change", () => {
        void this.#take([...(chosen.files ?? [])]);
        chosen.value = ""; // so that the same file can be chosen again
      });
    }
    for (const field of [this.#base, ...this.#numbers]) field.addEventListener("input", () => field.setCustomValidity(""));
    new Intake(this.#box, (files) => void this.#take(files));
    this.#keepOverReload();
  }

  /** Fill in the URL's input, except into fields with typed text. @param {Asked} asked */
  suggest({ urls, page, site, fragments }) {
    if (fragments) this.#fragments.checked = true;
    if (page) this.#reach(site);
    const suggested = { page: page ?? "", text: urls.join("\n") };
    for (const [name, field] of /** @type {const} */ ([
      ["page", this.#page],
      ["text", this.#text],
    ])) {
      if (suggested[name] && !field.value) this.#suggested[name] = field.value = suggested[name];
    }
  }

  /** The relay's URL if it is valid, else empty. */
  get relay() {
    return this.#relay.url;
  }

  /** The token for the relay; empty for none. */
  get relayToken() {
    return this.#relay.token;
  }

  /** @param {string} relay */
  suggestRelay(relay) {
    this.#suggested.relay = this.#relay.field.value = relay;
    this.#relay.show();
  }

  /** Ask for the relay in a dialog. @returns {Promise<string>} its URL; empty for none */
  askForRelay() {
    return this.#relay.ask();
  }

  /** Whether whole sites are checked. */
  get isSite() {
    return this.#site.checked;
  }

  /** The policy values that were changed; Python has the defaults. @returns {Policy} */
  policy() {
    const changed = this.#policy.filter(([, field]) => field.value !== "");
    const policy = Object.fromEntries(changed.map(([name, field]) => [name, field.valueAsNumber]));
    return this.#tries.value === "" ? policy : { ...policy, retries: this.#tries.valueAsNumber - 1 };
  }

  chooseFiles() {
    this.#files.click();
  }

  focusText() {
    this.#text.focus();
  }

  #checkText() {
    const text = this.#text.value;
    if (!text.trim()) {
      this.#reportProblem("There is nothing to check yet. Type or paste links or text into the box, or drop a file, a folder or a link.");
      this.#text.focus();
      return;
    }
    if (!this.#hasGoodOptions()) return;
    const sources = [{ text, ...this.#readOptions() }];
    this.#order({ ...this.options(), sources, title: titleOfText(text), typed: true, urls: [], page: null, site: false });
  }

  /** Choose whether a page or its whole site is checked. @param {boolean} site */
  #reach(site) {
    byId(site ? "reach-site" : "reach-page", HTMLInputElement).checked = true;
    this.#showReach();
  }

  #showReach() {
    const reach = this.#site.checked ? "site" : "page";
    byId("check-page", HTMLButtonElement).textContent = reach === "site" ? "Check whole site" : "Check this page";
    byId("reach-hint", HTMLElement).textContent = HINTS[reach];
  }

  #checkPage() {
    const typed = this.#page.value.trim();
    const page = withScheme(typed);
    if (page === null) {
      const problem = typed ? "This is not the address of a page. " : "";
      this.#reportProblem(`${problem}Type the address of a page, a website or a sitemap, such as example.org.`);
      this.#page.focus();
      return;
    }
    if (hasUserinfo(page)) {
      this.#reportProblem(
        "This address holds a user name or password, which browsers do not send. Remove it; it would also stay in the history of this browser.",
      );
      this.#page.focus();
      return;
    }
    this.#page.value = page;
    if (!this.#hasGoodNumbers()) return;
    const { format } = this.#readOptions();
    const site = this.#site.checked;
    const maxPages = this.#maxPages.value === "" ? undefined : this.#maxPages.valueAsNumber;
    const source = site ? { site: page, maxPages, external: !this.#internal.checked } : { page, format };
    this.#order({ ...this.options(), sources: [source], title: page, urls: [], page, site });
  }

  /** Open a file with results of checks, check the findings of a report, or check files. @param {Dropped[]} dropped */
  async #take(dropped) {
    const [file] = dropped;
    if (dropped.length === 1 && file instanceof File) {
      if (await this.#open(file)) return;
      try {
        const report = await this.#readReport(file);
        if (report) return this.#order({ ...this.options(), ...report, urls: [], page: null, site: false });
      } catch (error) {
        return this.#refuseReport(error, () => this.#checkFiles(dropped));
      }
    }
    this.#checkFiles(dropped);
  }

  /** @param {Dropped[]} dropped */
  #checkFiles(dropped) {
    if (!dropped.length || !this.#hasGoodOptions()) return;
    const sourceOptions = this.#readOptions();
    const [first] = dropped;
    const inFolder = first instanceof File && first.webkitRelativePath.split("/")[0];
    const title = inFolder || (dropped.length === 1 ? first.name : counted(dropped.length, "file"));
    const alone = dropped.length === 1 && first instanceof File && !inFolder;
    /** @type {Opening} */
    const opening = async (client, options) => ({ ...(await listed(dropped, await client.folder(options), options)), ...sourceOptions });
    const source = alone ? { file: first, ...sourceOptions } : opening;
    this.#order({ ...this.options(), sources: [source], title, urls: [], page: null, site: false });
  }

  /** Whether all options are valid; if not, report an error at the first field that is not. */
  #hasGoodOptions() {
    const base = this.#base.value.trim();
    if (!base || openable(base)) return this.#hasGoodNumbers();
    return this.#refuse(this.#base, "This is no address of a page: it does not start with https:// or http://.");
  }

  /** Whether all numbers are within the limits of their fields, which are those of Python. */
  #hasGoodNumbers() {
    const wrong = this.#numbers.find(({ validity }) => !validity.valid);
    if (!wrong) return true;
    const { min, max, step, placeholder } = wrong;
    const kind = step === "any" ? "number" : "whole number";
    return this.#refuse(wrong, `Give a ${kind} from ${min} to ${max}, or leave this field empty for ${placeholder}.`);
  }

  /** @param {HTMLInputElement} field an option @param {string} why @returns {false} */
  #refuse(field, why) {
    this.#more.open = true; // a hidden field can't show an error
    field.setCustomValidity(why);
    field.reportValidity();
    return false;
  }

  get #numbers() {
    return [this.#maxPages, this.#tries, ...this.#policy.map(([, field]) => field)];
  }

  /** The options that every check has. */
  options() {
    return { policy: this.policy(), fragments: this.#fragments.checked };
  }

  /** @returns {{format: Format, base?: string}} */
  #readOptions() {
    const base = this.#base.value.trim();
    return { format: /** @type {Format} */ (this.#format.value), ...(base && { base }) };
  }

  /** Check an example, and leave what was typed alone. It has links to this site, because a browser can always read those replies. */
  #checkExample() {
    const here = new URL(".", location.href).href;
    const own = [
      `- [This page](${here}) is on our own website, so the reply can be read.`,
      `- [This one](${here}no-such-page) is too, and should be broken.`,
    ];
    const example = [
      "# Links of every kind",
      "",
      ...(here.startsWith("http") ? own : []), // an extension has no website
      "- [An API that any page may read](https://api.github.com/repos/pyodide/pyodide)",
      "- [RFC 9110 on HEAD](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2)",
      "- [An article](https://en.wikipedia.org/wiki/HTTP), and [the same again](https://en.wikipedia.org/wiki/HTTP)",
      "- A bare one: https://example.org/",
      "- No such name: https://nothing-here.invalid/",
      "- Not checked: [a letter](mailto:someone@example.org)",
    ];
    const source = { text: example.join("\n"), format: /** @type {const} */ ("markdown") };
    this.#order({ policy: {}, sources: [source], title: "An example", urls: [], page: null, site: false, fragments: false });
  }

  /** Keep the form's values over a reload. Storage may be full or forbidden; the form then works without. */
  #keepOverReload() {
    const fields = { text: this.#text, page: this.#page, format: this.#format, base: this.#base, relay: this.#relay.field };
    try {
      const saved = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "{}");
      for (const [name, field] of Object.entries(fields)) {
        // Text typed before this module had loaded takes precedence.
        if (typeof saved[name] === "string" && (!field.value || field === this.#format)) field.value = saved[name];
      }
      this.#relay.show();
      if (saved.fragments === true) this.#fragments.checked = true;
      this.#reach(localStorage.getItem(REACH_KEY) !== "page");
    } catch {
      this.#reach(true);
    }
    const save = () => {
      // Values filled in from the URL are not saved.
      const typed = Object.entries(fields).filter(([name, field]) => field.value !== this.#suggested[name]);
      const values = Object.fromEntries(typed.map(([name, field]) => [name, field.value]));
      try {
        sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ ...values, fragments: this.#fragments.checked }));
        localStorage.setItem(REACH_KEY, this.#site.checked ? "site" : "page");
      } catch {}
    };
    addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", save);
    byId("start", HTMLElement).addEventListener("change", save);
  }
}

/** @param {HTMLFormElement} form @param {() => void} action */
function onSubmit(form, action) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}
