/** The page's side of the service worker: it is registered a moment after Python is up, and a new release is offered. */

/** So long after Python is up, in milliseconds: what the address asks for comes first. */
const LATER_MS = 1000;

/**
 * Keep the page for use without a network, where the browser can: over https or on this machine, and in no private window of
 * Firefox. Where it can't, or has no room, nothing is lost.
 * @param {(reload: () => void) => void} offer called when a new release is there; `reload` takes it up
 */
export async function keepOffline(offer) {
  await new Promise((resolve) => setTimeout(resolve, LATER_MS));
  try {
    const { serviceWorker } = navigator; // which itself is an error in a sandbox
    if (!serviceWorker) return;
    const registration = await serviceWorker.register(new URL("sw.js", document.baseURI));
    const look = () => {
      const { waiting } = registration;
      if (!waiting || !serviceWorker.controller) return; // the first one has nothing before it
      offer(() => {
        serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
        // Another tab may have been quicker.
        if (registration.waiting) registration.waiting.postMessage("take over");
        else location.reload();
      });
    };
    look();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
  } catch {
    // The page works as it would without.
  }
}
