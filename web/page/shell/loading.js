/** Shows the progress of Python's boot in words and as a bar, and why it fails or stands still. Nothing on the page waits for the boot. */

/** @import {JsonHead} from "../../client/client.js" */
/** @import {BootEvent, Stage} from "../../client/protocol.js" */
/** @import {Notice} from "./notice.js" */

import { causeOf, isOfPlace } from "../../client/boot/causes.js";
import { button, byId } from "../dom.js";
import { megabytesOf } from "../format.js";
import { say } from "./live.js";

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
const STALLED = "Loading stands still";

/**
 * @param {JsonHead} client
 * @param {Notice} notice
 * @param {() => void} loadAgain called when the user wants to start over
 * @returns {{readonly waiting: string}} `waiting`: why checks have to wait, or empty
 */
export function showLoading(client, notice, loadAgain) {
  const status = byId("boot", HTMLElement);
  const words = byId("boot-words", HTMLElement);
  const bar = byId("boot-bar", HTMLElement);

  /** @param {string} title @param {string} message @param {string} code */
  const explain = (title, message, code) =>
    notice.show(title, message, [button("Load again", loadAgain, { id: "reload", class: "primary" })], code);

  /** @param {BootEvent} event */
  const show = ({ stage, loaded, total, stalled, versions, error }) => {
    const amount = stage === "fetching" ? megabytesOf(loaded, total) : "";
    status.dataset.stage = stage;
    words.textContent = amount ? `${WORDS[stage]}: ${amount}` : WORDS[stage];
    if (client.version && stage !== "ready") words.textContent = AGAIN; // Python was ready before
    status.title = versions ? `json-head ${versions.json_head} on Python ${versions.python}` : "";
    bar.hidden = stage === "ready" || stage === "failed";
    bar.style.transform = `scaleX(${total ? Math.min(1, loaded / total) : 0})`;
    notice.clear("boot-stalled"); // data has arrived, or the notice is replaced
    if (stalled) explain(STALLED, causeOf("boot-stalled", stalled.join(", ")).message, "boot-stalled");
    if (stage === "ready") say(WORDS.ready);
    if (stage !== "failed") return;
    if (error?.code === "closed") words.textContent = CLOSED;
    else {
      if (client.version) words.textContent = STOPPED;
      const title = isOfPlace(error?.code) ? WORDS.failed : words.textContent;
      explain(title, error?.message ?? "The reason is not known.", error?.code ?? "");
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
