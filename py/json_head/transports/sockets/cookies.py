"""Cookies of one chain of redirects: some servers redirect until their cookie is sent back. They are deleted at the end
of the chain, and are sent only to the servers that they belong to.

Section numbers refer to RFC 6265.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlsplit

#: The maximum number of cookies of a chain or response, and the maximum length of one in characters (6.1, and
#: browsers).
MAX_COOKIES = 50
MAX_COOKIE = 4_096


@dataclass(frozen=True, slots=True)
class _Cookie:
    value: str
    secure: bool


class Cookies:
    """The cookies that the servers of a chain have set so far."""

    def __init__(self) -> None:
        self._by_place: dict[tuple[str, bool, str, str], _Cookie] = {}
        """By domain, whether subdomains are included, path and name."""

    def take(self, url: str, set_cookies: Iterable[str]) -> None:
        """Store the cookies of a response.

        Args:
            url: the requested URL, normalised.
            set_cookies: the values of the Set-Cookie fields, decoded as Latin-1. Malformed ones are ignored.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_address = ":" in host or host.rpartition(".")[2].isdigit()
        for field in islice(set_cookies, MAX_COOKIES):
            pair, _, rest = field.partition(";")
            name, equals, value = (part.strip(" \t") for part in pair.partition("="))
            if not (equals and name) or len(pair) > MAX_COOKIE or "\t" in pair or not _is_text(pair):
                continue
            attributes = _attributes(rest)
            domain = attributes.get("domain", "").lstrip(".").lower()
            if domain and domain != host and (is_address or "." not in domain or not host.endswith(f".{domain}")):
                continue
            path = attributes.get("path", "")
            if not path.startswith("/"):
                path = parts.path.rpartition("/")[0] or "/"  # 5.1.4, default-path
            key = (domain or host, bool(domain) and not is_address, path, name)
            if _is_expired(attributes):
                self._by_place.pop(key, None)
            elif len(self._by_place) < MAX_COOKIES or key in self._by_place:
                self._by_place[key] = _Cookie(value, "secure" in attributes)

    def header_for(self, url: str) -> str:
        """The Cookie field of a request for a normalised URL (5.4); empty if there are no cookies to send."""
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        sent = [
            (path, f"{name}={cookie.value}")
            for (domain, has_subdomains, path, name), cookie in self._by_place.items()
            if (host == domain or (has_subdomains and host.endswith(f".{domain}")))
            and (parts.path == path or parts.path.startswith(path.rstrip("/") + "/"))
            and (secure or not cookie.secure)
        ]
        sent.sort(key=lambda pair: -len(pair[0]))
        text = "; ".join(pair for _, pair in sent)
        return text.encode("latin-1").decode()  # requests are encoded in UTF-8


def _is_text(pair: str) -> bool:
    """Whether a request can carry these bytes."""
    try:
        pair.encode("latin-1").decode()
    except UnicodeDecodeError:
        return False
    return True


def _attributes(text: str) -> dict[str, str]:
    """The attributes by name in lower case, the last of each (5.2)."""
    attributes: dict[str, str] = {}
    for part in text[:MAX_COOKIE].split(";"):
        name, _, value = part.partition("=")
        attributes[name.strip(" \t").lower()] = value.strip(" \t")
    return attributes


def _is_expired(attributes: dict[str, str]) -> bool:
    """Whether the cookie is set only to delete it (5.3, step 3)."""
    max_age = attributes.get("max-age", "")
    if max_age.removeprefix("-").isdigit() and max_age.isascii():
        return max_age.startswith("-") or not max_age.strip("0")
    if expires := attributes.get("expires"):
        from email.utils import parsedate_to_datetime  # imported here, because it is slow to import

        try:
            expiry = parsedate_to_datetime(expires)
        except (ValueError, TypeError, OverflowError):
            return False
        return (expiry if expiry.tzinfo else expiry.replace(tzinfo=UTC)) <= datetime.now(UTC)
    return False
