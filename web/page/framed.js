/**
 * The page in a frame of another page, and its compact form for that (`?embed`). It tells the parent its height. Results go only to the
 * origin in `&parent=`. It takes no messages. What a parent can have checked by the URL of a frame, it can request itself. A frame may be
 * covered by other elements, which get a visitor to press a button without knowing it; so no relay is used there.
 */

/** @import {Run} from "./check.js" */

/** Whether this page is in a frame. */
export const isFramed = () => globalThis.top !== globalThis.self;

const query = () => new URLSearchParams(location.search);

/** Set the page's form, and tell its height from now on. Called once. */
export function prepareFrame() {
  const root = document.documentElement;
  root.toggleAttribute("data-framed", isFramed());
  root.toggleAttribute("data-embed", query().has("embed"));
  if (!isFramed() || !query().has("embed")) return;
  let last = 0;
  const tellHeight = () => {
    const height = Math.ceil(root.getBoundingClientRect().height) + 1; // the last border of the table stands out
    if (height !== last) window.parent.postMessage({ type: "json-head:height", height }, "*");
    last = height;
  };
  new ResizeObserver(tellHeight).observe(document.body);
}

/** Tell the origin in `&parent=` the results of a check that has ended. @param {Run} run */
export function tellResults({ rows }) {
  const parent = query().get("parent");
  if (!isFramed() || !parent) return;
  try {
    window.parent.postMessage({ type: "json-head:results", results: rows.inOrder() }, new URL(parent).origin);
  } catch {
    // No URL, or one without an origin: nobody is told.
  }
}

/** The parameters that stay in the page's URL when it changes. */
export function framedParameters() {
  return [...query()].filter(([name]) => name === "embed" || name === "parent");
}
