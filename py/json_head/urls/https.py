"""The address of the same page with https."""

from __future__ import annotations

from json_head.urls.target import DEFAULT_PORTS, UrlError, parse


def https_url(url: str) -> str | None:
    """The normalised URL with https in place of http and without its fragment.

    ``None`` if it has another scheme or names a port: which port its server has for https is unknown then.
    """
    try:
        target = parse(url)
    except UrlError:
        return None
    if target.scheme != "http" or target.port != DEFAULT_PORTS["http"]:
        return None
    return f"https{target.url.removeprefix('http')}"
