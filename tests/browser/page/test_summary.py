"""The numbers of a check: of links without a result, and for its pace."""

from __future__ import annotations

from tests.browser.support.app import App


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
