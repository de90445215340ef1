import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { NONE, count, counted, day, dayAndTime, duration, elapsed, hostOf, level, longDay } from "../../web/page/format.js";
import { megabytesOf, moment, openable, perSecond, shortDay, size, timeOfDay } from "../../web/page/format.js";

const TIME = new Date(2026, 10, 28, 10, 42, 51).getTime();

test("sizes are decimal, and never 1,000 of a unit", () => {
  assert.deepEqual([0, 999, 999.96, 1_500_000, 999_950_000].map(size), ["0 bytes", "999 bytes", "1 kB", "1.5 MB", "1 GB"]);
  assert.equal(size(null), NONE);
});

test("durations are in milliseconds below a second", () => {
  assert.deepEqual([999.4, 999.5, 12_345].map(duration), ["999 ms", "1 s", "12.3 s"]);
  assert.deepEqual([59_999, 61_000, 3_600_000].map(elapsed), ["59 s", "1 min 1 s", "60 min 0 s"]);
  assert.equal(perSecond(1234.5), "1,235/s");
});

test("dates have the day before the month, and times have 24 hours", () => {
  assert.equal(day(TIME), "28 Nov 2026");
  assert.equal(longDay(TIME), "28 November 2026");
  assert.equal(timeOfDay(TIME), "10:42");
  assert.equal(timeOfDay(new Date(2026, 0, 1, 0, 5).getTime()), "00:05");
  assert.equal(dayAndTime(TIME), "28 Nov 2026, 10:42");
  assert.equal(moment(TIME), "28 November 2026, 10:42:51");
});

test("a short date has the year unless it is this year's", () => {
  assert.equal(shortDay(TIME, TIME), "28 Nov");
  assert.equal(shortDay(TIME, new Date(2027, 0, 1).getTime()), "28 Nov 2026");
});

test("numbers and dates are in the language of the page, whichever the browser has", () => {
  const module = new URL("../../web/page/format.js", import.meta.url);
  const script = `const f = await import("${module}"); console.log([f.count(1234.5), f.size(1500), f.duration(1500), f.day(${TIME})].join("; "))`;
  const { LANG, LANGUAGE, ...others } = process.env;
  for (const locale of ["de_DE.UTF-8", "ar_EG.UTF-8"]) {
    const env = { ...others, LC_ALL: locale };
    const written = execFileSync(process.execPath, ["--input-type=module", "-e", script], { env, encoding: "utf8" });
    assert.equal(written.trim(), [count(1234.5), "1.5 kB", "1.5 s", "28 Nov 2026"].join("; "));
  }
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
  assert.equal(shortDay(null), NONE);
  for (const words of [day, shortDay, longDay, dayAndTime, moment]) assert.equal(words(NaN), NONE);
});

test("only http and https can be opened", () => {
  assert.equal(openable("https://a.example"), "https://a.example/");
  for (const url of ["javascript:alert(1)", "data:text/html,x", "nonsense", "", null]) assert.equal(openable(url), null);
  assert.equal(hostOf("http://a.example:80/x"), "a.example");
  assert.equal(hostOf("ftp://a.example/"), "");
});

test("marks that change the direction of text are made visible", () => {
  assert.equal(level("a\u202eb\u2066c"), "a\ufffdb\ufffdc");
});
