import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, addressWith, askedQuery, fragmentOf, readQuery, readView, unknownParts } from "../../web/page/urlstate.js";

/** @param {string} address */
function at(address) {
  const { pathname, search, hash } = new URL(address, "https://host.example/app/");
  Object.assign(globalThis, { location: { pathname, search, hash } });
}

test("the query gives the URLs, the page and the options", () => {
  at("?url=https://a.example/&url=%20&url=b&page=%20https://p.example%20&format=json&relay=%20http://r%20");
  assert.deepEqual(readQuery(), {
    urls: ["https://a.example/", "b"],
    page: "https://p.example",
    site: false,
    fragments: false,
    json: true,
    relay: "http://r",
  });
  at("");
  assert.deepEqual(readQuery(), { urls: [], page: null, site: false, fragments: false, json: false, relay: "" });
});

test("addresses in the query need no scheme", () => {
  at("?url=example.com/a&url=localhost:8000&url=word&site=example.com");
  const { urls, page, site } = readQuery();
  assert.deepEqual([urls, page, site], [["https://example.com/a", "http://localhost:8000", "word"], "https://example.com", true]);
});

test("a written address is read back", () => {
  for (const check of [
    { urls: ["https://a.example/?b=c&d", "é"], page: null, site: false, fragments: true },
    { urls: [], page: "https://a.example/?b=c&d", site: true, fragments: false },
  ]) {
    at(addressOf(check, "http://127.0.0.1:8006"));
    assert.deepEqual(readQuery(), { ...check, json: false, relay: "http://127.0.0.1:8006" });
  }
});

test("a check that is too long is left out of the address", () => {
  at("");
  assert.equal(addressOf({ urls: ["x".repeat(2001)], page: null, site: false, fragments: true }, ""), "/app/");
  assert.equal(addressOf({ urls: [], page: "p", site: false, fragments: false }, "r".repeat(2001)), "/app/?page=p");
  assert.equal(addressOf({ urls: [], page: null, site: false, fragments: true }, ""), "/app/", "the switch without a check says nothing");
});

test("a change of the relay keeps the check", () => {
  at("?url=a&relay=b#q=c");
  const query = askedQuery();
  assert.equal(addressWith(""), "/app/?url=a#q=c");
  at(addressWith("http://other"));
  assert.equal(askedQuery(), query);
});

test("a written view is read back", () => {
  const view = { tab: "look", group: "site", text: "a&b=#", sort: { by: "time", down: true }, row: "https://a.example/#x" };
  at(fragmentOf(view));
  assert.deepEqual(readView(), view);
  assert.equal(fragmentOf({ tab: null, group: "link", text: "", sort: null, row: null }), "");
});

test("nonsense in the fragment is ignored", () => {
  at("#tab=nonsense&group=all&sort=__proto__&q=");
  assert.deepEqual(readView(), { tab: null, group: "link", text: "", sort: null, row: null });
});

test("parts of the view that have no meaning are named with those that have", () => {
  at("#tab=fix&group=link&sort=-time&q=x&row=y");
  assert.deepEqual(unknownParts(), []);
  at("#tab=bogus&group=site");
  assert.deepEqual(unknownParts(), ["“tab=bogus” in the address is unknown. It can be: fix, look, redirects, all."]);
  at(`#group=${"x".repeat(1000)}&sort=size-&tab=`);
  assert.equal(unknownParts().length, 3);
  assert.ok(unknownParts().every((sentence) => sentence.length < 200));
});
