"""Placeholders of template languages in URLs: what a template will put there is not known, so nothing can be requested.

Found are ``{{ }}`` and ``{{{ }}}`` (Jinja, Liquid, Handlebars, Go, Vue), ``{% %}`` (Jinja, Liquid), ``<% %>`` (ERB, EJS, JSP),
``<? ?>`` (PHP) and ``${ }`` (JavaScript, JSP, shells). An opening without its end counts too, because an attribute's value
is cut where the placeholder has the attribute's own quotes: ``href="{{ url("a") }}"``. What is percent-encoded is no
placeholder; and ``{%22`` is JSON in a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_OPENING = re.compile(r"\{\{|\$\{|<[%?]|\{%(?:(?![0-9A-Fa-f]{2})|[a-z]{2,20}(?:\s|-?%\}))")
#: A longer placeholder is taken for one that is not closed.
_MAX_LENGTH = 1_000
_CLOSING = {"{{": "}}", "${": "}", "<%": "%>", "<?": "?>", "{%": "%}"}


def has_placeholder(url: str) -> bool:
    """Whether a URL, as it is written, has a template's placeholder in it."""
    return ("{" in url or "<" in url) and _OPENING.search(url) is not None


def placeholders_end(text: str, start: int, end: int) -> int:
    """Where ``text[start:end]`` ends with the whole of the placeholders that begin in it; ``end`` if none goes beyond it.

    >>> placeholders_end("url({{ a(1) }}/b)", 4, 7)
    14
    """
    while match := _OPENING.search(text, start, end):
        closing = _CLOSING[match[0][:2]]
        found = text.find(closing, match.end(), match.end() + _MAX_LENGTH)
        if found < 0:
            return end
        start = found + len(closing)
        if text.startswith("}}}", found):
            start += 1
        end = max(start, end)
    return end


def end_of_url(text: str, start: int, position: int, read: Callable[[int], int]) -> int:
    """Where the URL that starts at ``start`` ends. White space, quotes and angle brackets within its placeholders belong to it.

    ``read`` gives the end of the characters of a URL from a position on. It is called with ``position``, and after each
    placeholder that those characters do not hold whole.
    """
    while True:
        position = read(position)
        known = position + 2 if text.startswith(("<%", "<?"), position) else position
        beyond = placeholders_end(text, start, known)
        if beyond == known:
            return position
        start = position = beyond


def whole_end(text: str, start: int, end: int, rest: re.Pattern[str]) -> int:
    """Where a URL ends that was read up to ``end``, as if placeholders had no white space or quotes in them.

    ``rest`` matches what may follow a placeholder in a URL.
    """
    while (beyond := placeholders_end(text, start, end)) > end:
        start = beyond
        match = rest.match(text, beyond)
        end = match.end() if match else beyond
    return end
