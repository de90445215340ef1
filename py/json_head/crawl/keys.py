"""Which URLs are the same page: a key that they share. URLs are normalised and have no fragment."""

from __future__ import annotations

import re
from typing import NamedTuple

#: Session ids in paths: of Java's servlets (``;jsessionid=``), and of ASP.NET without cookies (``/(S(...))/``).
_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^;/?]*+|/\(S\([0-9a-z]{24}\)\)(?=/)", re.IGNORECASE)
#: Names of query parameters that hold nothing but a session id, whatever their value.
_SESSION = re.compile(
    r"jsessionid|php_?sess(?:ion)?_?id|asp(?:\.net_)?session_?id\w*+|session_?id|oscsid|zenid|cfid|cftoken|wp_session",
    re.IGNORECASE,
)
#: Names that hold other things as well. Their values have to look like a random number of at least 80 bits.
_PERHAPS_SESSION = re.compile(r"s|sid|ses|sess|sessid|session", re.IGNORECASE)
_RANDOM = re.compile(r"(?=[^0-9]*+[0-9])(?:[0-9a-f]{20,128}|[0-9a-zA-Z_-]{24,128})")


class PageKey(NamedTuple):
    """``key`` is equal for URLs of the same page. ``has_session``: whether a session id was left out of it."""

    key: str
    has_session: bool


def page_key(url: str) -> PageKey:
    """The key of a URL: without session ids and a final slash, and with its parameters in order of their names.

    Parameters with the same name keep their order, which has a meaning (``sort=a&sort=b``). Their encoding is left as it is.
    """
    path, question, query = url.partition("?")
    shortened = _IN_PATH.sub("", path)
    has_session = shortened != path
    begin = shortened.index("/", shortened.index("//") + 2)
    name = shortened[begin:]
    name = name.removesuffix("/")
    if not question:
        return PageKey(shortened[:begin] + name, has_session)
    parameters = query.split("&")
    kept = [parameter for parameter in parameters if parameter and not is_session(parameter)]
    has_session = has_session or len(kept) < len([parameter for parameter in parameters if parameter])
    kept.sort(key=lambda parameter: parameter.partition("=")[0])
    return PageKey(f"{shortened[:begin]}{name}?{'&'.join(kept)}" if kept else shortened[:begin] + name, has_session)


def is_session(parameter: str) -> bool:
    """Whether a query parameter, as ``name=value``, is a session id."""
    name, _, value = parameter.partition("=")
    if not value or len(name) > 40:
        return False
    if _SESSION.fullmatch(name):
        return True
    return bool(_PERHAPS_SESSION.fullmatch(name) and _RANDOM.fullmatch(value))
