// Another link checker's report: both verdicts are shown, kept with the check, and what is fine can be accepted.

import assert from "node:assert/strict";
import test from "node:test";

import { notesOf, reportedLinks, reportIn, restoredOf, storedOf, wordsOf } from "../../web/page/input/report.js";
import { keepOf, orderOfRun } from "../../web/page/past/stored.js";
import { acceptedOf } from "../../web/page/triage/accepted.js";
import { dayIn } from "../../web/page/triage/judging.js";
import { result } from "./result.mjs";

const A = "https://a.example/";
const FINDING = { url: A, source: "a.md", line: 3, column: 7, text: "A", message: "Rejected status code: 403 Forbidden", verdict: "" };

/** The order that a report gives. @param {object[]} items */
function ordered(items, program = "lychee", name = "report.json", withoutAddress = 0) {
  return reportIn({ report: async () => ({ program, items, withoutAddress }) }, new File(["x"], name));
}

test("a finding is told by its verdict and its message", () => {
  assert.equal(wordsOf(FINDING), "Broken (Rejected status code: 403 Forbidden)");
  assert.equal(wordsOf({ verdict: "", message: "" }), "Broken");
  assert.equal(wordsOf({ verdict: "timeout", message: "No reply came." }), "Timed out (No reply came)");
  assert.equal(wordsOf({ verdict: "constructor", message: "a\u202eb" }), "Broken (a\ufffdb)");
  assert.ok(wordsOf({ verdict: "", message: "x".repeat(10_000) }).length < 400);
});

test("each URL of a report is checked once, and has each place of the report", async () => {
  const order = await ordered([FINDING, { ...FINDING, line: 9, message: "" }, { ...FINDING, url: `${A}b` }]);
  assert.deepEqual(order.sources, [{ urls: [A, `${A}b`], reported: true }]);
  const links = reportedLinks(order.report, result(A, { verdict: "ok" }));
  assert.deepEqual(
    links.map(({ source, line, verdict, reported }) => [source, line, verdict, reported]),
    [
      ["a.md", 3, "ok", "Broken (Rejected status code: 403 Forbidden)"],
      ["a.md", 9, "ok", "Broken"],
    ],
  );
  assert.deepEqual(reportedLinks(undefined, result(A)), [result(A)]);
});

test("an own export with places is no second opinion", async () => {
  assert.equal(await ordered([FINDING], "json-head", "links.csv"), null);
  assert.equal(await ordered([], "json-head", "links.csv"), null);
  assert.notEqual(await ordered([FINDING], "json-head", "links.sarif"), null);
});

test("a report that leaves nothing to check is refused with the reason", async () => {
  await assert.rejects(ordered([]), { code: "no-findings", message: "This report (lychee) has no failures." });
  await assert.rejects(ordered([], "ESLint\u202e", "x.sarif", 2), {
    code: "no-findings",
    message: "This report (ESLint\ufffd) has 2 findings without an address, and no other.",
  });
});

test("a damaged or long report is not taken for text", async () => {
  for (const code of ["damaged-report", "too-many-findings"]) {
    const client = { report: () => Promise.reject(Object.assign(new Error(), { code })) };
    await assert.rejects(reportIn(client, new File(["x"], "x.json")), { code });
  }
});

test("findings without an address are counted in a note", async () => {
  const { report } = await ordered([FINDING], "other", "x.sarif", 2);
  assert.deepEqual(notesOf(report), ["2 findings of the report without an address were left out."]);
  assert.deepEqual(notesOf((await ordered([FINDING])).report), []);
  assert.deepEqual(notesOf(undefined), []);
});

test("a stored check has the report, unless it is long", async () => {
  const order = await ordered([FINDING, { ...FINDING, line: 9 }]);
  const { options } = keepOf({ ...order, policy: {} });
  const { program, findings } = order.report;
  assert.deepEqual(orderOfRun(JSON.parse(JSON.stringify({ options }))).report, { program, findings });
  const long = await ordered(Array.from({ length: 501 }, (_, line) => ({ ...FINDING, line })));
  assert.deepEqual(storedOf(long.report), { program: "lychee", items: [] });
});

test("a stored report from elsewhere has no values that a report can not have", () => {
  for (const report of [null, 5, {}, { program: 5, items: [] }, { program: "x", items: {} }]) assert.equal(restoredOf(report), undefined);
  const items = [null, 5, { ...FINDING, text: 5 }, { ...FINDING, line: "3" }, { ...FINDING, verdict: "ok", ok: false }];
  const { findings } = restoredOf({ program: "x", items });
  assert.equal(findings.size, 1);
  assert.equal(reportedLinks({ program: "x", findings }, result(A, { ok: true }))[0].ok, true);
});

test("what works from here is accepted, unless a person says that it is broken", () => {
  const row = (verdict, decision = null, reported = "Broken (403)") => ({ result: result(A, { verdict, reported }), decision });
  const accepted = (...rows) => acceptedOf({ rows, order: { report: { program: "lychee", findings: new Map() } } });
  const item = { url: A, source: null, decision: "works", until: dayIn(90), reason: "lychee: Broken (403)" };
  assert.deepEqual(accepted(row("ok"), row("broken"), row("answered-unreadable")), [item]);
  assert.deepEqual(accepted(row("ok", "works"), row("ok", "broken")), [item]);
  assert.deepEqual(accepted(row("ok", null, "")), []);
});
