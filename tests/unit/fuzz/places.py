"""The text that a source must have at the place of a link.

The place of a link is that of the first character of its URL *as written*, that is

- in lists and text: the URL itself, or ``Link.text`` if the URL was typed without its scheme (``www.…``), with invisible
  characters, or with spaces (white space is folded);
- in CSV the same, with doubled quotes as one, and in JSON with escapes decoded;
- in HTML: characters which, with character references decoded and then cleaned as the URL Standard does (no white space
  and controls around, no tabs and newlines inside), start with the URL;
- in Markdown: characters which start with the URL, with backslash escapes and entities decoded; an address in angle
  brackets without the ``mailto:``; within tags as in HTML;
- in reStructuredText: characters which, without white space and with escapes decoded, start with the URL;
- in AsciiDoc: the same without marks of passthroughs, up to a reference to an attribute; of an image without its folder;
- in notebooks: as in Markdown, HTML or text, with JSON's escapes decoded;
- in sitemaps: characters which start with the URL after comments, processing instructions and the marks of CDATA sections
  have been removed, and XML's references decoded;
- in messages: the same as in the part, in quoted-printable; in base64 the line of the part's first character;
- in feeds and other XML: the same, and with HTML's references decoded as well where an item's content is HTML.

A URL is compared without percent-encoding and before it is resolved; these tests give no base.
"""

from __future__ import annotations

import quopri
import re
import sys

import tinycss2
from json_head.extract.data.json_strings import JsonValue
from json_head.extract.html.references import decode_attribute
from json_head.extract.label import fold
from json_head.extract.markup.rst_inline import unescaped
from json_head.extract.resolve import clean
from json_head.model import Link
from markdown_it.common.utils import unescapeAll

_IN_XML = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(?P<data>.*?)\]\]>|&#(?:x(?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+));|&(?P<name>amp|lt|gt|quot|apos);",
    re.DOTALL,
)


def is_at_place(link: Link, rest: str, format_: str) -> bool:
    """Whether ``rest``, the source from the link's place on, starts with the link as written."""
    if format_ == "markdown":
        rest = rest.replace("\0", "\ufffd")  # CommonMark 2.3
        if link.found == "bare url":
            return rest.startswith(link.text or link.url)
        if link.found.startswith("markdown "):
            written = link.url.removeprefix("mailto:") if link.found == "markdown autolink" else link.url
            return any(clean(candidate).startswith(written) for candidate in (rest, unescapeAll(rest)))
    if format_ == "asciidoc" and link.found.split()[0] in ("asciidoc", "bare"):
        return _in_asciidoc(link, rest)
    if format_ == "notebook":
        # The next string of a list may continue the URL.
        decoded = JsonValue("string", (), -1, 0, re.sub(r'"\s*,\s*"', "", rest)).decoded
        return any(
            is_at_place(link, candidate, part_format)
            for candidate in (rest, decoded)
            for part_format in ("markdown", "html", "text")
        )
    if format_ == "rst" and link.found.startswith("rst "):
        return "".join(unescaped(rest).split()).startswith(link.url.removeprefix("mailto:"))
    if format_ == "rst" and link.found == "bare url":
        return unescaped(rest).startswith(link.url)
    if link.found.startswith(("css ", "json-ld ")):
        return _escaped(link, rest) or _escaped(link, decode_attribute(rest))
    if format_ in ("html", "asciidoc", "markdown", "rst", "xhtml"):
        return clean(decode_attribute(rest)).startswith(link.url)
    if format_ == "sitemap":
        # A sitemap may be a list of URLs, and the XML parser gets no unpaired surrogates.
        as_text = _IN_XML.sub(_character, rest.encode("utf-8", "replace").decode())
        return clean(as_text).startswith(link.url) or rest.startswith(link.text or link.url)
    if format_ in ("feed", "xml"):
        as_text = _IN_XML.sub(_character, rest.encode("utf-8", "replace").decode())
        return any(clean(candidate).startswith(link.url) for candidate in (as_text, decode_attribute(as_text)))
    if format_ == "mime":
        decoded = quopri.decodestring(rest.encode("utf-8", "replace")).decode("utf-8", "replace")
        return link.column == 1 or any(
            is_at_place(link, candidate, part_format)
            for candidate in (rest, decoded)
            for part_format in ("text", "html", "csv", "json")
        )
    if format_ == "csv" and rest.replace("''", "'").startswith(link.text or link.url):
        return True
    if format_ == "json" and JsonValue("string", (), -1, 0, rest).decoded.startswith(link.text or link.url):
        return True
    return rest.startswith(link.text or link.url) or (bool(link.text) and fold(rest).startswith(link.text))


def _in_asciidoc(link: Link, rest: str) -> bool:
    urls = [link.url.removeprefix("mailto:"), link.url]
    if link.found == "asciidoc image":
        urls += (link.url[match.end() :] for match in re.finditer("/", link.url))
    before_reference, brace, _ = rest.partition("{")
    return any(
        candidate.startswith(url) or (brace and url.startswith(before))
        for url in urls
        for candidate, before in (
            (rest, before_reference),
            (rest.replace("++", ""), before_reference.replace("++", "")),
        )
    )


def _escaped(link: Link, rest: str) -> bool:
    """Whether a style sheet or JSON starts with the URL, after its escapes have been decoded."""
    if link.found.startswith("json-ld "):
        return clean(JsonValue("string", (), -1, 0, rest).decoded).startswith(link.url)
    found = (tinycss2.parse_component_value_list(f"{before}{rest}") for before in ("url(", "'", '"'))
    return any(clean(getattr(tokens[0], "value", "")).startswith(link.url) for tokens in found)


def _character(match: re.Match[str]) -> str:
    if match["data"] is not None:
        return match["data"]
    if match["name"]:
        return {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}[match["name"]]
    if match["hex"] or match["decimal"]:
        code = int(match["hex"] or match["decimal"], 16 if match["hex"] else 10)
        return chr(code) if code <= sys.maxunicode else match[0]
    return ""
