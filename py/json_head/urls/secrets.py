"""Hides user names and passwords in addresses: results are printed, stored and handed on."""

from __future__ import annotations

import re

HIDDEN = "***"
#: The assertions let only one match begin before each user name, so that the time is linear.
_USERINFO = re.compile(
    r"((?<![a-z0-9+.-])[a-z0-9+.-]*+:[/\\]+|(?<![^\s/\\?#])https?:|(?<![:/\\])//)([^/\\?#\s]+)@", re.IGNORECASE
)


def url_without_userinfo(url: str) -> str:
    """Replace what stands before ``@`` in an address, such as ``https://user:password@host/``.

    The result has a user name, too, so that it is requested no more than before. Addresses within the address stay.
    """
    match = _USERINFO.match(url) if "@" in url else None
    return _hide(match) + url[match.end() :] if match else url


def text_without_userinfo(text: str) -> str:
    """Do the same in each address of a text for people."""
    return _USERINFO.sub(_hide, text) if "@" in text else text


def _hide(match: re.Match[str]) -> str:
    has_name = match[2].strip(":")  # an empty user name is ignored by browsers
    return f"{match[1]}{HIDDEN}@" if has_name else match[0]
