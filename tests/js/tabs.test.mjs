import assert from "node:assert/strict";
import { test } from "node:test";

import { VERDICTS } from "../../web/client/verdicts.js";
import { Rows } from "../../web/page/rows/rows.js";
import { percentages, sharesOf, TABS, tabCounts, testOf } from "../../web/page/rows/tabs.js";
import { result } from "./result.mjs";

const A = "https://a.example/";

/** @param {Rows} rows @param {"fix" | "look" | "redirects" | "all"} tab */
const inTab = (rows, tab) => [...rows].filter(testOf(tab)).map(({ key }) => key);

test("each verdict is to fix, to look at, or neither", () => {
  const rows = new Rows();
  for (const verdict of VERDICTS) rows.add(result(`${A}${verdict}`, { verdict, rule: "x" }));
  assert.deepEqual(
    inTab(rows, "fix").map((key) => key.slice(A.length)),
    ["broken", "fragment-missing", "server-error"],
  );
  const rest = inTab(rows, "all").filter((key) => !inTab(rows, "fix").includes(key) && !inTab(rows, "look").includes(key));
  assert.deepEqual(
    rest.map((key) => key.slice(A.length)),
    ["not-checked", "ok"],
  );
  assert.deepEqual(tabCounts(rows, "urls"), { fix: 3, look: 7, redirects: 0, all: 12 });
});

test("a person's word takes a link out of what is to do, or puts it there, and its verdict stays", () => {
  const rows = new Rows();
  const links = { a: "broken", b: "broken", c: "answered-unreadable", d: "answered-unreadable", e: "ok" };
  for (const [name, verdict] of Object.entries(links)) rows.add(result(A + name, { verdict }));
  const decide = (/** @type {string} */ name, /** @type {any} */ word) => rows.decide(/** @type {any} */ (rows.get(A + name)), word);
  decide("b", "works");
  decide("c", "broken");
  decide("d", "ignore");
  decide("e", "works");
  assert.deepEqual(inTab(rows, "fix"), [`${A}a`, `${A}c`]);
  assert.deepEqual(inTab(rows, "look"), []);
  assert.deepEqual(tabCounts(rows, "urls"), { fix: 2, look: 0, redirects: 0, all: 5 });
  assert.deepEqual(sharesOf(rows, "urls"), { works: 1, fix: 2, look: 0, decided: 2, unchecked: 0, others: 0 });
  assert.equal(rows.urls.get("broken"), 2);
  assert.deepEqual([rows.number("broken", "fix"), rows.number("answered-unreadable", "fix")], [1, 1]);
  rows.replace(result(`${A}c`));
  decide("b", null);
  assert.deepEqual(sharesOf(rows, "links"), { works: 1, fix: 3, look: 0, decided: 1, unchecked: 0, others: 0 });
});

test("a redirect leads to another address than that which was requested", () => {
  const rows = new Rows();
  rows.add(result(`${A}1`, { redirected: true, final_url: `${A}other` }));
  rows.add(result(`${A}2#part`, { redirected: true, final_url: `${A}2` })); // for example, to set a cookie
  rows.add(result(`${A}3`, { redirected: true, final_url: null }));
  rows.add(result(`${A}4#part`));
  assert.deepEqual(inTab(rows, "redirects"), [`${A}1`]);
  assert.equal(tabCounts(rows, "urls").redirects, 1);
});

test("numbers follow additions and replacements", () => {
  const rows = new Rows();
  const moved = { redirected: true, final_url: `${A}new` };
  rows.add(result(A, { ...moved, line: 1 }));
  rows.add(result(A, { ...moved, line: 2 }));
  rows.add(result(`${A}b`, { verdict: "not-checked", rule: "cancelled" }));
  assert.deepEqual(tabCounts(rows, "links"), { fix: 0, look: 0, redirects: 2, all: 3 });
  assert.deepEqual(sharesOf(rows, "links"), { works: 2, fix: 0, look: 0, decided: 0, unchecked: 1, others: 0 });
  rows.replace(result(A, { verdict: "broken" }));
  rows.replace(result(`${A}b`, { verdict: "not-checked", rule: "excluded" }));
  assert.deepEqual(tabCounts(rows, "links"), { fix: 2, look: 0, redirects: 0, all: 3 });
  assert.deepEqual(sharesOf(rows, "urls"), { works: 0, fix: 1, look: 0, decided: 0, unchecked: 0, others: 1 });
});

