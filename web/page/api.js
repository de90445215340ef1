/** The page at `api/`. On a first visit it installs the service worker, which handles this URL from then on. */

import { byId } from "./dom.js";
import { register } from "./shell/register.js";

const state = byId("state", HTMLElement);
const hasUrl = new URLSearchParams(location.search).has("url");

/** @param {string} message */
function showMessage(message) {
  state.textContent = message;
  state.classList.add("notice");
}

/** @returns {ServiceWorkerContainer | undefined} */
function container() {
  try {
    return navigator.serviceWorker;
  } catch {
    return undefined; // in a sandboxed frame
  }
}

async function prepare() {
  const serviceWorker = container();
  if (!isSecureContext)
    return showMessage("Browsers have service workers, which this needs, only over https. Open this address with https.");
  if (!serviceWorker)
    return showMessage("This needs a service worker, and there is none here: perhaps this is a private window. Try an ordinary one.");
  if (hasUrl) state.textContent = "One moment: Python is being fetched, for this and all later answers.";
  try {
    const registration = await register(serviceWorker, "../sw.js");
    await Promise.race([serviceWorker.ready, failure(registration)]);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return showMessage(
      `The service worker that answers here could not be put in place. There may be no room for it, or this browser may not allow it. (${detail})`,
    );
  }
  if (!hasUrl) return;
  if (location.pathname.endsWith("index.html")) return location.replace(`./${location.search}`);
  if (history.state?.again) return showMessage("The service worker is in place, and was passed by. Reload this page.");
  history.replaceState({ again: true }, "");
  location.reload();
}

/** Rejects when the installation fails. @param {ServiceWorkerRegistration} registration @returns {Promise<never>} */
function failure({ installing }) {
  return new Promise((_, reject) => {
    installing?.addEventListener("statechange", () => {
      if (installing.state === "redundant") reject(new Error("A part of it could not be loaded."));
    });
  });
}

void prepare();
