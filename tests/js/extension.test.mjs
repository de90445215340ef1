import assert from "node:assert/strict";
import { test } from "node:test";

import { Access } from "../../web/page/extension/access.js";
import { openerOf } from "../../web/page/extension/opened.js";
import { hostOfPattern, patternsOf, websiteOf } from "../../web/page/extension/patterns.js";

test("a website is permitted with and without www, on http and https", () => {
  assert.deepEqual(patternsOf("example.org"), ["*://example.org/*", "*://www.example.org/*"]);
  assert.deepEqual(patternsOf("www.example.org"), ["*://www.example.org/*", "*://example.org/*"]);
  assert.deepEqual(patternsOf("127.0.0.1"), ["*://127.0.0.1/*"]);
  assert.deepEqual(patternsOf("[::1]"), ["*://[::1]/*"]);
});

test("only websites can be permitted", () => {
  assert.equal(websiteOf("https://example.org:8443/docs/?a#b"), "example.org");
  assert.equal(websiteOf("http://[::1]:8000/"), "[::1]");
  for (const page of [
    "",
    "example.org",
    "http://",
    "http://*/",
    "http://a.example:99999/",
    "file:///a.html",
    "about:blank",
    "javascript:1",
    "ftp://a.example/",
  ])
    assert.equal(websiteOf(page), "", page);
});

test("patterns are named by their hosts", () => {
  const hosts = ["*://example.org/*", "https://*.example.org/*", "<all_urls>", "*://*/*", "http://*/*"].map(hostOfPattern);
  assert.deepEqual(hosts, ["example.org", "example.org", null, null, null]);
});

/** A stand-in for the browser's permissions, of which a person grants all or none. */
class Permissions {
  /** @type {string[]} */
  origins = [];
  grants = true;
  onAdded = { addListener() {}, removeListener() {} };
  onRemoved = { addListener() {}, removeListener() {} };
  getAll = async () => ({ origins: [...this.origins] });
  request = async (/** @type {{origins: string[]}} */ { origins }) => {
    if (this.grants) this.origins.push(...origins);
    return this.grants;
  };
  remove = async (/** @type {{origins: string[]}} */ { origins }) => {
    this.origins = this.origins.filter((origin) => !origins.includes(origin));
    return true;
  };
}

test("permissions are granted, reach Python, and are taken back", async () => {
  const permissions = new Permissions();
  const client = /** @type {any} */ ({});
  const access = new Access(client, permissions);
  let changes = 0;
  access.addEventListener("change", () => changes++);
  await access.ready;
  const page = "https://example.org/a";
  assert.deepEqual([access.mayRead(page), access.isEverywhere, client.granted], [false, false, []]);

  assert.equal(await access.requestSite("example.org"), true);
  assert.deepEqual(client.granted, ["*://example.org/*", "*://www.example.org/*"]);
  assert.deepEqual([access.mayRead(page), access.mayRead("https://b.example/"), access.isEverywhere], [true, false, false]);
  assert.equal(await access.requestEverywhere(), true);
  assert.deepEqual([access.mayRead("https://b.example/"), access.isEverywhere], [true, true]);
  assert.deepEqual([...access.sites.keys()], ["example.org", "www.example.org"]);

  await access.removeEverywhere();
  assert.deepEqual([access.mayRead(page), access.mayRead("https://b.example/")], [true, false]);
  await access.remove(access.sites.get("example.org") ?? []);
  assert.deepEqual([access.mayRead(page), client.granted], [false, ["*://www.example.org/*"]]);
  assert.equal(changes, 5);
});

test("what a person declines is not permitted", async () => {
  const permissions = new Permissions();
  permissions.grants = false;
  const access = new Access(/** @type {any} */ ({}), permissions);
  assert.equal(await access.requestSite("example.org"), false);
  assert.equal(access.mayRead("https://example.org/"), false);
});

/** @param {string} search @returns {[ReturnType<typeof openerOf>, string[]]} the opener, and the addresses that replaced the page's */
function opener(search) {
  /** @type {string[]} */
  const replaced = [];
  const history = {
    state: null,
    replaceState: (/** @type {unknown} */ _, /** @type {string} */ __, /** @type {string} */ address) => replaced.push(address),
  };
  Object.assign(globalThis, { location: { pathname: "/index.html", search, hash: "" }, history });
  return [openerOf(), replaced];
}

test("the address names the tab, and asks for a check only once", () => {
  assert.deepEqual(opener("?tab=7&address=https://a.example/"), [{ id: 7, address: "https://a.example/", check: false }, []]);
  const [found, [replaced]] = opener("?tab=7&address=https://a.example/&check=1");
  assert.deepEqual(found, { id: 7, address: "https://a.example/", check: true });
  assert.deepEqual(opener(replaced.slice("/index.html".length))[0]?.check, false);
  assert.deepEqual(opener("?tab=7&address=about:blank")[0], { id: 7, address: null, check: false });
  assert.equal(opener("?tab=7&address=httpfoo:x")[0]?.address, null);
  for (const search of ["", "?tab=", "?tab=x", "?tab=1.5", "?url=https://a.example/"]) assert.equal(opener(search)[0], null);
});
