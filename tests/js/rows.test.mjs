import assert from "node:assert/strict";
import { test } from "node:test";

import { Rows } from "../../web/page/rows/rows.js";
import { View } from "../../web/page/rows/view.js";
import { result } from "./result.mjs";

const A = "https://a.example/";
const B = "https://b.example/";

/** @param {Rows} rows @param {object} [wanted] */
function shown(rows, { by = "found", down = false, text = "" } = {}) {
  return new View(rows, { by, down }, text).rows.map((row) => row.result.url);
}

test("links to the same URL are one row, with its places in the order of the source", () => {
  const rows = new Rows();
  rows.add(result(A, { source: "a.md", line: 9 }));
  rows.add(result(A, { source: "a.md", line: 2 }));
  rows.add(result(B, { source: "a.md", line: 5 }));
  assert.equal(rows.size, 2);
  assert.deepEqual(
    rows.get(A)?.places.map(({ line }) => line),
    [2, 9],
  );
  assert.deepEqual(shown(rows), [A, B]);
  assert.deepEqual(
    rows.inOrder().map(({ line }) => line),
    [2, 5, 9],
  );
});

test("listed URLs keep their order and a row each, repeated ones too", () => {
  const rows = new Rows([B, A, B]);
  for (const url of [A, B, B]) rows.add(result(url));
  assert.deepEqual(shown(rows), [B, A, B]);
  assert.equal(rows.size, 3);
});

test("counts follow additions and replacements", () => {
  const rows = new Rows();
  rows.add(result(A, { verdict: "timeout", line: 1 }));
  rows.add(result(A, { verdict: "timeout", line: 2 }));
  assert.deepEqual([rows.urls.get("timeout"), rows.links.get("timeout")], [1, 2]);
  rows.replace(result(A, { verdict: "ok" }));
  assert.deepEqual([rows.urls.get("timeout"), rows.links.get("timeout")], [0, 0]);
  assert.deepEqual([rows.urls.get("ok"), rows.links.get("ok")], [1, 2]);
  assert.deepEqual(
    rows.get(A)?.places.map(({ line }) => line),
    [1, 2],
  );
});

test("a URL of a site has one result, the latest, at the place where it was found", () => {
  const rows = new Rows();
  rows.put(result(A, { verdict: "not-checked", rule: "cancelled", source: B, line: 3 }));
  rows.put(result(A, { verdict: "ok" }));
  assert.equal(rows.unchecked.length, 0);
  assert.deepEqual([rows.links.get("not-checked"), rows.links.get("ok")], [0, 1]);
  assert.deepEqual(
    rows.get(A)?.places.map(({ source, line }) => [source, line]),
    [[B, 3]],
  );
});

test("unknown values are sorted last in either direction", () => {
  const rows = new Rows();
  rows.add(result(A, { headers: { "content-length": "10" } }));
  rows.add(result(B, { headers: { "content-length": "nonsense" } }));
  rows.add(result("https://c.example/", { headers: { "content-length": "20" } }));
  assert.deepEqual(shown(rows, { by: "size" }), [A, "https://c.example/", B]);
  assert.deepEqual(shown(rows, { by: "size", down: true }), ["https://c.example/", A, B]);
});

test("rows sort by the time since which they fail, in document order where it is the same", () => {
  const rows = new Rows();
  const urls = [1, 2, 3, 4].map((path) => `${A}${path}`);
  for (const url of urls) rows.add(result(url, { verdict: "broken" }));
  rows.mark(result(urls[0], { since: "2026-11-28T10:00:00Z" }));
  rows.mark(result(urls[1], { since: "2026-11-01T10:00:00Z" }));
  rows.mark(result(urls[3], { since: "2026-11-01T10:00:00Z" }));
  const ordered = (/** @type {boolean} */ down) => shown(rows, { by: "since", down }).map((url) => url.at(-1));
  assert.deepEqual(ordered(false), ["2", "4", "1", "3"]);
  assert.deepEqual(ordered(true), ["1", "2", "4", "3"]);
});

