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
  if (request.method !== "GET" || request.cache === "no-store") return;
  if (api.takes(request.url)) return api.answer(event);
  const path = pathOf(request);
  if (path === null) return;
  event.respondWith(find(request, path));
  if (request.mode === "navigate") event.waitUntil(store.tidy(worker));
});

/** @param {Request} request @param {string} path */
async function find(request, path) {
  return (path.endsWith(".wasm") && (await compiled(request))) || (await store.find(path)) || fetch(request);
}

/**
 * What the HTTP cache has, however old: its address tells its content. Only with that Chromium keeps what it has compiled, for as long
 * as it is passed on as it is; and not where a page asks for it past the service worker, in a mode of its own. Not when it has just
 * been found wanting, which the page says by asking for more than what is kept.
 * @param {Request} request
 */
async function compiled({ url, cache }) {
  if (cache !== "default") return null;
  const found = await fetch(url, { cache: "only-if-cached", mode: "same-origin" }).catch(() => null);
  return found?.ok ? found : null;
}

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
