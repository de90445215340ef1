/** The page in another tab, as it is rendered: with what its scripts added, and as a person who is signed in sees it. */

/** @import {FullSource} from "../../client/source.js" */
/** @import {Api} from "./api.js" */

import { withResolvers } from "../../client/resolvers.js";

/**
 * One frame of the page: its HTML or plain text, its address, and the number of frames in it. The media type has its charset.
 * @typedef {{text: string, format: "html" | "auto", mediaType: string, url: string, frames: number}} Frame
 */

/** Time limit for reading a tab, in milliseconds. */
const READ_MS = 20_000;

/**
 * Read the page, its frames included. The browser permits it from the click on the extension's button until the tab goes to another website,
 * and Firefox only until it loads any page.
 * @param {Api["scripting"]} scripting @param {number} tab its id
 * @returns {Promise<{url: string, sources: FullSource[], unread: number}>} `unread`: the number of frames that could not be read, for example
 *   because they belong to other websites
 * @throws {Error} when the browser does not permit it, or the page takes too long
 */
export async function readTab(scripting, tab) {
  // `injectImmediately`, because Chromium would wait for frames that load lazily, or never.
  const reading = scripting.executeScript({ target: { tabId: tab, allFrames: true }, func: frameOf, injectImmediately: true });
  const { promise: late, reject } = withResolvers();
  setTimeout(() => reject(new Error("The page takes too long.")), READ_MS);
  const injected = /** @type {Awaited<typeof reading>} */ (await Promise.race([reading, late]));
  const frames = injected.sort((a, b) => a.frameId - b.frameId).flatMap(({ result }) => (result ? [/** @type {Frame} */ (result)] : []));
  const [page] = frames;
  if (!page) throw new Error("The tab has no page.");
  const inside = frames.reduce((sum, frame) => sum + frame.frames, 0);
  return { url: page.url, sources: frames.map(sourceOf), unread: Math.max(0, inside - (frames.length - 1)) };
}

/** @param {Frame} frame @returns {FullSource} */
function sourceOf({ text, format, mediaType, url }) {
  return { text, format, mediaType, base: url, name: url };
}

/** Runs in the tab, once in each frame. Nothing outside of it is there. @returns {Promise<Frame | null>} null for a frame that waits for its server */
async function frameOf() {
  const LOADING_MS = 5000;
  if (document.readyState === "loading") {
    await new Promise((resolve) => {
      document.addEventListener("DOMContentLoaded", resolve, { once: true });
      setTimeout(resolve, LOADING_MS);
    });
  }
  const { documentElement, contentType, characterSet } = document;
  const isOnWeb = location.protocol.startsWith("http");
  // Until its server responds, a frame has an empty document.
  if (!isOnWeb && /** @type {any} */ (frameElement)?.src?.startsWith("http")) return null;
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
  // The document of `srcdoc` has the base of its page. Python applies a base element, which is part of the HTML.
  let url = location.href;
  try {
    if (!isOnWeb && parent !== window) url = parent.document.baseURI;
  } catch {
    url = document.baseURI; // the page belongs to another website
  }
  const all = (/** @type {string} */ selector) => [document, ...shadowRoots].flatMap((root) => [...root.querySelectorAll(selector)]);
  const frame = { mediaType: `${contentType};charset=${characterSet}`, url, frames: all("iframe, frame").length };
  if (/^text\/(?!html|xml)|\bjson$/.test(contentType)) return { ...frame, text: document.body?.textContent ?? "", format: "auto" };
  // Chromium 125 can write what is inside of web components; before that, their links are not found.
  const whole = shadowRoots.length ? /** @type {any} */ (documentElement).getHTML?.({ shadowRoots }) : null;
  let text = whole ? `<html>${whole}</html>` : (documentElement?.outerHTML ?? "");
  for (const { outerHTML } of all("noscript")) text = text.replace(outerHTML, ""); // shown only where scripts do not run
  return { ...frame, text, format: "html" };
}
