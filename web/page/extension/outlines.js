/** Outlines around links in the page of a tab. They take no room, so they do not change its layout. */

/** @import {Api, Port} from "./api.js" */

import { withResolvers } from "../../client/resolvers.js";

/** A link's address, and the tone of its outline, which is empty if it has none. @typedef {[url: string, tone: string]} Outline */
/** To the tab: all links of the check; or the link to scroll to. @typedef {{outline: Outline[]} | {reveal: string}} Message */
/** From each frame of the tab: which of these links are visible there. @typedef {{frame: number, visible: string[]}} Report */

/** Of all sheets the user's wins, so that no rule of the page hides an outline. */
const CSS = `
@media screen {
  [data-json-head-tone], [data-json-head-revealed] { outline: 3px solid #1b6e45 !important; outline-offset: 1px !important; }
  [data-json-head-tone] { outline-color: #7a5200 !important; }
  [data-json-head-tone="bad"], [data-json-head-tone="fault"] { outline-color: #c4001f !important; }
  [data-json-head-revealed] { outline-width: 6px !important; }
}
`;
/** Frames that do not report in this time are not waited for, in milliseconds. */
const REPORT_MS = 2000;

/** Events: `change`, when a frame has reported, or when the tab's page has gone. */
export class Outlines extends EventTarget {
  #api;
  #target;
  /** @type {Port | null} */
  #port = null;
  /** The addresses that are visible, by frame. @type {Map<number, Set<string>>} */
  #visible = new Map();
  /** The outlines that the tab was sent last, as JSON. */
  #sent = "";
  #isRemoved = false;

  /** @param {Api} api @param {number} tab its id */
  constructor(api, tab) {
    super();
    this.#api = api;
    this.#target = { tabId: tab, allFrames: true };
  }

  get areShown() {
    return this.#port !== null;
  }

