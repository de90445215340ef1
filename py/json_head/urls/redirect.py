"""What a redirect changes in an address: a table of kinds, first match wins. No network.

A program that is only told the final address, as a page in a browser is, cannot tell whether the server means the redirect to last.
So a kind says how two addresses differ, and nothing about the next visit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from json_head.urls.page import HOME, SIGN_IN_WORDS, STATE_IN_PATH, is_index, stem
from json_head.urls.target import UrlError, parse

#: The kinds of redirects that are safe, one or several of them joined by ``+``: ``https+slash``.
SAFE_KINDS = ("https", "slash", "www")

#: The fragment percent-encode set of the URL Standard leaves these unchanged. ``%`` stays, so that escapes do.
_SAFE_IN_FRAGMENT = "!#$%&'()*+,/:;=?@[\\]^{|}"
#: A name such as ``login``, ``user-login`` or ``sign_in.php``, but not ``how-to-sign-in``.
_SIGN_IN = re.compile(rf"(?:[a-z0-9]+[-_])?(?:{SIGN_IN_WORDS})(?:[-_](?:page|form|required))?", re.VERBOSE)
#: Further labels of hosts for signing in. In a path, these also name other pages.
_SIGN_IN_LABELS = frozenset(("account", "accounts", "auth"))
#: The codes of ISO 639-1, possibly with a script or a region.
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_](?:[a-z]{2}|[a-z]{4}|[0-9]{3}))?")
_LANGUAGES = frozenset(
    """aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka
    kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl
    nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu""".split()
)


class Redirect(NamedTuple):
    """How the final address differs from that of the link. ``safe``: the link works, and only http, a slash or ``www.`` differs."""

    kind: str
    safe: bool

    def to_json(self) -> dict[str, Any]:
        return {"redirect": {"kind": self.kind, "safe": self.safe}}


class _Address(NamedTuple):
    """The parts of an address that are compared."""

    scheme: str
    host: str
    """With its port, and without ``www.``."""
    has_www: bool
    names: tuple[str, ...]
    """The names of the path, decoded. The following parts of the path are not among them."""
    index_page: str
    """``index.html`` at the end, or the like."""
    has_slash: bool
    state: tuple[str, ...]
    """Sessions and parameters."""
    query: str


def redirect_of(url: str, final_url: str, *, works: bool) -> Redirect | None:
    """The kind of a redirect; ``None`` if it leads to the same address, or to one that cannot be used.

    Args:
        url: the address of the link.
        works: whether the link works.
    """
    try:
        old, new = _address(url), _address(final_url)
    except UrlError:
        return None
    if _same_place(old, new) and (old.scheme == new.scheme or new.scheme == "https"):
        changed = (
            old.scheme != new.scheme,
            (old.has_slash, old.index_page) != (new.has_slash, new.index_page),
            old.has_www != new.has_www,
        )
        kind = "+".join(kind for kind, is_changed in zip(SAFE_KINDS, changed, strict=True) if is_changed)
        return Redirect(kind, works) if kind else None
    return Redirect(next(kind for kind, applies in _KINDS if applies(old, new)), False)


def replacement(url: str, final_url: str, locations: Iterable[str] = ()) -> str:
    """The final address with the fragment of the link, unless a redirect gives another one.

    Args:
        locations: the values of Location of the redirects, as far as they are known.
    """
    fragment = last_fragment(locations)
    if fragment is None:
        _, hash_, own = url.partition("#")
        return final_url.partition("#")[0] + hash_ + own
    return f"{final_url.partition('#')[0]}#{fragment}"


def last_fragment(locations: Iterable[str]) -> str | None:
    """The fragment of the last Location that has one: a URL without one inherits it (Fetch 4.4, HTTP-redirect fetch)."""
    found = None
    for location in locations:
        _, hash_, fragment = location.partition("#")
        if hash_:
            # The bytes of Location, as Latin-1. Those beyond ASCII are percent-encoded as they are.
            found = quote(fragment.encode("latin-1", "replace"), safe=_SAFE_IN_FRAGMENT)
    return found


def _address(url: str) -> _Address:
    target = parse(url)
    path, _, query = target.url.split("/", 3)[3].partition("?")
    path = f"/{path}"
    state = tuple(STATE_IN_PATH.findall(path))
    # Escapes of bytes that are no UTF-8 stay different from each other.
    names = [unquote(name, errors="surrogateescape") for name in STATE_IN_PATH.sub("", path)[1:].split("/")]
    has_slash = names[-1] == ""
    if has_slash:
        names.pop()
    index = names.pop() if names and not has_slash and is_index(names[-1]) else ""
    host = target.hostname.removeprefix("www.") + ("" if target.port in (80, 443) else f":{target.port}")
    return _Address(
        target.scheme, host, target.hostname.startswith("www."), tuple(names), index, has_slash, state, query
    )


def _same_place(old: _Address, new: _Address) -> bool:
    """Whether nothing differs but the scheme, ``www.``, a slash at the end, and an ``index.html`` that was dropped."""
    is_same = (old.host, old.names, old.state, old.query) == (new.host, new.names, new.state, new.query)
    return is_same and new.index_page in ("", old.index_page)


def _differs_in_case(old: _Address, new: _Address) -> bool:
    def folded(address: _Address) -> _Address:
        return address._replace(
            names=tuple(name.casefold() for name in address.names),
            index_page=address.index_page.casefold(),
            query=address.query.casefold(),
        )

    return _same_place(folded(old), folded(new))


def _only_adds_parameters(old: _Address, new: _Address) -> bool:
    before, after = _parameters(old), _parameters(new)
    adds = before < after or (before == after and set(old.state) < set(new.state))
    return (
        adds and set(old.state) <= set(new.state) and _same_place(old, new._replace(state=old.state, query=old.query))
    )


def _parameters(address: _Address) -> Counter[tuple[str, str]]:
    return Counter(parse_qsl(address.query, keep_blank_values=True, errors="surrogateescape"))


def _is_sign_in(old: _Address, new: _Address) -> bool:
    labels = set(new.host.split(".")) - set(old.host.split("."))
    names = {stem(name).lower() for name in new.names} - {stem(name).lower() for name in old.names}
    return any(map(_SIGN_IN.fullmatch, names | labels)) or not labels.isdisjoint(_SIGN_IN_LABELS)


def _is_home(old: _Address, new: _Address) -> bool:
    language, names = _without_language(new)
    if language and language == _without_language(old)[0]:
        names = new.names
    return _names_home(names) and not _names_home(_without_language(old)[1]) and new.query in ("", old.query)


def _names_home(names: tuple[str, ...]) -> bool:
    return not names or (len(names) == 1 and stem(names[0]).lower() in HOME)


def _adds_or_changes_language(old: _Address, new: _Address) -> bool:
    def without(address: _Address) -> tuple[str, tuple[str, ...]]:
        label, _, rest = address.host.partition(".")
        names = tuple(name for name in address.names if not _language(name))
        return rest if _language(label) else address.host, names

    is_changed = (old.host, old.names) != (new.host, new.names)
    return is_changed and without(old) == without(new) and old.query == new.query


def _without_language(address: _Address) -> tuple[str, tuple[str, ...]]:
    """The language that the path begins with, or ``""``, and the names after it."""
    language = _language(address.names[0]) if address.names else ""
    return language, address.names[1:] if language else address.names


def _language(name: str) -> str:
    match = _LANGUAGE.fullmatch(name.lower())
    return match[0] if match and match[1] in _LANGUAGES else ""


_KINDS: tuple[tuple[str, Callable[[_Address, _Address], bool]], ...] = (
    ("http", _same_place),
    ("case", _differs_in_case),
    ("query", _only_adds_parameters),
    ("sign-in", _is_sign_in),
    ("home", _is_home),
    ("language", _adds_or_changes_language),
    ("site", lambda old, new: old.host != new.host),
    ("page", lambda old, new: True),
)
#: All kinds. Those that are safe may be joined.
KINDS = (*SAFE_KINDS, *(kind for kind, _ in _KINDS))
