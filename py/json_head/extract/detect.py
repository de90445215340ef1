"""Which format a source has."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from json_head.extract.data.delimited import is_clearly_csv
from json_head.extract.decode import MAX_MEDIA_TYPE
from json_head.extract.mime.parts import looks_like_message
from json_head.extract.source import Format
from json_head.extract.url_list import is_cut_at_space
from json_head.extract.xml.prolog import prolog

#: The format of a file by its name's extension; `.txt` has none of its own, so its content decides.
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

#: So much of the content is looked at for signs of its format.
_HEAD = 20_000
#: So much of it is split into lines, to tell a list from a text: 20 MB of short lines would be 10 million objects.
_LINES = 1_000_000

_TAG_WITH_LINK = re.compile(r"<[a-z][a-z0-9]{0,10}\s[^<>]{0,300}?\b(?:href|src|srcset|action)\s*=", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"""\]\(\s{0,9}[^\s()]      # [text](url
      | ^\#{1,6}[ ]\S           # a heading
      | ^\s{0,3}(?:```|~~~)     # a fence
      | ^\s{0,3}\[[^\]\n]{1,200}\]:\s
      | \]\[[^\]\n]{0,200}\]    # [text][reference]
    """,
    re.VERBOSE | re.MULTILINE,
)
#: The beginning of a JSON object or array; neither ``["a"](b)``, which is Markdown, nor ``{{ a }}``, a template.
_JSON = re.compile(
    r"""\s*+(?:\{\s*+(?:\}|"[^"\n]*+"\s*+:)
      | \[\s*+(?:[\]\[]\s*+[\]\[{"0-9,]|\{\s*+[}"]|"[^"\n]*+"\s*+(?:,|\]\s*+$)))""",
    re.VERBOSE,
)
#: The middle of a link in Markdown, the length of what is searched for its beginning, and how many are looked at.
_LINK = re.compile(r"\]\(<?https?://")
_LINK_TEXT = 1_000
_LINKS = 1_000
_SHORTCUT = re.compile(r"\s*+\[(?:InternetShortcut|DEFAULT\]\s*+BASEURL=|Desktop Entry\])", re.IGNORECASE)
_STARTS_WITH_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def detect(text: str, name: str | None = None, media_type: str | None = None) -> Format:
    """The format of a decoded source, by its name, its media type and its content."""
    head = text[:_HEAD]
    start = prolog(head)
    # Sitemaps and feeds are served as text/html often enough, and nothing else looks like one.
    if start.format in ("sitemap", "feed"):
        return start.format
    served = _of_media_type((media_type or "")[:MAX_MEDIA_TYPE].partition(";")[0].strip().lower())
    said = served or EXTENSIONS.get(_extension(name))
    if start.format in ("html", "xhtml") and said in ("sitemap", "feed", "xml"):
        # XML parsers go by the namespace and ignore the document type.
        return "xhtml" if start.in_xhtml else start.format
    if said == "html" and not served and start.declared and start.is_xhtml:
        return "xhtml"
    if said == "xml" and not head.lstrip().startswith("<"):
        return "sitemap"  # which may be a list of URLs
    return said or start.format or _by_content(text, head)


def _of_media_type(media_type: str) -> Format | None:
    if known := _MEDIA_TYPES.get(media_type):
        return known
    suffix = media_type.rpartition("+")[2]  # RFC 6838 4.2.8
    return "xml" if suffix == "xml" else "json" if suffix == "json" else None


def format_of_part(media_type: str, file_name: str) -> Format | None:
    """The format of a part of a message; ``None`` for a binary one, and for a message within it."""
    format_: Format | None = "text" if media_type == "text/plain" else _of_media_type(media_type)
    if format_ is None and not media_type.startswith(("audio/", "font/", "image/", "video/")):
        format_ = EXTENSIONS.get(_extension(file_name)) or ("text" if media_type.startswith("text/") else None)
    return None if format_ == "mime" else format_


def _by_content(text: str, head: str) -> Format:
    if _SHORTCUT.match(head):
        return "urls"
    if looks_like_message(head):
        return "mime"
    if _JSON.match(text):
        return "notebook" if '"nbformat"' in text and '"cells"' in text else "json"
    tag = _TAG_WITH_LINK.search(head)
    if not tag and _has_link(text):
        return "markdown"
    if is_clearly_csv(text) and not _MARKDOWN.search(head):
        return "csv"
    lines = [stripped for line in text[:_LINES].splitlines() if (stripped := line.strip())]
    words = sum(1 for line in lines if len(line.split(None, 1)) == 1)
    urls = sum(
        1
        for line in lines
        if _STARTS_WITH_SCHEME.match(line) and (len(line.split(None, 1)) == 1 or is_cut_at_space(line))
    )
    if urls and 2 * urls >= len(lines):
        return "urls"
    markdown = _MARKDOWN.search(head)
    if markdown and (not tag or "](" in markdown[0]):
        return "markdown"
    if tag:
        return "html"
    return "urls" if words == len(lines) else "text"


def _has_link(text: str) -> bool:
    """Whether there is a link in Markdown. The page writes those of formatted text so, perhaps below a list of URLs."""
    for middle in islice(_LINK.finditer(text), _LINKS):
        start = max(0, middle.start() - _LINK_TEXT)
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
