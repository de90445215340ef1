import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { Decided } from "../../web/page/triage/decided.js";

const { cases } = JSON.parse(readFileSync(new URL("../decisions.json", import.meta.url), "utf8"));

/** A decision as the worker lists it. @param {object} parts */
function decision(parts) {
  return { id: 1, source: null, decision: "ignore", reason: null, until: null, madeAt: "", active: true, ...parts };
}

for (const { promise, decisions, links } of cases) {
  test(promise, () => {
    const listed = decisions.map(({ url, scope, active = true }, id) =>
      decision({ id, url, scope, active, source: /^\w+:/.test(url) ? null : (decisions[id].source ?? null) }),
    );
    const decided = new Decided(listed.filter(({ id }) => !decisions[id].replaced).reverse());
    for (const [url, source, expected] of links) assert.equal(decided.of(url, source)?.id ?? null, expected, url);
  });
}

test("no decision applies where there are none", () => {
  assert.equal(new Decided([]).of("https://a.example/"), null);
});

test("an address that is the name of a property has no decision", () => {
  const decided = new Decided([decision({ url: "a.example", scope: "host" })]);
  for (const url of ["constructor", "__proto__", "https://__proto__/", "https://", "https://[/"]) assert.equal(decided.of(url), null);
});

test("a link is not compared with each decision", () => {
  let reads = 0;
  const counted = (parts) => new Proxy(decision(parts), { get: (target, name) => (reads++, target[name]) });
  const hosts = Array.from({ length: 300 }, (_, number) => counted({ url: `h${number}.example`, scope: "host" }));
  const prefixes = Array.from({ length: 300 }, (_, number) => counted({ url: `https://p.example/${number}/`, scope: "prefix" }));
  const decided = new Decided([...hosts, ...prefixes]);
  reads = 0;
  const found = Array.from({ length: 100_000 }, (_, number) => decided.of(`https://h${number % 1000}.example/${number}`));
  assert.equal(found.filter(Boolean).length, 30_000);
  assert.equal(reads, 0);
});
