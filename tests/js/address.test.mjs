import assert from "node:assert/strict";
import { test } from "node:test";

import { Rows } from "../../web/page/rows/rows.js";
import { View } from "../../web/page/rows/view.js";
import { result } from "./result.mjs";

/** A link to a file. @param {string} url @param {string} path @param {object} [parts] */
const file = (url, path, parts = {}) => result(url, { path, via: "file", rule: "file-found", ...parts });

test("links to one file are one row, unless they have different findings", () => {
  const rows = new Rows();
  rows.add(file("b.md", "docs/b.md"));
  rows.add(file("../b.md", "docs/b.md"));
  rows.add(file("b.md", "docs/sub/b.md"));
  rows.add(file("sub/", "docs/sub/", { verdict: "broken", rule: "index-missing" }));
  rows.add(file("sub/", "docs/sub/"));
  assert.deepEqual(
    [...rows].map(({ address, isFile, places, result }) => [address, isFile, places.length, result.verdict]),
    [
      ["docs/b.md", true, 2, "ok"],
      ["docs/sub/b.md", true, 1, "ok"],
      ["docs/sub/", true, 1, "broken"],
      ["docs/sub/", true, 1, "ok"],
    ],
  );
});

test("links to files are found by their paths", () => {
  const rows = new Rows();
  rows.add(file("b.md", "docs/sub/b.md"));
  rows.add(result("https://a.example/b.md"));
  const shown = (/** @type {string} */ text) => new View(rows, { by: "url", down: false }, text).rows.map(({ address }) => address);
  assert.deepEqual(shown(""), ["https://a.example/b.md", "docs/sub/b.md"]);
  assert.deepEqual(shown("DOCS/"), ["docs/sub/b.md"]);
});

test("a link to a file has no time, because nothing is sent for it", () => {
  const rows = new Rows();
  rows.add(file("b.md", "docs/b.md", { elapsed_ms: 3 }));
  assert.equal(rows.get("file-found docs/b.md")?.values.time, null);
});

test("results of older exports have neither a path nor a fragment", () => {
  const rows = new Rows();
  rows.add(result("https://a.example/#x"));
  const row = rows.get("https://a.example/#x");
  assert.deepEqual([row?.address, row?.isFile], ["https://a.example/#x", false]);
});
