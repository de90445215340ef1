"""The parts of a link's URL by which its target is found."""

from __future__ import annotations

from typing import NamedTuple

from json_head.urls.syntax import has_scheme
from json_head.urls.target import UrlError, parse


class Key(NamedTuple):
    """The URL of a target without its fragment, normalised if it can be; whether it is relative to its source; and the fragment."""

    url: str
    is_relative: bool
    fragment: str | None


def key_of(url: str) -> Key:
    path, hash_sign, name = url.partition("#")
    fragment = name if hash_sign else None
    try:
        return Key(parse(url).url, False, fragment)
    except UrlError:
        return Key(path, not has_scheme(path), fragment)
