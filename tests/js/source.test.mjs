import assert from "node:assert/strict";
import { test } from "node:test";

import { addresses, sourceOf } from "../../web/client/source.js";

test("a string is text, a URL or an array is URLs, a Blob is a file", () => {
  assert.deepEqual(sourceOf("x"), { source: { text: "x" } });
  assert.deepEqual(sourceOf(new URL("https://a.example")), { source: { urls: ["https://a.example/"] } });
  assert.deepEqual(sourceOf(["a", new URL("https://b.example")]), { source: { urls: ["a", "https://b.example/"] } });
  const file = new File(["x"], "a.md", { type: "text/markdown" });
  assert.deepEqual(sourceOf(file), { source: { name: "a.md", mediaType: "text/markdown" }, file });
});

test("a source may have a format and a base", () => {
  const { source } = sourceOf({ text: "x", format: "markdown", base: new URL("https://a.example/") });
  assert.deepEqual(
    { ...source },
    { text: "x", format: "markdown", base: "https://a.example/", urls: undefined, page: undefined, site: undefined },
  );
});

test("a source has exactly one kind", () => {
  assert.throws(() => sourceOf({ text: "x", page: "y" }), /not text and page together/);
  assert.throws(() => sourceOf(/** @type {any} */ ({})), TypeError);
  assert.throws(() => sourceOf(/** @type {any} */ (null)), TypeError);
});

test("a missing URL is named by its index", () => {
  assert.throws(() => addresses(/** @type {any} */ (["a", null])), /index 1/);
  assert.throws(() => addresses(/** @type {any} */ ("a")), TypeError);
});
