// A person's decisions in words.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import { partsOf } from "../../web/page/past/decisions.js";

const DECISION = { decision: "works", reason: null, until: null, madeAt: "2026-11-29T10:00:00.000Z", active: true };

test("a decision says what was decided, until when, when it was made, and why", () => {
  const [said, until, made, reason] = partsOf({ ...DECISION, until: "2999-02-28", reason: "Behind a login" });
  assert.equal(said, "You said: it works");
  assert.match(until, /^until .*28.*2999|^until .*2999.*28/);
  assert.match(made, /^made on .*29/);
  assert.equal(reason, "“Behind a login”");
  assert.equal(partsOf(DECISION)[1], "for ever");
});

test("a decision that has run out says so", () => {
  assert.match(partsOf({ ...DECISION, until: "2020-01-31", active: false })[1], /^ended on .*31/);
});

test("the last day is the same in each time zone", () => {
  const module = new URL("../../web/page/triage/asking.js", import.meta.url).href;
  const script = `import { endOf } from ${JSON.stringify(module)}; console.log(endOf("2999-02-28"));`;
  for (const TZ of ["America/Los_Angeles", "Pacific/Auckland"]) {
    const env = { ...process.env, TZ };
    const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { env, encoding: "utf8" });
    assert.match(printed, /28/, TZ);
  }
});

test("a reason cannot reverse the words around it", () => {
  assert.equal(partsOf({ ...DECISION, reason: "a\u202eb" }).at(-1), "“a\ufffdb”");
});
