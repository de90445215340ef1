import assert from "node:assert/strict";
import { test } from "node:test";
import { statusWords, TO_FIX, TO_LOOK_AT, VERDICTS } from "../../web/client/verdicts.js";

test("a status has words of its own, those of server errors, or none", () => {
  const words = [404, 410, 401, 403, 429, 500, 599, 302].map(statusWords);
  assert.deepEqual(words, [
    "not found (404)",
    "gone (410)",
    "sign-in needed (401)",
    "not for everybody (403)",
    "wants fewer (429)",
    "error 500",
    "error 599",
    "status 302",
  ]);
});

test("each verdict but two is to fix or to look at, the most urgent first", () => {
  assert.deepEqual(
    [...TO_FIX, ...TO_LOOK_AT],
    VERDICTS.filter((verdict) => verdict !== "ok" && verdict !== "not-checked"),
  );
});
