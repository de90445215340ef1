"""Regular expressions that pass over the parts of HTML without links (HTML 13.2.5).

Most tags have no link, and Python takes microseconds for each. One match passes over text and such tags, up to a tag whose name or
attributes matter. If this is a hyperlink, the same match reads it up to its end tag. Everything else is left to the tokenizer: other tags,
elements with links within a hyperlink, placeholders of templates, and unclosed constructs.

All repetitions are possessive, so nothing is matched in a second way. A tag is read at most three times: when a hyperlink around it turns out not to
match, when it is not passed over, and by the tokenizer. Without `re.IGNORECASE`, a match takes half the time. Tags with capitals are therefore left
to the tokenizer, except in documents with many of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from json_head.extract.html.foreign import BREAKOUT, INTEGRATION_POINTS

#: CPython 3.11.0 to 3.11.4 let this match the "a", wrongly (github.com/python/cpython/issues/106052).
_PROBE = re.compile("(?:ab?c)*+")
#: Whether possessive groups are matched correctly. If they are not, nothing is passed over.
IS_SUPPORTED = _PROBE.match("a").end() == 0  # type: ignore[union-attr]  # it can match the empty string

#: Elements that hold raw text, may hold the text of a link, or change how the document is read.
_STARTS = frozenset(
    (
        "a", "form", "iframe", "image", "img", "math", "noembed", "noframes", "noscript", "plaintext", "script", "style", "svg",
        "template", "textarea", "title", "xmp",
    )
)  # fmt: skip
_ENDS = frozenset(("a", "form", "noscript", "template"))
#: Attributes that may hold links. A `meta` element with a link or a directive has `content`.
_ATTRIBUTES = frozenset(
    (
        "action", "background", "cite", "content", "data", "formaction", "href", "imagesrcset", "poster", "src", "srcset",
    )
)  # fmt: skip
#: Start and end tags that matter in SVG and MathML.
_ROOTS = frozenset(INTEGRATION_POINTS).union(*INTEGRATION_POINTS.values())

#: The maximum number of attributes before an href or id, as a repetition. The tokenizer has a limit, too.
_MAX_BEFORE = "{0,50}+"

_SPACE = r"\t\n\f\r "
#: Values that start a placeholder of a template language are not matched: those may contain white space and ">".
_UNQUOTED = rf"[^{_SPACE}>{{<]*+(?![{{<])"
_EQUALS = rf"[{_SPACE}]*+=[{_SPACE}]*+"
_VALUE = rf"""(?:="[^"]*+"|{_EQUALS}(?:"[^"]*+"|'[^']*+'|(?!["']){_UNQUOTED}))?+"""
#: A name that starts with "=" is valid. It is not matched, because it may be the rest of an attribute whose value is not matched.
_ATTRIBUTE = rf"[{_SPACE}/]*+[^{_SPACE}/>=][^{_SPACE}/>=]*+{_VALUE}"
_REST_OF_TAG = rf"(?:{_ATTRIBUTE})*+[{_SPACE}/]*+>"

#: The beginning of a style attribute that may have a link, with each of the three ways of quoting. A color has no link; in
#: drawings each element may have one.
_STYLE = rf"style{_EQUALS}(?:%s)[(&@]" % "|".join(
    rf"{quote}[^{end}(&@]*+(?:(?<=rgb)\([^{end}(&@]*+)*+" for quote, end in (('"', '"'), ("'", "'"), ("", f"{_SPACE}>"))
)

#: Characters of a name that change in lower case, and may make it another name: U+212A becomes "k".
_CAPITALS = r"A-Z\u212a"
_CAPITALS_OF_ANY_CASE = r"\u212a"

#: The tags in a text that was passed over. All of them have a ">"; as it is optional here, no text takes quadratic time.
TAGS = re.compile(rf"</?[A-Za-z][^{_SPACE}/>]*+(?:{_ATTRIBUTE})*+[{_SPACE}/]*+>?")


class Patterns(NamedTuple):
    """Both always match. The group ``passed`` is what was passed over, which may be nothing.

    It is followed by the groups of a ``hyperlink``, if there is one: ``href`` with its quotes, and the text ``inside`` the element. With
    ``anchors`` it may instead be followed by a ``named`` start tag without links: its ``name``, and its ``id`` with its quotes.
    """

    html: re.Pattern[str]
    foreign: re.Pattern[str]
    """For SVG and MathML, where more tags matter and no hyperlinks are matched."""


@cache  # compiling takes milliseconds
def patterns(*, anchors: bool, any_case: bool) -> Patterns:
    """Return the patterns that stop at links, and with ``anchors`` also at ids. ``any_case``: whether they match tags with capitals."""
    capitals = _CAPITALS_OF_ANY_CASE if any_case else _CAPITALS
    flags = re.IGNORECASE | re.ASCII if any_case else re.NOFLAG
    attributes = _ATTRIBUTES | {"id"} if anchors else _ATTRIBUTES
    passed = _passed(_STARTS, _ENDS, attributes, capitals)
    before_href = _attributes_except(("href", "id", "name"), capitals, _MAX_BEFORE)
    hyperlink = (
        rf"<a(?=[{_SPACE}/]){before_href}href{_EQUALS}"
        rf"""(?P<href>"[^"]*+"|'[^']*+'|[^{_SPACE}>"'{{<]{_UNQUOTED})"""
        rf"{_attributes_except(('id', 'name'), capitals)}>(?P<inside>{passed})</a[{_SPACE}]*+>"
    )
    foreign = _passed(
        _STARTS | BREAKOUT | _ROOTS | {"font"}, _ENDS | _ROOTS | {"br", "p"}, attributes | {"xlink:href"}, capitals
    )
    named = (
        rf"<{_not(_STARTS)}(?P<name>{_name(capitals)})"
        rf"{_attributes_except((*_ATTRIBUTES, 'id'), capitals, _MAX_BEFORE)}id{_EQUALS}"
        rf"""(?P<id>"[^"]*+"|'[^']*+'){_attributes_except(_ATTRIBUTES, capitals)}>"""
    )
    special = rf"(?P<hyperlink>{hyperlink})|(?P<named>{named})" if anchors else rf"(?P<hyperlink>{hyperlink})"
    return Patterns(
        re.compile(rf"(?P<passed>{passed})(?:{special})?+", flags),
        re.compile(rf"(?P<passed>{foreign})", flags),
    )


