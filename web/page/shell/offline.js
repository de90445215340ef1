/** Registers the service worker shortly after Python is ready, and offers new releases. */

import { button } from "../dom.js";
import { api } from "../extension/api.js";
import { say } from "./live.js";
import { register } from "./register.js";

/** Delay after Python is ready, in milliseconds: a check requested by the URL comes first. */
const LATER_MS = 1000;

/**
 * Make the page work offline, if the browser supports it: it must be on https or localhost, and not in a private window of Firefox.
 * Without support, or without storage space, the page works as before.
 */
export async function keepOffline() {
  if (api) return; // an extension has all its files
  await new Promise((resolve) => setTimeout(resolve, LATER_MS));
  try {
    const { serviceWorker } = navigator; // throws in a sandboxed frame
    if (!serviceWorker) return;
    const registration = await register(serviceWorker, "sw.js");
    let offered = false;
    const offerIfWaiting = () => {
      const { waiting } = registration;
      if (offered || !waiting || !serviceWorker.controller) return; // the first service worker is no update
      offered = true; // a button that is replaced while it is pressed gets no click
      offerUpdate(() => {
        serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
        // Another tab may have activated it already.
        if (registration.waiting) registration.waiting.postMessage("take over");
        else location.reload();
      });
    };
    offerIfWaiting();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offerIfWaiting));
  } catch {
    // The page works without a service worker.
  }
}

/** @param {() => void} reload */
function offerUpdate(reload) {
  // The element is missing when the page shows only JSON.
  const words = "A new version of this page is here.";
  say(words);
  document.getElementById("update")?.replaceChildren(words, button("Reload", reload, { id: "take-over" }));
}
