import assert from "node:assert/strict";
import { test } from "node:test";

import { sizeOfAnswer } from "../../web/page/charts/answer.js";
import { hasReply, hosts, sizes, times } from "../../web/page/charts/data.js";
import { includesTerm, toggledTerm } from "../../web/page/charts/terms.js";
import { result } from "./result.mjs";

const REPLY = [{ outcome: "response" }];

/** @param {string} url @param {object} [parts] */
const row = (url, parts) => ({ result: result(url, { attempts: REPLY, ...parts }) });
/** @param {number} ms @param {string} [outcome] */
const timed = (ms, outcome = "response") => row("https://a.example/", { elapsed_ms: ms, attempts: [{ outcome: "timeout" }, { outcome }] });
/** @param {string} type @param {string} [length] @param {object} [parts] */
const file = (type, length, parts) => row("https://a.example/", { headers: { "content-type": type, "content-length": length }, ...parts });

test("a website has the verdicts of its links", () => {
  const verdicts = [
    "ok",
    "ok",
    "broken",
    "fragment-missing",
    "server-error",
    "timeout",
    "restricted",
    "answered-unreadable",
    "not-checked",
  ];
  const [host, ...others] = hosts(verdicts.map((verdict) => row("https://a.example/x", { verdict })));
  assert.deepEqual(others, []);
  const counts = { links: 9, works: 2, toFix: 3, toLook: 3, unchecked: 1 };
  assert.deepEqual(host, { name: "a.example", websites: 1, term: "host:a.example", ...counts });
});

test("a website is told by its host and port, however its links are written", () => {
  const urls = [
    "https://a.example/",
    "HTTPS://A.example:443/x",
    "http://me@a.example?q",
    "http://a.example:8000/",
    "mailto:a@a.example",
    "b.md",
  ];
  const found = hosts(urls.map((url) => row(url)));
  assert.deepEqual(
    found.map(({ name, links }) => [name, links]),
    [
      ["a.example", 3],
      ["a.example:8000", 1],
    ],
  );
  assert.equal(found[1].term, "host:a.example:8000");
});

test("websites with most to fix come first, then those with most to look at, then those with most links", () => {
  const links = { "a.example": "ok ok ok", "b.example": "ok ok ok ok", "c.example": "timeout ok", "d.example": "broken" };
  const rows = Object.entries(links).flatMap(([name, verdicts]) =>
    verdicts.split(" ").map((verdict) => row(`https://${name}/`, { verdict })),
  );
  assert.deepEqual(
    hosts(rows).map(({ name }) => name),
    ["d.example", "c.example", "b.example", "a.example"],
  );
});

test("files of a folder have no website", () => {
  assert.deepEqual(hosts([row("https://a.example/b.md", { path: "docs/b.md" })]), []);
});

test("nine websites have a bar, and the others have one together", () => {
  const rows = Array.from({ length: 12 }, (_, at) => Array(20 - at).fill(row(`https://${String.fromCharCode(97 + at)}.example/`))).flat();
  const found = hosts(rows);
  assert.equal(found.length, 10);
  assert.deepEqual([found[0].name, found[0].links, found[8].name], ["a.example", 20, "i.example"]);
  const { name, websites, links, works, term } = found[9];
  assert.deepEqual({ name, websites, links, works, term }, { name: "", websites: 3, links: 30, works: 30, term: null });
});

test("a tenth website has a bar of its own, instead of standing for the others", () => {
  const found = hosts(Array.from({ length: 10 }, (_, at) => row(`https://${at}.example/`)));
  assert.deepEqual([found.length, found[9].name], [10, "9.example"]);
});

test("times are counted in ranges that include their upper end", () => {
  const { bars, median } = times([0, 50, 50.1, 100, 101, 1600, 10_000].map((ms) => timed(ms)));
  assert.deepEqual(
    bars.map(({ most, links }) => [most, links]),
    [
      [50, 2],
      [100, 2],
      [200, 1],
      [400, 0],
      [800, 0],
      [1600, 1],
      [3200, 0],
      [10_000, 1],
    ],
  );
  assert.equal(median, 100);
  assert.deepEqual([bars[0].term, bars[1].term], ["time:<=50", "time:<=100 time:>50"]);
});

