/**
 * The service worker: the page works without a network, always with files of one release, and `api/` is answered by Python.
 *
 * It answers for the files of its release, which it has taken in whole, and for nothing else: what the page checks goes to the
 * network as it would without it. A newer one waits until the pages of this one are gone or ask for it.
 */

// The build puts its own in place of these: the folder of this release, and the sha256 of each file by its address.
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

// The page of a first visit is taken care of without being loaded again.
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("message", ({ data }) => {
  if (data === "take over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  // A check is sent with `no-store`: were a file of ours its target, a cache would answer for the host.
  if (request.method !== "GET" || request.cache === "no-store" || request.cache === "only-if-cached") return;
  if (api.takes(request.url)) return api.answer(event);
  const path = pathOf(request);
  if (path === null) return;
  event.respondWith(store.find(path).then((found) => found ?? fetch(request)));
  if (request.mode === "navigate") event.waitUntil(store.tidy(worker));
});

/** The address of one of our files, relative to the site; null for any other. @param {Request} request */
function pathOf({ url, mode }) {
  if (!url.startsWith(SCOPE)) return null;
  const [path, query] = url.slice(SCOPE.length).split("#")[0].split(/\?(.*)/s);
  if (mode === "navigate") {
    const page = path.replace(/(^|\/)index\.html$/, "$1");
    return page in FILES ? page : null; // whatever its query says
  }
  return query === undefined && (path in FILES || store.keeps(path)) ? path : null;
}
