/** Outlines around links in the page of a tab. They take no room, so they do not change its layout. */

/** @import {Api, Port} from "./api.js" */

/** Message to the tab: links to outline, each with a tone; or the link to scroll to. @typedef {{outline: [href: string, tone: string][]} | {reveal: string}} Message */

/** Of all sheets the user's wins, so that no rule of the page hides an outline. */
const CSS = `
[data-json-head-tone], [data-json-head-revealed] { outline: 3px solid #1b6e45 !important; outline-offset: 1px !important; }
[data-json-head-tone] { outline-color: #7a5200 !important; }
[data-json-head-tone="bad"], [data-json-head-tone="fault"] { outline-color: #c4001f !important; }
[data-json-head-revealed] { outline-width: 6px !important; }
`;

export class Outlines {
  #api;
  #target;
  /** @type {Port | null} */
  #port = null;
  #gone;

  /** @param {Api} api @param {number} tab its id @param {() => void} gone called when the tab's page has gone */
  constructor(api, tab, gone) {
    this.#api = api;
    this.#target = { tabId: tab, allFrames: true };
    this.#gone = gone;
  }

  get areShown() {
    return this.#port !== null;
  }

  /**
   * Outline links. They are also removed when this page is closed, because its port to the tab then ends.
   * @param {[url: string, tone: string][]} links
   * @throws {Error} when the browser does not permit it, because the tab shows another website now
   */
  async show(links) {
    this.remove();
    const target = this.#target;
    await this.#api.scripting.insertCSS({ target, css: CSS, origin: "USER" });
    await this.#api.scripting.executeScript({ target, func: outlineOnMessage });
    this.#port = this.#api.tabs.connect(target.tabId);
    this.#port.onDisconnect.addListener(() => {
      this.#port = null;
      this.#gone();
    });
    this.#post({ outline: links.map(([url, tone]) => [hrefOf(url), tone]) });
  }

  remove() {
    this.#port?.disconnect();
    this.#port = null;
  }

  /** Show the tab, scrolled to the first link with this address. @param {string} url */
  async reveal(url) {
    this.#post({ reveal: hrefOf(url) });
    const { windowId } = await this.#api.tabs.update(this.#target.tabId, { active: true });
    await this.#api.windows.update(windowId, { focused: true });
  }

  /** @param {Message} message */
  #post(message) {
    this.#port?.postMessage(message);
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
  const { runtime } = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;
  /** The first link to each address. @type {Map<string, Element>} */
  const first = new Map();
  /** @type {Element[]} */
  const outlined = [];
  /** @param {ParentNode} root @returns {Generator<Element>} also those inside of web components */
  function* linksIn(root) {
    yield* root.querySelectorAll("a[href], area[href], img, iframe, audio, video, source, embed, object");
    for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) yield* linksIn(shadowRoot);
  }
  const outline = (/** @type {[string, string][]} */ links) => {
    const tones = new Map(links);
    for (const element of linksIn(document)) {
      const { href, src, data, currentSrc } = /** @type {any} */ (element);
      const addresses = [href, src, data, currentSrc].filter((address) => typeof address === "string");
      for (const address of addresses) if (!first.has(address)) first.set(address, element);
      const tone = addresses.map((address) => tones.get(address)).find(Boolean);
      if (!tone) continue;
      element.setAttribute(TONE, tone);
      outlined.push(element);
    }
  };
  /** @type {Element | undefined} */
  let revealed;
  const reveal = (/** @type {string} */ address) => {
    revealed?.removeAttribute(REVEALED);
    revealed = first.get(address);
    revealed?.setAttribute(REVEALED, "");
    revealed?.scrollIntoView({ block: "center" });
  };
  const remove = () => {
    revealed?.removeAttribute(REVEALED);
    for (const element of outlined) element.removeAttribute(TONE);
  };
  const connected = (/** @type {Port} */ port) => {
    runtime.onConnect.removeListener(connected);
    port.onMessage.addListener((/** @type {Message} */ message) => {
      if ("outline" in message) outline(message.outline);
      else reveal(message.reveal);
    });
    port.onDisconnect.addListener(remove);
  };
  runtime.onConnect.addListener(connected);
}
