import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.location = /** @type {any} */ ({ origin: "https://own.example" });
const { extensionOf, sizeText } = await import("../../web/embed/annotation.js");
const { bytesIn, factOf } = await import("../../web/embed/fact.js");
const { factsOf, withoutFragment } = await import("../../web/embed/results-file.js");
const { keepFact, keptFacts } = await import("../../web/embed/kept.js");

/** @param {Record<string, string>} headers @param {boolean} [isFull] */
const bytes = (headers, isFull = true) => bytesIn((name) => headers[name], isFull);

test("an extension is known or empty", () => {
  assert.equal(extensionOf("/a/b.PDF"), "PDF");
  assert.equal(extensionOf("/a.tar.gz"), "gz");
  for (const path of ["/", "/a", "/a.html", "/a.php", "/.pdf/", "/a.pdf/b", ""]) assert.equal(extensionOf(path), "");
});

test("a size has the extension, unless the text has it", () => {
  assert.equal(sizeText(1_340_000, "pdf", "Report", "en"), "(PDF, 1.3 MB)");
  assert.equal(sizeText(1_340_000, "pdf", "Report (pdf)", "en"), "(1.3 MB)");
  assert.equal(sizeText(1_340_000, "ps", "Naps", "en"), "(PS, 1.3 MB)");
  assert.equal(sizeText(999, "", "Report", "en"), "(999 bytes)");
});

test("a size is in the language of its link", () => {
  assert.equal(sizeText(1_340_000, "pdf", "", "de").replace("\u00a0", " "), "(PDF, 1,3 MB)");
  assert.match(sizeText(1_340_000, "pdf", "", "ar-EG"), /^\(PDF، ١٫٣.م.ب\)$/);
  assert.ok(sizeText(1_340_000, "pdf", "", "no such language"));
});

test("a length is a size only for a file that is not compressed", () => {
  assert.equal(bytes({ "content-length": "5" }), 5);
  for (const length of ["", "0", "-5", "5, 5", "1e3", "0x5", "9".repeat(16)]) assert.equal(bytes({ "content-length": length }), null);
  assert.equal(bytes({ "content-length": "5", "content-encoding": "br" }), null);
  assert.equal(bytes({ "content-length": "5", "content-type": "text/html; charset=utf-8" }), null);
});

test("a length of another origin is a size only for types that are never compressed", () => {
  for (const type of [
    "application/pdf",
    "image/jpeg",
    "video/mp4",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ])
    assert.equal(bytes({ "content-length": "5", "content-type": type }, false), 5, type);
  for (const type of ["", "text/csv", "image/svg+xml", "application/json", "application/javascript"])
    assert.equal(bytes({ "content-length": "5", "content-type": type }, false), null, type);
});

test("a result that was redirected or not read has no size", () => {
  const headers = { "content-length": "5" };
  assert.deepEqual(factOf({ verdict: "ok", headers }, true), { bytes: 5, broken: false });
  assert.deepEqual(factOf({ verdict: "broken", headers }, true), { bytes: null, broken: true });
  for (const verdict of /** @type {any[]} */ (["server-error", "restricted", undefined, ["broken"]]))
    assert.equal(factOf({ verdict, headers }, true), null);
  assert.equal(factOf({ verdict: "ok", redirected: true, headers }, true), null);
});

test("rows of a results file that are no results are skipped", () => {
  const rows = [null, 1, "x", {}, { url: 5, verdict: "broken" }, { url: "https://a.example/x#y", verdict: "broken" }];
  assert.deepEqual([...factsOf(rows)], [["https://a.example/x", { bytes: null, broken: true }]]);
  assert.throws(() => factsOf(/** @type {any} */ ({})));
  assert.equal(withoutFragment("https://a.example/?q#"), "https://a.example/?q");
});

test("facts are kept for a day, broken links for an hour, and the newest 500 of them", (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1e12 });
  globalThis.localStorage = /** @type {any} */ ({});
  keepFact("https://a.example/ok", { bytes: 5, broken: false });
  keepFact("https://a.example/unsized", { bytes: null, broken: false });
  keepFact("https://a.example/gone", { bytes: null, broken: true });
  keepFact("https://a.example/ok", { bytes: 6, broken: false });
  assert.equal(keptFacts(86_400).size, 3);
  assert.equal(keptFacts(86_400).get("https://a.example/ok")?.bytes, 6);
  context.mock.timers.tick(3_601_000);
  assert.deepEqual([...keptFacts(86_400).keys()].sort(), ["https://a.example/ok", "https://a.example/unsized"]);
  context.mock.timers.tick(86_400_000);
  assert.equal(keptFacts(86_400).size, 0);
  for (let number = 0; number < 600; number++) keepFact(`https://a.example/${number}`, { bytes: 1, broken: false });
  assert.equal(keptFacts(86_400).size, 500);
});

test("a storage that is forbidden keeps nothing", () => {
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true,
    get: () => {
      throw new Error("denied");
    },
  });
  keepFact("https://a.example/", { bytes: 1, broken: false });
  assert.equal(keptFacts(1).size, 0);
});
