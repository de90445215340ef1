import assert from "node:assert/strict";
import { test } from "node:test";

import { changes } from "../../web/page/redirects/changed.js";
import { Choices } from "../../web/page/redirects/choices.js";
import { correctableOf } from "../../web/page/redirects/corrected.js";
import { kindWords, redirectsOf } from "../../web/page/redirects/list.js";
import { Rows } from "../../web/page/rows/rows.js";
import { result } from "./result.mjs";

/** Both addresses with their changed parts in brackets. @param {string} old @param {string} next */
function shown(old, next) {
  const { before, after } = changes(old, next);
  const text = /** @param {{text: string, changed: boolean}[]} segments */ (segments) =>
    segments.map(({ text, changed }) => (changed ? `[${text}]` : text)).join("");
  return [text(before), text(after)];
}

for (const [old, next, ...expected] of [
  ["http://a.example/x", "https://a.example/x", "[http]://a.example/x", "[https]://a.example/x"],
  ["https://a.example/x", "https://a.example/x/", "https://a.example/x", "https://a.example/x[/]"],
  ["http://a.example/x", "https://a.example/x/", "[http]://a.example/x", "[https]://a.example/x[/]"],
  ["https://www.a.example/x", "https://a.example/x", "https://[www.]a.example/x", "https://a.example/x"],
  ["https://a.example", "https://www.a.example/", "https://a.example", "https://[www.]a.example[/]"],
  ["https://wiki.example.org/x", "https://wiki.example/x", "https://[wiki.example.org]/x", "https://[wiki.example]/x"],
  ["https://a.example:80/x", "https://a.example:81/x", "https://a.example[:80]/x", "https://a.example[:81]/x"],
  [
    "https://a.example/old-team/lint",
    "https://a.example/tools/lint",
    "https://a.example/[old-team]/lint",
    "https://a.example/[tools]/lint",
  ],
  ["https://a.example/a/b.html", "https://a.example/c/", "https://a.example/[a/b.html]", "https://a.example/[c/]"],
  ["https://a.example/a/b/", "https://a.example/", "https://a.example/[a/b/]", "https://a.example/"],
  ["https://a.example/x", "https://a.example/x?a=1&b=2", "https://a.example/x", "https://a.example/x[?a=1&b=2]"],
  ["https://a.example/x?a=1&b=2#c", "https://a.example/x?a=2&b=2#c", "https://a.example/x?[a=1]&b=2#c", "https://a.example/x?[a=2]&b=2#c"],
  ["https://a.example/x", "https://a.example/x", "https://a.example/x", "https://a.example/x"],
  ["../x", "https://a.example/x", "[..]/x", "[https://a.example]/x"],
  ["", "https://a.example/", "", "[https://a.example/]"],
]) {
  test(`the change from ${old} to ${next} is marked at boundaries of parts`, () => assert.deepEqual(shown(old, next), expected));
}

test("segments have the whole address, also of texts that are none", () => {
  const texts = ["", "/", "a\n://b", "HTTP://[::1]:8/?#", "https://www.", "www.www.", "http://a@b:c:d/", "#?&;", "\u202e/\ud800"];
  for (const old of texts) {
    for (const next of texts) {
      const { before, after } = changes(old, next);
      assert.equal(before.map(({ text }) => text).join(""), old);
      assert.equal(after.map(({ text }) => text).join(""), next);
      assert.ok([...before, ...after].every(({ text }) => text));
    }
  }
});

/** The milliseconds for a number of pairs. @param {number} number */
function timeOf(number) {
  const started = performance.now();
  for (let at = 0; at < number; at++) changes(`http://www.a.example/${at}/x/y/z?q=${at}`, `https://a.example/${at}/x/b/z/?q=${at}`);
  return performance.now() - started;
}

/** The milliseconds for one pair of long addresses. @param {number} length */
function timeOfLong(length) {
  const started = performance.now();
  changes(`https://a.example/${"x/".repeat(length)}`, `https://a.example/${"x/".repeat(length)}y`);
  changes(`https://${"a.".repeat(length)}`, `https://${"a.".repeat(length)}:1`);
  changes(`${"a:/".repeat(length)}`, `https://${":1".repeat(length)}`);
  return performance.now() - started;
}

for (const [what, time, size] of /** @type {[string, (size: number) => number, number][]} */ ([
  ["pairs of addresses grows with their number", timeOf, 100_000],
  ["long addresses grows with their length", timeOfLong, 400_000],
])) {
  test(`the time for ${what}`, () => {
    for (let tries = 0; ; tries++) {
      const [whole, quarter] = [time(size), time(size / 4)];
      if (whole < 100 || whole < 8 * quarter) return;
      if (tries === 3) assert.fail(`${quarter} ms for a quarter, ${whole} ms for the whole`);
    }
  });
}

