"""The rows of a run with the decisions that apply to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from json_head.model import Verdict
from json_head.store.decisions.table import Decisions
from json_head.store.keys import key_of


def with_decisions(decisions: Decisions, rows: Iterable[dict[str, Any]], *, is_crawl: bool) -> Iterator[dict[str, Any]]:
    """The rows, each with the decision that applies to it, if there is one.

    People decide on the rows of a crawl as the page has them: a fragment is a part of the URL only where it is missing.
    """
    if not any(decision.active for decision in decisions.all()):
        yield from rows
        return
    known: dict[tuple[str, str | None], dict[str, Any] | None] = {}
    for row in rows:
        url, source = row["url"], row["source"]
        if is_crawl:
            url, _, fragment = key_of(url)
            if fragment is not None and row["verdict"] == Verdict.FRAGMENT_MISSING:
                url += f"#{fragment}"
        if (url, source) not in known:
            applying = decisions.applying(url, source)
            keys = ("decision", "reason", "until")
            known[url, source] = {key: getattr(applying[0], key) for key in keys} if applying else None
        decision = known[url, source]
        yield {**row, "decision": decision} if decision else row
