/** The service worker's files: each is verified when it is read, since other pages of the origin can write to Cache Storage. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const SCRIPT = readFileSync(new URL("../../web/sw/store.js", import.meta.url), "utf8");
const SCOPE = "https://host.test/app/";
const RELEASE = `v-${"0".repeat(32)}`;
const PAGE = "<!doctype html>";
const MODULE = "export const a = 1;";
const FILES = { "": PAGE, [`${RELEASE}/web/a.js`]: MODULE };

/** @param {string} text */
const digestOf = (text) => createHash("sha256").update(text).digest("hex");

/** Cache Storage in memory. */
class Storage {
  /** @type {Map<string, Map<string, Response>>} */
  all = new Map();

  /** @param {string} name */
  async has(name) {
    return this.all.has(name);
  }

  async keys() {
    return [...this.all.keys()];
  }

  /** @param {string} name */
  async open(name) {
    const entries = this.all.get(name) ?? new Map();
    this.all.set(name, entries);
    return { put: async (/** @type {string} */ url, /** @type {Response} */ response) => void entries.set(url, response) };
  }

  /** @param {string} url @param {{cacheName: string}} options */
  async match(url, { cacheName }) {
    return this.all.get(cacheName)?.get(url)?.clone();
  }
}

/** A store whose files are in its cache, on a host that serves them. `requests` are the paths that were loaded from the host. */
async function stored() {
  const caches = new Storage();
  /** @type {string[]} */
  const requests = [];
  /** @type {Record<string, string>} */
  const host = { ...FILES };
  const fetch = async (/** @type {string} */ url) => {
    const path = url.slice(SCOPE.length);
    requests.push(path);
    const headers = { "Content-Type": "text/plain", "Content-Security-Policy": "default-src 'self'", Refresh: "0" };
    return path in host ? new Response(host[path], { headers }) : new Response("", { status: 404 });
  };
  const context = vm.createContext({ caches, fetch, crypto, Response, Headers, TextDecoder, Uint8Array });
  vm.runInContext(SCRIPT, context);
  const digests = Object.fromEntries(Object.entries(FILES).map(([path, text]) => [path, digestOf(text)]));
  const store = vm.runInContext("(...args) => new Store(...args)", context)(SCOPE, RELEASE, digests);
  await store.fill();
  requests.length = 0;
  const put = async (/** @type {string} */ path, /** @type {Response} */ response, release = RELEASE) =>
    (await caches.open(`json-head ${SCOPE} ${release}`)).put(SCOPE + path, response);
  const find = async (/** @type {string} */ path) => (await store.find(path))?.text();
  return { store, requests, host, put, find };
}

const JS = { "Content-Type": "text/javascript; charset=utf-8" };
const PATH = `${RELEASE}/web/a.js`;

test("stored files are found without the host", async () => {
  const { store, requests, find } = await stored();
  assert.equal(await find(""), PAGE);
  assert.equal(await find(PATH), MODULE);
  const { headers } = await store.find("");
  assert.deepEqual(
    [...headers],
    [
      ["content-security-policy", "default-src 'self'"],
      ["content-type", "text/html; charset=utf-8"],
    ],
  );
  assert.deepEqual(requests, []);
});

test("a changed file is loaded and stored anew", async () => {
  const { requests, put, find } = await stored();
  await put(PATH, new Response("evil()", { headers: JS }));
  assert.equal(await find(PATH), MODULE);
  assert.deepEqual(requests, [PATH]);
  assert.equal(await find(PATH), MODULE);
  assert.deepEqual(requests, [PATH]);
});

test("a changed file is not used while the host does not respond", async () => {
  const { host, put, find } = await stored();
  await put(PATH, new Response("evil()", { headers: JS }));
  delete host[PATH];
  assert.equal(await find(PATH), undefined);
});

/** @param {Response} response @returns {Response} as one that was fetched from another folder */
const fromElsewhere = (response) =>
  Object.defineProperties(response, {
    url: { value: "https://host.test/evil/a.js" },
    clone: { value: () => fromElsewhere(new Response(MODULE, { headers: JS })) },
  });

/** Responses with the right content that a browser would use in another way. The URL of one is that against which its imports are resolved. */
const DISGUISED = {
  "with another type": new Response(MODULE, { headers: { "Content-Type": "text/html" } }),
  "with a header that redirects": new Response(MODULE, { headers: { ...JS, Refresh: "0; url=/evil/" } }),
  "with another status": new Response(MODULE, { headers: JS, status: 203 }),
  "with another URL": fromElsewhere(new Response(MODULE, { headers: JS })),
};

for (const [how, response] of Object.entries(DISGUISED)) {
  test(`a file ${how} is replaced`, async () => {
    const { store, put } = await stored();
    await put(PATH, response);
    const { status, url, headers } = await store.find(PATH);
    assert.deepEqual([status, url, [...headers]], [200, "", [["content-type", JS["Content-Type"]]]]);
  });
}

const LIST = JSON.stringify({ site: "", files: { "web/a.js": digestOf("old()") } });
const OLDER = `v-${digestOf(LIST).slice(0, 32)}`;

test("a file of an older release is verified against the list whose digest is the release's name", async () => {
  const { put, find } = await stored();
  await put(`${OLDER}/web/a.js`, new Response("old()", { headers: JS }), OLDER);
  assert.equal(await find(`${OLDER}/web/a.js`), undefined);
  await put(`${OLDER}/files.json`, new Response(LIST), OLDER);
  assert.equal(await find(`${OLDER}/web/a.js`), "old()");
  await put(`${OLDER}/web/a.js`, new Response("evil()", { headers: JS }), OLDER);
  assert.equal(await find(`${OLDER}/web/a.js`), undefined);
});

test("a list that the name of its release does not promise is not used", async () => {
  const { put, find } = await stored();
  const list = JSON.stringify({ site: "", files: { "web/a.js": digestOf("evil()") } });
  await put(`${OLDER}/web/a.js`, new Response("evil()", { headers: JS }), OLDER);
  await put(`${OLDER}/files.json`, new Response(list), OLDER);
  assert.equal(await find(`${OLDER}/web/a.js`), undefined);
});
