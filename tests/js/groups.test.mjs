import assert from "node:assert/strict";
import { test } from "node:test";

import { Rows } from "../../web/page/rows/rows.js";
import { View } from "../../web/page/rows/view.js";
import { result } from "./result.mjs";

const A = "https://a.example/";
const B = "https://b.example/";
const silent = { verdict: "no-answer-seen", rule: "no-answer-seen", status: undefined };

/** @param {Rows} rows @param {object} [layout] */
function view(rows, { by = "found", down = false, text = "", ...layout } = {}) {
  return new View(rows, { by, down }, text, layout);
}

/** The items as text: a head in brackets with its number of rows, and a row by the end of its key, with its line. @param {View} shown */
function written({ items }) {
  return items.map(({ head, row, place }) =>
    head
      ? `[${head.name} ${head.rows}${head.folded ? " folded" : ""}]`
      : `${row.key.slice(8)}${place.line === null ? "" : `:${place.line}`}`,
  );
}

test("a row stands once under each page that links to it, with its link there", () => {
  const rows = new Rows();
  rows.add(result(A, { source: "one.md", line: 1 }));
  rows.add(result(B, { source: "two.md", line: 2 }));
  rows.add(result(A, { source: "two.md", line: 3 }));
  rows.add(result(A, { source: "two.md", line: 4 }));
  const shown = view(rows, { grouping: "page" });
  assert.deepEqual(written(shown), ["[two.md 2]", "b.example/:2", "a.example/:3", "[one.md 1]", "a.example/:1"]);
  assert.deepEqual(
    shown.rows.map(({ key }) => key),
    [A, B],
  );
});

test("pages with as many rows are in document order, and rows on a page in the order of their lines there", () => {
  const rows = new Rows();
  rows.arrange(["one.md", "two.md", "three.md"]);
  rows.add(result(A, { source: "three.md", line: 1 }));
  rows.add(result(A, { source: "two.md", line: 9 }));
  rows.add(result(B, { source: "two.md", line: 5 }));
  rows.add(result(`${B}c`, { source: "one.md", line: 7 }));
  rows.add(result(`${B}d`, { source: null }));
  rows.add(result(B, { source: "one.md", line: 8 }));
  rows.add(result(A, { source: "one.md", line: 2 }));
  const heads = ["[one.md 3]", "[two.md 2]", "[three.md 1]", "[null 1]"];
  const shown = view(rows, { grouping: "page" });
  assert.deepEqual(
    written(shown).filter((item) => item.startsWith("[")),
    heads,
  );
  assert.deepEqual(written(shown).slice(0, 4), ["[one.md 3]", "a.example/:2", "b.example/c:7", "b.example/:8"]);
  assert.deepEqual(written(view(rows, { grouping: "page", down: true })).slice(1, 4), ["b.example/:8", "b.example/c:7", "a.example/:2"]);
  assert.deepEqual(written(view(rows, { grouping: "page", by: "url" })).slice(1, 4), ["a.example/:2", "b.example/:8", "b.example/c:7"]);
  assert.equal(shown.items.findLast(({ head }) => head)?.head?.label, "typed text");
});

test("rows by website are under the host of their target", () => {
  const rows = new Rows();
  rows.add(result("mailto:a@b.example", { verdict: "not-checked", rule: "scheme" }));
  rows.add(result(A));
  rows.add(result("https://b.example:8443/"));
  rows.add(result("http://B.example/x"));
  rows.add(result(`${B}y`));
  rows.add(result("https://b.example@a.example:443/z"));
  const shown = view(rows, { grouping: "site" });
  assert.deepEqual(
    shown.items.filter(({ head }) => head).map(({ head }) => [head?.label, head?.rows]),
    [
      ["a.example", 2],
      ["b.example", 2],
      ["no website", 1],
      ["b.example:8443", 1],
    ],
  );
});

test("a website that did not reply is one folded head, which can be unfolded", () => {
  const rows = new Rows();
  rows.add(result(`${A}1`, silent));
  rows.add(result(B));
  rows.add(result(`${A}2`, { ...silent, verdict: "timeout" }));
  const shown = view(rows);
  assert.deepEqual(written(shown), ["a.example/1", "b.example/", "a.example/2"], "two rows are not folded");
  rows.add(result(`${A}3`, silent));
  shown.update();
  assert.deepEqual(written(shown), ["[a.example 3 folded]", "b.example/"]);
  assert.equal(shown.items[0].head?.label, "a.example gave no reply: 3 links");
  assert.equal(shown.rows.length, 4);
  shown.toggle(shown.items[0].key);
  assert.deepEqual(written(shown), ["[a.example 3]", "a.example/1", "a.example/2", "a.example/3", "b.example/"]);
  assert.equal(shown.items[1].group, shown.items[0].key);
  assert.equal(shown.items[1].key, `${A}1`, "the key is that of a row outside of a group");
  shown.toggle(shown.items[0].key);
  assert.deepEqual(written(shown), ["[a.example 3 folded]", "b.example/"]);
});

