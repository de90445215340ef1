/**
 * The service worker: makes the page work offline, with all files from one release, and handles `api/` in Python.
 *
 * It serves the files of its release, all of which it has stored, and nothing else. The page's checks go to the network as they
 * would without a service worker. A newer service worker waits until the pages of this one are closed or request the update.
 */

// The build replaces both values: the folder of this release, and the SHA-256 of each file by its path.
const RELEASE = "";
/** @type {Record<string, string>} */
const FILES = {};

importScripts(`${RELEASE}/web/sw/store.js`, `${RELEASE}/web/sw/api.js`, `${RELEASE}/web/sw/python.js`);

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const SCOPE = worker.registration.scope;
const store = new Store(SCOPE, RELEASE, FILES);
const api = new Api(`${SCOPE}api/`, () => startPython(store));

worker.addEventListener("install", (event) => {
  loadCore();
  event.waitUntil(store.fill());
});

// Control the page of a first visit without a reload.
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("message", ({ data }) => {
  if (data === "take over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  // Checks are sent with `no-store` and must reach the host, even if their target is one of this site's files.
  if (request.method !== "GET" || request.cache === "no-store") return;
  if (api.takes(request.url)) return api.answer(event);
  const path = pathOf(request);
  if (path === null) return;
  event.respondWith(store.find(path).then((found) => found ?? fetch(request)));
  if (request.mode === "navigate") event.waitUntil(store.tidy(worker));
});

/** The path of one of this site's files, relative to the site; null for any other request. @param {Request} request */
function pathOf({ url, mode }) {
  if (!url.startsWith(SCOPE)) return null;
  const [path, query] = url
    .slice(SCOPE.length)
    .split("#")[0]
    .split(/\?(.*)/s);
  if (mode === "navigate") {
    const page = path.replace(/(^|\/)index\.html$/, "$1");
    return page in FILES ? page : null; // with any query
  }
  return query === undefined && (path in FILES || store.keeps(path)) ? path : null;
}
