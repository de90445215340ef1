"""Finds placeholders of template languages in URLs. Such a URL cannot be requested, because the inserted text is
unknown.

Detected are ``{{ }}`` and ``{{{ }}}`` (Jinja, Liquid, Handlebars, Go, Vue), ``{% %}`` (Jinja, Liquid), ``<% %>`` (ERB,
EJS, JSP), ``<? ?>`` (PHP) and ``${ }`` (JavaScript, JSP, shells). An opening delimiter without its end counts too,
because an attribute value is cut at a quote inside the placeholder: ``href="{{ url("a") }}"``. Percent-encoded
delimiters do not count, and ``{%22`` is JSON in a query.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_OPENING = re.compile(r"\{\{|\$\{|<[%?]|\{%(?:(?![0-9A-Fa-f]{2})|[a-z]{2,20}(?:\s|-?%\}))")
#: A longer placeholder is treated as unclosed.
_MAX_LENGTH = 1_000
_CLOSING = {"{{": "}}", "${": "}", "<%": "%>", "<?": "?>", "{%": "%}"}


def has_placeholder(url: str) -> bool:
    """Whether a URL, as written, contains a template placeholder."""
    return ("{" in url or "<" in url) and _OPENING.search(url) is not None


def placeholders_end(text: str, start: int, end: int) -> int:
    """The end of ``text[start:end]``, extended to the end of placeholders that begin in it; ``end`` if none extends
    beyond it.

    >>> placeholders_end("url({{ a(1) }}/b)", 4, 7)
    14
    """
    while match := _OPENING.search(text, start, end):
        closing = _CLOSING[match[0][:2]]
        position = text.find(closing, match.end(), match.end() + _MAX_LENGTH)
        if position < 0:
            return end
        start = position + len(closing)
        if text.startswith("}}}", position):
            start += 1
        end = max(start, end)
    return end


def end_of_url(text: str, start: int, position: int, read: Callable[[int], int]) -> int:
    """The end of the URL that starts at ``start``, including white space, quotes and angle brackets in its placeholders.

    ``read`` returns the end of the URL characters from a position on. It is called with ``position``, and again after each
    placeholder that extends beyond those characters.
    """
    while True:
        position = read(position)
        known_end = position + 2 if text.startswith(("<%", "<?"), position) else position
        placeholder_end = placeholders_end(text, start, known_end)
        if placeholder_end == known_end:
            return position
        start = position = placeholder_end


def whole_end(text: str, start: int, end: int, rest: re.Pattern[str]) -> int:
    """The end of a URL that was read up to ``end``, extended over placeholders that contain white space or quotes.

    ``rest`` matches the characters that may follow a placeholder in a URL.
    """
    while (beyond := placeholders_end(text, start, end)) > end:
        start = beyond
        match = rest.match(text, beyond)
        end = match.end() if match else beyond
    return end
