"""How a URL is written in the syntax around it: entities, backslashes, JSON and CSS escapes, one within the other.

A layer is one such syntax. A URL in a `style` attribute has two: it is escaped for CSS, and the result for HTML. Which layers apply
depends on the format of the source and on the kind of the link. Where this module cannot tell, it offers several ways to write a URL.
The caller uses the first one from which the extractor reads exactly that URL.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from markdown_it.common.utils import UNESCAPE_ALL_RE, unescapeAll

from json_head.extract.data.json_strings import ESCAPE, decode_escape
from json_head.extract.html.references import REFERENCE, decode_attribute, in_attribute

_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;"}
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n\f]?|([^\n\f]))", re.DOTALL)
_RST_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
#: Asciidoctor substitutes these before it reads the macros of a line: quotes, attributes, dashes, ellipses, arrows, apostrophes.
_SUBSTITUTED_IN_ASCIIDOC = re.compile(
    r"[*_`#~^]{2}|\+\+|[*`~^{}'\\\[\]]|--|\.\.\.|\([CR]\)|\(TM\)|[=<-]>|(?:^|\W)_|_(?:\W|$)"
)
#: An expression of JSX around a string: nothing is decoded in it.
_EXPRESSION = re.compile(r"\{\s*[\"'`]\Z")


class Layer(NamedTuple):
    """One syntax. ``encode`` returns a form from which ``decode`` of all matches of ``escape`` gives the text again."""

    escape: re.Pattern[str]
    decode: Callable[[re.Match[str]], str]
    encode: Callable[[str], str]


def _decode_css(match: re.Match[str]) -> str:
    if not match[1]:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"


def _escaped(characters: str) -> Callable[[str], str]:
    backslashes = str.maketrans({character: f"\\{character}" for character in characters})
    return lambda text: text.translate(backslashes)


def _encode_markdown(text: str) -> str:
    # The bar ends a cell of a table, the backtick and the dollar may end code and math that begin elsewhere in the paragraph.
    return _ENTITY.sub(r"\\&", _escaped("\\`|<>$")(text))


def _encode_html(text: str) -> str:
    return re.sub(r"[&<>\"'`]", lambda match: _HTML[match[0]], text)


def _encode_html_loosely(text: str) -> str:
    """Leave ampersands as they are if that means the same."""
    loose = re.sub(r"[<>\"'`]", lambda match: _HTML[match[0]], text)
    return loose if decode_attribute(loose) == text else _encode_html(text)


HTML = Layer(REFERENCE, in_attribute, _encode_html)
LOOSE_HTML = HTML._replace(encode=_encode_html_loosely)
CSS = Layer(_CSS_ESCAPE, _decode_css, _escaped("\\\"'() "))
CSS_STRING = CSS._replace(encode=_escaped("\\\"'"))
JSON = Layer(ESCAPE, decode_escape, lambda text: json.dumps(text, ensure_ascii=False)[1:-1])
#: Some programs write each slash with a backslash, so that ``</script>`` cannot occur.
JSON_WITH_SLASHES = JSON._replace(encode=lambda text: JSON.encode(text).replace("/", "\\/"))
MARKDOWN = Layer(UNESCAPE_ALL_RE, lambda match: unescapeAll(match[0]), _encode_markdown)
MARKDOWN_WITHOUT_PARENTHESES = MARKDOWN._replace(encode=lambda text: _escaped("()")(_encode_markdown(text)))
BARE_MARKDOWN = MARKDOWN._replace(encode=lambda text: text)
RST = Layer(_RST_ESCAPE, lambda match: match[1].strip(), lambda text: re.sub(r"[\\`*|<>]|_(?=\W|\Z)", r"\\\g<0>", text))

Layers = tuple[Layer, ...]


def end_of(text: str, start: int, url: str, layers: Layers) -> int | None:
    """The end of a URL that is written at ``start``; ``None`` if something else is there.

    Args:
        layers: from the outermost to the innermost.
    """
    characters = text[start : start + 16 * len(url) + 64]
    ends = list(range(start + 1, start + len(characters) + 1))
    for layer in layers:
        pieces: list[str] = []
        new_ends: list[int] = []
        position = 0
        for match in layer.escape.finditer(characters):
            decoded = layer.decode(match)
            pieces += characters[position : match.start()], decoded
            new_ends += ends[position : match.start()]
            new_ends += [ends[match.end() - 1]] * len(decoded)
            position = match.end()
        characters = "".join(pieces) + characters[position:]
        ends = new_ends + ends[position:]
    if not url or not characters.startswith(url):
        return None
    end = ends[len(url) - 1]
    return None if ends[len(url) : len(url) + 1] == [end] else end


def written_forms(url: str, raw: str, layers: Layers) -> Iterator[str]:
    """The ways to write a URL in these layers, the one that resembles ``raw`` first."""
    alternatives: list[Layers] = [()]
    for layer in layers:
        choices = [layer]
        if layer is HTML and re.search(r"&(?!#|amp;)", raw):
            choices = [LOOSE_HTML, HTML]
        elif layer is JSON and "\\/" in raw:
            choices = [JSON_WITH_SLASHES]
        elif layer is CSS:
            choices = [CSS_STRING, CSS]
        elif layer is MARKDOWN:
            choices = [MARKDOWN, MARKDOWN_WITHOUT_PARENTHESES]
        alternatives = [(*before, choice) for before in alternatives for choice in choices]
    for alternative in alternatives:
        text = url
        for layer in reversed(alternative):
            text = layer.encode(text)
        yield text


def layers_of(format: str, found: str, text: str, start: int) -> list[Layers]:
    """The layers that a link may be written in, the most likely ones first.

    Args:
        format: the format of the source.
        found: the kind of the link, as in `Link.found`.
        start: the offset of the URL in the text.
    """
    if format == "mime":
        return []
    if format == "notebook":
        return [(JSON, *inner) for inner in _layers("markdown", found, text, start)]
    if format in ("feed", "sitemap", "xml"):
        inner = [*_layers("xml", found, text, start), ()]
        is_data = text.rfind("<![CDATA[", 0, start) > text.rfind("]]>", 0, start)
        # HTML within XML is either markup or, escaped once more, text.
        outer: list[Layers] = [()] if is_data else [(HTML,), ()]
        return [(*before, *layers) for before in outer for layers in inner]
    return _layers(format, found, text, start)


def _layers(format: str, found: str, text: str, start: int) -> list[Layers]:
    kind = found.partition(" ")[0]
    if kind == "css":
        is_sheet = format == "css" or text.rfind("<style", 0, start) > text.rfind("</style", 0, start)
        return [(CSS,)] if format == "css" else [(CSS,), (HTML, CSS)] if is_sheet else [(HTML, CSS), (CSS,)]
    if kind in ("json", "json-ld"):
        return [(JSON,)] if format != "xhtml" else [(JSON,), (HTML, JSON)]
    if kind in ("sitemap", "feed", "xml", "list", "csv", "asciidoc"):
        return [()]
    if kind == "rst":
        return [(), (RST,)]
    if found == "markdown autolink":
        return [()]
    if kind == "markdown":
        return [(MARKDOWN,)]
    if found == "bare url":
        of_text: dict[str, list[Layers]] = {"markdown": [(BARE_MARKDOWN,), ()], "json": [(JSON,), ()], "rst": [(RST,)]}
        return of_text.get(format, [()])
    if format == "markdown" and _EXPRESSION.search(text, max(0, start - 20), start):
        return [()]
    return [(HTML,)]


def is_plain_enough(format: str, found: str, url: str) -> bool:
    """Whether all processors of a format read a URL as the extractor does, which knows less of their substitutions."""
    if any(character.isspace() or not character.isprintable() for character in url) or re.search(r"[<>\"]", url):
        return False
    if format == "asciidoc":
        return not _SUBSTITUTED_IN_ASCIIDOC.search(url)
    if found == "markdown autolink" and (_ENTITY.search(url) or "|" in url):
        return False  # GitHub decodes references in it, and others do not; a bar ends a cell of a table
    if format in ("html", "markdown", "notebook"):
        # MDX, Vue and Liquid evaluate braces; JavaScript decodes backslashes, which stay as they are in HTML.
        return not set("{}" if found.startswith("markdown ") else "{}\\") & set(url)
    return True
