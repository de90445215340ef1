import assert from "node:assert/strict";
import { test } from "node:test";

import { unknownTerms } from "../../web/page/rows/terms.js";

test("terms with a meaning and plain words are not explained", () => {
  for (const text of [
    ...["", "two words", '"is:bogus"', "-word", "is:new -is:broken", "status:>=400 status:4xx", "host:*.example.org", 'found:"a href"'],
    ...["https://a.example/", "localhost:8000", "mailto:me@a.example", "10:30", "time:>1s size:<1mb decided:no", "rule:any", "note:"],
  ]) {
    assert.deepEqual(unknownTerms(text), [], text);
  }
});

test("a value that a field does not have is named with those that it has", () => {
  assert.match(unknownTerms("is:bogus")[0], /^“is:bogus” is searched as text\. After “is:” can come: new, .*broken, /);
  assert.match(unknownTerms("a -status:abc b")[0], /^“-status:abc” is searched as text\. After “status:” can come: 404, 4xx/);
  for (const text of ["time:soon", "size:5x", "decided:yes", "host:a:b:c", "verdict:zzz"]) assert.equal(unknownTerms(text).length, 1, text);
});

test("a field without a value says what can follow", () => {
  assert.deepEqual(unknownTerms("host:"), ["After “host:” can come: a website, such as example.org."]);
  assert.deepEqual(unknownTerms("rule:"), ["After “rule:” can come: any text."]);
});

test("a field that does not exist is named with those that do", () => {
  assert.match(unknownTerms("stauts:404")[0], /“stauts:” is no field\. Fields are: is, verdict, status, /);
});

test("few and short terms are explained of any text", () => {
  const sentences = unknownTerms(`is:${"x".repeat(5000)} ${"is:a ".repeat(50)}`);
  assert.ok(sentences.length <= 3 && sentences.every((sentence) => sentence.length < 400));
});
