import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { workflowOf } from "../../web/page/share/workflow.js";

const PAGE = "https://docs.example.org/guide/";

const ordered = (source, parts = {}) => ({ sources: [source], title: "hello", policy: {}, ...parts });
const stepsOf = (/** @type {string} */ text) => text.slice(text.indexOf("    steps:\n") + "    steps:\n".length);

test("the workflow of a page gives the action the page and the options of its check", () => {
  const policy = { total: 8, per_host: 2, rate_per_host: 0.5, timeout_s: 20, retries: 0 };
  const text = workflowOf(ordered({ page: PAGE }, { policy, fragments: true, relay: "https://relay.example/" }));
  assert.equal(
    stepsOf(text),
    `      - uses: NAME/json-head-lite@v1
        with:
          page: '${PAGE}'
          args: --fragments --total 8 --per-host 2 --rate-per-host 0.5 --timeout 20 --retries 0
`,
  );
});

test("the workflow of a site crawls it within its limits", () => {
  const text = workflowOf(ordered({ site: PAGE, maxPages: 500, external: false }, { policy: { per_host: 1 }, fragments: true }));
  assert.match(text, /^ {8}run: json-head crawl --format github --max-pages 500 --no-external --per-host 1 "\$SITE"$/m);
  assert.match(text, new RegExp(`^ {10}SITE: '${PAGE}'$`, "m"));
  assert.match(workflowOf(ordered({ site: PAGE, external: true })), /run: json-head crawl --format github "\$SITE"$/m);
});

test("the workflow of a text or folder says that the documents of the repository are checked", () => {
  for (const source of [{ text: "[a](https://a.example/)" }, () => Promise.resolve({ files: [] }), { urls: [PAGE] }]) {
    const text = workflowOf(ordered(source));
    assert.match(text, /# What was pasted or dropped is not on GitHub, so the documents of the repository are checked/);
    assert.match(text, /uses: actions\/checkout@/);
    assert.ok(text.endsWith("- uses: NAME/json-head-lite@v1\n"));
    assert.doesNotMatch(text, /a\.example|docs\.example/);
  }
});

test("no address leaves its quotation marks, is an expression of GitHub or a command", () => {
  const tails = [
    "?q=\u0024{{github.token}}",
    "#\u0024{{ secrets.X }}",
    "/'\n  run: evil",
    "/it's'",
    "?a=`id`$(id)",
    '/"; id; "',
    "/\\",
    "?a\\'b",
    "#'#'",
    "?{}|^<>",
    "/\u2028\u202e\u0000é",
    "/ # comment",
  ];
  for (const tail of tails) {
    for (const kind of ["page", "site"]) {
      const text = workflowOf(ordered({ [kind]: `https://a.example${tail}` }));
      const [quoted, ...others] = text.match(/^ {10}(?:page|SITE): .*$/gm) ?? [];
      assert.equal(others.length, 0);
      assert.match(quoted, /: '[\w\-.~:/?#@!$&()*+,;=%[\]]+'$/);
      assert.doesNotMatch(text, /\$\{\{|evil$/m);
      const harmless = workflowOf(ordered({ [kind]: "https://a.example/" }));
      assert.equal(text.replace(quoted, ""), harmless.replace(/^ {10}(?:page|SITE): .*$/m, ""));
      const [, address] = /'(.*)'/.exec(quoted) ?? [];
      assert.equal(decodeURI(new URL(address).href), decodeURI(new URL(`https://a.example${tail}`).href));
    }
  }
});

test("only addresses of the web get into a workflow, and only numbers", () => {
  for (const page of ["javascript:alert(1)", "file:///etc/passwd", "--help", "not an address"]) {
    assert.doesNotMatch(workflowOf(ordered({ page })), /page: /);
  }
  const policy = { per_host: '1; id"', retries: Number.NaN, total: -1, timeout_s: null };
  assert.doesNotMatch(workflowOf(ordered({ site: PAGE, maxPages: "1 $(id)" }, { policy })), /--(?!format github)/);
});

test("the workflow has the actions, the schedule and the permissions of the documentation", async () => {
  const docs = await readFile(new URL("../../docs/ci.md", import.meta.url), "utf8");
  for (const source of [{ page: PAGE }, { site: PAGE }, { text: "x" }]) {
    const text = workflowOf(ordered(source));
    const uses = text.match(/(?:uses: |git\+https).*/g) ?? [];
    assert.ok(uses.length && uses.every((line) => docs.includes(line)), text);
    assert.ok(docs.includes(text.slice(text.indexOf("name:"), text.indexOf("    steps:\n"))), text);
    assert.match(text, /^permissions:\n {2}contents: read$/m);
  }
});
