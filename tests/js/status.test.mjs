import assert from "node:assert/strict";
import { test } from "node:test";

import { statusOf } from "../../web/page/results/status.js";
import { result } from "./result.mjs";

test("a link that was not checked says why in short", () => {
  const words = (url, rule) => statusOf(result(url, { verdict: "not-checked", rule, status: null, via: null }));
  assert.equal(words("htp://a.example/", "other-scheme"), "htp: link");
  assert.equal(words("mailto:a@b.example", "scheme"), "mailto: link");
  assert.equal(words("https://a.example/", "robots"), "forbidden by robots.txt");
  assert.equal(words("https://a.example/", "look-up-limit"), "");
});
