/** The page at `api/`: on a first visit it puts the service worker in place, which then answers in its stead. */

import { byId } from "./dom.js";

const state = byId("state", HTMLElement);
const asked = new URLSearchParams(location.search).has("url");

/** @param {string} message */
function say(message) {
  state.textContent = message;
  state.classList.add("notice");
}

/** @returns {ServiceWorkerContainer | undefined} */
function container() {
  try {
    return navigator.serviceWorker;
  } catch {
    return undefined; // in a sandbox
  }
}

async function prepare() {
  const serviceWorker = container();
  if (!isSecureContext) return say("Browsers have service workers, which this needs, only over https. Open this address with https.");
  if (!serviceWorker) return say("This needs a service worker, and there is none here: perhaps this is a private window. Try an ordinary one.");
  if (asked) state.textContent = "One moment: Python is being fetched, for this and all later answers.";
  try {
    const registration = await serviceWorker.register(new URL("../../sw.js", document.baseURI));
    await Promise.race([serviceWorker.ready, failure(registration)]);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return say(`The service worker that answers here could not be put in place. There may be no room for it, or this browser may not allow it. (${detail})`);
  }
  if (!asked) return;
  if (location.pathname.endsWith("index.html")) return location.replace(`./${location.search}`);
  if (history.state?.again) return say("The service worker is in place, and was passed by. Reload this page.");
  history.replaceState({ again: true }, "");
  location.reload();
}

/** Rejects when what is being installed will not be. @param {ServiceWorkerRegistration} registration @returns {Promise<never>} */
function failure({ installing }) {
  return new Promise((_, reject) => {
    installing?.addEventListener("statechange", () => {
      if (installing.state === "redundant") reject(new Error("A part of it could not be loaded."));
    });
  });
}

void prepare();
