// The progress line names what a check waits for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Audit } from "../../web/client/audit.js";
import { waitWords } from "../../web/page/results/wait.js";

const RUN = { state: "checking", running: true, cancelling: false, offline: false, wait: null, started: 0, grown: 0 };
const run = (/** @type {object} */ more) => ({ ...RUN, order: { sources: ["text"] }, record: { restored: false }, ...more });

const WAITS = [
  ["reply", "Waiting for a reply from slow.example"],
  ["requested", "Waiting 20 s because slow.example asked for it"],
  ["spaced", "Waiting 20 s because slow.example wants pauses between requests"],
  ["rate", "Waiting 20 s, as the options limit requests a second"],
];

for (const [cause, words] of WAITS) {
  test(`words of a wait with the cause ${cause}`, () => {
    const wait = { host: "slow.example", cause, seconds: 30, until: 30_000 };
    assert.equal(waitWords(run({ wait }), "", 10_500), words);
    for (const more of [{ cancelling: true }, { offline: true }, { running: false }]) {
      assert.equal(waitWords(run({ wait, ...more }), "", 10_500), "", JSON.stringify(more));
    }
  });
}

test("a page that does not arrive is named once that takes long", () => {
  const reading = run({ state: "reading", started: 1000, order: { sources: [{ site: "https://slow.example/docs/" }] } });
  assert.equal(waitWords(reading, "", 3999), "");
  assert.equal(waitWords(reading, "", 4000), "Waiting for a reply from slow.example");
  assert.equal(waitWords({ ...reading, grown: 2000 }, "", 4000), ""); // the parts of a sitemap arrive
  assert.equal(waitWords(reading, "Starting, your check comes next", 4000), "");
  assert.equal(waitWords({ ...reading, order: { sources: ["text"] } }, "", 4000), "");
  assert.equal(waitWords({ ...reading, record: { restored: true } }, "", 4000), "");
});

test("an audit has the wait that the worker reports until it is over", async () => {
  let go = () => {};
  const paused = new Promise((resolve) => (go = () => resolve(undefined)));
  const wait = { host: "a.example", cause: "requested", seconds: 20 };
  const audit = new Audit(async function* () {
    yield { id: 1, type: "waiting", wait };
    await paused;
    yield { id: 1, type: "waiting", wait: null };
  });
  await new Promise((resolve) => setTimeout(resolve));
  const { until, ...rest } = audit.wait;
  assert.deepEqual(rest, wait);
  assert.ok(until > performance.now());
  go();
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(audit.wait, null);
});
