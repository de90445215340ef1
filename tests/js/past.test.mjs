import assert from "node:assert/strict";
import test from "node:test";

import { certain, headlineOf, lastPair } from "../../web/page/past/difference.js";
import { changeParts, sinceWords, withDecisions } from "../../web/page/past/news.js";
import { summaryOf } from "../../web/page/past/outcome.js";
import { keepOf, orderOfRun, titleOf } from "../../web/page/past/stored.js";
import { forgetText, keepText, keptText } from "../../web/page/past/text.js";
import { Rows } from "../../web/page/rows/rows.js";
import { View } from "../../web/page/rows/view.js";
import { result } from "./result.mjs";

const SORT = { by: "found", down: false };

test("checks of the same page, list or text have the same source, however they are named", () => {
  const page = keepOf({ sources: [{ page: "https://a.example/" }], title: "x", policy: {} });
  assert.equal(page.source, "https://a.example/");
  const text = keepOf({ sources: [{ text: "# First line\nsecond" }], title: "First line", policy: {} });
  assert.equal(text.source, "First line");
  const file = keepOf({ sources: [{ file: new File(["x"], "a.md") }], title: "a.md", policy: {} });
  assert.equal(file.source, "a.md");
  const list = keepOf({ sources: [{ urls: ["u", "v"] }], title: "the addresses", policy: {}, listed: ["u", "v"] });
  assert.equal(list.source, "addresses: u v");
  const one = keepOf({ sources: [{ urls: ["u"] }], title: "the addresses", policy: {}, listed: ["u"] });
  assert.notEqual(one.source, keepOf({ sources: [{ page: "u" }], title: "x", policy: {} }).source);
});

test("a stored check has the input that it can be repeated with, and a bounded title", () => {
  const { options } = keepOf({ sources: [{ page: "https://a.example/" }], title: "x", policy: { retries: 1 }, fragments: true });
  const order = orderOfRun({ options, source: "s", name: null });
  assert.deepEqual(order, {
    sources: [{ page: "https://a.example/" }],
    title: "https://a.example/",
    policy: { retries: 1 },
    fragments: true,
    listed: undefined,
    relay: undefined,
    report: undefined,
  });
  assert.equal(keepOf({ sources: [{ file: new File(["x"], "a.md") }], title: "y".repeat(10_000), policy: {} }).options.title.length, 200);
  assert.equal(titleOf({ name: "Mine", options: { title: "t" }, source: "s" }), "Mine");
  assert.equal(titleOf({ name: null, options: {}, source: "s" }), "s");
});

test("what is new is told only if there is a check before", () => {
  const started_at = "2026-11-28T10:00:00Z";
  const counts = { new: 1, fixed: 2, still: 3, gone: 0, oldest: "2026-11-01T10:00:00Z" };
  assert.deepEqual(changeParts({ counts, previous_at: null, started_at }), []);
  assert.equal(sinceWords({ counts, previous_at: null, started_at }), "");
  const words = sinceWords({ counts, previous_at: "2026-11-21T10:00:00Z", started_at, state: "finished" });
  assert.match(words, /^1 new to fix since .*21.*, 2 fixed, 3 still to fix, the oldest since .*1/);
  const since = { previous_at: started_at, started_at };
  assert.match(sinceWords({ counts: {}, ...since, state: "finished" }), /^nothing new to fix since .+:00/);
  assert.match(sinceWords({ counts: { still: 2 }, ...since, state: "interrupted" }), /^2 still to fix since .+:00$/);
});

test("after a decision, what is new and still to fix adds up to what is to fix", () => {
  const info = /** @type {any} */ ({ counts: { new: 1, still: 2, fixed: 4 }, previous_at: "2026-11-21T10:00:00Z" });
  const rows = [
    { kind: "decided", isNew: true },
    { kind: "look", isNew: true },
    { kind: "fix", isNew: false },
    { kind: "fix", isNew: false },
  ];
  assert.deepEqual(withDecisions(info, /** @type {any} */ (rows), 2).counts, { new: 0, still: 2, fixed: 4 });
  assert.equal(withDecisions(info, [], 3), info);
  assert.equal(withDecisions({ ...info, previous_at: null }, [], 2).counts.still, 2);
});

test("is:new leaves new failures, beside the other words of the filter", () => {
  const rows = new Rows();
  for (const url of ["https://a.example/1", "https://a.example/2", "https://b.example/3"]) rows.add(result(url, { verdict: "broken" }));
  rows.mark({ ...result("https://a.example/1"), new: true, since: "2026-11-28T10:00:00Z" });
  rows.mark({ ...result("https://b.example/3"), new: true, since: "2026-11-28T10:00:00Z" });
  rows.mark({ ...result("https://a.example/2"), since: "2026-11-01T10:00:00Z" });
  const shown = (text) => new View(rows, SORT, text).rows.map(({ key }) => key.at(-1)).join("");
  assert.equal(shown("is:new"), "13");
  assert.equal(shown("IS:NEW a.example"), "1");
  assert.equal(shown("this:newest"), "");
  assert.equal(rows.get("https://a.example/2").places[0].since, "2026-11-01T10:00:00Z");
});

test("a check that goes on replaces what was not checked, and adds what is missing", () => {
  const rows = new Rows();
  rows.add(result("https://a.example/1", { verdict: "not-checked", rule: "cancelled" }));
  assert.equal(rows.settle(result("https://a.example/1")), false);
  assert.equal(rows.settle(result("https://a.example/2")), true);
  assert.deepEqual(
    [...rows].map((row) => [row.key.at(-1), row.result.verdict, row.places.length]),
    [
      ["1", "ok", 1],
      ["2", "ok", 1],
    ],
  );
  assert.equal(rows.unchecked.length, 0);
});

