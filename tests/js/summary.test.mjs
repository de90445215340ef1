import assert from "node:assert/strict";
import { test } from "node:test";

import { countedOf, summary } from "../../web/embed/summary.js";
import { result } from "./result.mjs";

const fine = result("https://a.example/");
const broken = result("https://a.example/gone", { verdict: "broken", rule: "gone-twice" });
const unchecked = result("htp://a.example/", { verdict: "not-checked", rule: "other-scheme" });
const mail = result("mailto:a@b.example", { verdict: "not-checked", rule: "scheme" });
const icon = result("data:,", { verdict: "not-checked", rule: "scheme" });

test("e-mail, phone and script links are in no total", () => {
  assert.equal(summary([fine, broken, mail]), "2 checked. Broken: 1, Works: 1. 1 e-mail, phone or script link in no total");
  assert.equal(summary([mail, icon]), "0 checked. 2 e-mail, phone or script links in no total");
  assert.deepEqual(countedOf([mail, fine, icon]), [fine]);
});

test("links that were not checked are not counted as checked", () => {
  assert.equal(summary([fine, unchecked]), "1 checked. Not checked: 1, Works: 1");
});
