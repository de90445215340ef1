/** Addresses that are typed without a scheme. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { withScheme } from "../../web/page/input/address.js";

for (const [typed, url] of [
  ["example.com", "https://example.com"],
  [" example.com/a b ", "https://example.com/a b"],
  ["www.example.com:8080/x?y#z", "https://www.example.com:8080/x?y#z"],
  ["bücher.example", "https://bücher.example"],
  ["a.xn--p1ai", "https://a.xn--p1ai"],
  ["localhost", "http://localhost"],
  ["localhost:8000/x", "http://localhost:8000/x"],
  ["LOCALHOST:8000", "http://LOCALHOST:8000"],
  ["app.localhost:3000", "http://app.localhost:3000"],
  ["127.0.0.1:8000", "http://127.0.0.1:8000"],
  ["192.0.2.1", "http://192.0.2.1"],
  ["[::1]:8000/x", "http://[::1]:8000/x"],
]) {
  test(`${typed} becomes ${url}`, () => assert.equal(withScheme(typed), url));
}

for (const typed of ["https://example.com", "HTTP://localhost:8000", "file:///a", "mailto:me@example.com", "tel:+1", "data:,x"]) {
  test(`${typed} keeps its scheme`, () => assert.equal(withScheme(typed), typed));
}

for (const typed of ["", "word", "a b.com", "me@example.com", "/docs/", "../a.html", "999.1.1.1", "localhost:99999", "#top", "[x]"]) {
  test(`“${typed}” is no address`, () => assert.equal(withScheme(typed), null));
}