test("a website is not folded once any of its URLs had a reply, also one that a filter hides", () => {
  const rows = new Rows();
  for (const path of [1, 2, 3]) rows.add(result(`${A}${path}`, silent));
  rows.add(result(`${A}4`, { verdict: "broken" }));
  assert.equal(written(view(rows, { tab: "look" })).length, 3);
  rows.replace(result(`${A}4`, silent));
  assert.deepEqual(written(view(rows, { tab: "look" })), ["[a.example 4 folded]"]);
  assert.deepEqual(written(view(rows, { text: "a.example/1" })), ["a.example/1"], "one row has nothing to fold");
});

test("heads that were unfolded stay so in the next view, and keys are stable and different", () => {
  const rows = new Rows();
  for (const path of [1, 2, 3]) rows.add(result(`${A}${path}`, { ...silent, source: "p" }));
  const unfolded = new Set();
  const first = view(rows, { unfolded });
  first.toggle(first.items[0].key);
  assert.equal(view(rows, { unfolded, by: "url" }).items.length, 4);
  for (const grouping of ["link", "page", "site"]) {
    const keys = view(rows, { unfolded, grouping }).items.map(({ key }) => key);
    assert.equal(new Set(keys).size, 4);
    assert.deepEqual(
      view(rows, { unfolded, grouping, down: true })
        .items.map(({ key }) => key)
        .sort(),
      [...keys].sort(),
    );
  }
});

test("the tab and the filter apply together", () => {
  const rows = new Rows();
  rows.add(result(`${A}1`, { verdict: "broken" }));
  rows.add(result(`${A}2`, { verdict: "broken" }));
  rows.add(result(`${A}22`, { redirected: true, final_url: B }));
  assert.deepEqual(written(view(rows, { tab: "fix", text: "a.example/2" })), ["a.example/2"]);
  assert.deepEqual(written(view(rows, { tab: "redirects" })), ["a.example/22"]);
});

test("places that are read later put a row under their pages", () => {
  const rows = new Rows();
  rows.put(result(A, { source: "one.md", line: 1 }));
  const shown = view(rows, { grouping: "page" });
  assert.deepEqual(written(shown), ["[one.md 1]", "a.example/:1"]);
  const places = ["one.md", "new.md"].map((source, line) => result(A, { source, line }));
  rows.setPlaces(/** @type {any} */ (rows.get(A)), places);
  shown.update();
  assert.deepEqual(written(shown), ["[one.md 1]", "a.example/:0", "[new.md 1]", "a.example/:1"]);
});

test("a decision on a row moves it into a view that it fits", () => {
  const rows = new Rows();
  rows.add(result(A));
  const shown = view(rows, { text: "decided:works" });
  rows.decide(/** @type {any} */ (rows.get(A)), "works");
  shown.update();
  assert.equal(shown.rows.length, 1);
  rows.decide(/** @type {any} */ (rows.get(A)), null);
  shown.update();
  assert.equal(shown.rows.length, 0);
});

/** Rows of many pages and websites, each fourth of a website that does not reply. @param {number} number */
function many(number) {
  const rows = new Rows();
  for (let index = 0; index < number; index++) {
    const parts = { source: `p${index % 500}`, line: (index * 7919) % number, text: `link ${index}` };
    rows.add(result(`https://site${index % 400}.example/${(index * 31) % number}`, { ...parts, ...(index % 4 ? {} : silent) }));
  }
  return rows;
}

/** The milliseconds that a view of all rows takes, with its items. @param {Rows} rows @param {object} wanted */
function timeOf(rows, wanted) {
  const started = performance.now();
  assert.ok(view(rows, wanted).items.length);
  return performance.now() - started;
}

// See rows.test.mjs for the limits.
for (const wanted of [{ by: "url", down: true }, { grouping: "page" }, { grouping: "site", by: "verdict" }, { text: '"link 1" page:p' }]) {
  test(`the time for a view grows with the number of rows: ${JSON.stringify(wanted)}`, () => {
    for (let tries = 0; ; tries++) {
      const [whole, quarter] = [timeOf(many(40_000), wanted), timeOf(many(10_000), wanted)];
      if (whole < 100 || whole < 8 * quarter) return;
      if (tries === 3) assert.fail(`${quarter} ms for a quarter, ${whole} ms for the whole`);
    }
  });
}
