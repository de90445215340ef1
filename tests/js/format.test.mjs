import assert from "node:assert/strict";
import { test } from "node:test";

import { NONE, counted, day, duration, elapsed, hostOf, level, megabytesOf, openable, size, urlParts } from "../../web/page/format.js";

test("sizes are decimal, and never 1,000 of a unit", () => {
  assert.match(size(0), /^0\s?byte/);
  assert.match(size(999), /^999\s?byte/);
  assert.match(size(999.96), /^1\s?kB$/);
  assert.match(size(1_500_000), /^1[.,]5\s?MB$/);
  assert.match(size(999_950_000), /^1\s?GB$/);
  assert.equal(size(null), NONE);
});

test("durations are in milliseconds below a second", () => {
  assert.match(duration(999.4), /^999\s?ms$/);
  assert.match(duration(999.5), /^1\s?s$/);
  assert.match(duration(12_345), /^12[.,]3\s?s$/);
  assert.match(elapsed(59_999), /^59\s?s$/);
  assert.match(elapsed(61_000), /^1\s?m(?:in)? 1\s?s$/);
});

test("a count has its noun", () => {
  assert.equal(counted(1, "link"), "1 link");
  assert.equal(counted(0, "link"), "0 links");
});

test("the progress of a download never exceeds its size", () => {
  assert.equal(megabytesOf(3_000_000, 2_000_000), "2.0 of 2.0 MB");
  assert.equal(megabytesOf(1, 0), "");
});

test("an unknown date is a dash", () => {
  assert.equal(day(null), NONE);
});

test("only http and https can be opened", () => {
  assert.equal(openable("https://a.example"), "https://a.example/");
  for (const url of ["javascript:alert(1)", "data:text/html,x", "nonsense", "", null]) assert.equal(openable(url), null);
  assert.equal(hostOf("http://a.example:80/x"), "a.example");
  assert.equal(hostOf("ftp://a.example/"), "");
});

test("a URL has scheme, host and path, and other text has a path only", () => {
  assert.deepEqual(urlParts("https://a.example/b?c"), { scheme: "https://", host: "a.example", path: "/b?c" });
  assert.deepEqual(urlParts("mailto:a@b"), { scheme: "", host: "", path: "mailto:a@b" });
});

test("marks that change the direction of text are made visible", () => {
  assert.equal(level("a\u202eb\u2066c"), "a\ufffdb\ufffdc");
});
