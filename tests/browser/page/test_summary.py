"""The summary above the results: it claims no more than was observed, and its numbers add up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.support.app import App

#: Number of links by verdict, further properties of the run, and the summary.
SUMMARIES: list[tuple[dict[str, int], dict[str, Any], str]] = [
    ({"ok": 9}, {}, "None of 9 links was found broken"),
    ({"ok": 1}, {}, "None of 1 link was found broken"),
    ({"broken": 1, "ok": 3}, {}, "1 of 4 links is broken"),
    ({"broken": 2}, {}, "2 of 2 links are broken"),
    (
        {"ok": 1, "server-error": 2, "no-answer-seen": 3, "timeout": 4, "answered-unreadable": 5, "other-status": 6,
         "head-unsupported": 7, "restricted": 8, "rate-limited": 9, "not-checked": 10},
        {},
        "None of 55 links was found broken, 2 with server errors, 7 without an answer, 5 that browsers can’t read, 13 with "
        + "another answer, 8 restricted, 9 rate limited, 10 not checked",
    ),
    ({"no-answer-seen": 13, "not-checked": 6}, {}, "13 of 19 links without an answer, 6 not checked"),
    ({"timeout": 19}, {}, "19 links without an answer"),
    ({"answered-unreadable": 2}, {}, "2 links that browsers can’t read"),
    ({"not-checked": 1}, {}, "1 link not checked"),
    ({}, {}, "There is no link in this"),
    ({}, {"problems": ["one"]}, "Nothing was checked"),
    ({}, {"hasRest": True}, "Cancelled before any answer"),
    ({"not-checked": 200}, {"hasRest": True, "leftOver": 200}, "Cancelled before any answer, 200 left unchecked"),
    (
        {"ok": 4, "not-checked": 6},
        {"hasRest": True, "leftOver": 5},
        "Cancelled: none of 5 links was found broken, 1 not checked, 5 left unchecked",
    ),
    ({"ok": 4}, {"unanswered": 60, "problems": ["one"]}, "Stopped: none of 4 links was found broken, 60 left unchecked"),
    ({}, {"unanswered": 60, "problems": ["one"]}, "Stopped before any answer, 60 left unchecked"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("links", "run", "sentence"), SUMMARIES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_summary_of_the_verdicts(app: App, links: dict[str, int], run: dict[str, Any], sentence: str) -> None:
    summary = app.run(
        """async ({links, run}) => {
          const {resultParts} = await import(new URL("results/summary.js", document.querySelector("script[src]").src));
          const rows = {links: new Map(Object.entries(links))};
          const all = Object.values(links).reduce((sum, some) => sum + some, 0);
          return resultParts({rows, problems: [], leftOver: 0, unanswered: 0, hasRest: false, ...run}, all).join(", ");
        }""",
        links=links,
        run=run,
    )
    assert summary == sentence


def test_links_without_a_result_are_counted_when_a_check_breaks_off(app: App) -> None:
    """The check breaks off after three of ten results."""
    unanswered = app.run(
        """async () => {
          const {Run} = await import(new URL("check.js", document.querySelector("script[src]").src));
          const result = (n) => ({url: `https://a.invalid/${n}`, verdict: "ok", rule: "success", attempts: [], source: null});
          const count = {links: 10, urls: 10, format: "urls", source: null, notes: []};
          const audit = {count, offline: false, found: Promise.resolve(count), async *[Symbol.asyncIterator]() {
            for (const n of [1, 2, 3]) yield result(n);
            throw new Error("gone");
          }};
          const run = new Run({audit: () => audit, boot: {stage: "ready"}}, {sources: ["text"], title: "", policy: {}});
          await run.start();
          return [run.unanswered, run.rows.size, run.problems.length];
        }"""
    )
    assert unanswered == [7, 3, 1]


def test_cancelled_links_do_not_count_for_the_pace(app: App) -> None:
    counts = app.run(
        """async () => {
          const {Run} = await import(new URL("check.js", document.querySelector("script[src]").src));
          const result = (n, rule) => ({url: `https://a.invalid/${n}`, verdict: "ok", rule, attempts: [], source: null});
          const count = {links: 10, urls: 10, format: "urls", source: null, notes: []};
          const audit = {count, offline: false, found: Promise.resolve(count), async *[Symbol.asyncIterator]() {
            for (let n = 0; n < 10; n++) yield result(n, n < 3 ? "success" : "cancelled");
          }};
          const run = new Run({audit: () => audit, boot: {stage: "ready"}}, {sources: ["text"], title: "", policy: {}});
          await run.start();
          return [run.checked, run.progress.done];
        }"""
    )
    assert counts == [3, 10]
