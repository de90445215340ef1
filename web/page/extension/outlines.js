/** Outlines around links in the page of a tab. They take no room, so they do not change its layout. */

/** @import {Api, Port} from "./api.js" */

/** Message to the tab: links to outline, each with a tone; or the link to scroll to. @typedef {{outline: [href: string, tone: string][]} | {reveal: string}} Message */

/** Of all sheets the user's wins, so that no rule of the page hides an outline. */
const CSS = `
[data-json-head-tone] { outline: 3px solid #7a5200 !important; outline-offset: 1px !important; }
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
    this.#post({ outline: links.flatMap(([url, tone]) => (URL.canParse(url) ? [[new URL(url).href, tone]] : [])) });
  }

  remove() {
    this.#port?.disconnect();
    this.#port = null;
  }

  /** Show the tab, scrolled to the first link with this address. @param {string} url */
  async reveal(url) {
    this.#post({ reveal: new URL(url).href });
    const { windowId } = await this.#api.tabs.update(this.#target.tabId, { active: true });
    await this.#api.windows.update(windowId, { focused: true });
  }

  /** @param {Message} message */
  #post(message) {
    this.#port?.postMessage(message);
  }
}

/** Runs in the tab, once in each frame. Nothing outside of it is there. */
function outlineOnMessage() {
  const TONE = "data-json-head-tone";
  const REVEALED = "data-json-head-revealed";
  const { runtime } = /** @type {any} */ (globalThis).browser ?? /** @type {any} */ (globalThis).chrome;
  /** @type {Map<string, Element[]>} */
  const outlined = new Map();
  /** @param {ParentNode} root @returns {Generator<Element>} also those inside of web components */
  function* linksIn(root) {
    yield* root.querySelectorAll("a[href], area[href], img, iframe, audio, video, source, embed, object");
    for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) yield* linksIn(shadowRoot);
  }
  const outline = (/** @type {[string, string][]} */ links) => {
    const tones = new Map(links);
    for (const element of linksIn(document)) {
      const { href, src, data, currentSrc } = /** @type {any} */ (element);
      const address = [href, src, data, currentSrc].find((address) => typeof address === "string" && tones.has(address));
      if (address === undefined) continue;
      element.setAttribute(TONE, /** @type {string} */ (tones.get(address)));
      const elements = outlined.get(address);
      if (elements) elements.push(element);
      else outlined.set(address, [element]);
    }
  };
  /** @type {Element | undefined} */
  let revealed;
  const reveal = (/** @type {string} */ address) => {
    revealed?.removeAttribute(REVEALED);
    [revealed] = outlined.get(address) ?? [];
    revealed?.setAttribute(REVEALED, "");
    revealed?.scrollIntoView({ block: "center" });
  };
  const remove = () => {
    revealed?.removeAttribute(REVEALED);
    for (const element of [...outlined.values()].flat()) element.removeAttribute(TONE);
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
