"""SARIF 2.1.0 (OASIS), for code scanning and editors: one result for each finding that is not excluded.

Section numbers refer to the standard. The levels are:

- ``error``: the server reported that the target is gone, or that a link that is to be https could be.
- ``warning``: the server or the connection failed.
- ``note``: the link could not be decided or was not requested.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from json_head._version import __version__
from json_head.export.row import Row, finding_of, showable_json, text_of, tolerance, worst_first
from json_head.model import Verdict
from json_head.urls.syntax import SCHEME_AND_SLASHES
from json_head.verdicts import HTTPS_AVAILABLE, HTTPS_MEANING
from json_head.wording import WORDING

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {
    Verdict.BROKEN: "error",
    Verdict.FRAGMENT_MISSING: "error",
    Verdict.SERVER_ERROR: "warning",
    Verdict.NO_ANSWER_SEEN: "warning",
    Verdict.TIMEOUT: "warning",
    Verdict.OTHER_STATUS: "note",
    Verdict.ANSWERED_UNREADABLE: "note",
    Verdict.HEAD_UNSUPPORTED: "note",
    Verdict.RESTRICTED: "note",
    Verdict.RATE_LIMITED: "note",
    Verdict.NOT_CHECKED: "note",
}
_UNKNOWN = ("warning", "A verdict of another version of json-head.")

#: Base of file paths: the folder in which json-head ran. Its own path is omitted for privacy (3.14.14).
_ROOT = "%SRCROOT%"


def as_sarif(results: Iterable[Row]) -> str:
    rules: dict[str, dict[str, Any]] = {}
    sarif_results = []
    for row in worst_first(results):
        if not finding_of(row) or row.get("rule") == "excluded":
            continue
        rule = text_of(row, "rule") or "unknown"
        rules.setdefault(rule, _rule(rule, row))
        sarif_results.append(_result(row, rule, list(rules).index(rule)))
    driver = {"name": "json-head", "version": __version__, "rules": list(rules.values())}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that json-head was run in."}}},
        "results": sarif_results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return showable_json(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _rule(code: str, row: Row) -> dict[str, Any]:
    finding = finding_of(row)
    level, meaning = _level_and_meaning(finding)
    title = f"{finding}: {code}" if finding not in ("", code) else code
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": meaning},
        "help": {
            "text": f"{meaning} The rule is {code}. The message of a result has the details.",
            "markdown": f"{meaning} The rule is `{code}`. The message of a result has the details.",
        },
        "defaultConfiguration": {"level": level},
    }


def _level_and_meaning(finding: str) -> tuple[str, str]:
    if finding == HTTPS_AVAILABLE:
        return "error", HTTPS_MEANING
    if finding not in LEVELS:
        return _UNKNOWN
    return LEVELS[Verdict(finding)], WORDING[Verdict(finding)].meaning


def _result(row: Row, rule: str, index: int) -> dict[str, Any]:
    url, verdict = text_of(row, "url"), text_of(row, "verdict")
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": index,
        "level": _level_and_meaning(finding_of(row))[0],
        "message": {"text": _message(f"{url}: {text_of(row, 'reason')}")},
        "locations": _locations(row),
        "properties": {"verdict": verdict, "url": url},
    }
    if isinstance(row.get("status"), int):
        result["properties"]["status"] = row["status"]
    if since := text_of(row, "since"):
        result["properties"] |= {"since": since, "new": bool(row.get("new"))}
    if why := tolerance(row):
        result["suppressions"] = [{"kind": "external", "justification": why}]
    return result


def _locations(row: Row) -> list[dict[str, Any]]:
    source = text_of(row, "source")
    if not source:
        return []
    place: dict[str, Any] = {"artifactLocation": _artifact(source)}
    line, column = row.get("line"), row.get("column")
    if isinstance(line, int) and line >= 1:
        place["region"] = {"startLine": line}
        if isinstance(column, int) and column >= 1:
            place["region"]["startColumn"] = column
    return [{"physicalLocation": place}]


def _artifact(source: str) -> dict[str, str]:
    """Return the location of a source: a URL for a page, a relative reference for a file if possible (3.4.3, 3.4.4)."""
    if SCHEME_AND_SLASHES.match(source):
        return {"uri": quote(source, safe="%/:?#[]@!$&'()*+,;=~", errors="replace")}
    path = quote(source, safe="/~", errors="replace")
    if source.startswith("/"):
        return {"uri": f"file://{path}"}
    if re.match(r"[A-Za-z]:/", source):  # Windows
        return {"uri": f"file:///{source[:2]}{path[4:]}"}
    return {"uri": path, "uriBaseId": _ROOT}


def _message(text: str) -> str:
    """Escape plain text so that it contains no placeholder (3.11.5) and no embedded link (3.11.6)."""
    return re.sub(r"([\\\[\]])", r"\\\1", text.replace("{", "{{").replace("}", "}}"))
