/** The page in another tab, as it is rendered: with what its scripts added, and as a person who is signed in sees it. */

/** @import {FullSource} from "../../client/source.js" */
/** @import {Api} from "./api.js" */

/** One frame of the page: its HTML, its address, and the number of frames in it. @typedef {{html: string, url: string, frames: number}} Frame */

/**
 * Read the page, its frames included. The browser permits it from the click on the extension's button until the tab goes to another website.
 * @param {Api["scripting"]} scripting @param {number} tab its id
 * @returns {Promise<{url: string, sources: FullSource[], unread: number}>} `unread`: the number of frames that may not be read, because they belong
 *   to other websites
 * @throws {Error} when the browser does not permit it
 */
export async function readTab(scripting, tab) {
  const injected = await scripting.executeScript({ target: { tabId: tab, allFrames: true }, func: frameOf });
  const frames = injected.sort((a, b) => a.frameId - b.frameId).flatMap(({ result }) => (result ? [/** @type {Frame} */ (result)] : []));
  const [page] = frames;
  if (!page) throw new Error("The tab has no page.");
  const inside = frames.reduce((sum, frame) => sum + frame.frames, 0);
  return {
    url: page.url,
    sources: frames.map(({ html, url }) => ({ text: html, format: /** @type {const} */ ("html"), base: url, name: url })),
    unread: Math.max(0, inside - (frames.length - 1)),
  };
}

/** Runs in the tab, once in each frame. Nothing outside of it is there. @returns {Frame} */
function frameOf() {
  const { documentElement, baseURI } = document;
  /** @type {ShadowRoot[]} */
  const shadowRoots = [];
  const collect = (/** @type {ParentNode} */ root) => {
    for (const { shadowRoot } of root.querySelectorAll("*")) {
      if (!shadowRoot) continue;
      shadowRoots.push(shadowRoot);
      collect(shadowRoot);
    }
  };
  collect(document);
  // Chromium 125 can write what is inside of web components; before that, their links are not found.
  const whole = shadowRoots.length ? /** @type {any} */ (documentElement).getHTML?.({ shadowRoots }) : null;
  // Python applies the base element, which is part of the HTML. The document of `srcdoc` has the address of none, and the base of its page.
  const url = location.protocol.startsWith("http") ? location.href : baseURI;
  return {
    html: whole ? `<html>${whole}</html>` : (documentElement?.outerHTML ?? ""),
    url,
    frames: document.querySelectorAll("iframe, frame").length,
  };
}
