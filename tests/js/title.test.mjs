// A check of a text is named by its first words.

import assert from "node:assert/strict";
import { test } from "node:test";

import { titleOfText } from "../../web/page/input/title.js";

for (const [text, title] of [
  ["# Long one\n\nwords", "Long one"],
  ["\n  > ## Quoted *words* ##\n", "Quoted words"],
  ["---\ntitle: A\ndate: 2026-11-28\n---\n\n# Release notes\n", "Release notes"],
  ["---\r\ntitle: A\r\n---\r\nWords\r\nmore", "Words"],
  ["+++\ntitle = 'A'\n+++\n* One\n* Two", "One"],
  ["---\n\nWords below a line across\n---\n", "Words below a line across"],
  ["- [The guide](https://a.example/guide) and more", "The guide and more"],
  ["https://a.example/1\nhttps://a.example/2", "https://a.example/1"],
  ["***\n---\n日本語", "日本語"],
  ["---\n\n***\n", "pasted text"],
]) {
  test(`the name of ${JSON.stringify(text)}`, () => assert.equal(titleOfText(text), title));
}

test("a name has at most 80 characters, and no half of one", () => {
  assert.equal(titleOfText("𝒳".repeat(10_000)), `${"𝒳".repeat(79)}…`);
  assert.equal(titleOfText("x".repeat(80)), "x".repeat(80));
});
