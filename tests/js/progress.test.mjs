import assert from "node:assert/strict";
import { test } from "node:test";

import { Run } from "../../web/page/check.js";
import { result } from "./result.mjs";

/** A client whose check of a site finds one more link before each result. */
function growing(/** @type {number} */ most) {
  const audit = {
    count: { links: 0, urls: 0, pages: 1, format: "html", notes: [] },
    found: Promise.resolve(),
    async *[Symbol.asyncIterator]() {
      for (let number = 1; number <= most; number++) {
        audit.count = { ...audit.count, links: number };
        yield result(`https://a.example/${number}`);
      }
    },
  };
  return { boot: { stage: "ready" }, audit: () => audit };
}

test("a site never has more checked links than links, also between two looks at the count", async () => {
  const order = { sources: [{ site: "https://a.example/" }], title: "a.example", policy: {}, fragments: true, listed: null };
  const run = new Run(growing(20), order);
  const seen = [];
  run.addEventListener("change", () => seen.push({ ...run.progress }));
  await run.start();
  assert.deepEqual(run.progress, { done: 20, total: 20 });
  assert.deepEqual(
    seen.filter(({ done, total }) => done > total),
    [],
  );
});
