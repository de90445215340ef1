"""Writes a new address in the style of the one that is written: relative, without a scheme, not percent-encoded."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from json_head.fixes.decision import Refusal
from json_head.fixes.moved import Moved
from json_head.urls.relative import join
from json_head.urls.syntax import SCHEME
from json_head.urls.target import UrlError, parse

_ESCAPES = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


def restyled(written: str, moved: Moved, base: str | None) -> str | Refusal:
    """The URL to write for a link whose resource has moved. Its fragment stays, unless the new address has one.

    Args:
        written: the URL as written, decoded.
        base: what a relative one is relative to.
    """
    body, hash_, fragment = written.partition("#")
    if moved.fragment is not None:
        hash_, fragment = "#", moved.fragment
    new = _shortest_edit(body, moved.url) or _as_relative(body, moved.url, base)
    if isinstance(new, Refusal):
        return new
    if not written.isascii():
        new = _decoded(new, moved.url, base)
    if _requested(new, base) != moved.url:
        return Refusal("style", "The new address cannot be written in the style of the old one.")
    return f"{new}{hash_}{fragment}"


def _shortest_edit(body: str, goal: str) -> str:
    """The written URL with nothing changed but its scheme and the slash at the end of its path; ``""`` if that is not the goal."""
    scheme = SCHEME.match(body)
    if not scheme:
        return ""
    http = "http:" if scheme[1].lower() == "http" and goal.startswith("http:") else "https:"
    secure = http + body[scheme.end() :] if scheme[1].lower() != http[:-1] else body
    path, question, query = secure.partition("?")
    for edited in (secure, f"{path}/{question}{query}"):
        if _requested(edited, None) == goal:
            return edited
    return ""


def _as_relative(body: str, goal: str, base: str | None) -> str | Refusal:
    if SCHEME.match(body):
        return goal
    if base is None:
        return Refusal("relative", "The link is relative, and its base is unknown.")
    try:
        from_url, origin = parse(join(body, base)), parse(base)
        to = parse(goal)
    except UrlError:
        return Refusal("unclear", "The address of the link cannot be used.")
    if body.startswith("//"):
        if from_url.scheme != to.scheme:
            return Refusal("style", "The link is written without a scheme, and the new address has another one.")
        return goal.partition(":")[2]
    if (to.scheme, to.host) != (origin.scheme, origin.host):
        return Refusal("style", "The link is relative, and the new address is on another site or has another scheme.")
    rest = "/" + goal.split("/", 3)[3]
    return rest if body.startswith("/") else _relative_path(body, rest, origin.url)


def _relative_path(body: str, rest: str, base: str) -> str:
    """A path, which may have a query, relative to the folder of a base."""
    folder = base.partition("?")[0].split("/")[3:-1]
    path, question, query = rest[1:].partition("?")
    names = path.split("/")
    common = 0
    while common < min(len(folder), len(names) - 1) and folder[common] == names[common]:
        common += 1
    relative = "../" * (len(folder) - common) + "/".join(names[common:])
    if not relative.startswith("../") and (body.startswith("./") or not relative or ":" in relative.split("/")[0]):
        relative = f"./{relative}"
    return f"{relative}{question}{query}"


def _decoded(new: str, goal: str, base: str | None) -> str:
    """The URL with its letters beyond ASCII, if it means the same so."""

    def letters(match: re.Match[str]) -> str:
        text = unquote(match[0], errors="replace")
        return text if text.isalnum() and quote(text) == match[0].upper() else match[0]

    decoded = _ESCAPES.sub(letters, new)
    return decoded if _requested(decoded, base) == goal else new


def _requested(written: str, base: str | None) -> str | None:
    try:
        return parse(join(written, base) if base else written).url
    except UrlError:
        return None