test("replies that took longer than the last range have a range without an end", () => {
  const { bars } = times([timed(10_001), timed(1)]);
  assert.deepEqual(bars.at(-1), { most: Infinity, links: 1, term: "time:>10000" });
});

test("the median of an even number of times is between the two in the middle", () => {
  assert.equal(times([9, 1, 3, 100].map((ms) => timed(ms))).median, 6);
  assert.equal(times([]).median, null);
});

test("only replies have a time", () => {
  assert.equal(hasReply(timed(1, "opaque").result), true);
  for (const outcome of ["timeout", "failed", "blocked"]) assert.equal(hasReply(timed(1, outcome).result), false);
  assert.equal(hasReply(result("b.md", { attempts: REPLY, path: "docs/b.md" })), false);
  assert.equal(hasReply(result("x", { attempts: [] })), false);
  assert.equal(times([timed(1, "timeout")]).median, null);
});

test("sizes are added up by media type", () => {
  const rows = [file("image/png", "10"), file("IMAGE/PNG; q=1", "5"), file("text/html", "20"), file("", "1")];
  assert.deepEqual(sizes(rows), {
    bars: [
      { name: "text/html", types: 1, links: 1, bytes: 20, term: "type:text/html" },
      { name: "image/png", types: 1, links: 2, bytes: 15, term: "type:image/png" },
      { name: "", types: 1, links: 1, bytes: 1, term: null },
    ],
    unknown: 0,
  });
});

test("sizes are of links that work, and unknown ones are counted", () => {
  const rows = [
    file("text/html", "9", { verdict: "broken" }),
    file("text/html", "nonsense"),
    file("text/html", undefined),
    row("https://a.example/", { headers: undefined }),
  ];
  assert.deepEqual(sizes(rows), { bars: [], unknown: 3 });
});

test("a media type that is no word has no term", () => {
  for (const type of ["text/x y", 'a/"b', "nonsense", "a/b host:c"]) {
    assert.deepEqual(
      sizes([file(type, "1")]).bars.map(({ name, term }) => [name, term]),
      [["", null]],
    );
  }
});

test("a bar is pressed if the filter has all of its terms", () => {
  assert.equal(includesTerm(["word", "time:>50", "time:<=100"], "time:<=100 time:>50"), true);
  assert.equal(includesTerm(["time:>50"], "time:<=100 time:>50"), false);
  assert.equal(includesTerm([], "host:a.example"), false);
});

test("a press on a bar replaces the terms of its field, and a second one takes them back", () => {
  const terms = ["word", "host:b.example", "time:>50"];
  const pressed = toggledTerm(terms, "host:a.example");
  assert.deepEqual(pressed, ["word", "time:>50", "host:a.example"]);
  assert.deepEqual(toggledTerm(pressed, "host:a.example"), ["word", "time:>50"]);
  assert.deepEqual(toggledTerm(["time:<=50", "hosting"], "time:<=100 time:>50"), ["hosting", "time:<=100", "time:>50"]);
});

test("an answer that was cut off says so", () => {
  const answer = { id: 1, type: /** @type {const} */ ("answer"), columns: ["a"], rows: [[1], [2]], truncated: false, ms: 2 };
  assert.match(sizeOfAnswer(answer), /^2 rows in 2 ms\./);
  assert.match(sizeOfAnswer({ ...answer, truncated: true }), /^The first 2 rows in 2 ms\./);
  assert.match(sizeOfAnswer({ ...answer, rows: [] }), /^No rows in 2 ms\./);
});

/** The milliseconds that the charts of so many rows take. @param {number} number */
function timeOf(number) {
  const rows = Array.from({ length: number }, (_, at) => {
    const url = `https://${at % (number / 4)}.example/`;
    return row(url, { elapsed_ms: at % 999, headers: { "content-type": `a/${at % 5000}`, "content-length": "9" } });
  });
  const started = performance.now();
  for (const chart of [hosts, times, sizes]) chart(rows);
  return performance.now() - started;
}

// As in tests/growth.py: four times as many rows take 4 times as long in linear time, and 16 times in quadratic time.
test("the time for the charts grows with the number of rows", () => {
  for (let tries = 0; ; tries++) {
    const [whole, quarter] = [timeOf(200_000), timeOf(50_000)];
    if (whole < 100 || whole < 8 * quarter) return;
    if (tries === 3) assert.fail(`${quarter} ms for a quarter, ${whole} ms for the whole`);
  }
});
