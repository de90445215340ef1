/** Writes a workflow of GitHub Actions that repeats a check every week, as docs/ci.md describes it. */

/** @import {Order} from "../input/order.js" */

import { openable } from "../format.js";
import { pageOf } from "../past/stored.js";

export const WORKFLOW_NAME = "link-check.yml";
export const ADVICE = `Save it as .github/workflows/${WORKFLOW_NAME} in a repository on GitHub.`;

const PROJECT = "NAME/json-head-lite";
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

/** @param {Order} order @returns {string} YAML */
export function workflowOf({ sources, policy, fragments }) {
  const { page, site, maxPages, external } = pageOf(sources);
  const address = addressOf(page);
  const numbers = Object.entries(OPTIONS).flatMap(([name, option]) => numberOption(option, policy[/** @type {keyof OPTIONS} */ (name)]));
  if (address && site) {
    const options = [...numberOption("max-pages", maxPages), ...(external === false ? ["--no-external"] : []), ...numbers];
    return workflow("the links of a website", [
      "- uses: actions/setup-python@0b93645e9fea7318ecaed2b359559ac225c90a2b # v5.3.0",
      "  with:",
      '    python-version: "3.13"',
      `- run: pip install "git+https://github.com/${PROJECT}@${RELEASE}"`,
      "- env:",
      `    SITE: '${address}'`,
      `  run: ${["json-head crawl --format github", ...options, '"$SITE"'].join(" ")}`,
    ]);
  }
  const options = [...(fragments ? ["--fragments"] : []), ...numbers];
  const inputs = [...(address ? [`page: '${address}'`] : []), ...(options.length ? [`args: ${options.join(" ")}`] : [])];
  const action = [`- uses: ${PROJECT}@${RELEASE}`, ...(inputs.length ? ["  with:"] : []), ...inputs.map((input) => `    ${input}`)];
  if (address) return workflow("the links of a page", action);
  const checkout = [
    "# What was pasted or dropped is not on GitHub, so the documents of the repository are checked.",
    "- uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2",
    "  with:",
    "    persist-credentials: false",
  ];
  return workflow("the links of a repository", [...checkout, ...action]);
}

/** @param {string} what @param {string[]} steps lines */
function workflow(what, steps) {
  return `# Checks ${what} every Monday. ${ADVICE}
name: Links, weekly
on:
  schedule:
    - cron: "23 4 * * 1"
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
