"""Resolves relative references of links and redirects against a base URL.

Follows URL Standard 4.4 from the scheme state on, for http and https. Python's urljoin follows another standard, and
loses empty path segments, empty queries and text that looks like parameters.
"""

from __future__ import annotations

import re

from json_head.urls.placeholders import has_placeholder
from json_head.urls.syntax import SCHEME, clean
from json_head.urls.target import MAX_LENGTH, dots_of, without_dots

_BASE = re.compile(
    r"\s*(?P<scheme>https?):(?P<authority>//[^/?#]*)(?P<path>[^?#]*)(?P<query>(?:\?[^#]*)?)", re.IGNORECASE
)
#: A path from the folder of the base or one above it, a fragment, or both, without characters or further segments that change when they are joined.
_PLAIN = re.compile(r"((?:\.\./)*+)(?:[\w~-]++(?:[./][\w~-]++)*+)?(?:#[\w.~-]*+)?", re.ASCII)
#: The path at the start of a relative reference.
_PATH = re.compile(r"[^?#]*+")


def join(written: str, base: str) -> str:
    """The absolute URL of a reference.

    Returns the cleaned text unchanged if the base is not an http or https URL, or if the reference has another scheme.
    """
    return Joiner(base).join(written)


class Joiner:
    """Joins many references with one base. The time for a reference does not depend on the segments of the base."""

    def __init__(self, base: str) -> None:
        self._parts = parts = _BASE.match(_slashes(base))
        if parts:
            self._origin = f"{parts['scheme']}:{parts['authority']}/"
            # The last segment can be a dot segment, as in `/a/..`.
            path = without_dots(parts["path"][1:])
            self._page = self._origin + path
            self._document = self._page + parts["query"]
            self._folders = [path[: path.rfind("/") + 1]]
            """The folder of the base and those above it, as far as references lead to them."""

    def join(self, written: str) -> str:
        """Return the same as `join` with the base."""
        return self.join_plain(written) or self._join(clean(written))

    def join_plain(self, written: str) -> str | None:
        """Return the same as `join`, or ``None`` if the reference is not one of the plain ones."""
        if not self._parts or not (match := _PLAIN.fullmatch(written)):
            return None
        if written[:1] in ("", "#"):
            return self._document + written
        up = match.end(1)
        return self._origin + self._above(up // 3) + written[up:]

    def _join(self, url: str) -> str:
        scheme = SCHEME.match(url)
        if not self._parts or (scheme and scheme[1].lower() not in ("http", "https")):
            return url
        if scheme:
            # A scheme without slashes is relative if it equals the scheme of the base: `https:c`.
            own = self._parts["scheme"].lower()
            if scheme[1].lower() != own or _slashes(url).startswith("//", scheme.end()):
                return url
            url = url[scheme.end() :]
        url = _slashes(url)
        if url.startswith("//"):
            return f"{self._parts['scheme']}://{url.lstrip('/')}"
        if not url or url.startswith("#"):
            return self._document + url
        if url.startswith("?"):
            return self._page + url
        end = _PATH.match(url).end()  # type: ignore[union-attr]  # it matches the empty string, too
        path = without_dots(url[1:end]) if url.startswith("/") else self._in_folder(url[:end])
        return self._origin + path + url[end:]

    def _in_folder(self, path: str) -> str:
        """A path from the folder of the base, without dot segments."""
        if "/." not in f"/{path}" and "%" not in path:
            return self._folders[0] + path
        # The segments above the folder stay apart, so that they need not be looked at.
        up = 0
        result: list[str] = []
        *segments, last = path.split("/")
        for segment in segments:
            dots = dots_of(segment)
            if dots == "..":
                up += not result
                del result[-1:]
            elif dots != ".":
                result.append(segment)
        dots = dots_of(last)
        if dots == "..":
            up += not result
            del result[-1:]
        result.append("" if dots else last)
        return self._above(up) + "/".join(result)

    def _above(self, levels: int) -> str:
        """The folder that is some levels above that of the base; the top if there are fewer."""
        while len(self._folders) <= levels and (folder := self._folders[-1]):
            self._folders.append(folder[: folder.rfind("/", 0, -1) + 1])
        return self._folders[min(levels, len(self._folders) - 1)]


def is_relative(written: str) -> bool:
    """Whether a reference lacks nothing but a base: with one, it would be a URL that can be requested."""
    url = clean(written)
    return not SCHEME.match(url) and len(written) <= MAX_LENGTH and not has_placeholder(url)


def _slashes(url: str) -> str:
    r"""Replace backslashes by slashes, up to the query or fragment (URL Standard, special schemes)."""
    if "\\" not in url:
        return url
    match = re.search(r"[?#]", url)
    end = match.start() if match else len(url)
    return url[:end].replace("\\", "/") + url[end:]
