/** The boot's states: the order of events, the terminal failure, and restarts. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { BootState } from "../../web/client/boot/state.js";

const CAUSE = { code: "boot-download", name: "Error", message: "A file is missing." };
const VERSIONS = { json_head: "1", python: "3", pyodide: "314" };

function recorded() {
  /** @type {string[]} */
  const stages = [];
  const state = new BootState(
    ({ stage }) => stages.push(stage),
    ({ message }) => new Error(message),
  );
  return { state, stages };
}

/** @param {import("../../web/client/protocol.js").Stage} stage */
const event = (stage) => ({
  type: /** @type {const} */ ("boot"),
  stage,
  loaded: 1,
  total: 2,
  ...(stage === "ready" && { versions: VERSIONS }),
});

test("ready resolves with the versions", async () => {
  const { state, stages } = recorded();
  for (const stage of /** @type {const} */ (["fetching", "starting", "installing", "ready"])) state.advance(event(stage));
  assert.deepEqual(await state.ready, VERSIONS);
  assert.deepEqual(stages, ["fetching", "starting", "installing", "ready"]);
  assert.equal(state.failure, null);
});

test("a failure is terminal", async () => {
  const { state, stages } = recorded();
  state.advance(event("starting"));
  assert.equal(state.fail(CAUSE), true);
  assert.equal(state.fail({ ...CAUSE, code: "later" }), false);
  state.advance(event("ready"));
  state.begin();
  assert.deepEqual(stages, ["starting", "failed"]);
  assert.equal(state.failure, CAUSE);
  assert.equal(state.event.loaded, 1);
  await assert.rejects(state.ready, /A file is missing/);
});

test("a failure after ready leaves the resolved promise", async () => {
  const { state } = recorded();
  state.advance(event("ready"));
  state.fail(CAUSE);
  assert.deepEqual(await state.ready, VERSIONS);
  assert.equal(state.failure, CAUSE);
});

test("a restart leaves the failure with a new promise", async () => {
  const { state, stages } = recorded();
  state.restart();
  state.fail(CAUSE);
  const failed = state.ready;
  state.restart();
  assert.notEqual(state.ready, failed);
  state.advance(event("ready"));
  assert.deepEqual(await state.ready, VERSIONS);
  assert.deepEqual(stages, ["failed", "fetching", "ready"]);
});

test("a boot that waits for data can begin again, with the same promise", async () => {
  const { state, stages } = recorded();
  state.advance({ ...event("fetching"), stalled: ["a.wasm"] });
  const { ready } = state;
  assert.equal(state.restart(), true);
  assert.equal(state.event.stalled, undefined);
  state.advance(event("ready"));
  assert.deepEqual(await ready, VERSIONS);
  assert.deepEqual(stages, ["fetching", "fetching", "ready"]);
});

test("a boot that goes on is not begun again", () => {
  const { state, stages } = recorded();
  state.advance({ ...event("fetching"), stalled: ["a.wasm"] });
  state.advance(event("fetching"));
  assert.equal(state.restart(), false);
  assert.deepEqual(stages, ["fetching", "fetching"]);
});

test("a replacement worker begins with the first stage", () => {
  const { state, stages } = recorded();
  state.advance(event("ready"));
  state.begin();
  assert.deepEqual(stages, ["ready", "fetching"]);
  assert.deepEqual([state.event.loaded, state.event.total], [0, 0]);
});