/** @param {string} url @param {string} final @param {object} [parts] */
function redirected(url, final, parts = {}) {
  return result(url, { redirected: true, final_url: final, redirect: { kind: "https", safe: true }, ...parts });
}

test("redirects are the links that work and lead elsewhere, the most used first", () => {
  const rows = new Rows();
  rows.add(redirected("http://a.example/x#y", "https://a.example/x", { source: "a.md", line: 1 }));
  for (const line of [1, 2, 3]) {
    rows.add(redirected("http://b.example/", "https://b.example/", { source: line === 3 ? "b.md" : "a.md", line }));
  }
  rows.add(redirected("http://c.example/", "https://c.example/", { verdict: "broken" }));
  rows.add(result("https://d.example/"));
  const https = { kind: "https", safe: true };
  assert.deepEqual(redirectsOf(rows), [
    { old: "http://b.example/", goal: "https://b.example/", ...https, links: 3, pages: 2 },
    { old: "http://a.example/x#y", goal: "https://a.example/x#y", ...https, links: 1, pages: 1 },
  ]);
});

test("pages are not counted if only one place of a link is known", () => {
  const rows = new Rows();
  rows.put(redirected("http://a.example/", "https://a.example/", { source: "https://a.example/b" }));
  rows.get("http://a.example/")?.setUsed(31);
  const [{ links, pages }] = redirectsOf(rows);
  assert.deepEqual([links, pages], [31, null]);
});

test("the fragment of a redirect takes the place of that of the link", () => {
  const rows = new Rows();
  const hops = ["/y#caf\u00c3\u00a9", "/z"].map((location) => ({ status: 301, url: "", location }));
  rows.add(redirected("http://a.example/x#y", "https://a.example/z", { attempts: [{}, { hops }] }));
  assert.equal(redirectsOf(rows)[0].goal, "https://a.example/z#caf%C3%A9");
});

test("kinds have words, and so do several at once", () => {
  assert.equal(kindWords("home"), "home page");
  assert.equal(kindWords("https+slash"), "http to https, slash at the end");
});

/** @param {string} old @param {boolean} safe @param {number} [links] */
function row(old, safe, links = 1) {
  return { old, goal: `${old}/`, kind: /** @type {const} */ ("page"), safe, links, pages: 1 };
}

test("safe redirects are chosen until a person says otherwise, also after the rows have changed", () => {
  const choices = new Choices();
  const [a, b, c] = [row("a", true, 5), row("b", false, 2), row("c", true)];
  choices.set([a, b]);
  assert.deepEqual([choices.number, choices.links, choices.text], [1, 5, "a\ta/\n"]);
  choices.choose(a, false);
  choices.choose(b, true);
  choices.choose(b, true);
  assert.deepEqual([choices.number, choices.links, choices.text], [1, 2, "b\tb/\n"]);
  choices.set([c, row("b", false, 3), row("a", true)]);
  assert.deepEqual([choices.number, choices.links, choices.text], [2, 4, "c\tc/\nb\tb/\n"]);
  choices.chooseAll(true);
  assert.deepEqual([choices.number, choices.links], [3, 5]);
  choices.chooseAll(false);
  assert.deepEqual([choices.number, choices.links, choices.text], [0, 0, ""]);
});

test("an address cannot end its line or cell in the copied text", () => {
  const choices = new Choices();
  choices.set([{ ...row("", true), old: "http://a.example/\tx\n", goal: "https://a.example/" }]);
  assert.equal(choices.text, "http://a.example/x\thttps://a.example/\n");
});

test("one text or file can be corrected, and several, folders and addresses can't", () => {
  const of = (/** @type {any[]} */ ...contents) => correctableOf(/** @type {any} */ ({ repairable: { contents, results: [] } }));
  const file = new File(["x"], "a.md");
  assert.deepEqual([of("x"), of({ text: "x" }), of({ text: "" })], ["text", "text", "text"]);
  assert.deepEqual([of(file), of({ file }), of({ files: [{ name: "a.md", file, inFolder: false }] })], ["file", "file", "file"]);
  const two = [1, 2].map(() => ({ name: "a.md", file, inFolder: true }));
  assert.deepEqual([of(), of("x", "y"), of({ files: two }), of({ files: [{ name: "a.md", file: null }] })], [null, null, null, null]);
  assert.equal(correctableOf(/** @type {any} */ ({ repairable: null })), null);
});
