/** The page as the page of a browser extension: permissions, and the page of another tab. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Run} from "../check.js" */
/** @import {FormOrder} from "../input/form.js" */
/** @import {Policy} from "../../client/protocol.js" */
/** @import {Row} from "../rows/row.js" */
/** @import {Notice} from "../shell/notice.js" */
/** @import {Api} from "./api.js" */
/** @import {Choice} from "./asking.js" */

import { button, byId } from "../dom.js";
import { counted, hostOf } from "../format.js";
import { NOTHING } from "../urlstate.js";
import { Access } from "./access.js";
import { ask } from "./asking.js";
import { InPage } from "./inpage.js";
import { offerTab, openerOf } from "./opened.js";
import { Permitted } from "./permitted.js";
import { readTab } from "./tab.js";

/**
 * What the page does for this module.
 * @typedef {object} Ports
 * @property {JsonHead} client
 * @property {Notice} notice
 * @property {(order: FormOrder) => void} start
 * @property {(address: string) => void} fillIn
 * @property {() => {policy: Policy, fragments: boolean}} options of the form
 */

export class Extension {
  #api;
  #ports;
  #access;
  #inPage;
  #askAll = button("", () => void this.#askForAll(), { id: "ask-access", hidden: true });
  /** @type {Run | null} */
  #run = null;

  /** @param {Api} api @param {Ports} ports */
  constructor(api, ports) {
    this.#api = api;
    this.#ports = ports;
    this.#access = new Access(ports.client, api.permissions);
    this.#access.addEventListener("change", () => this.update());
    this.#inPage = new InPage(api, ports.notice);
    new Permitted(this.#access);
    byId("ask-relay", HTMLElement).before(this.#askAll);
    this.#open();
  }

  /** Resolves once the permissions are known. */
  get ready() {
    return this.#access.ready;
  }

  /** Start a check of the form, after asking for the permission that it needs. @param {FormOrder} order */
  async begin(order) {
    const { page } = order;
    if (page === null || this.#access.mayRead(page) || (await this.#askFor(page, "Check without it"))) this.#ports.start(order);
  }

  /** Ask for the permission to read a page that could not be read. @param {string} page @param {() => void} allowed */
  async allow(page, allowed) {
    if (await this.#askFor(page)) allowed();
  }

  /** Whether a permission may be missing to read a page, or one that it redirects to. @param {string} page */
  lacks(page) {
    return URL.canParse(page) && !this.#access.isEverywhere;
  }

  /** Show what belongs to a check. @param {Run | null} run */
  show(run) {
    this.#run = run;
    this.#inPage.show(run);
    this.update();
  }

  update() {
    this.#inPage.update();
    const hidden = this.#hidden();
    this.#askAll.hidden = !hidden.length;
    this.#askAll.textContent = `Let the extension check ${counted(hidden.length, "link")}…`;
  }

  /** Shows a link in the page of its tab; null if the check is of no tab. @returns {((row: Row) => void) | null} */
  get reveal() {
    return this.#inPage.can(this.#run) ? (row) => void this.#inPage.reveal(row) : null;
  }

  /** The links whose replies are hidden until their websites are permitted. */
  #hidden() {
    const run = this.#run;
    if (!run || run.running || this.#access.isEverywhere) return [];
    return [...run.rows].filter(({ result: { verdict } }) => verdict === "answered-unreadable");
  }

  /** @param {string} page @param {string} [without] label of the button that goes on without it */
  #askFor(page, without) {
    const host = hostOf(page);
    const access = this.#access;
    if (access.mayRead(page)) {
      const all = this.#allWebsites(`${host} is permitted already, but it may redirect to a website that is not.`);
      return ask("Let the extension read all websites?", [all], without);
    }
    /** @type {Choice[]} */
    const choices = [
      {
        label: `Allow ${host}`,
        why: "Its pages are requested without your cookies, as any visitor sees them, to find their links and to see which of them work.",
        act: () => access.requestSite(page),
      },
      this.#allWebsites(`Also shows which links from ${host} to other websites work, and which are broken.`),
    ];
    return ask(`Let the extension read ${host}?`, choices, without);
  }

  /** @param {string} why @returns {Choice} */
  #allWebsites(why) {
    return {
      label: "Allow all websites",
      why: `${why} You can take it back on the start page.`,
      act: () => this.#access.requestEverywhere(),
    };
  }

  async #askForAll() {
    const run = this.#run;
    const choice = this.#allWebsites(
      "These links lead to websites whose replies the browser hides. They are requested once more, without your cookies.",
    );
    const hidden = this.#hidden();
    if (await ask("Let the extension read all websites?", [choice])) void run?.check(hidden);
  }

  #open() {
    const opener = openerOf();
    if (!opener) return;
    if (opener.address) this.#ports.fillIn(opener.address);
    offerTab(() => void this.#checkTab(opener.id));
    if (opener.check) void this.#checkTab(opener.id);
  }

  /** @param {number} tab its id */
  async #checkTab(tab) {
    const { start, notice, options } = this.#ports;
    try {
      const { url, sources, unread } = await readTab(this.#api.scripting, tab);
      const notes = unread ? [`Links in ${counted(unread, "frame")} of other websites were not looked for.`] : [];
      start({ ...NOTHING, ...options(), sources, title: url, tab, notes });
    } catch {
      notice.show(
        "The page in the tab can’t be read",
        "The browser lets no extension read it, or the tab shows another page now. Open the page and press the extension’s button in it.",
      );
    }
  }
}
