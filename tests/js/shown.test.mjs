import assert from "node:assert/strict";
import { test } from "node:test";

import { partsOf, segmentsOf, textSegmentsOf } from "../../web/page/rows/shown.js";

/** The parts as text, with marked characters in brackets. @param {string} address */
function written(address) {
  const { hostAscii, ...parts } = partsOf(address);
  const texts = Object.values(parts).map((segments) =>
    segments.map(({ text, kind }) => (kind === "plain" ? text : `[${kind} ${text}]`)).join(""),
  );
  return [...texts, hostAscii];
}

test("a URL has a scheme, host, path, query and fragment", () => {
  assert.deepEqual(written("https://a.example:81/b/c?d=e?#f#g"), ["https://", "a.example:81", "/b/c", "?d=e?", "#f#g", null]);
  assert.deepEqual(written("HTTP://a.example"), ["HTTP://", "a.example", "", "", "", null]);
  assert.deepEqual(written("https://a.example#x?y"), ["https://", "a.example", "", "", "#x?y", null]);
});

test("any other address is a path, with its fragment", () => {
  assert.deepEqual(written("docs/my file?.md#part"), ["", "", "docs/my file?.md", "", "#part", null]);
  assert.deepEqual(written("mailto:a@b.example"), ["", "", "mailto:a@b.example", "", "", null]);
  assert.deepEqual(written("https:///x"), ["https://", "", "/x", "", "", null]);
  assert.deepEqual(written(""), ["", "", "", "", "", null]);
});

test("a user name is no part of the host", () => {
  assert.deepEqual(written("https://bank.example@evil.example/").slice(0, 3), ["https://bank.example@", "evil.example", "/"]);
  assert.deepEqual(written("https://good.example\\@evil.example/").slice(0, 3), ["https://", "good.example", "\\@evil.example/"]);
});

test("a host that looks like another one has its ASCII form", () => {
  const [, host, , , , ascii] = written("https://раураl.example/");
  assert.equal(host, "раураl.example");
  assert.equal(ascii, "xn--l-7sba6dbr.example");
  assert.equal(partsOf("https://b\u00fccher.example:81/").hostAscii, "xn--bcher-kva.example:81");
  assert.equal(partsOf("https://a\u200b.example\u202e/").hostAscii, null, "no such host is possible");
});

test("a mark of direction is named, so that the text keeps its order", () => {
  assert.deepEqual(partsOf("https://a.example/ok/\u202egnp.exe").path, [
    { text: "/ok/", kind: "plain" },
    { text: "U+202E", kind: "bidi" },
    { text: "gnp.exe", kind: "plain" },
  ]);
  for (const mark of "\u061c\u200e\u200f\u202a\u202c\u2066\u2069") assert.equal(segmentsOf(mark)[0].kind, "bidi");
});

test("invisible characters and controls are named", () => {
  const invisible = [
    "\u00ad",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\ufe0f",
    "\u{e0041}",
    "\u{e0100}",
    "\u3164",
    "\u034f",
    "\u00a0",
    "\u3000",
    "\u2800",
  ];
  const controls = ["\u0000", "\n", "\u007f", "\u0085", "\u2028", "\ud800", "\udfff"];
  for (const [kind, characters] of Object.entries({ invisible, control: controls })) {
    for (const character of characters) {
      const name = `U+${/** @type {number} */ (character.codePointAt(0)).toString(16).toUpperCase().padStart(4, "0")}`;
      assert.deepEqual(segmentsOf(`a${character}b`)[1], { text: name, kind });
    }
  }
});

test("visible characters of any script are plain", () => {
  for (const text of ["Grüße", "日本語", "שלום", "a\u0301", "😀", "a b", "\u0600"])
    assert.deepEqual(segmentsOf(text), [{ text, kind: "plain" }]);
});

test("each mark is in the part that has it, and the parts add up to the address", () => {
  const address = "https://a\u200b.example/\u0007b?\u202ec#d\u00ad";
  assert.deepEqual(written(address).slice(1, 5), [
    "a[invisible U+200B].example",
    "/[control U+0007]b",
    "?[bidi U+202E]c",
    "#d[invisible U+00AD]",
  ]);
  assert.deepEqual(segmentsOf("\ud800\udc00\ud800x").at(-2), { text: "U+D800", kind: "control" });
});

test("the number of marks is bounded, and no further one is left in the text", () => {
  const segments = segmentsOf(`${"a\u202e".repeat(100_000)}z`);
  assert.equal(segments.length, 201);
  assert.match(/** @type {string} */ (segments.at(-1)?.text), /^(a\ufffd)+z$/);
});

test("a text has marks where a character reverses it or hides, and none in emoji and in the words of any language", () => {
  assert.deepEqual(textSegmentsOf("pay\u202epal\u200b"), [
    { text: "pay", kind: "plain" },
    { text: "U+202E", kind: "bidi" },
    { text: "pal", kind: "plain" },
    { text: "U+200B", kind: "invisible" },
  ]);
  for (const text of [
    "10\u00a0km",
    "\u2764\ufe0f",
    "\u{1f469}\u200d\u{1f4bb}",
    "\u0645\u06cc\u200c\u0631\u0648\u0645",
    "Silben\u00adtrennung",
    "\u56fd\u3000\u5bb6",
  ]) {
    assert.deepEqual(textSegmentsOf(text), [{ text, kind: "plain" }]);
  }
});