def _passed(starts: Iterable[str], ends: Iterable[str], attributes: Iterable[str], capitals: str) -> str:
    """Return a pattern for text, and for tags that have none of these names and attributes."""
    name = _name(capitals)
    tag = (
        rf"/{_not(ends)}{name}(?:>|(?![{capitals}]){_REST_OF_TAG})"
        rf"|{_not(starts)}{name}(?:>|(?![{capitals}]){_attributes_except(attributes, capitals)}>)"
        r"|(?=[^A-Za-z!?/])"
    )
    return rf"[^<]*+(?:<(?:{tag})[^<]*+)*+"


def _name(capitals: str) -> str:
    return rf"[a-z][^{_SPACE}/>{capitals}]*+"


def _attributes_except(names: Iterable[str], capitals: str, repetition: str = "*+") -> str:
    """Return a pattern for attributes that have none of these names, and are no style with a link."""
    name = rf"{_not(names, '=')}(?!{_STYLE})[^{_SPACE}/>={capitals}][^{_SPACE}/>={capitals}]*+"
    return rf"(?:[{_SPACE}/]*+{name}{_VALUE}){repetition}[{_SPACE}/]*+"


def _not(names: Iterable[str], end: str = "") -> str:
    return rf"(?!(?:{'|'.join(sorted(names))})[{_SPACE}/>{end}])"
