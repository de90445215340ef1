"""Runs a crawl for the command, and reads its results from the store."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import UnionType
from typing import Any

from json_head.cli.errors import OptionError
from json_head.cli.history.baseline import Baseline
from json_head.cli.printing import report
from json_head.cli.progress.watcher import Watcher
from json_head.cli.signals import run_to_end
from json_head.cli.wanted import Found
from json_head.crawl.crawl import Crawl, Options
from json_head.crawl.scope import Limits
from json_head.export.row import counted, finding_of
from json_head.gather.https import HttpsCheck
from json_head.gather.links import READING_S
from json_head.model import Result
from json_head.policy import Policy
from json_head.relay.client import Relay
from json_head.store import Recorder, Store
from json_head.store.changes import Failures
from json_head.store.runs import Run
from json_head.transports.base import Transport
from json_head.verdicts import HTTPS_AVAILABLE

_PATTERNS = ("include", "exclude")
#: The types of the stored limits that are no patterns.
_LIMITS: dict[str, type | UnionType] = {"depth": int | None, "max_pages": int, "subdomains": bool, "external": bool}


@dataclass(frozen=True, slots=True)
class Site:
    """The starts of a crawl, and the options that decide what belongs to it. The store keeps them for a resumed crawl."""

    starts: Sequence[str]
    limits: Limits
    options: Options

    def to_json(self) -> dict[str, Any]:
        limits = {name: getattr(self.limits, name) for name in Limits.__slots__}
        for name in _PATTERNS:
            limits[name] = [pattern.pattern for pattern in limits[name]]
        options = {name: getattr(self.options, name) for name in Options.__slots__}
        return {"starts": list(self.starts), "limits": limits, "options": options}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Site:
        """The site of a stored crawl.

        Raises:
            OptionError: the store has something else.
        """
        try:
            limits, options, starts = dict(data["limits"]), dict(data["options"]), data["starts"]
            is_valid = (
                isinstance(starts, list)
                and all(isinstance(start, str) for start in starts)
                and all(isinstance(limits[name], type) for name, type in _LIMITS.items())
                and all(isinstance(value, bool) for value in options.values())
            )
            if not is_valid or not starts:
                raise TypeError
            for name in _PATTERNS:
                limits[name] = tuple(re.compile(pattern) for pattern in limits[name])
            return cls(tuple(starts), Limits(**limits), Options(**options))
        except (KeyError, TypeError, ValueError, re.error) as error:
            raise OptionError("The options of this crawl are not in the store, so it cannot be resumed.") from error

    @property
    def name(self) -> str:
        """The name by which runs are compared."""
        return " ".join(sorted(self.starts))


@dataclass(slots=True)
class StoredRows(Collection[dict[str, Any]]):
    """The rows of a run with a person's decisions, which are read from the store each time they are needed."""

    store: Store
    run: int
    baseline: Baseline | Failures | None
    where: str = ""
    _number: int | None = field(default=None, init=False)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.store.with_decisions(self.run, self.store.rows(self.run, self.where)):
            if self.baseline and finding_of(row) and self.baseline.has(row):
                row["known"] = True
            yield row

    def __len__(self) -> int:
        if self._number is None:
            self._number = self.store.count(self.run, self.where)
        return self._number

    def __contains__(self, row: object) -> bool:
        return any(row == other for other in self)


async def crawl(
    site: Site,
    policy: Policy,
    transport: Transport,
    recorder: Recorder,
    watcher: Watcher,
    accept: frozenset[int],
    relay: Relay | None,
    https: HttpsCheck | None,
) -> Found:
    """Crawl a site into the store. The result has no rows."""
    found = Found()
    running = Crawl(
        site.starts, site.limits, site.options, policy, transport, recorder,
        relay=relay, https=https, accept=accept, reading_s=READING_S,
    )  # fmt: skip

    def on_result(result: Result) -> None:
        watcher.finding(running.targets)
        watcher.result({"verdict": result.verdict, "rule": result.rule})

    running.on_result = on_result
    running.audit.on_outage = watcher.outage
    watcher.checking(0)
    found.interrupted = not await run_to_end(running.run(), running.cancel)
    found.errors += running.errors
    found.left_out += running.notes
    return found


def summary_of(store: Store, run: Run, difference: str) -> str:
    """Return the counts as a sentence: ``1,293 URLs on 757 pages: 427 broken, 866 ok.``"""
    counts, pages = store.verdicts(run.id), store.pages(run.id)
    number = sum(counts.values())
    if not number:
        return "No URLs."
    return f"{counted(number, 'URL')} on {counted(pages, 'page')}: {report.verdict_counts(counts)}.{' ' if difference else ''}{difference}"


def open_rows(rules: Collection[str]) -> str:
    """The condition for rows that need attention: those that :func:`finding_of` names, except of these rules, which are only counted."""
    listed = ", ".join(f"'{rule}'" for rule in sorted(rules))
    return f"(verdict <> 'ok' OR rule = '{HTTPS_AVAILABLE}') AND rule NOT IN ({listed})"
