"""Reads a report of an earlier check, whose findings are accepted: only new ones fail."""

from __future__ import annotations

import os
import posixpath
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from json_head.cli.errors import OptionError
from json_head.export import Row
from json_head.export.row import text_of
from json_head.model import Verdict
from json_head.reports import Finding, ReportError, read_report
from json_head.urls.syntax import has_scheme
from json_head.urls.target import UrlError, parse
from json_head.verdicts import FAILURES

#: Hosts of the server with which linkinator serves a folder.
_OWN_HOSTS = frozenset(("localhost", "127.0.0.1", "::1"))


class Baseline:
    """The findings of a report that :func:`json_head.reports.read_report` reads.

    Raises:
        OptionError: the file cannot be read, or is no such report.
    """

    def __init__(self, path: Path) -> None:
        try:
            content = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise OptionError(f"{path} cannot be read: {error}.") from error
        self._folder = os.path.abspath(path.parent)
        #: The verdicts of a target in a source.
        self._verdicts: dict[tuple[str, str], set[str]] = {}
        try:
            report = read_report(content)
        except ReportError as error:
            raise OptionError(f"{path}: {error}") from error
        for finding in report.findings:
            # linkinator names pages by the URL of its own server, so its findings hold for every source.
            source = "" if report.program == "linkinator" else finding.source
            for target in _targets(finding._replace(source=source)):
                self._verdicts.setdefault((source, target), set()).add(finding.verdict)

    def has(self, row: Row) -> bool:
        """Whether the report has the finding already. A link that was only restricted or rate-limited then is known with that verdict only."""
        source, verdict = text_of(row, "source"), text_of(row, "verdict")
        targets, fails = _targets(Finding(text_of(row, "url"), source)), verdict != Verdict.OK
        # The report may have been made in the folder that it is in.
        for name in {source, _relative(source, self._folder), ""}:
            for target in targets:
                known = self._verdicts.get((name, target), ())
                if any(earlier in ("", verdict) or (fails and earlier in FAILURES) for earlier in known):
                    return True
        return False


def is_database(path: Path) -> bool:
    """Whether a file is an SQLite database."""
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def _targets(finding: Finding) -> set[str]:
    """The forms of a target that are compared: the URL as written and normalised, and paths of files with their last folders."""
    source, url = finding.source, finding.url
    targets = {url}
    path, hash_sign, fragment = url.partition("#")
    if not has_scheme(url):
        folder = "" if path.startswith("/") else posixpath.dirname(source)
        name = posixpath.join(folder, unquote(path.partition("?")[0]).lstrip("/")) if path else source
        targets.add("/" + posixpath.normpath(name).lstrip("/") + hash_sign + fragment)
        return targets
    parts = urlsplit(path)
    if parts.scheme == "file" or (parts.hostname in _OWN_HOSTS and not finding.verdict):
        names = [name for name in unquote(parts.path).split("/") if name]
        # The folder may have been elsewhere on the disk. A server has it as its root.
        starts = range(len(names)) if parts.scheme == "file" else range(1)
        targets.update("/" + "/".join(names[start:]) + hash_sign + fragment for start in starts)
    with suppress(UrlError):
        targets.add(parse(url).url + hash_sign + fragment)
    return targets


def _relative(source: str, folder: str) -> str:
    if not source or has_scheme(source):
        return source
    try:
        return Path(os.path.relpath(source, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return source
