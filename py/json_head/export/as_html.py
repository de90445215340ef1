"""A page of HTML for people: one file that needs nothing else, for a mail, an archive or a printer."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from json_head.export.row import Row, counted, history, place_of, showable, text_of, tolerance, worst_first
from json_head.model import Verdict
from json_head.verdicts import WORDING

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
h2 { margin-top: 2rem; font-size: 1.15rem; }
ol { padding: 0; list-style: none; }
li.link { padding: .6rem 0; border-top: 1px solid #8886; break-inside: avoid; }
.url { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.why, .places { margin: .1rem 0 0; color: #666; font-size: .9rem; }
.places { padding-left: 1.2rem; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { .why, .places { color: #aaa; } }
"""
#: No script runs, and nothing is loaded, whatever the texts of links are.
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)
#: Places of a link that are listed. A link in the footer of a site is on all of its pages.
_PLACES = 50


def as_html(results: Iterable[Row]) -> Iterator[str]:
    """Yield a page with the counts, and each URL that needs attention once, worst verdicts first, with its places."""
    rows = worst_first(results)
    by_verdict: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        by_verdict.setdefault(text_of(row, "verdict"), {}).setdefault(text_of(row, "url"), []).append(row)
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_headline(by_verdict)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_headline(by_verdict)}</h1>\n{_checked(rows)}"
    )
    for verdict, urls in by_verdict.items():
        yield f"<h2>{_name(verdict)} ({len(urls):,})</h2>\n{_meaning(verdict)}"
        if verdict != Verdict.OK:  # of those that work, only the number matters
            yield "<ol>\n"
            yield from map(_item, urls.values())
            yield "</ol>\n"
    yield "</body>\n</html>\n"


def _headline(by_verdict: dict[str, dict[str, list[Row]]]) -> str:
    broken = len(by_verdict.get(Verdict.BROKEN, ()))
    number = sum(map(len, by_verdict.values()))
    return f"{broken:,} of {counted(number, 'link')} broken"


def _checked(rows: Sequence[Row]) -> str:
    moments = sorted(filter(None, (text_of(row, "checked_at")[:10] for row in rows)))
    if not moments:
        return ""
    days = moments[0] if moments[0] == moments[-1] else f"{moments[0]} to {moments[-1]}"
    return f"<p>Checked by json-head on {_text(days)}.</p>\n"


def _name(verdict: str) -> str:
    return next((_text(wording.label) for key, wording in WORDING.items() if key == verdict), _text(verdict))


def _meaning(verdict: str) -> str:
    return next((f"<p>{_text(wording.meaning)}</p>\n" for key, wording in WORDING.items() if key == verdict), "")


def _item(rows: list[Row]) -> str:
    row = rows[0]
    why = " ".join(filter(None, (text_of(row, "status"), text_of(row, "reason"), history(row), tolerance(row))))
    places = list(dict.fromkeys(filter(None, map(place_of, rows))))
    shown = "".join(f"<li>{_text(place)}</li>" for place in places[:_PLACES])
    left = len(places) - _PLACES
    more = f"<li>and {counted(left, 'more place')}</li>" if left > 0 else ""
    listed = f'<ul class="places">{shown}{more}</ul>' if places else ""
    return f'<li class="link"><div class="url">{_link(text_of(row, "url"))}</div><p class="why">{_text(why)}</p>{listed}</li>\n'


def _link(url: str) -> str:
    """A link for a URL of http or https, and the text of any other URL."""
    if not re.match(r"https?://", url, re.IGNORECASE):
        return _text(url)
    return f'<a href="{_text(url)}" rel="noopener noreferrer">{_text(url)}</a>'


def _text(text: str) -> str:
    """Text as it is shown, escaped for HTML and for the values of its attributes."""
    return escape(showable(text))