test("a row whose places are read later counts as often as before", () => {
  const rows = new Rows();
  rows.put(result(A, { verdict: "broken" }));
  const row = /** @type {import("../../web/page/rows/row.js").Row} */ (rows.get(A));
  rows.setPlaces(
    row,
    [1, 2, 3].map((line) => result(A, { verdict: "broken", line })),
  );
  rows.replace(result(A));
  assert.deepEqual(tabCounts(rows, "links"), { fix: 0, look: 0, redirects: 0, all: 1 });
  assert.deepEqual([rows.links.get("broken"), rows.links.get("ok")], [0, 1]);
});

test("e-mail, phone and script links are in no total", () => {
  const rows = new Rows();
  rows.add(result(A));
  for (const url of ["mailto:a@b.example", "tel:1", "javascript:x"]) rows.add(result(url, { verdict: "not-checked", rule: "scheme" }));
  assert.deepEqual(sharesOf(rows, "urls"), { works: 1, fix: 0, look: 0, decided: 0, unchecked: 0, others: 0 });
  assert.equal(tabCounts(rows, "urls").all, 1);
  assert.deepEqual(rows.uncounted, { links: 3, urls: 3 });
  rows.add(result("htp://a.example/", { verdict: "not-checked", rule: "other-scheme" }));
  assert.deepEqual(sharesOf(rows, "urls"), { works: 1, fix: 0, look: 0, decided: 0, unchecked: 0, others: 1 });
});

/** The words for numbers of links that work, are to fix and are to be looked at. @param {...number} numbers */
function words(...numbers) {
  const [works, fix = 0, look = 0] = numbers;
  return Object.values(percentages({ works, fix, look, decided: 0, unchecked: 0, others: 0 })).slice(0, numbers.length);
}

test("no share is rounded to nothing or to all", () => {
  assert.deepEqual(words(1752, 57, 95), ["92%", "3%", "5%"]);
  assert.deepEqual(words(9999, 1), ["more than 99%", "under 1%"]);
  assert.deepEqual(words(5, 0), ["100%", "0%"]);
  assert.deepEqual(words(0), ["0%"]);
  assert.deepEqual(words(29, 71), ["29%", "71%"]);
});

test("equal numbers have equal shares", () => {
  assert.deepEqual(words(1, 1, 1), ["33%", "33%", "33%"]);
  assert.deepEqual(words(67, 16.5, 16.5), ["67%", "16%", "16%"]);
});

test("shares never exceed a whole", () => {
  assert.deepEqual(words(101, 99), ["50%", "49%"]);
  assert.deepEqual(words(988, 10, 2), ["98%", "1%", "under 1%"]);
  for (let works = 0; works < 150; works++) {
    for (let fix = 0; fix < 50; fix++) {
      const shares = words(works, fix, 37);
      const whole = shares.map((share) =>
        share.startsWith("under") ? 0.01 : share.startsWith("more") ? 99.01 : Number.parseInt(share, 10),
      );
      const sum = whole.reduce((total, percent) => total + percent, 0);
      assert.ok(sum <= 100.02 && sum >= 96, `${works} ${fix}: ${shares}`);
    }
  }
});

test("every tab has a test and a number", () => {
  const rows = new Rows();
  assert.deepEqual(Object.keys(tabCounts(rows, "urls")), TABS);
  for (const tab of TABS) assert.deepEqual(inTab(rows, tab), []);
});
