"""A report for people: one page of HTML that needs nothing else, for a mail, an archive or a printer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from json_head.export.about import About
from json_head.export.decided import reason_of
from json_head.export.report import markup, words
from json_head.export.report.findings import Finding, Findings, by_page, line_of, most_used, shared
from json_head.export.report.style import HASH, STYLE
from json_head.export.row import Row, counted, history, text_of, tolerance
from json_head.model import Verdict
from json_head.wording import WORDING

#: No script runs, and nothing is loaded, whatever the texts of links are.
_POLICY = f"default-src 'none'; style-src '{HASH}'; base-uri 'none'; form-action 'none'"
_MARKED = r"<mark>\g<0></mark>"
#: Links that are named as those to begin with.
_FIRST = 3


def as_html(results: Iterable[Row], about: About) -> Iterator[str]:
    """Yield the report: how many links work, what to do first, what to fix by page, redirects, and what only a person can tell."""
    findings = Findings(results, about)
    preposition, name = words.place_of_check(about)
    where = f" {preposition} {name}" if name else ""
    title = markup.text(words.headline(findings, where))
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<header>\n{_kicker(findings, about)}"
        f"<h1>{re.sub('^[0-9,]+ links?', _MARKED, title)}</h1>\n{_shares(findings, about)}</header>\n"
    )
    own = words.origin_of(about.title)
    yield from _first(findings, own)
    yield from _to_fix(findings, own)
    yield from _redirects(findings, own)
    yield from _to_look_at(findings, own)
    yield from _end(findings, about)
    yield "</main>\n</body>\n</html>\n"


def _kicker(findings: Findings, about: About) -> str:
    parts = (words.KINDS.get(about.kind, ""), words.moment(about.started_at or findings.first_checked_at))
    return f'<p class="kicker">Link report <span>{" · ".join(filter(None, parts))}</span></p>\n'


def _shares(findings: Findings, about: About) -> str:
    """Return the sentence, the bar and the numbers under it."""
    total, works, fixes = findings.total, findings.working, findings.fixes
    looks, left = findings.looks, findings.left_out
    unknown = "can’t be told from a browser" if findings.by_browser else "can’t be told"
    lead = [words.extent(findings, about)]
    if not total:
        return f'<p class="lead">{lead[0]}</p>\n'
    named = ((works, "work"), (fixes, "to fix"), (looks, unknown), (left, "left out"))
    parts = [f"{words.share(number, total)} {name}" for number, name in named if number]
    lead.append(f"<b>{', '.join(parts)}.</b>")
    if new := sum(1 for finding in findings.to_fix if finding.row.get("new")):
        lead.append(f"{new:,} {'is' if new == 1 else 'are'} new since the last check.")
    lead += [words.left_words(findings), words.decided_words(findings)]
    numbers = (
        ("good", works, "work"),
        ("bad", fixes, "to fix"),
        ("veil", looks, "to look at"),
        ("left", left, "left out"),
    )
    legend = "".join(
        f"<li>{markup.swatch(tone)}<b>{number:,}</b> {word}</li>" for tone, number, word in numbers if number
    )
    bar = markup.bar((("bad", fixes), ("veil", looks), ("left", left), ("good", works)), ", ".join(parts))
    return f'<p class="lead">{" ".join(filter(None, lead))}</p>\n{bar}<ul class="shares">{legend}</ul>\n'


def _first(findings: Findings, own: str) -> Iterator[str]:
    """Yield the links to begin with: those that are used most, if they are used repeatedly. A short list needs none."""
    first = [finding for finding in most_used(findings.to_fix)[:_FIRST] if len(finding.rows) > 1]
    if len(findings.to_fix) <= _FIRST or not first:
        return
    yield '<section aria-labelledby="first">\n<h2 id="first">What to do first</h2>\n<ol>\n'
    for finding in first:
        yield f"<li>{markup.target(finding.row, own)}: {words.problem_of(finding.row)}, {words.usage(finding)}</li>\n"
    places = sum(len(finding.rows) for finding in findings.to_fix)
    they = "It makes" if len(first) == 1 else "They make"
    yield f'</ol>\n<p class="hint">{they} up {sum(len(finding.rows) for finding in first):,} of {counted(places, "place")}.</p>\n</section>\n'


def _to_fix(findings: Findings, own: str) -> Iterator[str]:
    if not findings.to_fix:
        return
    kind = words.kind_of(next(filter(None, findings.to_fix[0].sources), "https://"))
    places = sum(len(finding.rows) for finding in findings.to_fix)
    caption = f"{counted(len(findings.to_fix), 'link')} to fix, in {counted(places, 'place')}"
    columns = (("line", "Line"), ("text", "Link text"), ("", "Address"), ("problem", "Problem"))
    yield f'<section aria-labelledby="fix">\n<h2 id="fix">By {kind}</h2>\n'
    yield from markup.table(caption, columns, _groups_to_fix(findings, own, kind))
    yield "</section>\n"


def _groups_to_fix(findings: Findings, own: str, kind: str) -> Iterator[str]:
    if many := shared(findings.to_fix):
        heading = f'On many {kind}s <span class="hint">The spreadsheet of this check lists all of them.</span>'
        yield markup.group(heading, 4, (_fix(finding.row, own, words.usage(finding)) for finding in many))
    for source, rows in by_page(findings.to_fix):
        name = markup.link(source, words.short_address(source, own)) if source else "Links without a page"
        heading = f'{name} <span class="hint">{counted(len(rows), "link")}</span>'
        yield markup.group(heading, 4, (_fix(row, own) for row in rows))


def _fix(row: Row, own: str, usage: str = "") -> str:
    tone = "fault" if text_of(row, "verdict") == Verdict.SERVER_ERROR else "bad"
    remarks = [usage, "" if row.get("new") else history(row), tolerance(row), reason_of(row)]
    new = ' <b class="new">new</b>' if row.get("new") else ""
    problem = (
        _capital(words.problem_of(row))
        + new
        + "".join(f'<br><span class="hint">{markup.text(text)}</span>' for text in remarks if text)
    )
    return markup.row(
        (
            ("line", "" if usage else str(line_of(row) or "")),
            ("text", markup.name(words.cut(text_of(row, "text")))),
            ("", markup.target(row, own)),
            (f"problem {tone}", problem),
        )
    )


def _redirects(findings: Findings, own: str) -> Iterator[str]:
    if not findings.redirects:
        return
    number = counted(len(findings.redirects), "link")
    yield '<section aria-labelledby="redirects">\n<h2 id="redirects">Redirects</h2>\n'
    columns = (("", "Old address"), ("", "Leads to"), ("problem", "Used"))
    rows = (
        markup.row(
            (
                ("", markup.target(finding.row, own)),
                ("", markup.link(final, words.short_address(final, own))),
                ("problem", words.usage(finding)),
            )
        )
        for finding in findings.redirects
        for final in [text_of(finding.row, "final_url")]
    )
    yield from markup.table(f"{number} that work, but lead to another address", columns, [markup.group("", 3, rows)])
    yield "</section>\n"


def _to_look_at(findings: Findings, own: str) -> Iterator[str]:
    if not findings.to_look_at:
        return
    yield '<section aria-labelledby="look">\n<h2 id="look">Only a person can tell</h2>\n'
    by_verdict: dict[str, list[Finding]] = {}
    for finding in findings.to_look_at:
        by_verdict.setdefault(text_of(finding.row, "verdict"), []).append(finding)
    columns = (("", "Address"), ("text", "Seen"), ("text", "Used"))
    caption = f"{counted(len(findings.to_look_at), 'link')} to open and look at"
    yield from markup.table(caption, columns, (_looks(verdict, found, own) for verdict, found in by_verdict.items()))
    yield "</section>\n"


def _looks(verdict: str, findings: list[Finding], own: str) -> str:
    wording = next((wording for key, wording in WORDING.items() if key == verdict), None)
    label, meaning = wording or (verdict, "")
    heading = f'{markup.text(label)} <span class="hint">{counted(len(findings), "link")}. {markup.text(meaning)}</span>'
    # A reason that all have in common is that of the verdict.
    has_reasons = len({text_of(finding.row, "reason") for finding in findings}) > 1
    return markup.group(heading, 3, (_look(finding, own, has_reasons) for finding in findings))


def _look(finding: Finding, own: str, has_reason: bool) -> str:
    row = finding.row
    source, line = text_of(row, "source"), line_of(row)
    place = markup.link(source, words.short_address(source, own)) if source else ""
    where = words.usage(finding) if len(finding.rows) > 1 else f"{place}{f' line {line}' if line else ''}"
    reason = text_of(row, "reason") if has_reason else ""
    seen = " ".join(filter(None, (reason or _capital(words.problem_of(row)), history(row), tolerance(row))))
    return markup.row((("", markup.target(row, own)), ("text", markup.text(seen)), ("text", where)))


def _end(findings: Findings, about: About) -> Iterator[str]:
    """Yield how sure the report is, what was not checked, and who made it."""
    sure = (
        "“Not found” and “gone” mean that the server said so twice. “Section missing” means that the page is there, and nothing in its "
        "source has that name; a script may add it later. “Server error” means that the server failed each time."
    )
    if findings.looks:
        sure += f" {counted(findings.looks, 'link')} may work or not: nobody can tell without a look."
    yield f"<footer>\n<p><b>How sure is this?</b> {sure} {words.unchecked_words(findings)}</p>\n"
    if about.notes:
        yield f'<ul class="notes">{"".join(f"<li>{markup.text(note)}</li>" for note in about.notes)}</ul>\n'
    where = " lite in a browser" if findings.by_browser else ""
    yield f"<p>Made with json-head{where}, version {markup.text(about.version)}.</p>\n</footer>\n"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
