"""GitLab Code Quality, a subset of the Code Climate specification, which merge requests show: one entry for each finding.

Findings that do not fail the check (accepted, known), and links that nobody can act on, are left out: GitLab has no place for them.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections import Counter
from collections.abc import Iterable
from typing import Any

from json_head.export.row import Row, finding_of, is_failure, showable, text_of, tolerance, worst_first
from json_head.model import Verdict
from json_head.urls.syntax import SCHEME_AND_SLASHES

#: Failures of the severity ``major``. The others are ``minor``; GitLab also has info, critical and blocker.
_MAJOR = frozenset((Verdict.BROKEN, Verdict.FRAGMENT_MISSING))

#: The path of links without a source, because an entry needs one.
_NO_SOURCE = "links"


def as_gitlab(results: Iterable[Row]) -> str:
    """Return a JSON list.

    GitLab compares the fingerprints of two branches to tell new findings from old ones. A fingerprint depends on the path, the
    URL and the verdict. Links that have all three in common are numbered in the order of the document. It does not depend on
    the line, which changes with every edit above it.
    """
    numbers: Counter[tuple[str, str, str]] = Counter()
    entries = []
    for row in worst_first(results):
        finding, url = finding_of(row), text_of(row, "url")
        if not is_failure(row) or tolerance(row):
            continue
        path = _path(text_of(row, "source") or _NO_SOURCE)
        identity = (path, url, finding)
        entries.append(
            {
                "description": showable(f"{url}: {text_of(row, 'reason')}"),
                "check_name": f"json-head {finding}",
                "fingerprint": _fingerprint(*identity, numbers[identity]),
                "severity": "major" if finding in _MAJOR else "minor",
                "location": {"path": showable(path), "lines": {"begin": _line(row)}},
            }
        )
        numbers[identity] += 1
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


def _path(source: str) -> str:
    """Return the path of a file as GitLab wants it, without ``./``; a page's URL stays as it is."""
    return source if SCHEME_AND_SLASHES.match(source) else posixpath.normpath(source)


def _fingerprint(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _line(row: Row) -> int:
    """Return the line, which an entry needs: 1 if it is unknown."""
    line = row.get("line")
    return line if isinstance(line, int) and not isinstance(line, bool) and line >= 1 else 1
