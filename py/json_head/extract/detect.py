"""Detects the format of a source from its media type, name and content."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from json_head.extract.data.delimited import is_clearly_csv
from json_head.extract.decode import MAX_MEDIA_TYPE
from json_head.extract.mime.parts import looks_like_message
from json_head.extract.source import Format
from json_head.extract.text.mixed import Mixed
from json_head.extract.text.url_list import is_cut_at_space
from json_head.extract.xml.prolog import prolog
from json_head.urls.syntax import SCHEME_AND_SLASHES

#: Format by file name extension. `.txt` is missing because it does not imply a format: the content decides.
EXTENSIONS: dict[str, Format] = {
    "adoc": "asciidoc",
    "asciidoc": "asciidoc",
    "atom": "feed",
    "csproj": "xml",
    "css": "css",
    "csv": "csv",
    "dbk": "xml",
    "desktop": "urls",
    "dita": "xml",
    "ditamap": "xml",
    "docbook": "xml",
    "eml": "mime",
    "geojson": "json",
    "har": "json",
    "htm": "html",
    "html": "html",
    "ipynb": "notebook",
    "json": "json",
    "json5": "json",
    "jsonc": "json",
    "jsonl": "json",
    "jsonld": "json",
    "kml": "xml",
    "markdown": "markdown",
    "mbox": "mime",
    "md": "markdown",
    "mdown": "markdown",
    "mdx": "markdown",
    "mht": "mime",
    "mhtml": "mime",
    "mkd": "markdown",
    "mkdn": "markdown",
    "ncx": "xml",
    "ndjson": "json",
    "opf": "xml",
    "opml": "xml",
    "rdf": "feed",
    "rng": "xml",
    "rss": "feed",
    "rst": "rst",
    "shtml": "html",
    "svelte": "html",
    "svg": "xml",
    "svgz": "xml",
    "tab": "csv",
    "tsv": "csv",
    "url": "urls",
    "vue": "html",
    "webloc": "xml",
    "webmanifest": "json",
    "wsdl": "xml",
    "xbel": "xml",
    "xht": "xhtml",
    "xhtml": "xhtml",
    "xml": "xml",
    "xsd": "xml",
    "xsl": "xml",
    "xslt": "xml",
    "xspf": "xml",
    "xul": "xml",
}
_MEDIA_TYPES: dict[str, Format] = {
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/rss+xml": "feed",
    "application/csv": "csv",
    "application/json": "json",
    "application/json-seq": "json",
    "application/jsonl": "json",
    "application/ld+json": "json",
    "application/x-ipynb+json": "notebook",
    "application/x-ndjson": "json",
    "application/xhtml+xml": "xhtml",
    "application/xml": "xml",
    "application/mbox": "mime",
    "application/x-mimearchive": "mime",
    "message/rfc822": "mime",
    "multipart/related": "mime",
    "text/asciidoc": "asciidoc",
    "text/css": "css",
    "text/csv": "csv",
    "text/html": "html",
    "text/markdown": "markdown",
    "text/prs.fallenstein.rst": "rst",
    "text/tab-separated-values": "csv",
    "text/uri-list": "urls",
    "text/x-markdown": "markdown",
    "text/x-opml": "xml",
    "text/x-rst": "rst",
    "text/xml": "xml",
}

#: The number of characters that are searched for signs of a format.
_HEAD_LENGTH = 20_000
#: The number of characters that are split into lines, to tell a list from text: 20 MB of short lines would be 10 million
#: objects.
_LINES_LENGTH = 1_000_000

_MARKDOWN = re.compile(
    r"""\]\(\s{0,9}[^\s()]      # [text](url
      | ^\#{1,6}[ ]\S           # a heading
      | ^\s{0,3}(?:```|~~~)     # a fence
      | ^\s{0,3}\[[^\]\n]{1,200}\]:\s
      | \]\[[^\]\n]{0,200}\]    # [text][reference]
    """,
    re.VERBOSE | re.MULTILINE,
)
#: The beginning of a JSON object or array. It must not match ``["a"](b)``, which is Markdown, or ``{{ a }}``, a template.
_JSON = re.compile(
    r"""\s*+(?:\{\s*+(?:\}|"[^"\n]*+"\s*+:)
      | \[\s*+(?:[\]\[]\s*+[\]\[{"0-9,]|\{\s*+[}"]|"[^"\n]*+"\s*+(?:,|\]\s*+$)))""",
    re.VERBOSE,
)
#: The middle of a Markdown link, the number of characters before it that are searched for its opening bracket, and the
#: number of matches that are tried.
_LINK = re.compile(r"\]\(<?https?://")
_MAX_LINK_TEXT = 1_000
_MAX_LINKS = 1_000
_SHORTCUT = re.compile(r"\s*+\[(?:InternetShortcut|DEFAULT\]\s*+BASEURL=|Desktop Entry\])", re.IGNORECASE)


def detect(text: str, name: str | None = None, media_type: str | None = None) -> Format:
    """Return the format of a decoded source."""
    head = text[:_HEAD_LENGTH]
    start = prolog(head)
    # Sitemaps and feeds are often served as text/html, and no other format looks like them.
    if start.format in ("sitemap", "feed"):
        return start.format
    served = _format_of_media_type((media_type or "")[:MAX_MEDIA_TYPE].partition(";")[0].strip().lower())
    expected = served or EXTENSIONS.get(_extension(name))
    if start.format in ("html", "xhtml") and expected in ("sitemap", "feed", "xml"):
        # XML parsers decide by the namespace and ignore the document type.
        return "xhtml" if start.in_xhtml else start.format
    if expected == "html" and not served and start.declared and start.is_xhtml:
        return "xhtml"
    if expected == "xml" and not head.lstrip().startswith("<"):
        return "sitemap"  # a sitemap may also be a list of URLs
    return expected or start.format or _detect_by_content(text, head)


def _format_of_media_type(media_type: str) -> Format | None:
    if known := _MEDIA_TYPES.get(media_type):
        return known
    suffix = media_type.rpartition("+")[2]  # RFC 6838 4.2.8
    return "xml" if suffix == "xml" else "json" if suffix == "json" else None


def format_of_part(media_type: str, file_name: str) -> Format | None:
    """Return the format of a MIME part, or ``None`` for a binary part or a nested message."""
    format_: Format | None = "text" if media_type == "text/plain" else _format_of_media_type(media_type)
    if format_ is None and not media_type.startswith(("audio/", "font/", "image/", "video/")):
        format_ = EXTENSIONS.get(_extension(file_name)) or ("text" if media_type.startswith("text/") else None)
    return None if format_ == "mime" else format_


def _detect_by_content(text: str, head: str) -> Format:
    if _SHORTCUT.match(head):
        return "urls"
    if looks_like_message(head):
        return "mime"
    if _JSON.match(text):
        return "notebook" if '"nbformat"' in text and '"cells"' in text else "json"
    mixed = Mixed(head)
    if _has_link(mixed.prose if mixed.has_tag else text):
        return "markdown"
    if mixed.is_rst:
        return "rst"
    is_markdown = bool(_MARKDOWN.search(mixed.prose))
    if is_clearly_csv(text) and not is_markdown:
        return "csv"
    lines = [stripped for line in text[:_LINES_LENGTH].splitlines() if (stripped := line.strip())]
    single_words = sum(1 for line in lines if len(line.split(None, 1)) == 1)
    urls = sum(
        1
        for line in lines
        if SCHEME_AND_SLASHES.match(line) and (len(line.split(None, 1)) == 1 or is_cut_at_space(line))
    )
    if urls and 2 * urls >= len(lines):
        return "urls"
    if mixed.is_html and not is_markdown:
        return "html"
    if is_markdown or mixed.has_tag or mixed.has_front_matter:
        return "markdown"
    return "urls" if single_words == len(lines) else "text"


def _has_link(text: str) -> bool:
    """Whether the text has a Markdown link.

    The page converts pasted rich text to Markdown. Such links may come after a list of URLs.
    """
    for middle in islice(_LINK.finditer(text), _MAX_LINKS):
        start = max(0, middle.start() - _MAX_LINK_TEXT)
        if text.rfind("[", start, middle.start()) > text.rfind("\n", start, middle.start()):
            return True
    return False


def _extension(name: str | None) -> str:
    if not name:
        return ""
    try:
        path = urlsplit(name).path if "://" in name else name
    except ValueError:
        path = name
    path = path.lower().removesuffix(".gz")
    return path.rpartition(".")[2]
