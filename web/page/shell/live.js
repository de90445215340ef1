/** The one polite live region of the page, for all that is announced to screen readers. Errors are alerts: see notice.js. */

/** Messages that are closer together are joined, in milliseconds: of two changes, a screen reader may read only the second. */
const JOIN_MS = 100;

/** @type {Set<string>} */
const waiting = new Set();

/** Announce a message to screen readers. @param {string} message */
export function say(message) {
  if (!waiting.size) setTimeout(write, JOIN_MS);
  waiting.add(message.replace(/\.$/, ""));
}

function write() {
  const text = [...waiting].join(". ");
  waiting.clear();
  document.getElementById("announce")?.replaceChildren(text); // the element is missing when the page shows only JSON
}
