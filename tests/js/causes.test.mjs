/** The causes for which Python does not start: their sentences, and the places that have to repeat them. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { causeOf, causeOfPlace, isOfPlace } from "../../web/client/boot/causes.js";

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** The inline script of the page, as the browser hashes it. */
const INLINE = /<script>(.*?)<\/script>/s.exec(read("index.html"))?.[1] ?? "";

test("a page that was opened as a file says how to open it", () => {
  assert.equal(causeOfPlace("file:", "null")?.code, "boot-file");
  assert.match(causeOf("boot-file").message, /python -m http\.server/);
});

test("a frame with a sandbox is named, and the connection as the other possible cause", () => {
  const cause = causeOfPlace("https:", "null");
  assert.equal(cause?.code, "boot-sandbox");
  assert.match(cause?.message ?? "", /allow-same-origin/);
  assert.match(cause?.message ?? "", /connection/);
});

test("an ordinary page gives no cause", () => {
  assert.equal(causeOfPlace("https:", "https://example.com"), null);
});

test("only causes of the browser or the page's place can't be helped by another try", () => {
  assert.ok(isOfPlace("page-policy"));
  assert.ok(!isOfPlace("boot-download"));
  assert.ok(!isOfPlace());
});

test("the inline script repeats the sentences of places", () => {
  for (const code of ["boot-file", "boot-sandbox"]) assert.ok(INLINE.includes(causeOf(code).message), code);
});

test("a page without scripts names the two causes", () => {
  const [, shown] = /<noscript>(.*?)<\/noscript>/s.exec(read("index.html")) ?? [];
  assert.match(shown, /The browser may do that, or a frame with a sandbox without allow-scripts/);
});

test("the worker repeats the sentence of a missing file", () => {
  assert.ok(read("webworker.js").includes(causeOf("boot-download", "web/worker/boot.js").message));
});

test("the page's policy allows its inline script", () => {
  const hash = createHash("sha256").update(INLINE).digest("base64");
  assert.ok(read("index.html").includes(`'sha256-${hash}'`), `'sha256-${hash}'`);
});
