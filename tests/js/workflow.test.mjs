import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { isPrivate, projectOf } from "../../web/page/share/project.js";
import { isRepeatable, workflowOf } from "../../web/page/share/workflow.js";

const PAGE = "https://docs.example.org/guide/";

const ordered = (source, parts = {}) => ({ sources: [source], title: "hello", policy: {}, ...parts });
const stepsOf = (/** @type {string} */ text) => text.slice(text.indexOf("    steps:\n") + "    steps:\n".length);

/** The line that runs the command, and the line after it. */
const runOf = (/** @type {string} */ text) => /^ {8}run: (json-head .*)$/m.exec(text)?.[1];
const KNOWN = "--format github --db links.db --baseline last --fail-on broken,fragment-missing,server-error,dns";

test("the workflow of a page has the options of its check", () => {
  const policy = { total: 8, per_host: 2, rate_per_host: 0.5, timeout_s: 20, retries: 0 };
  const text = workflowOf(ordered({ page: PAGE }, { policy, fragments: true, relay: "https://relay.example/" }));
  const options = "--fragments --total 8 --per-host 2 --rate-per-host 0.5 --timeout 20 --retries 0";
  assert.equal(runOf(text), `json-head check ${KNOWN} ${options} --page "$ADDRESS"`);
  assert.match(text, new RegExp(`^ {10}ADDRESS: '${PAGE}'$`, "m"));
});

test("the workflow of a site crawls it within its limits", () => {
  const text = workflowOf(ordered({ site: PAGE, maxPages: 500, external: false }, { policy: { per_host: 1 }, fragments: true }));
  assert.equal(runOf(text), `json-head crawl ${KNOWN} --max-pages 500 --no-external --per-host 1 "$ADDRESS"`);
  assert.match(text, new RegExp(`^ {10}ADDRESS: '${PAGE}'$`, "m"));
  assert.equal(runOf(workflowOf(ordered({ site: PAGE, external: true }))), `json-head crawl ${KNOWN} --max-pages 2000 "$ADDRESS"`);
});

test("the workflow of a text or folder says that the documents of the repository are checked", () => {
  for (const source of [{ text: "[a](https://a.example/)" }, () => Promise.resolve({ files: [] }), { urls: [PAGE] }]) {
    const text = workflowOf(ordered(source));
    assert.match(text, /# What was pasted or dropped is not on GitHub, so the documents of the repository are checked/);
    assert.match(text, /uses: actions\/checkout@/);
    assert.match(text, /^ {6}- uses: NAME\/json-head-lite@v1\n {8}with:\n {10}args: --db links\.db --baseline last --fail-on \S+$/m);
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
      const [quoted, ...others] = text.match(/^ {10}ADDRESS: .*$/gm) ?? [];
      assert.equal(others.length, 0);
      assert.match(quoted, /: '[\w\-.~:/?#@!$&()*+,;=%[\]]+'$/);
      assert.doesNotMatch(text.replaceAll("\u0024{{ github.run_id }}", ""), /\$\{\{|evil$/m);
      const harmless = workflowOf(ordered({ [kind]: "https://a.example/" }));
      assert.equal(text.replace(quoted, ""), harmless.replace(/^ {10}ADDRESS: .*$/m, ""));
      const [, address] = /'(.*)'/.exec(quoted) ?? [];
      assert.equal(decodeURI(new URL(address).href), decodeURI(new URL(`https://a.example${tail}`).href));
    }
  }
});

test("only addresses of the web get into a workflow, and only numbers", () => {
  for (const page of ["javascript:alert(1)", "file:///etc/passwd", "--help", "not an address"]) {
    assert.doesNotMatch(workflowOf(ordered({ page })), /ADDRESS/);
  }
  const policy = { per_host: '1; id"', retries: Number.NaN, total: -1, timeout_s: null };
  assert.equal(runOf(workflowOf(ordered({ site: PAGE, maxPages: "1 $(id)" }, { policy }))), `json-head crawl ${KNOWN} "$ADDRESS"`);
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

test("what is found is kept for the next time, also if the job fails", () => {
  for (const source of [{ page: PAGE }, { site: PAGE }, { text: "x" }]) {
    const steps = stepsOf(workflowOf(ordered(source)));
    const order = ["actions/cache/restore@", "--db links.db --baseline last", "if: always()", "actions/cache/save@"].map((part) =>
      steps.indexOf(part),
    );
    assert.ok(order[0] > 0);
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
    assert.equal(steps.match(/path: links\.db$/gm)?.length, 2);
  }
});

test("a page that GitHub hosts knows where json-head is, and others say what to replace", () => {
  assert.equal(projectOf("https://somebody.github.io/json-head/?page=x"), "somebody/json-head");
  for (const href of ["https://links.example.org/json-head/", "https://somebody.github.io/", "http://a.github.io.example/b/"]) {
    assert.equal(projectOf(href), "NAME/json-head-lite");
  }
  assert.match(workflowOf(ordered({ page: PAGE })), /^# .* replace NAME by the account/m);
  const known = workflowOf(ordered({ page: PAGE }), "somebody/json-head");
  assert.doesNotMatch(known, /NAME/);
  assert.match(known, /git\+https:\/\/github\.com\/somebody\/json-head@v1"/);
});

test("no workflow is offered for addresses that GitHub can't reach", () => {
  const hosts = ["localhost:8000", "127.0.0.1", "10.0.0.7", "172.20.0.1", "192.168.1.2", "169.254.0.1", "[::1]", "[fd00::1]", "intranet"];
  for (const host of [...hosts, "printer.local", "wiki.corp.internal", "app.localhost", "100.64.0.1", "[::ffff:10.0.0.1]", "2130706433"]) {
    assert.ok(isPrivate(`http://${host}/`), host);
    assert.ok(!isRepeatable(ordered({ page: `http://${host}/` })) && !isRepeatable(ordered({ site: `http://${host}/` })), host);
  }
  for (const host of ["docs.example.org", "172.32.0.1", "11.0.0.1", "[2001:db8::1]", "localhost.example", "100.128.0.1"]) {
    assert.ok(!isPrivate(`https://${host}/`), host);
  }
  assert.ok(isRepeatable(ordered({ text: "x" })));
});
