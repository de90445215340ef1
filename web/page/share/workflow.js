/** Writes a workflow of GitHub Actions that repeats a check every week, as docs/ci.md describes it. */

/** @import {Order} from "../input/order.js" */

import { openable } from "../format.js";
import { pageOf } from "../past/stored.js";
import { isPrivate, UNKNOWN } from "./project.js";

export const WORKFLOW_NAME = "link-check.yml";
export const ADVICE = `Save it as .github/workflows/${WORKFLOW_NAME} in a repository on GitHub.`;

const RELEASE = "v1";

/** The options of the command for the values of a policy. */
const OPTIONS = /** @type {const} */ ({
  total: "total",
  per_host: "per-host",
  rate_per_host: "rate-per-host",
  timeout_s: "timeout",
  retries: "retries",
});

/** All characters but those of URLs that neither end single quotes in YAML nor begin an expression of GitHub Actions, such as `${{ github.token }}`. */
const UNSAFE = /[^\w\-.~:/?#@!$&()*+,;=%[\]]/g;

/** The verdicts and rules that fail the job: what the page calls to fix, and names of websites that do not exist, which a browser can't tell. */
const FAIL_ON = "broken,fragment-missing,server-error,dns";
const KNOWN = ["--db links.db", "--baseline last", `--fail-on ${FAIL_ON}`];
/** The most pages of a site that the page reads by default; the same as `MAX_PAGES` in py/json_head/pyodide/crawling.py. */
const MAX_PAGES = 2000;

/** Whether GitHub can repeat a check. @param {Order} order */
export function isRepeatable({ sources }) {
  const { page } = pageOf(sources);
  return page === undefined || !isPrivate(page);
}

/** @param {Order} order @param {string} [project] that has json-head on GitHub @returns {string} YAML */
export function workflowOf({ sources, policy, fragments }, project = UNKNOWN) {
  const { page, site, maxPages, external } = pageOf(sources);
  const address = addressOf(page);
  const numbers = Object.entries(OPTIONS).flatMap(([name, option]) => numberOption(option, policy[/** @type {keyof OPTIONS} */ (name)]));
  const sections = fragments && !site ? ["--fragments"] : [];
  if (!address) return workflow("the links of a repository", project, ofRepository(project, [...KNOWN, ...sections, ...numbers]));
  const pages = [...numberOption("max-pages", maxPages ?? MAX_PAGES), ...(external === false ? ["--no-external"] : [])];
  const [command, last] = site ? ["crawl", '"$ADDRESS"'] : ["check", '--page "$ADDRESS"'];
  const run = ["json-head", command, "--format github", ...KNOWN, ...(site ? pages : sections), ...numbers, last].join(" ");
  return workflow(`the links of a ${site ? "website" : "page"}`, project, [
    "- uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0",
    "  with:",
    '    python-version: "3.13"',
    `- run: pip install "git+https://github.com/${project}@${RELEASE}"`,
    ...remembering("- env:", `    ADDRESS: '${address}'`, `  run: ${run}`),
  ]);
}

/** @param {string} project @param {string[]} options */
function ofRepository(project, options) {
  return [
    "# What was pasted or dropped is not on GitHub, so the documents of the repository are checked.",
    "- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    "  with:",
    "    persist-credentials: false",
    ...remembering(`- uses: ${project}@${RELEASE}`, "  with:", `    args: ${options.join(" ")}`),
  ];
}

/** A step between those that keep its findings for the next time. @param {string[]} step lines */
function remembering(...step) {
  const cached = (/** @type {string[]} */ ...more) => [
    "  with:",
    "    path: links.db",
    `    key: weekly-links-\${{ github.run_id }}`,
    ...more,
  ];
  return [
    "- uses: actions/cache/restore@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5",
    ...cached("    restore-keys: weekly-links-"),
    ...step,
    "- if: always()",
    "  uses: actions/cache/save@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5",
    ...cached(),
  ];
}

/** @param {string} what @param {string} project @param {string[]} steps lines */
function workflow(what, project, steps) {
  const first = `# Checks ${what} every Monday and Thursday. ${ADVICE}
# It fails on links to fix that did not fail before; the first time on all of them. GitHub forgets what was found when it is not used for
# seven days, so once a week would be too seldom.
`;
  const todo = `# Before you save it, replace NAME by the account on GitHub that has json-head lite: this page does not know it.
`;
  return `${first}${project === UNKNOWN ? todo : ""}name: Links, weekly
on:
  schedule:
    - cron: "23 4 * * 1,4"
  workflow_dispatch:
permissions:
  contents: read
jobs:
  links:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    steps:
${steps.map((line) => `      ${line}\n`).join("")}`;
}

/** The address of a page without characters that could end its quotation marks. @param {string | undefined} page */
function addressOf(page) {
  const href = openable(page ?? null);
  return href?.replace(UNSAFE, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

/** @param {string} option @param {unknown} value hostile, if the check comes from a file */
function numberOption(option, value) {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? [`--${option} ${value}`] : [];
}
