import assert from "node:assert/strict";
import { test } from "node:test";

import { progressWords } from "../../web/page/list/announcing.js";

const RUN = {
  state: "checking",
  pages: 0,
  progress: { done: 300, total: 1904 },
  again: false,
  relay: null,
  cancelling: false,
  offline: false,
};

test("progress is announced in pages of a site, and in links of anything else", () => {
  assert.equal(progressWords({ ...RUN, pages: 128 }, { fix: 21 }), "128 pages read, 21 to fix so far");
  assert.equal(progressWords(RUN, { fix: 0 }), "300 of 1,904 links checked, nothing to fix so far");
});

test("the headline is announced while a check does not go on as usual", () => {
  for (const state of [{ state: "reading" }, { again: true }, { relay: "https://r.example" }, { cancelling: true }, { offline: true }]) {
    assert.equal(progressWords({ ...RUN, ...state }, { fix: 1 }), null);
  }
});
