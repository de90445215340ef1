/** Shows the progress of Python's boot in words and as a bar. Nothing on the page waits for the boot. */

/** @import {JsonHead} from "../client/client.js" */
/** @import {BootEvent, Stage} from "../client/protocol.js" */

import { byId } from "./dom.js";
import { megabytesOf } from "./format.js";

/** @type {Record<Stage, string>} */
const WORDS = {
  fetching: "Loading Python",
  starting: "Starting Python",
  installing: "Installing json-head",
  ready: "Ready",
  failed: "Python did not start",
};
const STOPPED = "Python stopped";
const AGAIN = "Python stopped; starting it again";
const CLOSED = "Python was closed";

/**
 * @param {JsonHead} client
 * @param {(title: string, message: string) => void} failed called with the reason when Python does not start or stops for good
 */
export function showLoading(client, failed) {
  const status = byId("boot", HTMLElement);
  const words = byId("boot-words", HTMLElement);
  const bar = byId("boot-bar", HTMLElement);

  /** @param {BootEvent} event */
  const show = ({ stage, loaded, total, versions, error }) => {
    const amount = stage === "fetching" ? megabytesOf(loaded, total) : "";
    status.dataset.stage = stage;
    words.textContent = amount ? `${WORDS[stage]}: ${amount}` : WORDS[stage];
    if (client.version) words.textContent = AGAIN; // Python was ready before
    if (stage === "ready" && versions) words.textContent = `json-head ${versions.json_head} on Python ${versions.python}`;
    bar.hidden = stage === "ready" || stage === "failed";
    bar.style.transform = `scaleX(${total ? Math.min(1, loaded / total) : 0})`;
    if (stage !== "failed") return;
    if (error?.code === "closed") words.textContent = CLOSED;
    else {
      if (client.version) words.textContent = STOPPED;
      failed(words.textContent, error?.message ?? "The reason is not known.");
    }
  };
  client.addEventListener("boot", (event) => show(/** @type {CustomEvent<BootEvent>} */ (event).detail));
  show(client.boot);
}
