import assert from "node:assert/strict";
import { test } from "node:test";

import { textFragment } from "../../web/page/details/textfragment.js";

/** The directive for a link of https://a.example/. @param {string} text @param {object} [parts] @param {object[]} [lines] */
function directive(text, parts = {}, lines = []) {
  const url = textFragment(
    /** @type {any} */ ({ source: "https://a.example/", text, found: "a href", ...parts }),
    /** @type {any} */ (lines),
  );
  return url === null ? null : url.slice(url.indexOf(":~:") + ":~:text=".length);
}

/** The line of an excerpt in which brackets enclose the mark. @param {string} written @param {object} [parts] */
function line(written, parts = {}) {
  const [before, marked, after] = written.split(/[⟦⟧]/);
  const mark = marked === undefined ? null : [before.length, before.length + marked.length];
  return { number: 1, text: before + (marked ?? "") + (after ?? ""), mark, cutBefore: false, cutAfter: false, ...parts };
}

/** @param {string} written @param {object} [parts] */
const directiveIn = (written, parts) => directive("here", {}, [line("<p>"), line(written, parts)]);

test("a page is opened at the text of a link", () => {
  const place = { source: "https://a.example/b?c", text: "Install on Linux", found: "a href" };
  assert.equal(textFragment(place), "https://a.example/b?c#:~:text=Install%20on%20Linux");
});

test("the syntax of the directive is encoded in texts", () => {
  assert.equal(directive("a-b, c & d – (é)"), "a%2Db%2C%20c%20%26%20d%20%E2%80%93%20(%C3%A9)");
  assert.equal(directive("one two 😀"), "one%20two%20%F0%9F%98%80");
  assert.equal(directive("one two \ud83d"), "one%20two%20%EF%BF%BD");
});

test("white space is collapsed", () => {
  assert.equal(directive("  one\n two\tthree "), "one%20two%20three");
});

test("a long text is given by its first and last words", () => {
  const words = Array.from({ length: 30 }, (_, index) => `w${index}`);
  assert.equal(directive(words.join(" ")), "w0%20w1%20w2%20w3,w26%20w27%20w28%20w29");
  assert.equal(directive(`${"a".repeat(50)} ${"b".repeat(50)} c`), `${"a".repeat(50)},c`);
  assert.equal(directive("a".repeat(120)), "a".repeat(120));
});

test("a text that may have been cut is given by its first words only", () => {
  const words = Array.from({ length: 60 }, (_, index) => `w${index}`);
  assert.equal(directive(words.join(" ").slice(0, 200)), "w0%20w1%20w2%20w3%20w4%20w5%20w6%20w7");
  assert.equal(directive(`a ${"b".repeat(198)}`), "a");
  assert.equal(directive("b".repeat(200)), null);
});

test("the fragment of a page stays", () => {
  const place = { text: "one two three", found: "a href" };
  assert.equal(textFragment({ ...place, source: "https://a.example/#id" }), "https://a.example/#id:~:text=one%20two%20three");
  assert.equal(textFragment({ ...place, source: "https://a.example/#id:~:text=x" }), "https://a.example/#id:~:text=one%20two%20three");
  assert.equal(textFragment({ ...place, source: "https://a.example/##x" }), "https://a.example/##x:~:text=one%20two%20three");
});

test("there is no such URL for other sources than web pages", () => {
  for (const source of [null, "docs/a.md", "C:\\a.md", "file:///a.html", "javascript:alert(1)", "https://[", ""]) {
    assert.equal(directive("x", { source }), null);
  }
});

test("there is no such URL for links without a text that readers see", () => {
  for (const text of ["", " \n"]) assert.equal(directive(text), null);
  for (const found of ["img src", "markdown image", "link href", "meta og:image", "loc", "bare url", ""]) {
    assert.equal(directive("x", { found }), null);
  }
  assert.equal(directiveIn('⟦<a href="b"><img src="c" alt="here"></a>⟧'), null);
});

test("a short text has the words around it", () => {
  assert.equal(directiveIn("<li>See it ⟦<a>here</a>⟧, and so on.</li>"), "See%20it-,here,-%2C%20and%20so%20on.");
  assert.equal(directiveIn("<li>⟦<a>here</a>⟧</li>"), "here");
  assert.equal(directiveIn("1 2 3 4 5 6 ⟦<a>here</a>⟧ 1 2 3 4 5 6"), "3%204%205%206-,here,-1%202%203%204");
  assert.equal(directive("one two three", {}, [line("See ⟦<a>one two three</a>⟧ and")]), "one%20two%20three");
  assert.equal(directive("here", { found: "markdown link" }, [line("See ⟦[here](b)⟧ and")]), "here");
});

test("the words around a link of several lines are before its first and after its last line", () => {
  assert.equal(directive("here", {}, [line("a ⟦<a⟧"), line("⟦>here</a>⟧ b")]), "a-,here,-b");
});

test("a word that may not be whole is left out", () => {
  assert.equal(directiveIn("ne two ⟦<a>here</a>⟧ one tw", { cutBefore: true, cutAfter: true }), "two-,here,-one");
  assert.equal(directiveIn("caf&eacute;s two ⟦<a>here</a>⟧ one caf&eacute;s"), "two-,here,-one");
  assert.equal(directiveIn("&nbsp; two ⟦<a>here</a>⟧ one &nbsp;"), "two-,here,-one");
  assert.equal(directiveIn("t ⟦<a>here</a>⟧ o", { cutBefore: true, cutAfter: true }), "here");
});
