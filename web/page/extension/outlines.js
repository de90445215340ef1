/** Outlines around links in the page of a tab. They take no room, so they do not change its layout. */

/** @import {Api, Port} from "./api.js" */

/** A link's address, and the tone of its outline, which is empty if it has none. @typedef {[url: string, tone: string]} Outline */
/** To each frame of the tab: all links of the check, the link to scroll to, or nothing to remove the outlines. @typedef {{outline?: Outline[], reveal?: string}} Command */
/** From a frame: which links of the check are visible there. @typedef {{frame: number, visible: string[]}} Report */

/** Of all sheets the user's wins, so that no rule of the page hides an outline. */
const CSS = `
@media screen {
  [data-json-head-tone], [data-json-head-revealed] { outline: 3px solid #1b6e45 !important; outline-offset: 1px !important; }
  [data-json-head-tone] { outline-color: #7a5200 !important; }
  [data-json-head-tone="bad"], [data-json-head-tone="fault"] { outline-color: #c4001f !important; }
  [data-json-head-revealed] { outline-width: 6px !important; }
}
`;
/** Events: `change`, when a frame has reported, or when the tab's page has gone. */
export class Outlines extends EventTarget {
  #api;
  #target;
  /** Ends when the tab's page has gone, or this one. @type {Port | null} */
  #port = null;
  /** The addresses that are visible, by frame. @type {Map<number, Set<string>>} */
  #visible = new Map();
  /** The outlines that the tab was sent last, as JSON. */
  #sent = "";
  /** @type {"pending" | "shown" | "removed"} */
  #state = "pending";

  /** @param {Api} api @param {number} tab its id */
  constructor(api, tab) {
    super();
    this.#api = api;
    this.#target = { tabId: tab, allFrames: true };
  }

  get areShown() {
    return this.#state === "shown";
  }

  get isRemoved() {
    return this.#state === "removed";
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
    await this.#api.scripting.insertCSS({ target: this.#target, css: CSS, origin: "USER" });
    await this.#outline(links);
    if (this.isRemoved) return this.remove(); // meanwhile
    this.#state = "shown";
    this.#port = this.#api.tabs.connect(this.#target.tabId);
    this.#port.onMessage.addListener((/** @type {Report} */ report) => this.#take(report));
    this.#port.onDisconnect.addListener(() => this.#end());
  }

  /** Change the outlines. @param {Outline[]} links */
  update(links) {
    if (this.areShown) void this.#outline(links).catch(() => this.#end());
  }

  /** Remove the outlines. They are not shown again. */
  remove() {
    this.#state = "removed";
    this.#port?.disconnect();
    this.#port = null;
    void this.#command({}).catch(() => {}); // the page may have gone
  }

  /** Show the tab, scrolled to the first link with this address. @param {string} url */
  async reveal(url) {
    await this.#command({ reveal: hrefOf(url) });
    const { windowId } = await this.#api.tabs.update(this.#target.tabId, { active: true });
    await this.#api.windows.update(windowId, { focused: true });
  }

  /** @param {Outline[]} links */
  async #outline(links) {
    const outline = links.map(([url, tone]) => /** @type {Outline} */ ([hrefOf(url), tone]));
    const json = JSON.stringify(outline);
    if (json === this.#sent) return;
    this.#sent = json;
    for (const { result } of await this.#command({ outline })) if (result) this.#take(result);
  }

  /** Send a command by a script, because Firefox sometimes does not deliver messages of a port. @param {Command} command */
  #command(command) {
    return this.#api.scripting.executeScript({ target: this.#target, func: handleCommand, args: [command], injectImmediately: true });
  }

  /** @param {Report} report */
  #take({ frame, visible }) {
    this.#visible.set(frame, new Set(visible));
    this.dispatchEvent(new Event("change"));
  }

  #end() {
    this.#state = "removed";
    this.dispatchEvent(new Event("change"));
  }
}

/** A link's address as the `href` of its element has it. @param {string} url */
function hrefOf(url) {
  return URL.canParse(url) ? new URL(url).href : url;
}

/**
 * Runs in the tab, once in each frame. Nothing outside of it is there, except the function that the first call has left.
 * @param {Command} command @returns {Report | null} null when the outlines are removed
 */
function handleCommand(command) {
  const scope = /** @type {{jsonHeadOutlines?: (command: Command) => Report | null}} */ (globalThis);
  const isEnd = !command.outline && command.reveal === undefined;
  if (!scope.jsonHeadOutlines && isEnd) return null;
  scope.jsonHeadOutlines ??= createHandler();
  return scope.jsonHeadOutlines(command);

  function createHandler() {
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
    /** @type {Port | undefined} */
    let port;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
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
        const written = value?.baseVal;
        return typeof written === "string" && URL.canParse(written, element.baseURI) ? [new URL(written, element.baseURI).href] : [];
      });
    const clear = () => {
      for (const element of marked) for (const name of [TONE, REVEALED]) element.removeAttribute(name);
      marked.clear();
      first.clear();
    };
    const mark = () => {
      const element = revealed === undefined ? undefined : first.get(revealed);
      if (!element) return;
      element.setAttribute(REVEALED, "");
      marked.add(element);
      return element;
    };
    /** @returns {Report} */
    const draw = () => {
      clear();
      /** @type {Set<string>} */
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
      return { frame, visible: [...visible] };
    };
    const redraw = () => {
      timer = undefined;
      port?.postMessage(draw());
    };
    const observer = new MutationObserver(() => (timer ??= setTimeout(redraw, REDRAW_MS)));
    const connected = (/** @type {Port} */ opened) => {
      port = opened;
      port.onDisconnect.addListener(end);
    };
    const end = () => {
      delete scope.jsonHeadOutlines;
      observer.disconnect();
      clearTimeout(timer);
      removeEventListener("pagehide", leave);
      runtime.onConnect.removeListener(connected);
      clear();
    };
    // Firefox keeps the port of a page to which one can go back.
    const leave = () => {
      port?.postMessage({ frame, visible: [] });
      port?.disconnect();
      end();
    };
    addEventListener("pagehide", leave);
    runtime.onConnect.addListener(connected);
    observer.observe(document, { subtree: true, childList: true, attributeFilter: ["href", "src"] });
    return (/** @type {Command} */ { outline, reveal }) => {
      if (outline) {
        tones = new Map(outline);
        return draw();
      }
      if (reveal === undefined) {
        end();
        return null;
      }
      if (revealed !== undefined) first.get(revealed)?.removeAttribute(REVEALED);
      revealed = reveal;
      mark()?.scrollIntoView({ block: "center" });
      return null;
    };
  }
}
