/** `<json-head-links>`: writes the sizes of files into the links of a page, and marks broken links. docs/embedding.md is its reference. */

/** @import {Result} from "../client/protocol.js" */
/** @import {Fact} from "./fact.js" */

import { annotate, clear, extensionOf, sizeText } from "./annotation.js";
import { factOf, isOwn, requestFact } from "./fact.js";
import { keepFact, keptFacts } from "./kept.js";
import { emit, loadPython, report } from "./release.js";
import { readResults, withoutFragment } from "./results-file.js";

/** Links are looked at from this distance to the visible part of the page. */
const MARGIN = "300px";
const MOST_AT_ONCE = 4;

/** Requests of all elements that wait for their turn. @type {((value?: unknown) => void)[]} */
const waiting = [];
let sending = 0;
/** The links of all elements, by link. @type {WeakMap<Element, Links>} */
const owners = new WeakMap();

export class Links extends HTMLElement {
  #life = new AbortController();
  /** Facts from the results file, and those kept from earlier visits. @type {Map<string, Fact>} */
  #known = new Map();
  /** The checks so far, by URL. @type {Map<string, Promise<{fact: Fact | null, result: Partial<Result>}>>} */
  #checks = new Map();
  /** The links, with the URLs that they had when they were taken. @type {Map<HTMLAnchorElement, string>} */
  #taken = new Map();
  #unsettled = 0;
  /** Links of which the browser has not said yet whether they are in sight. @type {Set<Element>} */
  #unseen = new Set();

  #setReady = () => {};
  /** Resolves once all links in sight have been checked. @type {Promise<void>} */
  ready = new Promise((resolve) => (this.#setReady = resolve));

  connectedCallback() {
    void this.#settle(this.#start());
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  async #start() {
    const { signal } = (this.#life = new AbortController());
    const results = this.getAttribute("results");
    this.#checks.clear();
    try {
      this.#known = results === null ? keptFacts(this.#number("max-age", 86_400)) : await readResults(new URL(results, document.baseURI));
    } catch (error) {
      report(this, error);
    }
    if (signal.aborted) return;
    const sight = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          this.#unseen.delete(target);
          if (!isIntersecting) continue;
          sight.unobserve(target);
          void this.#settle(this.#look(/** @type {HTMLAnchorElement} */ (target)));
        }
        this.#finish();
      },
      { rootMargin: MARGIN },
    );
    const changes = new MutationObserver(() => {
      changes.disconnect();
      requestAnimationFrame(scan);
    });
    const scan = () => {
      if (signal.aborted) return;
      try {
        this.#scan(sight);
        changes.observe(document, { subtree: true, childList: true, attributeFilter: ["href", "data-json-head-off"] });
      } catch (error) {
        report(this, { code: "bad-selector", message: String(error) }); // that of `for` or `links`
      }
    };
    signal.addEventListener("abort", () => {
      sight.disconnect();
      this.#unseen.clear();
      changes.disconnect();
      for (const link of this.#taken.keys()) this.#release(link);
    });
    scan();
  }

  /** Take the links that are new, or have another URL than before, and release those that are gone. @param {IntersectionObserver} sight */
  #scan(sight) {
    const isRequesting = !this.hasAttribute("results") && !(/** @type {any} */ (navigator).connection?.saveData);
    const links = new Set(this.#links());
    for (const [link, url] of this.#taken) if (!links.has(link) || withoutFragment(link.href) !== url) this.#release(link);
    for (const link of links) {
      if (owners.has(link)) continue;
      const url = withoutFragment(link.href);
      clear(link);
      owners.set(link, this);
      this.#taken.set(link, url);
      const fact = this.#known.get(url);
      if (fact) this.#show(link, fact, { ok: true, url });
      else if (isRequesting && this.#mayRequest(url)) {
        sight.unobserve(link); // an element that is observed already is not reported again
        sight.observe(link);
        this.#unseen.add(link);
      }
    }
  }

  /** @param {HTMLAnchorElement} link */
  #release(link) {
    clear(link);
    owners.delete(link);
    this.#taken.delete(link);
  }

  /** @returns {HTMLAnchorElement[]} */
  #links() {
    const within = this.getAttribute("for");
    const selector = this.getAttribute("links");
    return [.../** @type {Iterable<HTMLAnchorElement>} */ (document.links)].filter(
      (link) =>
        (selector ? link.matches(selector) : link.hasAttribute("download") || extensionOf(link.pathname)) &&
        /^http/.test(link.protocol) && // not that of an invalid URL
        (within ? link.closest(within) : !this.childElementCount || this.contains(link)) &&
        !link.closest("[data-json-head-off]") &&
        !link.isContentEditable,
    );
  }

  /** Whether visitors' browsers may send requests to this URL's server. @param {string} url */
  #mayRequest(url) {
    const hosts = `${this.getAttribute("hosts")} `.split(/\/?\s+/);
    return isOwn(url) || hosts.includes("all") || hosts.includes(new URL(url).origin);
  }

  /** Check a link that has come into sight. @param {HTMLAnchorElement} link */
  async #look(link) {
    const url = this.#taken.get(link);
    if (!url) return;
    let check = this.#checks.get(url);
    if (!check) {
      if (this.#checks.size >= this.#number("max", 50)) return;
      this.#checks.set(url, (check = this.#check(url)));
    }
    const { fact, result } = await check;
    if (this.#taken.get(link) === url) this.#show(link, fact, result);
  }

  /**
   * Check a URL. Python is used only where a server responded with an error.
   * @param {string} url
   */
  async #check(url) {
    const { signal } = this.#life;
    if (sending >= MOST_AT_ONCE) await new Promise((go) => waiting.push(go));
    sending++;
    const found = signal.aborted ? null : await requestFact(url);
    sending--;
    waiting.shift()?.();
    /** @type {Partial<Result>} */
    let result = { ok: true, url };
    let fact = typeof found === "number" ? null : found;
    if (typeof found === "number" && this.#shows("dead"))
      try {
        result = await (await loadPython()).check(url);
        fact = factOf(result, isOwn(url));
      } catch (error) {
        report(this, error);
      }
    if (fact) keepFact(url, fact);
    return { fact, result };
  }

  /** Tell the page of a result, and write what it says into the link. @param {HTMLAnchorElement} link @param {Fact | null} fact @param {Partial<Result>} result */
  #show(link, fact, result) {
    if (!fact && !result.verdict) return;
    if (!emit(link, "result", result) || !fact) return;
    let text = "";
    if (fact.broken && this.#shows("dead")) text = `(${this.getAttribute("dead-text") ?? "dead link"})`;
    if (fact.bytes && this.#shows("size")) {
      const extension = extensionOf(link.download) || extensionOf(link.pathname);
      const language = this.lang || /** @type {HTMLElement | null} */ (link.closest("[lang]"))?.lang;
      text = sizeText(fact.bytes, extension, link.text, language);
    }
    if (text) annotate(link, text, fact.broken, this.getAttribute("place") === "after");
  }

  /** @param {Promise<void>} work */
  async #settle(work) {
    this.#unsettled++;
    await work;
    this.#unsettled--;
    this.#finish();
  }

  #finish() {
    if (this.#unsettled || this.#unseen.size) return;
    this.#setReady();
    emit(this, "done");
  }

  /** @param {string} what */
  #shows(what) {
    return (this.getAttribute("show") ?? "size").includes(what);
  }

  /** @param {string} name @param {number} standard */
  #number(name, standard) {
    const value = +(this.getAttribute(name) ?? NaN);
    return value >= 0 ? value : standard;
  }
}
