/** Shows the progress of Python's boot in words and as a bar. Nothing on the page waits for the boot. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {BootEvent, Stage} from "../../client/protocol.js" */

import { byId } from "../dom.js";
import { megabytesOf } from "../format.js";

/** @type {Record<Stage, string>} */
const WORDS = {
  fetching: "Starting",
  starting: "Starting",
  installing: "Starting",
  ready: "Ready",
  failed: "This page can’t start here",
};
const STOPPED = "Python stopped";
const AGAIN = "Python stopped; starting it again";
const CLOSED = "Python was closed";

/**
 * @param {JsonHead} client
 * @param {(title: string, message: string) => void} failed called with the reason when Python does not start or stops for good
 * @returns {{readonly waiting: string}} `waiting`: why checks have to wait, or empty
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
    if (client.version && stage !== "ready") words.textContent = AGAIN; // Python was ready before
    status.title = versions ? `json-head ${versions.json_head} on Python ${versions.python}` : "";
    bar.hidden = stage === "ready" || stage === "failed";
    bar.style.transform = `scaleX(${total ? Math.min(1, loaded / total) : 0})`;
    if (stage !== "failed") return;
    if (error?.code === "closed") words.textContent = CLOSED;
    else {
      words.textContent = client.version ? STOPPED : WORDS.failed;
      failed(words.textContent, error?.message ?? "The reason is not known.");
    }
  };
  client.addEventListener("boot", (event) => show(/** @type {CustomEvent<BootEvent>} */ (event).detail));
  show(client.boot);
  return {
    get waiting() {
      const { stage, loaded, total } = client.boot;
      if (stage === "ready" || stage === "failed") return "";
      const amount = stage === "fetching" ? megabytesOf(loaded, total) : "";
      return `Starting, your check comes next${amount ? ` (${amount})` : ""}`;
    },
  };
}
