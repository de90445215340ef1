import assert from "node:assert/strict";
import { test } from "node:test";

import { hasTerm, parse, termFor, withTerm } from "../../web/page/rows/filter.js";
import { Rows } from "../../web/page/rows/rows.js";
import { result } from "./result.mjs";

const rows = new Rows();
rows.add(
  result("https://a.example/Docs", {
    text: "It’s Some  Guide",
    source: "https://site.example/one",
    line: 1,
    found: "a href",
    elapsed_ms: 900,
  }),
);
rows.add(result("https://a.example/Docs", { text: "again", source: "Notes/two.md", line: 2, found: "markdown link", elapsed_ms: 900 }));
rows.add(
  result("https://sub.a.example:8443/x", {
    ...{ verdict: "broken", rule: "gone-twice", status: 404, source: "https://site.example/two", found: "area href", elapsed_ms: 1500 },
    headers: { "content-type": "text/html; charset=utf-8", "content-length": "2000000" },
  }),
);
rows.add(result("https://b.example/", { verdict: "timeout", rule: "timeout", status: undefined, found: "img src", attempts: [] }));
rows.add(
  result("https://xn--80a6ad.example/", {
    ...{ verdict: "server-error", rule: "server-error-twice", status: 503, elapsed_ms: 1000, found: "a href" },
    ...{ final_url: "https://Elsewhere.example/y", redirected: true, new: true },
  }),
);
const [a, sub, b, cyrillic] = rows;
rows.decide(sub, "ignore");

/** The rows that match, each by a letter. @param {string} text */
function found(text) {
  const filter = parse(text);
  const letters = new Map([
    [a, "a"],
    [sub, "s"],
    [b, "b"],
    [cyrillic, "c"],
  ]);
  return [...rows]
    .filter((row) => filter.matches(row))
    .map((row) => letters.get(row))
    .join("");
}

test("words match the address, the text, the page, the verdict's label and the status", () => {
  const cases = {
    "docs": "a",
    "AGAIN": "a",
    "two": "as",
    "timed": "b",
    "404": "s",
    "two 404": "s",
    "docs timed": "",
    "it's": "a",
    "IT’S": "a",
  };
  for (const [text, letters] of Object.entries(cases)) assert.equal(found(text), letters, text);
});

test("no word is found across two texts", () => {
  assert.equal(found('"guide again"'), "");
});

test("a quoted phrase is one word, and a minus excludes", () => {
  const cases = {
    '"timed out"': "b",
    '"out timed"': "",
    "out timed": "b",
    '"is:new"': "",
    "-is:new": "asb",
    '-"timed out"': "asc",
    "-two -b.example": "c",
    '"timed o': "b",
    '-is:broken -"timed out" -503': "a",
  };
  for (const [text, letters] of Object.entries(cases)) assert.equal(found(text), letters, text);
});

test("each field matches its property", () => {
  const cases = {
    "is:new": "c",
    "IS:NEW": "c",
    "is:broken": "s",
    "is:ok": "a",
    "verdict:error": "c",
    'verdict:"timed out"': "b",
    "verdict:section": "",
    "status:404": "s",
    "status:4xx": "s",
    "status:5XX": "c",
    "status:>=400": "sc",
    "status:<404": "a",
    "rule:gone-twice": "s",
    "rule:gone": "",
    "host:a.example": "as",
    "host:.a.example": "as",
    "host:*.a.example": "as",
    "host:sub.a.example:8443": "s",
    "host:sub.a.example:81": "",
    "host:example": "asbc",
    "host:ample": "",
    "host:ѐѐѐ.example": "",
    "page:SITE.example": "as",
    "page:notes/": "a",
    'found:"a href"': "ac",
    "found:href": "asc",
    "found:img": "b",
    "type:html": "s",
    "type:charset": "",
    "time:>1000": "s",
    "time:>=1s": "sc",
    "time:<1s": "a",
    "time:>0.01min": "asc",
    "size:>1mb": "s",
    "size:2mb": "s",
    "size:<1kb": "",
    "leads:elsewhere": "c",
    "decided:ignore": "s",
    "decided:no": "abc",
    "decided:works": "",
  };
  for (const [text, letters] of Object.entries(cases)) assert.equal(found(text), letters, text);
});

