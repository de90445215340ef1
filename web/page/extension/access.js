/** Which websites the extension may read. People permit them one by one or all, and can take that back. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {Api} from "./api.js" */

import { EVERYWHERE, hostOfPattern, patternsOf, websiteOf } from "./patterns.js";

/** Events: `change`, when websites were permitted, or a permission was taken back. */
export class Access extends EventTarget {
  #permissions;
  #client;
  /** @type {string[]} */
  #patterns = [];
  /** Resolves once it is known which websites are permitted. */
  ready;

  /** @param {JsonHead} client gets the patterns, with which Python recognises responses that it may read @param {Api["permissions"]} permissions */
  constructor(client, permissions) {
    super();
    this.#client = client;
    this.#permissions = permissions;
    for (const events of [permissions.onAdded, permissions.onRemoved]) events.addListener(() => void this.#load());
    this.ready = this.#load();
  }

  /** Whether all websites may be read. */
  get isEverywhere() {
    return this.#patterns.some((pattern) => hostOfPattern(pattern) === null);
  }

  /** Whether this page's website may be read. @param {string} page a URL */
  mayRead(page) {
    return this.isEverywhere || this.#patterns.map(hostOfPattern).includes(websiteOf(page));
  }

  /** The websites that may be read one by one, and their patterns. @returns {Map<string, string[]>} */
  get sites() {
    /** @type {Map<string, string[]>} */
    const sites = new Map();
    for (const pattern of this.#patterns) {
      const host = hostOfPattern(pattern);
      if (host !== null) sites.set(host, [...(sites.get(host) ?? []), pattern]);
    }
    return sites;
  }

  /** Ask the browser to permit a website. Only a click may call it, and nothing may be awaited before. @param {string} hostname */
  requestSite(hostname) {
    return this.#request(patternsOf(hostname));
  }

  /** Ask the browser to permit all websites. Only a click may call it, and nothing may be awaited before. */
  requestEverywhere() {
    return this.#request(EVERYWHERE);
  }

  /** Take a permission back. @param {string[]} patterns */
  async remove(patterns) {
    await this.#permissions.remove({ origins: patterns });
    await this.#load();
  }

  /** Take the permission for all websites back. */
  removeEverywhere() {
    return this.remove(this.#patterns.filter((pattern) => hostOfPattern(pattern) === null));
  }

  /** @param {string[]} origins @returns {Promise<boolean>} whether the person permitted it */
  async #request(origins) {
    const isPermitted = await this.#permissions.request({ origins });
    await this.#load();
    return isPermitted;
  }

  async #load() {
    const { origins } = await this.#permissions.getAll();
    this.#patterns = this.#client.granted = origins;
    this.dispatchEvent(new Event("change"));
  }
}
