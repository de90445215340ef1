"""The report for people: a table, worst verdicts first, and a sentence with the counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from json_head.crawl.rules import LEFT_OUT
from json_head.export import Row
from json_head.export.row import (
    counted,
    finding_of,
    history,
    is_section_unseen,
    place_of,
    showable,
    text_of,
    tolerance,
    worst_first,
)
from json_head.model import Verdict
from json_head.verdicts import HTTPS_AVAILABLE
from json_head.wording import WORDING

if TYPE_CHECKING:
    from rich.console import Console

#: Text and its rich style.
Part = tuple[str, str]

#: Rules whose links the short table omits because they need no action. The summary counts them.
COUNTED = frozenset(("excluded", "ignored", "listed", "relative", "scheme", "web-link", *LEFT_OUT))

_STYLES = {
    Verdict.BROKEN: "bold red",
    Verdict.FRAGMENT_MISSING: "bold red",
    Verdict.SERVER_ERROR: "yellow",
    Verdict.NO_ANSWER_SEEN: "yellow",
    Verdict.TIMEOUT: "yellow",
    Verdict.OTHER_STATUS: "yellow",
    Verdict.OK: "green",
}
_DEFAULT_STYLE = "cyan"

_WIDTH = max(map(len, Verdict)) + 2
_PLACES = 5


def table(rows: Iterable[Row], *, everything: bool) -> Iterator[Part]:
    """Yield each URL once, with its verdict, reason and places. Its fragments are left out unless they are what is missing.

    Without ``everything``, omit URLs that need no attention.
    """
    urls: dict[str, list[Row]] = {}
    for row in worst_first(rows):
        if everything or (finding_of(row) and row["rule"] not in COUNTED):
            urls.setdefault(_address(row), []).append(row)
    for url, url_rows in urls.items():
        row = url_rows[0]
        verdict = showable(text_of(row, "verdict"))
        yield f"{verdict:{_WIDTH}}", _STYLES.get(row["verdict"], _DEFAULT_STYLE)
        yield f"{showable(text_of(row, 'status')):5}{showable(url)}\n", ""
        why = "".join(f" {sentence}" for sentence in (_redirect(row), tolerance(row), history(row)) if sentence)
        yield f"{'':{_WIDTH + 5}}{showable(text_of(row, 'reason') + why)}\n", "dim"
        for place in _places(url_rows, everything):
            yield f"{'':{_WIDTH + 5}}{place}\n", ""


def _redirect(row: Row) -> str:
    """Where a link leads to that does not work, if it is redirected."""
    final = text_of(row, "final_url")
    return f"It redirects to {final}." if row.get("redirected") and final and row["verdict"] != Verdict.OK else ""


def _address(row: Row) -> str:
    url = text_of(row, "url")
    return url if row["verdict"] == Verdict.FRAGMENT_MISSING else url.partition("#")[0] or url


def coloured(parts: Iterable[Part], console: Console) -> str:
    """Return the parts as text with the escape sequences of the console."""
    from rich.text import Text

    with console.capture() as captured:  # rich would exit the process itself when the pipe is closed
        console.print(Text.assemble(*parts), soft_wrap=True, end="")
    return captured.get()


def summary(rows: Collection[Row], cached: int) -> str:
    """Return the counts as a sentence: ``3 links: 1 broken, 1 ok, 1 not-checked (1 relative).``"""
    counts = Counter((row["verdict"], row["rule"]) for row in rows)
    sentence = f"{counted(len(rows), 'link')}: {verdict_counts(counts)}" if rows else "No links"
    for key, words in (("known", "not new"), ("awaited", "not failed often enough")):
        number = sum(bool(row.get(key)) for row in rows)
        sentence += f"; {number:,} {words}" if number else ""
    unseen = sum(map(is_section_unseen, rows))
    sentence += f"; {counted(unseen, 'section')} not looked at" if unseen else ""
    return sentence + (f"; {cached:,} from the cache." if cached else ".")


def verdict_counts(counts: Mapping[tuple[str, str], int]) -> str:
    """Return the numbers of verdicts, by verdict and rule, as text: ``1 broken, 3 not-checked (2 scheme, 1 relative)``."""
    verdicts: Counter[str] = Counter()
    rules: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (verdict, rule), number in counts.items():
        verdicts[verdict] += number
        if verdict == Verdict.NOT_CHECKED or rule == HTTPS_AVAILABLE:
            rules[verdict][rule] += number
    parts = []
    for verdict in WORDING:
        if number := verdicts[verdict]:
            rule_counts = ", ".join(f"{count:,} {showable(rule)}" for rule, count in rules[verdict].most_common())
            parts.append(f"{number:,} {verdict}" + (f" ({rule_counts})" if rule_counts else ""))
    return ", ".join(parts)


def _places(rows: Sequence[Row], everything: bool) -> list[str]:
    places = [showable(place) for row in rows if (place := place_of(row))]
    if everything or len(places) <= _PLACES:
        return places
    return [*places[:_PLACES], f"and {counted(len(places) - _PLACES, 'more place')}"]
