"""The parts of an address by which pages are compared, and names in them that have a meaning: index pages, sign-in pages, languages."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from json_head.urls.target import parse

#: Words in the names of pages to sign in or up, as alternatives of a verbose regular expression.
SIGN_IN_WORDS = r"""
    log-?(?:in|on) | sign-?_?(?:in|on|up) | sso | saml2? | oauth2? | open-?id | authenticate | authorize | wp-login | idp | shibboleth
"""
#: Parameters in a path, and the session of ASP.NET: ``/(S(abc))/``.
STATE_IN_PATH = re.compile(r";[^/]*|/?\([a-z]\([a-z0-9]{8,}\)\)", re.IGNORECASE)
#: Names of home pages. The last name of the path of other pages is one of the first two if it can be left out.
INDEX = frozenset(("index", "default"))
HOME = INDEX | frozenset(("home", "homepage", "main", "start", "startpage", "welcome"))
_EXTENSION = re.compile(r"(.+)\.((?=[0-9]*[a-z])[a-z0-9]{1,5})", re.IGNORECASE)
#: Extensions of pages. All others name a kind of file.
OF_PAGES = frozenset(
    ("asp", "aspx", "cfm", "cgi", "htm", "html", "jsp", "md", "mdx", "mspx", "php", "php3", "rst", "shtml", "xhtml")
)


class Page(NamedTuple):
    """The parts of an address that are compared."""

    scheme: str
    host: str
    """With its port, and without ``www.``."""
    names: tuple[str, ...]
    """The names of the path, decoded, in lower case and without a final ``index.html``."""
    query: str
    path: str


def page_of(url: str) -> Page:
    """The parts of a URL.

    Raises:
        UrlError: it cannot be requested.
    """
    target = parse(url)
    path, _, query = target.url.split("/", 3)[3].partition("?")
    names = [unquote(name).lower() for name in path.split("/") if name]
    if names and is_index(names[-1]):
        names.pop()
    port = "" if target.port in (80, 443) else f":{target.port}"
    return Page(target.scheme, target.hostname.removeprefix("www.") + port, tuple(names), query, path)


def is_index(name: str) -> bool:
    """Whether a name is that of the page of its folder: ``index.html``."""
    return stem(name).lower() in INDEX and extension(name).lower() in OF_PAGES


def stem(name: str) -> str:
    match = _EXTENSION.fullmatch(name)
    return match[1] if match else name


def extension(name: str) -> str:
    match = _EXTENSION.fullmatch(name)
    return match[2] if match else ""
