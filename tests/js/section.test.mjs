import assert from "node:assert/strict";
import { test } from "node:test";

import { sectionNote, sectionWords } from "../../web/page/details/section.js";
import { statusOf } from "../../web/page/results/status.js";
import { result } from "./result.mjs";

const PAGE = "https://a.example/";

test("a section that was not looked at is named, with how to have it looked at", () => {
  const unseen = result(`${PAGE}#prices`);
  assert.equal(sectionWords(unseen), "section not looked at");
  assert.match(sectionNote(unseen), /^The section after # was not looked at\. .*“Check sections of pages too”/);
  assert.equal(statusOf(unseen), "section not looked at");
});

test("nothing is said of sections that were looked at, and of links without one", () => {
  for (const url of [PAGE, `${PAGE}#`, `${PAGE}#top`]) assert.equal(sectionWords(result(url)) + sectionNote(result(url)), "");
  const found = result(`${PAGE}#prices`, { fragment: "found" });
  assert.equal(sectionWords(found) + sectionNote(found), "");
  const broken = result(`${PAGE}#prices`, { verdict: "broken", status: 404 });
  assert.equal(sectionWords(broken) + sectionNote(broken), "");
});

test("a section of which nothing could be learned says why", () => {
  const untold = result(`${PAGE}#L10`, { fragment: "not-told", fragment_rule: "lines" });
  assert.equal(sectionWords(untold), "section not known");
  assert.match(sectionNote(untold), /because what is after # names lines of a file/);
  assert.match(sectionNote(result(`${PAGE}#/route`)), /because scripts of the page read/);
});

test("a text fragment is never looked for", () => {
  for (const fragment of [undefined, "found"]) {
    const withText = result(`${PAGE}#:~:text=a%20word`, { fragment });
    assert.equal(sectionWords(withText), "text not looked for");
    assert.equal(sectionNote(withText), "The text that the link is to scroll to (:~:text=) is never looked for.");
  }
  const both = result(`${PAGE}#prices:~:text=a`);
  assert.match(sectionNote(both), /not looked at.*never looked for/);
});

test("a helper server looks at no sections, and the details say so", () => {
  const relayed = result(`${PAGE}#prices`, { via: "relay" });
  assert.match(sectionNote(relayed), /the helper server doesn't do that/);
  assert.equal(statusOf(relayed), "section not looked at, by the helper server");
});