test("URLs sort by host, and by scheme if the rest is the same", () => {
  const rows = new Rows();
  for (const url of ["https://b.example/", "http://b.example/", "http://c.example/", "http://A.example/"]) rows.add(result(url));
  assert.deepEqual(shown(rows, { by: "url" }), ["http://A.example/", "http://b.example/", "https://b.example/", "http://c.example/"]);
});

test("the links of a check that goes on are told apart by their places", () => {
  const rows = new Rows();
  const [first, second] = [1, 2].map((line) => ({ source: "a.md", line }));
  rows.add(result(A, { ...first, verdict: "not-checked", rule: "cancelled" }));
  assert.equal(rows.settle(result(A, { ...first, checked_at: "1" })), false);
  assert.equal(rows.settle(result(A, { ...second, checked_at: "1" })), true);
  assert.equal(rows.settle(result(A, { ...second, checked_at: "1" })), false);
  assert.equal(rows.get(A)?.places.length, 2);
  assert.equal(rows.unchecked.length, 0);
});

/** The milliseconds that all links of one URL take to be added, marked and settled. @param {number} number @param {boolean} listed */
function timeOf(number, listed) {
  const links = Array.from({ length: number }, (_, line) => result(A, { source: "a.md", line, verdict: "broken", checked_at: "1" }));
  const rows = new Rows(listed ? links.map(({ url }) => url) : null);
  const started = performance.now();
  for (const link of links) rows.add(link);
  for (const link of links) rows.mark({ ...link, new: true, since: "1" });
  for (const link of links) rows.settle(link);
  assert.ok([...rows].every((row) => row.isNew));
  return performance.now() - started;
}

// A document may have one URL and nothing else. As in tests/growth.py, four times as many links take 4 times as long in linear time, 16 times
// in quadratic time, and times below a tenth of a second are not reliable.
for (const listed of [false, true]) {
  test(`the time for the links of one URL grows with their number${listed ? ", also if it is listed as often" : ""}`, () => {
    for (let tries = 0; ; tries++) {
      const [whole, quarter] = [timeOf(40_000, listed), timeOf(10_000, listed)];
      if (whole < 100 || whole < 8 * quarter) return;
      if (tries === 3) assert.fail(`${quarter} ms for a quarter, ${whole} ms for the whole`);
    }
  });
}

test("the filter searches URLs, link texts and verdicts", () => {
  const rows = new Rows();
  rows.add(result(A, { text: "Some Docs" }));
  rows.add(result(B, { verdict: "broken" }));
  assert.deepEqual(shown(rows, { text: " docs " }), [A]);
  assert.deepEqual(shown(rows, { text: "B.EXAMPLE" }), [B]);
  assert.deepEqual(shown(rows, { text: "is:broken" }), [B]);
});

for (const by of ["found", "status", "url", "size"]) {
  for (const down of [false, true]) {
    test(`an updated view equals a new one, by ${by}${down ? ", descending" : ""}`, () => {
      const rows = new Rows();
      const text = "is:ok is:broken";
      const view = new View(rows, { by, down }, text);
      for (let step = 0; step < 60; step++) {
        const url = `https://a.example/${(step * 7) % 40}`;
        const headers = step % 5 ? { "content-length": String(step % 7) } : {};
        if (rows.get(url)) rows.replace(result(url, { verdict: step % 3 ? "ok" : "timeout", status: 200 + step, headers }));
        else rows.add(result(url, { verdict: step % 2 ? "broken" : "ok", status: 400 - step, line: step, headers }));
        view.update();
        assert.deepEqual(view.rows, new View(rows, { by, down }, text).rows);
        assert.deepEqual(new Set(view.rows), new Set([...rows].filter(({ result }) => ["ok", "broken"].includes(result.verdict))));
      }
    });
  }
}
