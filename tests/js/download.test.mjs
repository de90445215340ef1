import assert from "node:assert/strict";
import test from "node:test";

import { aboutOf, fileName, localTime, sourceName, startOf } from "../../web/page/results/about.js";
import { Rows } from "../../web/page/rows/rows.js";
import { result } from "./result.mjs";

const ZONE = process.env.TZ;
const TIME = Date.parse("2026-11-28T09:42:30Z");

/** A check, as far as its exports tell about it. */
function check(sources, title, parts = {}) {
  const rows = new Rows();
  for (const [index, verdict] of ["ok", "ok", "broken", "timeout"].entries()) rows.add(result(`https://a.example/${index}`, { verdict }));
  return { order: { sources, title, policy: {} }, isSite: false, pages: 0, notes: [], started: 0, rows, record: { info: null }, ...parts };
}

test.afterEach(() => {
  if (ZONE === undefined) delete process.env.TZ;
  else process.env.TZ = ZONE;
});

test("the name of a file has the host, the date and the local time of its check", () => {
  process.env.TZ = "Europe/Berlin";
  assert.equal(fileName("https://docs.example.org/guide/?x=1", TIME, "csv"), "links-docs.example.org-2026-11-28-1042.csv");
  process.env.TZ = "Asia/Kathmandu";
  assert.equal(fileName("http://127.0.0.1:8000/", TIME, "md"), "links-127.0.0.1-8000-2026-11-28-1527.md");
  assert.equal(fileName("a.md", TIME, "csv", "redirects"), "links-a.md-2026-11-28-1527-redirects.csv");
  process.env.TZ = "America/New_York";
  assert.equal(fileName("", Date.parse("2026-11-29T00:30:00Z"), "json"), "links-2026-11-28-1930.json");
});

test("the name of a file has only characters that each system allows, and a bounded source", () => {
  process.env.TZ = "UTC";
  const source = (/** @type {string} */ name) => fileName(name, TIME, "x").slice("links-".length, -"-2026-11-28-0942.x".length);
  assert.equal(source("Überblick für alle.md"), "Uberblick-fur-alle.md");
  assert.equal(source("../../etc/passwd"), "etc-passwd");
  assert.equal(source('a\\b:c*d?"e<f>|g\u202egnp.exe\0'), "a-b-c-d-e-f-g-gnp.exe");
  assert.equal(source("https://bücher.example/"), "xn--bcher-kva.example");
  assert.equal(source("x".repeat(1000)).length, 40);
  assert.equal(fileName("日本語", TIME, "x"), "links-2026-11-28-0942.x");
  assert.equal(source(`${"x".repeat(39)}. `), "x".repeat(39));
});

test("a local time has its offset, and is the same moment", () => {
  for (const zone of ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"]) {
    process.env.TZ = zone;
    assert.equal(Date.parse(localTime(TIME)), TIME);
  }
  process.env.TZ = "America/St_Johns";
  assert.equal(localTime(TIME), "2026-11-28T06:12:30-03:30");
});

test("an export tells the page or site of its check, and no words that only the page has", () => {
  assert.equal(sourceName(check([{ page: "https://a.example/" }], "x")), "https://a.example/");
  assert.equal(sourceName(check([{ site: "https://a.example/" }], "x")), "https://a.example/");
  assert.equal(sourceName(check([{ file: {} }], "a.md")), "a.md");
  assert.equal(
    sourceName(check([{ text: "hello" }], "hello", { order: { sources: [{ text: "hello" }], title: "hello", typed: true } })),
    "",
  );
  assert.equal(sourceName(check([], "the addresses")), "");
  const info = { name: "My site", options: { title: "t" }, source: "s", started_at: "2026-11-28T09:42:30Z" };
  assert.equal(sourceName(check([], "x", { record: { info } })), "My site");
  assert.equal(startOf(check([], "x", { record: { info } })), TIME);
});

test("an export tells how many of the links that are not in it have which verdict", () => {
  const run = check([{ site: "https://a.example/" }], "x", { isSite: true, pages: 12, notes: ["One."] });
  const broken = [...run.rows].filter((row) => row.result.verdict === "broken");
  const { unlisted, kind, pages, notes } = aboutOf(run, broken);
  assert.deepEqual({ unlisted, kind, pages, notes }, { unlisted: { ok: 2, timeout: 1 }, kind: "site", pages: 12, notes: ["One."] });
  run.rows.add(result("mailto:a@b.example", { verdict: "not-checked", rule: "scheme" }));
  assert.deepEqual(aboutOf(run, [...run.rows]).unlisted, {});
  assert.deepEqual(aboutOf(run, broken).unlisted, { ok: 2, timeout: 1 });
  assert.deepEqual(aboutOf(run, null).unlisted, {});
  for (const row of run.rows) if (row.result.verdict !== "broken") run.rows.decide(row, row.result.verdict === "ok" ? "broken" : "ignore");
  assert.deepEqual(aboutOf(run, broken).unlisted, { broken: 2, decided: 1 });
  assert.equal(aboutOf(check([{ page: "https://a.example/" }], "x"), null).kind, "page");
  assert.equal(aboutOf(check([], "x"), null).kind, "links");
});
