"""The checkers that crawl a site, and what they report."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.support.processes import ROOT

TOOLS = ROOT / "build/bench"
#: The requests that linkinator has under way at once. It needs no more CPU time with its default of 100.
CONCURRENCY = 32
#: Limits of LinkChecker that no option sets: the pause between requests to a host, and the size of files that it reads.
_LINKCHECKER = "[checking]\nmaxrequestspersecond=10000\nmaxfilesizeparse=100000000\n"


@dataclass(frozen=True, slots=True)
class Findings:
    """URLs without the site's origin."""

    broken: frozenset[str]
    """URLs without fragments."""
    pairs: frozenset[tuple[str, str]] | None = None
    """The page and the URL of each broken link; ``None`` if the checker reports one page only for each URL."""
    missing: frozenset[str] | None = None
    """URLs with fragments that the page does not have; ``None`` if the checker did not look for them."""


@dataclass(frozen=True, slots=True)
class Checker:
    name: str
    command: Callable[[str, Path], Sequence[str]]
    """The command, by the address of the site's start page and a folder for files of its own."""
    read: Callable[[str, str], Findings]
    """Reads the output of a site with this address."""
    environment: dict[str, str] = field(default_factory=dict)
    crawls: bool = True
    """Whether it finds the pages itself. Otherwise the folder has a list of them, ``pages.txt``."""
    report: Callable[[str, Path], Sequence[str]] | None = None
    """The command whose output is read, if it is another one. The other checkers print only what is broken, and json-head's JSON has all links."""
    is_slow: bool = False
    """Whether it runs once only."""


def _json_head(*options: str) -> Callable[[str, Path], Sequence[str]]:
    def command(start: str, _: Path) -> Sequence[str]:
        # The script that pip generates for an entry point.
        main = (sys.executable, "-c", "from json_head.cli import main; main()")
        return (*main, "crawl", start, "--no-external", *options)

    return command


def _linkinator(*options: str) -> Callable[[str, Path], Sequence[str]]:
    def command(start: str, _: Path) -> Sequence[str]:
        elsewhere = f"^https?://(?!{re.escape(_host(start))})"
        return (
            "node", str(TOOLS / "node_modules/linkinator/build/src/cli.js"), start, "--recurse", "--concurrency", f"{CONCURRENCY}",
            "--format", "json", "--verbosity", "error", "--skip", elsewhere, *options,
        )  # fmt: skip

    return command


def _linkchecker(start: str, folder: Path) -> Sequence[str]:
    folder.chmod(0o755)  # as root, it continues as nobody
    settings = folder / "linkcheckerrc"
    settings.write_text(_LINKCHECKER)
    script = str(TOOLS / "python/bin/linkchecker")
    return (sys.executable, script, "--no-status", "--no-robots", "--output", "csv", "--config", str(settings), start)


def _lychee(start: str, _: Path) -> Sequence[str]:
    return (
        str(TOOLS / "python/bin/lychee"), "--files-from", "pages.txt", "--include-fragments", "--include", f"^http://{re.escape(_host(start))}",
        "--no-progress", "--format", "json", "--host-request-interval", "0ms", "--host-concurrency", f"{CONCURRENCY}", "--max-concurrency", f"{CONCURRENCY}",
    )  # fmt: skip


def _host(start: str) -> str:
    return start.split("/")[2]


def _read_json_head(output: str, top: str) -> Findings:
    broken: set[tuple[str, str]] = set()
    missing = set()
    for row in json.loads(output):
        if row["verdict"] == "broken":
            broken.add((_path(row["source"], top), _path(row["url"], top).partition("#")[0]))
        elif row["verdict"] == "fragment-missing":
            missing.add(_path(row["url"], top))
    return _findings(broken, missing)


def _read_linkinator(output: str, top: str, *, fragments: bool) -> Findings:
    broken, missing = set(), set()
    for link in json.loads(output)["links"]:
        if link["state"] == "BROKEN":
            url = _path(link["url"], top)
            if fragments and "#" in url and link["status"] == 200:
                missing.add(url)
            else:
                broken.add(url.partition("#")[0])
    return Findings(frozenset(broken), missing=frozenset(missing) if fragments else None)


def _read_linkchecker(output: str, top: str) -> Findings:
    lines = (line for line in output.splitlines() if not line.startswith("#"))
    return Findings(
        frozenset(
            _path(row["url"], top).partition("#")[0]
            for row in csv.DictReader(lines, delimiter=";")
            if row["valid"] == "False"
        )
    )


def _read_lychee(output: str, top: str) -> Findings:
    report = json.loads(output)
    broken, missing = set(), set()
    for errors in (report["error_map"], report["timeout_map"]):
        for page, links in errors.items():
            for link in links:
                url = _path(link["url"], top)
                if "code" in link["status"]:
                    broken.add((_path(page, top), url.partition("#")[0]))
                else:
                    missing.add(url)
    return _findings(broken, missing)


def _findings(pairs: set[tuple[str, str]], missing: set[str]) -> Findings:
    return Findings(frozenset(url for _, url in pairs), frozenset(pairs), frozenset(missing))


def _path(url: str, top: str) -> str:
    return "/" + url.removeprefix(top) if url.startswith(top) else url


CHECKERS = (
    Checker("json-head", _json_head(), _read_json_head, report=_json_head("--format", "json", "--quiet")),
    Checker("linkinator", _linkinator(), lambda output, top: _read_linkinator(output, top, fragments=False)),
    Checker(
        "linkinator, fragments",
        _linkinator("--check-fragments"),
        lambda output, top: _read_linkinator(output, top, fragments=True),
    ),
    Checker("lychee, from a list of the pages", _lychee, _read_lychee, crawls=False),
    Checker("LinkChecker", _linkchecker, _read_linkchecker, {"PYTHONPATH": str(TOOLS / "python")}, is_slow=True),
)
