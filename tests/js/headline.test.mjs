// The headline of the results says what there is to do, and claims no more than was observed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nextStepOf, outcomeOf, progressOf } from "../../web/page/results/headline.js";

const SHARES = { works: 0, fix: 0, look: 0, decided: 0, unchecked: 0, others: 0 };
const ENDED = { problems: [], leftOver: 0, unanswered: 0, hasRest: false };
const whole = ({ before, mark, after }) => before + mark + after;

// Numbers of links, further properties of the check, and the headline.
const OUTCOMES = [
  [{ works: 9 }, {}, "All 9 links work"],
  [{ works: 1 }, {}, "The link works"],
  [{ works: 3, fix: 1 }, {}, "1 link to fix"],
  [{ works: 3, fix: 57, look: 95 }, {}, "57 links to fix"],
  [{ works: 3, look: 9 }, {}, "Nothing to fix, 9 to look at"],
  [{ look: 1 }, {}, "Nothing to fix, 1 to look at"],
  [{ works: 3, look: 9, others: 2 }, {}, "Nothing to fix, 9 to look at, 2 not checked"],
  [{ look: 9, others: 2 }, {}, "Nothing to fix, 9 to look at, 2 not checked"],
  [{ works: 3, others: 2 }, {}, "Nothing to fix, 2 not checked"],
  [{ others: 1 }, {}, "1 link not checked"],
  [{ works: 3, fix: 2, decided: 1 }, {}, "2 links to fix"],
  [{ works: 3, decided: 1 }, {}, "Nothing to fix"],
  [{ decided: 1 }, {}, "Nothing to fix"],
  [{ decided: 1 }, { hasRest: true }, "Stopped: nothing to fix so far"],
  [{}, {}, "No links found"],
  [{}, { problems: ["one"] }, "Nothing was checked"],
  [{}, { hasRest: true }, "Stopped: no link was checked"],
  [{ unchecked: 200 }, { hasRest: true, leftOver: 200 }, "Stopped: no link was checked"],
  [{ works: 4, unchecked: 5 }, { hasRest: true, leftOver: 5 }, "Stopped: nothing to fix so far"],
  [{ works: 4, look: 2 }, { hasRest: true, leftOver: 5 }, "Stopped: nothing to fix so far, 2 to look at"],
  [{ works: 4, fix: 21 }, { hasRest: true, leftOver: 5 }, "Stopped: 21 to fix so far"],
  [{ works: 4 }, { unanswered: 60, problems: ["one"] }, "Stopped: nothing to fix so far"],
  [{ works: 4, fix: 1 }, { hasRest: true, record: { restored: true } }, "Not finished: 1 to fix so far"],
];

for (const [shares, run, expected] of OUTCOMES) {
  test(`headline of ${JSON.stringify([shares, run])}`, () => {
    assert.equal(whole(outcomeOf({ ...ENDED, ...run }, { ...SHARES, ...shares }, 0)), expected);
  });
}

test("e-mail links are counted apart", () => {
  assert.equal(whole(outcomeOf(ENDED, SHARES, 2)), "No links to check, only 2 e-mail, phone or script links");
  assert.equal(whole(outcomeOf(ENDED, { ...SHARES, works: 3 }, 2)), "All 3 links work");
});

test("a text without links can be read as another type, and nothing else can", () => {
  const text = { ...ENDED, running: false, order: { typed: true }, rows: { size: 0 } };
  assert.equal(nextStepOf(text), "Another type of text can be chosen under Options.");
  const others = [{ order: {} }, { running: true }, { hasRest: true }, { problems: ["one"] }, { rows: { size: 1 } }];
  for (const other of others) assert.equal(nextStepOf({ ...text, ...other }), "", JSON.stringify(other));
});

// Numbers of links that a report calls broken, and the headline.
const OPINIONS = [
  [{ works: 3, fix: 8, look: 1 }, "3 of 12 failures in the report work from here"],
  [{ works: 1, fix: 8 }, "1 of 9 failures in the report works from here"],
  [{ works: 3 }, "All 3 failures in the report work from here"],
  [{ works: 1 }, "The only failure in the report works from here"],
  [{ fix: 8 }, "8 links to fix"],
  [{ look: 8 }, "Nothing to fix, 8 to look at"],
];

for (const [shares, expected] of OPINIONS) {
  test(`headline of a second opinion on ${JSON.stringify(shares)}`, () => {
    const order = { report: { program: "lychee", findings: new Map() } };
    assert.equal(whole(outcomeOf({ ...ENDED, order }, { ...SHARES, ...shares }, 0)), expected);
    const stopped = whole(outcomeOf({ ...ENDED, order, hasRest: true }, { ...SHARES, ...shares }, 0));
    assert.match(stopped, /^Stopped: .* so far/);
  });
}

test("the number to fix is highlighted", () => {
  assert.deepEqual(outcomeOf(ENDED, { ...SHARES, fix: 57 }, 0), { before: "", mark: "57 links", after: " to fix" });
});

test("a check that runs says what there is to fix so far", () => {
  const run = { state: "checking", progress: { done: 3, total: 9 }, relay: null, title: "a", record: { restored: false } };
  assert.equal(whole(progressOf(run, { ...SHARES, fix: 21 }, "")), "Checking: 21 to fix so far");
  assert.equal(whole(progressOf(run, SHARES, "")), "Checking: nothing to fix so far");
  assert.equal(whole(progressOf(run, SHARES, "Starting, your check comes next")), "Starting, your check comes next");
});
