"""The style of the report. It is the same in each report, so that index.html can allow it by its hash: see `HASH`."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #f8f7f2; --sheet: #fff; --ink: #1d201b; --soft: #575d53; --line: #e0dfd6; --edge: #83897d; --mark: #ffe14a;
  --bad: #b3261e; --fault: #a04600; --veil: #5a4bb4; --good: #1c6e3c; --good-bar: #5b9876; --hatch: #fff;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #151714; --sheet: #1c1f1b; --ink: #eceee7; --soft: #a9afa2; --line: #32362f; --edge: #7b8176;
    --bad: #ff8f84; --fault: #ffac70; --veil: #bdb1ff; --good: #83d59c; --good-bar: #4f8766; --hatch: #1c1f1b;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { text-size-adjust: 100%; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; padding: clamp(0rem, 2vw, 2rem); background: var(--paper); color: var(--ink);
  font: .875rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; overflow-wrap: break-word;
}
main { max-inline-size: 60rem; margin-inline: auto; padding: clamp(1rem, 4vw, 3rem); border: 1px solid var(--line); background: var(--sheet); }
h1, h2, p, ul, ol { margin: 0; padding: 0; }
h1 { margin-block: .3rem .5rem; font-size: 1.75rem; line-height: 1.15; letter-spacing: -.02em; overflow-wrap: anywhere; text-wrap: balance; }
h2 { margin-block: 1.4rem .4rem; font-size: 1rem; font-weight: 650; break-after: avoid; }
b { font-weight: 650; }
mark { padding: .02em .16em .06em; background: var(--mark); color: #1d201b; border-radius: .2em; }
code { font: .75rem/1.45 ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
a { color: inherit; text-decoration-color: var(--edge); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; box-shadow: 0 0 0 5px var(--mark); border-radius: 4px; }
.kicker { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; color: var(--soft); font-size: .8125rem; }
.lead { max-inline-size: 42rem; margin-block-end: .8rem; font-size: 1rem; text-wrap: pretty; }
.bar { display: block; inline-size: 100%; block-size: .75rem; }
.shares { display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; margin-block-start: .5rem; list-style: none; font-size: .8125rem; }
.shares svg { inline-size: .75rem; block-size: .75rem; margin-inline-end: .35rem; vertical-align: -.05rem; }
rect.bad { fill: var(--bad); }
rect.good { fill: var(--good-bar); }
rect.veil { fill: url("#hatched"); }
rect.left { fill: currentColor; opacity: 0.3; }
.ground { fill: var(--veil); }
.stroke { stroke: var(--hatch); stroke-width: 2; opacity: .45; }
ol { padding-inline-start: 1.3rem; }
.hint, .notes { color: var(--soft); font-size: .8125rem; }
.notes { padding-inline-start: 1.3rem; }
table { inline-size: 100%; border-collapse: collapse; font-size: .8125rem; line-height: 1.4; }
caption { text-align: start; color: var(--soft); padding-block-end: .3rem; }
th, td { padding: .28rem .8rem .28rem 0; text-align: start; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
thead th { border-block-end: 1px solid var(--ink); font-weight: 650; white-space: nowrap; }
tbody { border-block-end: 1px solid var(--line); }
tbody th { padding-block-start: .6rem; font-weight: 650; }
tbody th code { font-weight: 650; }
tbody th .hint { font-weight: 400; }
th:last-child, td:last-child { padding-inline-end: 0; }
.line { inline-size: 3.5rem; text-align: end; font-variant-numeric: tabular-nums; }
.problem { inline-size: 11rem; }
.text { inline-size: 26%; }
.new { padding: 0 .25em; background: var(--mark); color: #1d201b; border-radius: .2em; }
td.bad { color: var(--bad); }
td.fault { color: var(--fault); }
footer { display: grid; gap: .3rem; margin-block-start: 1.4rem; padding-block-start: .7rem; border-block-start: 1px solid var(--line);
  color: var(--soft); font-size: .8125rem; }
footer b { color: var(--ink); }
@media screen and (max-width: 40rem) {
  main { border-inline: 0; }
  thead { position: absolute; clip-path: inset(50%); }
  table, caption, tbody, tr, th, td { display: block; inline-size: auto; text-align: start; }
  tbody { padding-block-end: .5rem; }
  tr { padding-block: .15rem .35rem; }
  th, td { padding: 0; }
  .line, .text, .problem { inline-size: auto; text-align: start; }
  td.line:not(:empty)::before { content: "line "; }
}
@media (forced-colors: active) { .bar, .shares svg { forced-color-adjust: none; } }
@media print {
  @page { size: A4; margin: 13mm 15mm 12mm; }
  :root { color-scheme: light; }
  body { padding: 0; background: #fff; font-size: 9.5pt; line-height: 1.4; }
  main { max-inline-size: none; padding: 0; border: 0; }
  h1 { font-size: 19pt; }
  h2 { margin-block: 11pt 3pt; font-size: 11pt; }
  .lead { font-size: 11pt; }
  a { text-decoration: none; }
  table, .hint, .notes, .shares, .kicker, footer { font-size: 8.5pt; }
  th, td { padding-block: 1.7pt; }
  code { font-size: 7.5pt; }
  thead { display: table-header-group; }
  tr, li, footer { break-inside: avoid; }
  tr.group { break-after: avoid; }
  mark, .new { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

#: The hash of the style, as content security policies have it. A page opens the report in a tab under its own policy, so that of
#: index.html has the hash, too.
HASH = f"sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}"
