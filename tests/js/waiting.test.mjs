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

test("in groups all but the first rows wait", () => {
  const rows = new Rows();
  const view = new View(rows, BY_VERDICT, "", { grouping: "site" });
  add(rows, 1, "broken");
  view.update(true);
  add(rows, 2, "broken");
  view.update(true);
  assert.deepEqual([shown(view), view.waiting], [[1], 1]);
  view.update();
  assert.deepEqual(drawn(view), ["a.example", 1, 2]);
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
