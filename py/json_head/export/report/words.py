"""The sentences that the report and the task list share. They are plain text, which is not escaped."""

from __future__ import annotations

import re
from datetime import datetime

from json_head.export.about import About
from json_head.export.decided import decision_of
from json_head.export.report.findings import Finding, Findings
from json_head.export.row import Row, counted, finding_of, text_of
from json_head.model import Verdict
from json_head.urls.syntax import SCHEME_AND_SLASHES
from json_head.urls.target import UrlError, parse
from json_head.verdicts import HTTPS_AVAILABLE
from json_head.wording import WORDING

_LABELS = {str(verdict): wording.label for verdict, wording in WORDING.items()}
_BY_STATUS = {"401": "sign-in needed", "403": "not for everybody", "404": "not found", "410": "gone"}
_BY_RULE = {"file-missing": "no such file", "index-missing": "no index file"}
#: The names of months do not depend on the locale.
_MONTHS = "January February March April May June July August September October November December".split()
#: Whether the whole site was checked, or one page of it.
KINDS = {"site": "whole site", "page": "one page"}
#: A URL can be as long as a file.
_MAX_ADDRESS = 2_000
_MAX_NAME = 100


def headline(findings: Findings, where: str) -> str:
    """Return ``57 links to fix on docs.example.org``. ``where`` is `` on docs.example.org``, or empty."""
    number = findings.total
    if findings.fixes:
        return f"{counted(findings.fixes, 'link')} to fix{where}"
    if not number:
        return f"{'No link was checked' if findings.not_checked else 'No links'}{where}"
    if findings.looks or findings.others:
        parts = [f"{findings.looks:,} to look at"] if findings.looks else []
        parts += [f"{findings.others:,} not checked"] if findings.others else []
        return f"Nothing to fix, {', '.join(parts)}{where}"
    if findings.left_out:
        return f"Nothing to fix{where}"
    return f"All {counted(number, 'link')}{where} work" if number > 1 else f"The link{where} works"


def place_of_check(about: About) -> tuple[str, str]:
    """Return the preposition and the name of the source, such as ``on`` and ``docs.example.org``; empty if it has no name."""
    if not about.title:
        return "", ""
    address = re.fullmatch(r"https?://(\S+)", about.title, re.IGNORECASE)
    return ("on", cut(address[1].rstrip("/"), _MAX_NAME)) if address else ("in", cut(about.title, _MAX_NAME))


def moment(text: str) -> str:
    """Return ``28 November 2026, 10:42 (UTC+01:00)``; empty if the text is no time."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return ""
    zone = "" if time.tzinfo is None else " (UTC)" if not time.utcoffset() else f" (UTC{time.isoformat()[-6:]})"
    return f"{time.day} {_MONTHS[time.month - 1]} {time.year}, {time:%H:%M}{zone}"


def extent(findings: Findings, about: About) -> str:
    """Return ``1,904 links on 212 pages were checked.``"""
    pages = f" on {counted(about.pages, 'page')}" if about.pages else ""
    return f"{counted(findings.total, 'link')}{pages} {'was' if findings.total == 1 else 'were'} checked."


def share(number: int, total: int) -> str:
    """Return a percentage. It is 0% or 100% only if that is exact."""
    percent = round(100 * number / total) if total else 0
    if number and percent < 1:
        return "under 1%"
    if number < total and percent > 99:
        return "more than 99%"
    return f"{percent}%"


def problem_of(row: Row) -> str:
    """Return what is wrong with a link: ``not found (404)``."""
    verdict, status = text_of(row, "verdict"), text_of(row, "status")
    label = _LABELS.get(verdict, "unknown verdict")
    words = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    if finding_of(row) == HTTPS_AVAILABLE:
        words = "works with https, too"
    if verdict in (Verdict.BROKEN, Verdict.RESTRICTED):
        words = _BY_STATUS.get(status) or _BY_RULE.get(text_of(row, "rule")) or words
    problem = f"{words} ({status})" if re.fullmatch("[13-9][0-9][0-9]", status) else words
    return f"{problem}, checked by a person: broken" if decision_of(row) == "broken" else problem


def usage(finding: Finding) -> str:
    """Return how often a target is linked: ``on 212 pages, 424 times``."""
    sources, links = [source for source in finding.sources if source], len(finding.rows)
    times = "once" if links == 1 else f"{links:,} times"
    if not sources:
        return times
    where = f"{'on' if is_page(sources[0]) else 'in'} {counted(len(sources), kind_of(sources[0]))}"
    return f"{where}, {times}" if links > len(sources) else where


def is_page(source: str) -> bool:
    return bool(SCHEME_AND_SLASHES.match(source))


def is_on_the_web(url: str) -> bool:
    return bool(re.match(r"https?://", url, re.IGNORECASE))


def kind_of(source: str) -> str:
    return "page" if is_page(source) else "file"


def address_of(row: Row, own: str = "") -> str:
    """Return a link's target as it is shown: without ``https://``, or as a path if it belongs to the origin ``own``.

    If letters of other scripts make up the name of a host, its ASCII form is appended: some of them look like Latin letters.
    """
    url = text_of(row, "path") or text_of(row, "url")
    return short_address(url, own) + ascii_host(url)


def short_address(url: str, own: str = "") -> str:
    if own and url.startswith(own + "/"):
        return cut(url[len(own) :])
    return cut(url.removeprefix("https://"))


def origin_of(title: str) -> str:
    """Return the origin of a title that is an address; empty for others."""
    match = re.match(r"https?://[^/?#\\]+", title, re.IGNORECASE)
    return match[0] if match else ""


def cut(text: str, most: int = _MAX_ADDRESS) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def ascii_host(url: str) -> str:
    """Return the ASCII form of a host that has other letters, in parentheses; empty for others."""
    host = re.match(r"https?://([^/?#\\]*)", url, re.IGNORECASE)
    if not host or host[1].isascii():
        return ""
    try:
        return f" ({parse(url).hostname})"
    except UrlError:
        return ""


def unchecked_words(findings: Findings) -> str:
    """Return a sentence on the links that were not checked; empty if there are none."""
    schemes, others = findings.unchecked["scheme"], findings.others
    number = schemes + others
    if not number:
        return ""
    parts = [f"{counted(schemes, 'e-mail, phone or script link')}"] if schemes else []
    if others:
        parts.append(counted(others, "other link" if schemes else "link"))
    return f"{' and '.join(parts)} {'was' if number == 1 else 'were'} not checked."


def left_words(findings: Findings) -> str:
    """Return a sentence on findings that have no row; empty if all have one."""
    fixes, looks = len(findings.to_fix), len(findings.to_look_at)
    if (fixes, looks) == (findings.fixes, findings.looks):
        return ""
    return f"Listed here are {fixes:,} of {counted(findings.fixes, 'link')} to fix, and {looks:,} of {findings.looks:,} to look at."


def decided_words(findings: Findings) -> str:
    """Return a sentence on the links that a person has left out; empty if there are none."""
    number = findings.left_out
    if not number:
        return ""
    which = "it works or is" if number == 1 else "they work or are"
    return f"{counted(number, 'link')} {'is' if number == 1 else 'are'} left out: a person decided that {which} to be ignored."
