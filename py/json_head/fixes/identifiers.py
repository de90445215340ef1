"""Tells URLs that name something from URLs that lead to a page. A name stays the same wherever it leads: namespaces, ids of entries, RDF.

A program that reads such a URL compares it with the one it knows, character by character: `http://schema.org` is not `https://schema.org`
to it. What looks like a name is left as it is, also where it may be meant as a link.
"""

from __future__ import annotations

import re

from json_head.urls.syntax import SCHEME

_HOSTS = re.compile(
    r"""(?:(?:www\.)?w3\.org/(?:[12][0-9]{3}|ns|XML|TR/[^/]+/namespace)(?:/|$)
      | (?:www\.)?(?:schema\.org|purl\.org|purl\.oclc\.org|w3id\.org|json-schema\.org|xmlns\.com|rdfs\.org|opengis\.net|gmpg\.org)(?:[/:?\#]|$)
      | (?:www\.)?creativecommons\.org/ns
      | (?:[^/?\#]+\.)?(?:ns|xmlns|schemas?|vocab)\.[^/?\#]+
    )""",
    re.VERBOSE | re.IGNORECASE,
)
#: Kinds of links, as in `Link.found`, whose values are names.
_KINDS = re.compile(r"json-ld @id|feed (?:guid|id)|\S+ (?:\S+:)?resource")
_REL = re.compile(r"\brel\s*+=\s*+[\"']?+([^\"'>]{0,200}+)", re.IGNORECASE)
_KEY = re.compile(
    r"\"(?:[@$]?(?:id|ref|type|vocab|base|context|schema)|xmlns|namespace|iri|uri|urn|iss|issuer|aud|audience|guid)\"\s*+:\s*+\[?+\s*+\"\Z",
    re.IGNORECASE,
)
_LOOK_BACK = 200
_MAX_TAG = 2_000


def is_identifier(url: str, found: str, text: str, start: int) -> bool:
    """Whether the link that is written at ``start`` is, or may be, a name.

    Args:
        url: the URL as written, decoded.
        found: the kind of the link, as in `Link.found`.
    """
    if not SCHEME.match(url):
        return False
    if _HOSTS.match(url.partition("://")[2]) or _KINDS.fullmatch(found):
        return True
    if found == "link href":
        tag_start, tag_end = text.rfind("<", max(0, start - _MAX_TAG), start), text.find(">", start, start + _MAX_TAG)
        rel = _REL.search(text[max(0, tag_start) : tag_end])
        return rel is not None and any(
            word == "profile" or word.startswith("schema.") for word in rel[1].lower().split()
        )
    return found == "json string" and _KEY.search(text, max(0, start - _LOOK_BACK), start) is not None
