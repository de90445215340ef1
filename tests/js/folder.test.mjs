import assert from "node:assert/strict";
import { test } from "node:test";

import { listed } from "../../web/page/input/folder.js";

const RULES = /** @type {any} */ ({
  extensions: ["md", "html"],
  vendored: ["vendor"],
  ofRepositories: [".git", ".github"],
  files: 5,
  total: 100,
});

/** @param {string} name @param {string} [text] @returns {any} */
function file(name, text = "x") {
  return { name, isFile: true, isDirectory: false, file: (/** @type {Function} */ done) => done(new File([text], name)) };
}

/** @param {string} name @param {...any} entries @returns {any} */
function folder(name, ...entries) {
  const left = [entries];
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => ({ readEntries: (/** @type {Function} */ done) => done(left.pop() ?? []) }),
  };
}

/** A file of a chosen folder. @param {string} path */
function chosen(path) {
  return Object.defineProperty(new File(["x"], path.split("/").at(-1) ?? ""), "webkitRelativePath", { value: path });
}

test("all names of a dropped folder are listed, also of files that are not read", async () => {
  const top = folder(
    "docs",
    file("a.md"),
    file("b.png"),
    file(".c.md"),
    folder("img", file("d.png")),
    folder("empty"),
    folder("vendor", file("v.md")),
  );
  const { files, listing, skipped, cut, repositories } = await listed([top], RULES);
  assert.deepEqual(
    files.map(({ name }) => name),
    ["docs/a.md"],
  );
  assert.deepEqual(listing, ["docs/", "docs/a.md", "docs/b.png", "docs/img/", "docs/empty/", "docs/img/d.png"]);
  assert.deepEqual([skipped, cut, repositories], [{ png: 2 }, false, []]);
});

test("a chosen folder lists the folders that have only hidden files", async () => {
  const paths = ["docs/a.md", "docs/img/.keep", "docs/b/c.png", "docs/vendor/v.md"];
  const { listing } = await listed(paths.map(chosen), RULES);
  assert.deepEqual(listing, ["docs/a.md", "docs/img/", "docs/b/c.png", "docs/"]);
});

test("a repository is known by a hidden folder at its top", async () => {
  const repository = folder("one", folder(".github", file("x.md")));
  const other = folder("two", folder("sub", folder(".git")));
  assert.deepEqual((await listed([repository, other], RULES)).repositories, ["one"]);
  assert.deepEqual((await listed([chosen("three/.git/config")], RULES)).repositories, ["three"]);
});

test("dropped folders of one name are told apart", async () => {
  const { files, listing } = await listed([folder("docs", file("a.md")), folder("docs", file("a.md"))], RULES);
  assert.deepEqual(
    files.map(({ name }) => name),
    ["docs/a.md", "docs (2)/a.md"],
  );
  assert.deepEqual(listing, ["docs/", "docs/a.md", "docs (2)/", "docs (2)/a.md"]);
});

test("a folder with too many files is cut", async () => {
  const many = Array.from({ length: 7 }, (_, n) => file(`${n}.md`));
  const { files, cut } = await listed([folder("docs", ...many)], RULES);
  assert.deepEqual([files.length, cut], [5, true]);
});

test("files that are chosen one by one are not listed", async () => {
  const { files, listing } = await listed([new File(["x"], "a.foo")], RULES);
  assert.deepEqual([files.map(({ name, inFolder }) => [name, inFolder]), listing], [[["a.foo", false]], []]);
});
