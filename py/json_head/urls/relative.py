"""Resolves relative references of links and redirects against a base URL.

Follows URL Standard 4.4 from the scheme state on, for http and https. Python's urljoin follows another standard, and
loses empty path segments, empty queries and text that looks like parameters.
"""

from __future__ import annotations

import re

from json_head.urls.placeholders import has_placeholder
from json_head.urls.syntax import SCHEME, clean
from json_head.urls.target import MAX_LENGTH, without_dots

_BASE = re.compile(
    r"\s*(?P<scheme>https?):(?P<authority>//[^/?#]*)(?P<path>[^?#]*)(?P<query>(?:\?[^#]*)?)", re.IGNORECASE
)
#: A path from the folder of the base or one above it, a fragment, or both, without characters or further segments that change when they are joined.
_PLAIN = re.compile(r"((?:\.\./)*+)(?:[\w~-]++(?:[./][\w~-]++)*+)?(?:#[\w.~-]*+)?", re.ASCII)
#: The number of folders above that of a base whose URLs are kept. Few references lead to higher ones.
_MOST_ABOVE = 4
#: The path at the start of a relative reference.
_PATH = re.compile(r"[^?#]*+")


def join(written: str, base: str) -> str:
    """The absolute URL of a reference.

    Returns the cleaned text unchanged if the base is not an http or https URL, or if the reference has another scheme.
    """
    url = clean(written)
    scheme = SCHEME.match(url)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return url
    parts = _BASE.match(_slashes(base))
    return url if parts is None else _against(parts, url, scheme)


class Joiner:
    """Joins many references with one base. Most references need only the parts that are computed here."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._parts = parts = _BASE.match(_slashes(base))
        if parts:
            origin, path = f"{parts['scheme']}:{parts['authority']}", _path_of(parts)
            self._document = origin + path + parts["query"]
            folder = path[1 : path.rindex("/") + 1]
            self._folders = [f"{origin}/{folder}"]
            """The folder of the base, and those above it: at most `_MOST_ABOVE`, and the top repeatedly."""
            for _ in range(_MOST_ABOVE):
                folder = without_dots(f"{folder}../")
                self._folders.append(f"{origin}/{folder}")

    def join(self, written: str) -> str:
        """Return the same as `join` with the base."""
        return self.join_plain(written) or join(written, self._base)

    def join_plain(self, written: str) -> str | None:
        """Return the same as `join`, or ``None`` if the reference is not one of the plain ones."""
        if not self._parts or not (match := _PLAIN.fullmatch(written)):
            return None
        if written[:1] in ("", "#"):
            return self._document + written
        up = match.end(1)
        return self._folders[up // 3] + written[up:] if up // 3 <= _MOST_ABOVE else None


def is_relative(written: str) -> bool:
    """Whether a reference lacks nothing but a base: with one, it would be a URL that can be requested."""
    url = clean(written)
    return not SCHEME.match(url) and len(written) <= MAX_LENGTH and not has_placeholder(url)


def _against(base: re.Match[str], url: str, scheme: re.Match[str] | None) -> str:
    if scheme:
        # A scheme without slashes is relative if it equals the scheme of the base: `https:c`.
        if scheme[1].lower() != base["scheme"].lower() or _slashes(url).startswith("//", scheme.end()):
            return url
        url = url[scheme.end() :]
    url = _slashes(url)
    origin = f"{base['scheme']}:{base['authority']}"
    if url.startswith("//"):
        return f"{base['scheme']}://{url.lstrip('/')}"
    path = _path_of(base)
    if not url or url.startswith("#"):
        return origin + path + base["query"] + url
    if url.startswith("?"):
        return origin + path + url
    end = _PATH.match(url).end()  # type: ignore[union-attr]  # it matches the empty string, too
    target = url[:end] if url.startswith("/") else path[: path.rindex("/") + 1] + url[:end]
    return f"{origin}/{without_dots(target[1:])}{url[end:]}"


def _path_of(base: re.Match[str]) -> str:
    """The path of a base, without dot segments: the last one can be one, as in ``/a/..``."""
    return f"/{without_dots(base['path'][1:])}"


def _slashes(url: str) -> str:
    r"""Replace backslashes by slashes, up to the query or fragment (URL Standard, special schemes)."""
    if "\\" not in url:
        return url
    match = re.search(r"[?#]", url)
    end = match.start() if match else len(url)
    return url[:end].replace("\\", "/") + url[end:]