  /** Whether a link is visible in the page. @param {string} url */
  shows(url) {
    return [...this.#visible.values()].some((addresses) => addresses.has(hrefOf(url)));
  }

  /**
   * Outline links. The outlines are also removed when this page is closed, because its port to the tab then ends.
   * @param {Outline[]} links
   * @throws {Error} when the browser does not permit it, because the tab shows another website now
   */
  async show(links) {
    const target = this.#target;
    await this.#api.scripting.insertCSS({ target, css: CSS, origin: "USER" });
    const frames = await this.#api.scripting.executeScript({ target, func: outlineOnMessage, injectImmediately: true });
    if (this.#isRemoved) return;
    const reported = withResolvers();
    this.#port = this.#api.tabs.connect(target.tabId);
    this.#port.onMessage.addListener((/** @type {Report} */ { frame, visible }) => {
      this.#visible.set(frame, new Set(visible));
      if (this.#visible.size >= frames.length) reported.resolve(undefined);
      this.#changed();
    });
    this.#port.onDisconnect.addListener(() => {
      this.#port = null;
      reported.resolve(undefined);
      this.#changed();
    });
    this.update(links);
    setTimeout(reported.resolve, REPORT_MS);
    await reported.promise;
  }

  /** Change the outlines. @param {Outline[]} links */
  update(links) {
    const outline = links.map(([url, tone]) => [hrefOf(url), tone]);
    const message = JSON.stringify(outline);
    if (message !== this.#sent) this.#port?.postMessage({ outline });
    this.#sent = message;
  }

  /** Remove the outlines. They are not shown again. */
  remove() {
    this.#isRemoved = true;
    this.#port?.disconnect();
    this.#port = null;
  }

  /** Show the tab, scrolled to the first link with this address. @param {string} url */
  async reveal(url) {
    this.#port?.postMessage({ reveal: hrefOf(url) });
    const { windowId } = await this.#api.tabs.update(this.#target.tabId, { active: true });
    await this.#api.windows.update(windowId, { focused: true });
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** A link's address as the `href` of its element has it. @param {string} url */
function hrefOf(url) {
  return URL.canParse(url) ? new URL(url).href : url;
}

/** Runs in the tab, once in each frame. Nothing outside of it is there. */
function outlineOnMessage() {
  const TONE = "data-json-head-tone";
  const REVEALED = "data-json-head-revealed";
  const WITH_ADDRESS = "[*|href], [src], [srcset], [data], [poster], [action], [formaction], [cite]";
  const PROPERTIES = ["href", "src", "currentSrc", "data", "poster", "action", "formAction", "cite"];
  /** Links of a page that changes are outlined again after this time, in milliseconds. */
  const REDRAW_MS = 500;
  const { runtime } = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;
  const frame = Math.random();
  /** @type {Map<string, string>} */
  let tones = new Map();
  /** The address that was scrolled to. @type {string | undefined} */
  let revealed;
  /** The first element with each address, or the first visible one. @type {Map<string, Element>} */
  const first = new Map();
  /** @type {Set<Element>} */
  const marked = new Set();
  /** @param {ParentNode} root @returns {Generator<Element>} also those inside of web components */
  function* elementsIn(root) {
    yield* root.querySelectorAll(WITH_ADDRESS);
    for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) yield* elementsIn(shadowRoot);
  }
  const addressesOf = (/** @type {any} */ element) =>
    PROPERTIES.flatMap((property) => {
      const value = element[property];
      if (typeof value === "string") return value ? [value] : [];
      // Elements of SVG have the address as it is written.
      return typeof value?.baseVal === "string" && URL.canParse(value.baseVal, element.baseURI)
        ? [new URL(value.baseVal, element.baseURI).href]
        : [];
    });
  const clear = () => {
    for (const element of marked) for (const name of [TONE, REVEALED]) element.removeAttribute(name);
    marked.clear();
    first.clear();
  };
  const draw = (/** @type {Port} */ port) => {
    clear();
    const visible = new Set();
    for (const element of elementsIn(document)) {
      const addresses = addressesOf(element).filter((address) => tones.has(address));
      const isVisible = addresses.length > 0 && element.getClientRects().length > 0;
      for (const address of addresses) {
        if (!first.has(address) || (isVisible && !visible.has(address))) first.set(address, element);
        if (isVisible) visible.add(address);
      }
      const tone = addresses.map((address) => tones.get(address)).find(Boolean);
      if (!tone) continue;
      element.setAttribute(TONE, tone);
      marked.add(element);
    }
    mark();
    port.postMessage({ frame, visible: [...visible] });
  };
  const mark = () => {
    const element = revealed === undefined ? undefined : first.get(revealed);
    if (!element) return;
    element.setAttribute(REVEALED, "");
    marked.add(element);
    return element;
  };
  const reveal = (/** @type {string} */ address) => {
    if (revealed !== undefined) first.get(revealed)?.removeAttribute(REVEALED);
    revealed = address;
    mark()?.scrollIntoView({ block: "center" });
  };
  const connected = (/** @type {Port} */ port) => {
    runtime.onConnect.removeListener(connected);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const observer = new MutationObserver(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        draw(port);
      }, REDRAW_MS);
    });
    const end = () => {
      observer.disconnect();
      clearTimeout(timer);
      removeEventListener("pagehide", leave);
      clear();
    };
    // Firefox keeps the port of a page to which one can go back.
    const leave = () => {
      port.postMessage({ frame, visible: [] });
      port.disconnect();
      end();
    };
    addEventListener("pagehide", leave);
    port.onDisconnect.addListener(end);
    port.onMessage.addListener((/** @type {Message} */ message) => {
      if ("reveal" in message) return reveal(message.reveal);
      tones = new Map(message.outline);
      draw(port);
    });
    observer.observe(document, { subtree: true, childList: true, attributeFilter: ["href", "src"] });
  };
  runtime.onConnect.addListener(connected);
}
