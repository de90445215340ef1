import assert from "node:assert/strict";
import { test } from "node:test";

import { commandFor } from "../../web/page/blocked.js";

test("a page is checked for its links, and a site is crawled", () => {
  assert.equal(commandFor("https://a.example/docs/", false), "json-head check --page https://a.example/docs/");
  assert.equal(commandFor("https://a.example/docs/", true), "json-head crawl https://a.example/docs/");
});

test("a shell takes any address as one word", () => {
  assert.equal(commandFor("https://a.example/?a=1&b=2", true), "json-head crawl 'https://a.example/?a=1&b=2'");
  assert.equal(commandFor("https://a.example/;x $(y)'z", true), "json-head crawl 'https://a.example/;x%20$(y)%27z'");
  assert.equal(commandFor("https://a.example/\n;x", true), "json-head crawl 'https://a.example/;x'");
});