test("a host in another script is found by its name", () => {
  const named = new Rows();
  named.add(result("https://раураl.example/"));
  const filter = parse("host:раураl.example");
  assert.deepEqual(
    [...named].map((row) => filter.matches(row)),
    [true],
  );
});

test("alternatives are terms for a property of which a row has one value", () => {
  assert.equal(found("is:broken is:timeout"), "sb");
  assert.equal(found("is:broken verdict:error -503"), "s");
  assert.equal(found("status:404 status:5xx"), "sc");
  assert.equal(found("status:>=400 status:<500"), "s");
  assert.equal(found("is:new is:broken"), "");
});

test("a term that is no field with a value is a word", () => {
  assert.equal(found("https://a.example/"), "a");
  assert.equal(found("xn--80a6ad.example"), "c");
  for (const text of [
    "is:nonsense",
    "status:abc",
    "time:>1parsec",
    "time:1constructor",
    "constructor:x",
    "decided:maybe",
    "host:[",
    "a:b",
  ]) {
    assert.equal(found(text), "", text);
    assert.ok(!parse(text).isEmpty, text);
  }
});

test("an unfinished term is ignored", () => {
  for (const text of ["", "  ", "-", '"', '""', '-"', "is:", "-host:", 'found:"', "status: host:"]) assert.ok(parse(text).isEmpty, text);
});

test("any text is a filter, and a long one is bounded", () => {
  const texts = [
    '"'.repeat(1e6),
    "a".repeat(1e6),
    "- ".repeat(1e6),
    '""'.repeat(3e5),
    `"${"a b".repeat(3e5)}`,
    "is:".repeat(1e5),
    "\ud800 \u0000",
    "(?:[*",
  ];
  for (const text of texts) {
    parse(text).matches(a);
    assert.equal(hasTerm(withTerm(text, "is:new", true), "is:new"), true);
    assert.equal(hasTerm(withTerm(text, "is:new", false), "is:new"), false);
  }
  const many = Array.from({ length: 5000 }, (_, index) => `-z${index}`);
  assert.equal(found(many.join(" ")), "asbc");
});

test("a term is added to a filter and removed from it, and the rest stays", () => {
  assert.equal(withTerm("some text", "is:new", true), "is:new some text");
  assert.equal(withTerm("IS:NEW some text", "is:new", true), "is:new some text");
  assert.equal(withTerm("is:new some text", "is:new", false), "some text");
  assert.equal(withTerm("text is:new", "is:new", false), "text");
  assert.equal(withTerm('-is:new "is:new" this:newer', "is:new", true), 'is:new "is:new" this:newer');
  assert.equal(withTerm("-is:new", "is:new", false), "-is:new");
  assert.equal(withTerm('some "open phrase', "is:new", true), 'is:new some "open phrase');
  assert.ok(hasTerm("a is:NEW b", "is:new"));
  for (const text of ["this:newer", '"is:new"', "-is:new", ""]) assert.ok(!hasTerm(text, "is:new"), text);
});

test("a term holds any value", () => {
  for (const value of ["a href", 'a "b" c', '"', 'x"', "plain", "-x"]) {
    const term = termFor("page", value);
    const named = new Rows();
    named.add(result("https://a.example/", { source: `before ${value} after` }));
    named.add(result("https://b.example/", { source: "other" }));
    const filter = parse(term);
    assert.deepEqual(
      [...named].map((row) => filter.matches(row)),
      [true, false],
      term,
    );
    assert.ok(hasTerm(`x ${term} y`, term), term);
    assert.equal(withTerm(`x ${term} y`, term, false), "x y");
  }
});

test("a row is found by its new texts once it has changed", () => {
  const changing = new Rows();
  const url = "https://a.example/";
  changing.add(result(url, { text: "first", source: "p", line: 1 }));
  const [row] = changing;
  const has = (/** @type {string} */ text) => parse(text).matches(row);
  assert.deepEqual([has("first"), has("second"), has('"works"')], [true, false, true]);
  changing.add(result(url, { text: "second", source: "q", line: 2 }));
  assert.ok(has("second"));
  changing.replace(result(url, { verdict: "timeout", status: undefined }));
  assert.deepEqual([has('"timed out"'), has("first"), has("200")], [true, true, false]);
  changing.setPlaces(row, [result(url, { text: "third", verdict: "timeout" })]);
  assert.deepEqual([has("third"), has("first")], [true, false]);
});
