"""The rules by which a crawl reads, checks or leaves out a target: one closed table, and their sentences for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple


class Action(StrEnum):
    """What a crawl does with a target."""

    READ = "read"
    """One GET: the target is a page of the site, and its links are followed."""
    CHECK = "check"
    """The target is checked like any link, and its links are not followed."""
    LEAVE_OUT = "leave out"
    """No request is sent. The verdict is ``not-checked``, with the code of the rule."""


class Rule(NamedTuple):
    """One row of the table.

    ``reason`` is a sentence for people on one target, and ``note`` one on all targets that the rule decided, without its full stop.
    A rule without a note decides what every crawl decides, and is not reported.
    ``may_change``: another link to the same target can lead to another decision: a hyperlink, fewer clicks, a link from a page of another
    kind, or one that is found after the other address of a duplicate failed.
    """

    action: Action
    reason: str
    note: str = ""
    may_change: bool = False


#: The rules by their codes. Those with ``LEAVE_OUT`` are rules of ``not-checked``.
RULES: dict[str, Rule] = {
    "page": Rule(Action.READ, "It is a page of the site."),
    "other-site": Rule(Action.CHECK, "It is on another site, so its links are not followed."),
    "outside-folder": Rule(Action.CHECK, "It is outside of the folder in which the crawl began, so its links are not followed."),
    "not-a-page": Rule(Action.CHECK, "It is no hyperlink but a part of a page, such as an image.", may_change=True),
    "file": Rule(Action.CHECK, "Its address is that of a file, such as an image or an archive, and not of a page."),
    "nofollow": Rule(
        Action.CHECK, "The page asks crawlers not to follow this link (nofollow).",
        "links with nofollow were checked, but not followed", may_change=True,
    ),
    "depth": Rule(
        Action.CHECK, "It is more clicks from the start than the crawl may go.",
        "pages are more clicks from the start than the crawl may go, and were checked but not read", may_change=True,
    ),
    "max-pages": Rule(
        Action.CHECK, "As many pages as the crawl may read had been read.",
        "pages are beyond the number that the crawl may read, and were checked but not read",
    ),
    "duplicate": Rule(
        Action.CHECK, "Its address differs from that of a page that is read only in a slash or the order of parameters.",
        "addresses of pages that were read under another address were checked, but not read again", may_change=True,
    ),
    "canonical": Rule(
        Action.CHECK, "It names a page that is read as its canonical address.",
        "pages name a page that was read as their canonical address, so their own links were left out",
    ),
    "noindex": Rule(
        Action.CHECK, "The page asks not to be indexed, and the crawl heeds it.",
        "pages ask not to be indexed, so their links were neither checked nor followed",
    ),
    "too-many-sitemaps": Rule(
        Action.CHECK, "Many other sitemaps had been read.", "sitemaps were not read, because many others had been",
    ),
    "excluded": Rule(
        Action.LEAVE_OUT, "You left it out.",
        "addresses were left out by --include or --exclude",
    ),
    "external": Rule(
        Action.LEAVE_OUT, "It is on another website, and only links within this one are checked.",
        "links to other sites were not checked",
    ),
    "robots": Rule(
        Action.LEAVE_OUT, "The robots.txt file of its server asks crawlers not to request it.",
        "addresses were not requested, because robots.txt asks crawlers not to",
    ),
    "too-many-targets": Rule(
        Action.LEAVE_OUT, "The crawl had found as many addresses as it can hold.",
        "links were left out, because the crawl had found as many addresses as it can hold",
    ),
    "robots-failed": Rule(
        Action.LEAVE_OUT, "The robots.txt file of its server could not be read, so nothing is requested there.",
        "addresses were not requested, because the robots.txt file of their server could not be read",
    ),
    "site-silent": Rule(
        Action.LEAVE_OUT, "The website gave no reply, so only its robots.txt file was requested.",
        "addresses were not requested, because their website gave no reply",
    ),
    "session-id": Rule(
        Action.LEAVE_OUT, "It differs only in a session id from an address that was already found.",
        "addresses were not requested, because they differ only in a session id from others",
    ),
    "repeated-path": Rule(
        Action.LEAVE_OUT, "A part of its path or query is repeated again and again, as in an endless loop of relative links.",
        "addresses were not requested, because a part of them is repeated again and again",
    ),
    "too-long-path": Rule(
        Action.LEAVE_OUT, "Its address is longer, or has more folders, than that of an ordinary page.",
        "addresses were not requested, because they are longer, or have more folders, than those of ordinary pages",
    ),
    "endless": Rule(
        Action.LEAVE_OUT, "It follows on more than 120 pages of the same kind, or 200 pages in all, each found on the one before, as in an endless calendar.",
        "addresses were not requested, because they are at the end of a very long row of pages, each found on the one before",
    ),
    "too-many-variants": Rule(
        Action.LEAVE_OUT, "At least 500 pages of the same kind, found on each other, had been read, as with sort orders and filters.",
        "addresses were not requested, because at least 500 pages of the same kind had been read", may_change=True,
    ),
}  # fmt: skip


#: Those of a website whose robots.txt file cannot be had, so that nobody knows whether it may be read (RFC 9309 2.3.1.4).
WITHOUT_ROBOTS = frozenset(("robots-failed", "site-silent"))
#: The rules of ``not-checked`` among them.
LEFT_OUT = frozenset(code for code, rule in RULES.items() if rule.action is Action.LEAVE_OUT)


class Decision(NamedTuple):
    """The decision on one target, with the code of its rule.

    ``chain`` is to be stored with the target: see :mod:`json_head.crawl.traps`.
    ``same_as`` is the page that is read in place of the target, for ``duplicate``, ``canonical`` and ``session-id``.
    """

    rule: str
    chain: int = 0
    same_as: str | None = None

    @property
    def action(self) -> Action:
        return RULES[self.rule].action

    @property
    def reason(self) -> str:
        return RULES[self.rule].reason

    @property
    def may_change(self) -> bool:
        """Whether another link to the same target is worth another decision."""
        return RULES[self.rule].may_change


class Cuts:
    """Counts the targets that each rule kept from being read, with the first URL as an example."""

    def __init__(self, counts: Iterable[tuple[str, int, str]] = ()) -> None:
        """Create the counts, or restore them from the rows (rule, number, example) of an earlier part of the crawl."""
        self._counts = {rule: (number, example) for rule, number, example in counts}

    def add(self, rule: str, url: str) -> None:
        """Count a target under its rule."""
        number, example = self._counts.get(rule, (0, url))
        self._counts[rule] = (number + 1, example)

    def remove(self, rule: str) -> None:
        """Uncount a target on which another link to it has led to another decision."""
        number, example = self._counts.get(rule, (0, ""))
        self._counts[rule] = (max(0, number - 1), example)

    def __iter__(self) -> Iterator[tuple[str, int, str]]:
        """The rows (rule, number, example) that restore the counts."""
        return ((rule, number, example) for rule, (number, example) in self._counts.items() if number)

    def notes(self) -> list[str]:
        """One sentence for each rule that a reader has to know of, in the order of the table."""
        notes = []
        for code, rule in RULES.items():
            number, example = self._counts.get(code, (0, ""))
            if number and rule.note:
                text = rule.note[0].upper() + rule.note[1:]
                notes.append(f"{text}: {number:,}, for example {example[:200]}")
        return notes
