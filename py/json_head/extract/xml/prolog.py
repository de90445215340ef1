"""Reads the beginning of an XML or HTML document up to its first start tag, from which its format is detected."""

from __future__ import annotations

import re
from typing import NamedTuple

from json_head.extract.source import Format

_SPACE = re.compile(r"\s*+")
# A ">" within quotes does not end the tag.
_TAG = re.compile(r"<(?:([\w.-]++):)?([\w.-]++)(?=[\s/>])[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+")
_DOCTYPE = re.compile(r"<!doctype\s++(?:[\w.-]++:)?([\w.-]++)[^>\[]*+(?:\[[^\]]*+\]\s*+)?", re.IGNORECASE)
_NAMESPACE = re.compile(r"\sxmlns(?::([\w.-]++))?\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_XHTML = "http://www.w3.org/1999/xhtml"

_ROOTS: dict[str, Format] = {
    "body": "html",
    "feed": "feed",
    "head": "html",
    "html": "html",
    "opml": "xml",
    "rdf": "feed",
    "rss": "feed",
    "sitemapindex": "sitemap",
    "svg": "xml",
    "urlset": "sitemap",
}


class Prolog(NamedTuple):
    """The beginning of a document. Names are in lower case and without prefixes."""

    declared: bool
    """Whether there is an XML declaration."""
    doctype: str
    """The document type declaration with its internal subset, or an empty string."""
    doctype_name: str
    root: str
    has_namespace: bool
    """Whether the root declares a namespace, for itself or for a prefix."""
    in_xhtml: bool
    """Whether the root is in the namespace of XHTML."""

    @property
    def format(self) -> Format | None:
        """The format of the document, or ``None`` if it cannot be detected."""
        if self.doctype_name == "html" or _ROOTS.get(self.root) == "html":
            return "xhtml" if self.is_xhtml else "html"
        if self.in_xhtml:
            return "xhtml"
        return _ROOTS.get(self.root) or ("xml" if self.declared or self.has_namespace else None)

    @property
    def is_xhtml(self) -> bool:
        """Whether the document is HTML in the XML syntax: it has an XML declaration or the XHTML namespace.

        If the document type is that of HTML 5, the namespace does not count, because many HTML 5 pages have it, too.
        """
        has_xhtml_namespace = self.in_xhtml and (not self.doctype or "xhtml" in self.doctype.lower())
        return self.root == "html" and (self.declared or has_xhtml_namespace)


def prolog(head: str) -> Prolog:
    """Read the beginning of a document. Comments, instructions and the document type may come before the root."""
    declared = False
    doctype: re.Match[str] | None = None
    at = 0
    while True:
        at = _SPACE.match(head, at).end()  # type: ignore[union-attr]  # it can match the empty string
        if head.startswith("<?", at):
            declared = declared or head.startswith("<?xml", at)
            at = _offset_after(head, ">", at)
        elif head.startswith("<!--", at):
            at = _offset_after(head, "-->", at)
        elif not doctype and (doctype := _DOCTYPE.match(head, at)):
            at = _offset_after(head, ">", doctype.end())
        elif head.startswith("<!", at):
            at = _offset_after(head, ">", at)
        else:
            break
    root = _TAG.match(head, at)
    namespaces = {match[1]: match[2] or match[3] for match in _NAMESPACE.finditer(root[0])} if root else {}
    return Prolog(
        declared,
        doctype[0] if doctype else "",
        doctype[1].lower() if doctype else "",
        root[2].lower() if root else "",
        bool(namespaces),
        namespaces.get(root[1]) == _XHTML if root else False,
    )


def _offset_after(head: str, end: str, at: int) -> int:
    index = head.find(end, at)
    return index + len(end) if index >= 0 else len(head)
