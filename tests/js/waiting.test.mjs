import assert from "node:assert/strict";
import { test } from "node:test";

import { Rows } from "../../web/page/rows/rows.js";
import { View } from "../../web/page/rows/view.js";
import { result } from "./result.mjs";

const BY_VERDICT = { by: "verdict", down: false };
const url = (/** @type {number} */ n) => `https://a.example/${n}`;

/** @param {View} view */
const shown = (view) => view.rows.map((row) => Number(row.result.url.split("/").pop()));
/** @param {View} view */
const drawn = (view) => view.items.map(({ row, head }) => (row ? Number(row.result.url.split("/").pop()) : head?.label));

/** @param {Rows} rows @param {number} n @param {string} verdict */
function add(rows, n, verdict) {
  rows.add(result(url(n), { verdict, line: n }));
}

test("rows that belong at the end are added, and others wait", () => {
  const rows = new Rows();
  const view = new View(rows, BY_VERDICT, "");
  add(rows, 5, "server-error");
  view.update(true);
  assert.deepEqual([shown(view), view.waiting], [[5], 0]);
  add(rows, 9, "server-error");
  add(rows, 2, "server-error");
  add(rows, 7, "broken");
  view.update(true);
  assert.deepEqual([shown(view), view.waiting], [[5, 9], 2]);
  assert.deepEqual(drawn(view), [5, 9]);
  view.update();
  assert.deepEqual([shown(view), view.waiting], [[7, 2, 5, 9], 0]);
  assert.deepEqual(drawn(view), [7, 2, 5, 9]);
});

test("a row that changes keeps its place until rows may move", () => {
  const rows = new Rows();
  const view = new View(rows, BY_VERDICT, "", { tab: "fix" });
  for (const n of [1, 2, 3]) add(rows, n, "broken");
  view.update(true);
  rows.replace(result(url(1), { verdict: "server-error" }));
  rows.replace(result(url(2), { verdict: "ok" }));
  view.update(true);
  assert.deepEqual(shown(view), [1, 2, 3]);
  view.update();
  assert.deepEqual(shown(view), [3, 1]);
});

test("a row that waits and no longer matches is not offered", () => {
  const rows = new Rows();
  const view = new View(rows, BY_VERDICT, "", { tab: "fix" });
  add(rows, 5, "broken");
  view.update(true);
  add(rows, 1, "broken");
  view.update(true);
  assert.equal(view.waiting, 1);
  rows.replace(result(url(1), { verdict: "ok" }));
  view.update(true);
  assert.equal(view.waiting, 0);
});

/** A row of a website. @param {Rows} rows @param {string} site @param {number} n */
function addOn(rows, site, n) {
  rows.add(result(`https://${site}.example/${n}`, { verdict: "broken", line: n }));
}

/** @param {View} view */
const numbers = (view) => view.items.flatMap(({ head }) => (head ? [head.rows] : []));

test("in groups in sight rows wait and are counted, and the last group and new ones grow", () => {
  const rows = new Rows();
  const view = new View(rows, BY_VERDICT, "", { grouping: "site" });
  addOn(rows, "a", 1);
  view.update(true, 9);
  addOn(rows, "a", 2);
  addOn(rows, "b", 3);
  view.update(true, 9);
  assert.deepEqual([drawn(view), view.waiting], [["a.example", 1, 2, "b.example", 3], 0]);
  addOn(rows, "a", 4);
  addOn(rows, "b", 5);
  view.update(true, 9);
  assert.deepEqual([drawn(view), view.waiting], [["a.example", 1, 2, "b.example", 3, 5], 1]);
  assert.deepEqual(numbers(view), [3, 2]);
  view.update();
  assert.deepEqual([drawn(view), view.waiting], [["a.example", 1, 2, 4, "b.example", 3, 5], 0]);
});

test("a group that ends out of sight grows, and what waits is added when its group is out of sight", () => {
  const rows = new Rows();
  const view = new View(rows, BY_VERDICT, "", { grouping: "site" });
  for (const [site, n] of [
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ])
    addOn(rows, site, n);
  view.update(true, 4);
  for (const [site, n] of [
    ["a", 4],
    ["b", 5],
  ])
    addOn(rows, site, n);
  view.update(true, 4);
  assert.deepEqual(drawn(view), ["a.example", 1, "b.example", 2, 5, "c.example", 3]);
  assert.deepEqual([numbers(view), view.waiting], [[2, 2, 1], 1]);
  view.update(true, 2);
  assert.deepEqual(drawn(view), ["a.example", 1, 4, "b.example", 2, 5, "c.example", 3]);
  assert.deepEqual([numbers(view), view.waiting], [[2, 2, 1], 0]);
});

test("a row on several pages is added when all of its groups may grow", () => {
  const rows = new Rows();
  const view = new View(rows, BY_VERDICT, "", { grouping: "page" });
  const on = (/** @type {number} */ n, /** @type {string} */ source) => rows.add(result(url(n), { verdict: "broken", line: n, source }));
  on(1, "a.md");
  on(2, "b.md");
  view.update(true, 9);
  for (const source of ["a.md", "b.md"]) on(3, source);
  view.update(true, 9);
  assert.deepEqual([drawn(view), view.waiting], [["a.md", 1, "b.md", 2], 1]);
  assert.deepEqual(numbers(view), [2, 2]);
  for (const source of ["b.md", "c.md"]) on(4, source);
  view.update(true, 0);
  assert.deepEqual(drawn(view), ["a.md", 1, 3, "b.md", 2, 3, 4, "c.md", 4]);
});

test("links of a website that does not reply are folded only when rows may move", () => {
  const rows = new Rows();
  const view = new View(rows, BY_VERDICT, "");
  add(rows, 1, "timeout");
  view.update(true);
  for (const n of [2, 3]) add(rows, n, "timeout");
  view.update(true);
  assert.deepEqual(drawn(view), [1, 2, 3]);
  view.update();
  assert.deepEqual(drawn(view), ["a.example gave no reply: 3 links"]);
});