test("the list says what became of a check", () => {
  const counts = { links: 3, verdicts: { broken: 1 } };
  const summary = (/** @type {string} */ state) => summaryOf({ state, counts, previous_at: null, started_at: "2026-11-28T10:00:00Z" });
  assert.equal(summary("finished"), "1 to fix");
  assert.equal(summary("interrupted"), "not finished, 1 to fix");
  assert.equal(summary("failed"), "could not be read");
  assert.equal(summary("unfinished"), "not finished");
  assert.equal(summaryOf({ state: "unfinished", running: true, counts: {}, previous_at: null }), "running");
  const of = (/** @type {any} */ verdicts) => summaryOf({ state: "finished", counts: { verdicts }, previous_at: null });
  assert.deepEqual(
    [of({ ok: 1 }), of({ ok: 2 }), of({ "not-checked": 1 }), of({})],
    ["the link works", "all 2 links work", "nothing was checked", "no links"],
  );
  const decided = (/** @type {any} */ to_do) =>
    summaryOf({ state: "finished", counts: { verdicts: { ok: 1, broken: 3, timeout: 1 }, to_do }, previous_at: null });
  assert.equal(decided({ fix: 2, look: 1, decided: 1 }), "2 to fix");
  assert.equal(decided({ fix: 0, look: 1, decided: 3 }), "1 to look at");
  assert.equal(decided({ fix: 0, look: 0, decided: 4 }), "nothing to fix");
});

/** A stored run. Runs with a higher id are later. */
function run(id, source = "s", parts = {}) {
  return { id, source, kind: "check", state: "finished", name: null, options: {}, started_at: `2026-11-0${id}T10:00:00Z`, ...parts };
}

const change = (/** @type {string} */ word, since = null) => ({ change: word, url: "u", source: null, verdict: "broken", since });

test("the last two checks of the same source are compared, unless they were stopped or are of another kind", () => {
  const ids = (/** @type {any[]} */ ...runs) => Object.values(lastPair(runs)).map((one) => one?.id ?? null);
  assert.deepEqual(ids(run(5, "a"), run(4, "b"), run(3, "b"), run(2, "a"), run(1, "a")), [2, 5]);
  assert.deepEqual(ids(run(4, "c"), run(3, "b"), run(2, "b")), [2, 3]);
  assert.deepEqual(ids(run(3), run(2, "s", { state: "interrupted" }), run(1)), [1, 3]);
  assert.deepEqual(ids(run(3, "s", { state: "unfinished" }), run(2, "s", { state: "interrupted" }), run(1)), [1, 2]);
  assert.deepEqual(ids(run(3, "s", { state: "failed" }), run(2), run(1, "s", { kind: "crawl" })), [null, 2]);
  assert.deepEqual(ids(), [null, null]);
});

test("the headline of a comparison counts what is new and fixed, and what failed then and fails now", () => {
  const changes = [
    change("new"),
    change("still", "2026-11-02T10:00:00Z"),
    change("still", "2026-11-01T10:00:00Z"),
    change("fixed"),
    change("gone"),
    change("look"),
  ];
  const { before, mark, after, news } = headlineOf(changes, run(2), run(5));
  assert.match(before + mark + after, /^Since 2 Nov 2026: 1 new, 1 fixed, 1 no longer linked$/);
  assert.equal(mark, "1 new");
  assert.equal(news, "3 to fix now, 4 then. 2 as before; the oldest since 1 Nov 2026.");
  const none = headlineOf([], run(1), run(2, "s", { state: "interrupted" }));
  assert.equal(none.before + none.mark + none.after, "Since 1 Nov 2026: nothing new so far, nothing fixed so far");
  assert.equal(none.news, "0 to fix now.");
  const repaired = headlineOf([change("gone")], run(1), run(2));
  assert.equal(repaired.before + repaired.mark + repaired.after, "Since 1 Nov 2026: nothing new, 1 no longer linked");
});

test("checks of different sources and reports are compared by name, and what a report lacks is not called new", () => {
  assert.match(headlineOf([], run(1, "one\u202e"), run(2, "two")).before, /^Compared with one\ufffd: $/);
  const { before, mark, after } = headlineOf([change("new"), change("fixed")], new File([], "lychee.json"), run(2));
  assert.equal(before + mark + after, "Compared with lychee.json: 1 not in it, 1 fixed");
});

test("a check that was stopped does not tell which links are gone", () => {
  const changes = ["new", "still", "fixed", "gone", "unclear"].map((word) => change(word));
  assert.equal(certain(changes, run(1)).length, 5);
  assert.deepEqual(
    certain(changes, run(1, "s", { state: "interrupted" })).map((one) => one.change),
    ["new", "still", "fixed"],
  );
});

test("the text of the last check of a text is kept for its run only, until that is deleted", () => {
  const items = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
  const source = { text: "a\nb", format: "markdown" };
  keepText(1, [source]);
  assert.deepEqual([keptText(1), keptText(2)], [[source], []]);
  for (const other of [[{ text: "x".repeat(1_000_001) }], [{ page: "https://a.example/" }], [source, source], []]) keepText(2, other);
  assert.deepEqual([keptText(1), keptText(2)], [[source], []]);
  forgetText(2);
  assert.deepEqual(keptText(1), [source]);
  forgetText(1);
  assert.deepEqual(keptText(1), []);
  for (const broken of ["{", "null", '{"run":1,"source":{"text":5}}']) {
    items.set("json-head-lite text", broken);
    assert.deepEqual(keptText(1), []);
  }
  delete globalThis.sessionStorage;
  keepText(1, [source]);
  assert.deepEqual(keptText(1), []);
});
