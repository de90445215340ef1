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
import { count, counted } from "../format.js";
import { NOTHING } from "../urlstate.js";
import { Access } from "./access.js";
import { ask } from "./asking.js";
import { InPage } from "./inpage.js";
import { offerTab, openerOf } from "./opened.js";
import { websiteOf } from "./patterns.js";
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
  #askAll = button("", () => void this.#askForHidden(), { id: "ask-access", hidden: true });
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

  /** Start a check of the form, after asking for the permission that it needs. @param {FormOrder} order */
  async begin(order) {
    const { page } = order;
    const isReady = page === null || !websiteOf(page) || this.#access.mayRead(page);
    if (isReady || (await this.#askFor(page, "Check without it"))) this.#ports.start(order);
  }

  /** Ask for the permission to read a page that could not be read. @param {string} page @param {() => void} allowed */
  async allow(page, allowed) {
    if (await this.#askFor(page)) allowed();
  }

  /** Whether a permission may be missing to read a page, or one that it redirects to. @param {string} page */
  lacks(page) {
    return websiteOf(page) !== "" && !this.#access.isEverywhere;
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

  /** Check the page of a check's tab as it is now. @param {Run} run @returns {Promise<boolean>} false if there is none, or it can't be read */
  async again(run) {
    const { tab, policy, fragments } = run.order;
    if (tab === undefined) return false;
    const order = await this.#orderOf(tab);
    if (order) this.#ports.start({ ...order, policy, fragments: fragments ?? false });
    else this.#ports.notice.toast("The page in the tab can’t be read again, so its links as they were are checked");
    return order !== null;
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
    const host = websiteOf(page);
    if (this.#access.mayRead(page)) {
      const all = this.#allWebsites(`${host} is permitted already, but it may redirect to a website that is not.`);
      return ask("Let the extension read all websites?", [all], without);
    }
    const choices = [
      this.#oneWebsite(
        host,
        "Its pages are requested without your cookies, as any visitor sees them, to find their links and to see which of them work.",
      ),
      this.#allWebsites(`Also shows which links from ${host} to other websites work, and which are broken.`),
    ];
    return ask(`Let the extension read ${host}?`, choices, without);
  }

  /** @param {string} host @param {string} why @returns {Choice} */
  #oneWebsite(host, why) {
    return { label: `Allow ${host}`, why, act: () => this.#access.requestSite(host) };
  }

  /** @param {string} why @returns {Choice} */
  #allWebsites(why) {
    return {
      label: "Allow all websites",
      why: `${why} You can take it back on the start page.`,
      act: () => this.#access.requestEverywhere(),
    };
  }

  async #askForHidden() {
    const run = this.#run;
    const hidden = this.#hidden();
    const again = "They are requested once more, without your cookies.";
    const all = this.#allWebsites(`The browser hides the replies to links of these websites. ${again}`);
    const host = this.#mainWebsite(hidden);
    const own = hidden.filter(({ result: { url } }) => websiteOf(url) === host);
    const one = this.#oneWebsite(host, `Links that lead there: ${count(own.length)} of ${count(hidden.length)}. ${again}`);
    const goesOn = await ask(
      host ? "Let the extension read these websites?" : "Let the extension read all websites?",
      host ? [one, all] : [all],
    );
    if (goesOn) void run?.check(hidden.filter(({ result: { url } }) => this.#access.mayRead(url)));
  }

  /** The website with the most of these links that is not permitted. Empty if there are several, with one link each. @param {Row[]} rows */
  #mainWebsite(rows) {
    /** @type {Map<string, number>} */
    const links = new Map();
    for (const { result } of rows) {
      const host = websiteOf(result.url);
      if (!this.#access.mayRead(result.url)) links.set(host, (links.get(host) ?? 0) + 1);
    }
    const [host, most] = [...links].reduce((a, b) => (b[1] > a[1] ? b : a), ["", 0]);
    return most > 1 || links.size === 1 ? host : "";
  }

  #open() {
    const opener = openerOf();
    if (!opener) return;
    if (opener.address) this.#ports.fillIn(opener.address);
    offerTab(() => void this.#checkTab(opener.id));
    if (opener.check) void this.#checkTab(opener.id);
  }

  /** Check the page of a tab as it is now. @param {number} tab its id */
  async #checkTab(tab) {
    const { start, notice, options } = this.#ports;
    const order = await this.#orderOf(tab);
    if (order) return start({ ...order, ...options() });
    notice.show(
      "The page in the tab can’t be read",
      "The browser lets no extension read it, or the tab was loaded again or shows another page now. Open the page and press the extension’s button in it.",
    );
  }

  /** @param {number} tab its id */
  async #orderOf(tab) {
    try {
      const { url, sources, unread } = await readTab(this.#api.scripting, tab);
      const notes = unread ? [`Links in ${counted(unread, "frame")} could not be read: of another website, or not loaded yet.`] : [];
      return { ...NOTHING, sources, title: url, tab, notes };
    } catch {
      return null;
    }
  }
}
