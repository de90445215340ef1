import assert from "node:assert/strict";
import { test } from "node:test";

import { Pending, withToken } from "../../web/client/pending.js";

/** @param {Pending} pending */
async function posted(pending) {
  const { json, ...rest } = await pending.message();
  return { ...JSON.parse(json), ...rest };
}

test("a check is posted whole until its links are known, and then resumed", async () => {
  const granted = ["*://a.example/*"];
  const pending = new Pending(7, { type: "audit", source: { text: "x" }, policy: { retries: 1 }, granted });
  const first = await posted(pending);
  assert.deepEqual([first.id, first.type, first.source, first.granted], [7, "audit", { text: "x" }, granted]);
  pending.deliver({ id: 7, type: "plan", plan: "[1, 2, 3]" });
  pending.deliver({ id: 7, type: "results", items: [], indexes: [2, 0] });
  const again = await posted(pending);
  assert.deepEqual([again.type, again.plan, again.answered, again.policy], ["resume", "[1, 2, 3]", [2, 0], { retries: 1 }]);
  assert.deepEqual(again.granted, granted);
});

test("a repeated relay message names only the results that are missing", async () => {
  const results = ["a", "b", "c"];
  const pending = new Pending(1, /** @type {any} */ ({ type: "relay", relay: "http://r", results, indexes: [5, 6, 7] }));
  pending.deliver({ id: 1, type: "results", items: [], indexes: [6] });
  const again = await posted(pending);
  assert.deepEqual(
    [again.results, again.indexes],
    [
      ["a", "c"],
      [5, 7],
    ],
  );
});

test("the plan stays in the client, and other replies keep their order", async () => {
  const pending = new Pending(1, { type: "audit", source: { text: "x" } });
  pending.deliver({ id: 1, type: "plan", plan: "[]" });
  pending.deliver({ id: 1, type: "outage", offline: true });
  pending.deliver({ id: 1, type: "done" });
  assert.equal((await pending.next()).type, "outage");
  assert.equal((await pending.next()).type, "done");
});

test("files are joined into one buffer, and unreadable files are named", async () => {
  const broken = /** @type {any} */ ({ size: 1, arrayBuffer: () => Promise.reject(new Error("gone")) });
  const files = [
    { name: "a.md", file: new Blob(["ab"]), inFolder: true },
    { name: "b.md", file: broken, inFolder: false },
    { name: "c.md", file: null, inFolder: false },
    { name: "d.md", file: new Blob(["c"]), inFolder: true },
  ];
  const { source, body } = await posted(new Pending(1, { type: "audit", source: {}, files }));
  assert.deepEqual(source.files, [
    { name: "a.md", size: 2, inFolder: true },
    { name: "b.md", size: 0, inFolder: false, fault: "unreadable" },
    { name: "c.md", size: 0, inFolder: false, fault: "unreadable" },
    { name: "d.md", size: 1, inFolder: true },
  ]);
  assert.equal(new TextDecoder().decode(body), "abc");
});

test("a message that JSON cannot carry, or that is too deep, is refused at once", () => {
  const deep = JSON.parse("[".repeat(40) + "]".repeat(40));
  for (const value of [1n, deep]) {
    assert.throws(() => new Pending(1, /** @type {any} */ ({ type: "audit", source: { text: value } })), TypeError);
  }
  const circle = /** @type {any} */ ({});
  circle.self = circle;
  assert.throws(() => new Pending(1, /** @type {any} */ ({ type: "audit", source: circle })), TypeError);
});

test("a request that is resumed goes on in the run that has its first results", async () => {
  const keep = { source: "s", options: { title: "t" } };
  const pending = new Pending(7, { type: "audit", source: { urls: ["u"] }, keep });
  assert.deepEqual(JSON.parse((await pending.message()).json).keep, keep);
  pending.deliver({ id: 7, type: "plan", plan: "[[],[]]" });
  pending.deliver({ id: 7, type: "kept", run: 12, state: "kept", dropped: [] });
  const { type, keep: resumed } = JSON.parse((await pending.message()).json);
  assert.deepEqual([type, resumed], ["resume", { run: 12 }]);
});

test("URLs that are checked again stay apart from the run that they replace", async () => {
  const pending = new Pending(7, { type: "audit", source: { urls: ["u"] }, keep: { again: 3 } });
  pending.deliver({ id: 7, type: "plan", plan: "[[],[]]" });
  pending.deliver({ id: 7, type: "kept", run: 4, state: "kept", dropped: [] });
  assert.deepEqual(JSON.parse((await pending.message()).json).keep, { again: 3 });
});

test("a token is added to the requests that name its relay", () => {
  const tokens = new Map([["http://r", "token"]]);
  const named = /** @type {any} */ ({ type: "audit", source: { text: "x" }, relay: "http://r" });
  assert.deepEqual(withToken(named, tokens), { ...named, relayToken: "token" });
  for (const relay of ["http://r/", "http://other", undefined]) {
    assert.equal("relayToken" in withToken({ ...named, relay }, tokens), false);
  }
  assert.equal("relayToken" in withToken({ type: "folder" }, tokens), false);
  assert.equal("relayToken" in withToken(named, new Map([["http://r", ""]])), false);
});
