"""Parses and normalises http and https URLs as a browser does. No network.

This is the part of the URL Standard (https://url.spec.whatwg.org) that http and https need, without a base URL. A
relative reference is never resolved here, because in a worker it would silently request the page's own site.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from json_head.errors import JsonHeadError
from json_head.urls.domain import to_ascii
from json_head.urls.placeholders import has_placeholder
from json_head.urls.schemeless import is_local_address
from json_head.urls.syntax import SCHEME, clean

#: Chromium refuses longer URLs (measured).
MAX_LENGTH = 2_097_152

DEFAULT_PORTS = {"http": 80, "https": 443}

#: Schemes of links that lead to no page or file: e-mail, phone, chat, maps, scripts, and content in the link itself. Other schemes, such as
#: ``ftp``, lead to something that could be missing, or are mistakes, such as ``htp``.
NO_PAGES = frozenset(
    (
        "about", "blob", "callto", "cid", "data", "facetime", "facetime-audio", "fax", "geo", "im", "intent", "irc", "ircs", "javascript",
        "magnet", "mailto", "maps", "matrix", "mid", "mms", "msteams", "sip", "sips", "skype", "sms", "smsto", "tel", "tg", "urn", "vbscript",
        "viber", "whatsapp", "xmpp",
    )
)  # fmt: skip

#: Ports to which the Fetch standard ("port blocking") forbids connections.
BLOCKED_PORTS = frozenset(
    (
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
        110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
        531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
        5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    )
)  # fmt: skip

#: Parsed hosts up to this length are cached, because many links share a host. Valid host names are shorter; the limit
#: bounds the memory for invalid ones.
_MAX_CACHED = 300

_FORBIDDEN_IN_DOMAIN = re.compile(r"[\x00-\x20\x7f#/:<>?@\[\\\]^|%]")
# The characters that the path and query percent-encode sets leave unchanged. `quote` always keeps letters, digits and
# "_.-~". Browsers disagree on "^" in a path, which the standard encodes only since 2024; it is left to them.
_SAFE_IN_PATH = "!$%&'()*+,/:;=@[\\]^|"
_SAFE_IN_QUERY = "!$%&()*+,/:;=?@[\\]^`{|}"
_PLAIN_IN_PATH, _PLAIN_IN_QUERY = (
    re.compile(rf"[\w.~{re.escape(safe)}-]*", re.ASCII) for safe in (_SAFE_IN_PATH, _SAFE_IN_QUERY)
)


class UrlError(JsonHeadError, ValueError):
    """A URL that cannot be requested. ``code`` is a rule of ``not-checked``; the message is for people.

    ``suggestion`` is the URL that was probably meant, or empty.
    """

    def __init__(self, code: str, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.suggestion = suggestion


class Target(NamedTuple):
    """A URL that can be requested, normalised as by a browser, without its fragment."""

    url: str
    scheme: str
    hostname: str
    port: int

    @property
    def host(self) -> str:
        """The key for limits per host: a name or address with a port, as browsers pool connections."""
        return f"{self.hostname}:{self.port}"


def parse(text: str) -> Target:
    """Parse an absolute http or https URL.

    Raises:
        UrlError: ``too-long``, ``placeholder``, ``invalid-url``, ``scheme``, ``other-scheme`` or ``credentials``.
    """
    if len(text) > MAX_LENGTH:
        raise UrlError("too-long", f"It has {len(text):,} characters, and browsers take at most {MAX_LENGTH:,}.")
    text = clean(_scalar_values(text))
    if has_placeholder(text):
        raise UrlError(
            "placeholder", "A part of it is a placeholder that a template fills in, so the final address is unknown."
        )
    match = SCHEME.match(text)
    if not match:
        raise _no_scheme(text)
    scheme = match[1].lower()
    if scheme not in DEFAULT_PORTS:
        # `localhost:8000/a` and `example.com:80` look like URLs with a scheme.
        if (scheme == "localhost" or "." in scheme) and text[match.end() : match.end() + 1].isdigit():
            raise _no_scheme(text)
        reason = f"It is a {scheme[:40]}: link, and only http: and https: links can be checked."
        raise UrlError("scheme", reason) if scheme in NO_PAGES else UrlError("other-scheme", reason)
    rest = text[match.end() :].partition("#")[0]
    before_query, question, query = rest.partition("?")
    before_query = before_query.replace("\\", "/").lstrip("/")
    authority, _, path = before_query.partition("/")
    userinfo, at, hostport = authority.rpartition("@")
    if at and userinfo.strip(":"):
        raise UrlError("credentials", "It holds a user name or password, which browsers refuse to send.")
    parse_host = _host_and_port if len(hostport) <= _MAX_CACHED else _host_and_port.__wrapped__
    hostname, port = parse_host(hostport, scheme)
    shown_port = "" if port == DEFAULT_PORTS[scheme] else f":{port}"
    path = without_dots(path)
    if not _PLAIN_IN_PATH.fullmatch(path):
        path = quote(path, safe=_SAFE_IN_PATH)
    url = f"{scheme}://{hostname}{shown_port}/{path}"
    if question:
        if not _PLAIN_IN_QUERY.fullmatch(query):
            query = quote(query, safe=_SAFE_IN_QUERY)
        url += f"?{query}"
    return Target(url, scheme, hostname, port)


def refuse_from_page(target: Target, page: Target | None) -> None:
    """Refuse requests that a browser would never send from a page.

    Args:
        page: ``None`` for a page without an http origin.

    Raises:
        UrlError: ``blocked-port`` or ``mixed-content``.
    """
    if target.port in BLOCKED_PORTS:
        raise UrlError("blocked-port", f"Browsers refuse port {target.port}.")
    if page and page.scheme == "https" and target.scheme == "http" and not is_loopback(target.hostname):
        raise UrlError("mixed-content", "A secure page (https) may not request http addresses.")


def is_loopback(hostname: str) -> bool:
    """Whether a normalised host name means this machine, judged without a look-up (Secure Contexts, 3.1)."""
    if hostname == "localhost" or hostname.endswith(".localhost"):
        return True
    address = _address(hostname)
    return address is not None and address.is_loopback


def is_local(hostname: str) -> bool:
    """Whether a normalised host name is a loopback or private address, judged without a look-up (Local Network Access)."""
    if is_loopback(hostname):
        return True
    address = _address(hostname)
    return address is not None and (address.is_private or address.is_link_local)


def _address(hostname: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(hostname.strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _no_scheme(text: str) -> UrlError:
    if not text:
        return UrlError("invalid-url", "It is empty.")
    if re.match(r"[\w-]+(\.[\w-]+)+(?:[:/?#]|$)|localhost(?:[:/?#]|$)", text):
        meant = f"{'http' if is_local_address(text) else 'https'}://{text[:200]}"
        return UrlError("invalid-url", f"It does not start with https:// or http://. Did you mean {meant}?", meant)
    return UrlError("invalid-url", "It is no valid address: it does not start with https:// or http://.")


def _scalar_values(text: str) -> str:
    """Replace lone surrogates by U+FFFD, as browser APIs do (Web IDL, USVString)."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@lru_cache(maxsize=512)
def _host_and_port(hostport: str, scheme: str) -> tuple[str, int]:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]*))?", hostport)
    if not match:
        raise UrlError("invalid-url", f"Its website or port is not valid: {hostport[:100]}")
    # int() of a very long digit string raises. A valid port has at most five digits after its leading zeros.
    digits = (match[2] or "").lstrip("0") if match[2] else ""
    port = DEFAULT_PORTS[scheme] if not match[2] else int(digits[:6] or "0")
    if port > 65535:
        raise UrlError("invalid-url", "Its port is above 65535.")
    return _host(match[1]), port


@lru_cache(maxsize=1_024)  # most hosts have several URLs
def _host(host: str) -> str:
    """The host parser (URL Standard 3.5)."""
    if host.startswith("["):
        return f"[{_ipv6(host[1:-1])}]"
    domain = unquote_to_bytes(host).decode("utf-8", "replace")
    domain = _to_ascii(domain, host)
    if not domain:
        raise UrlError("invalid-url", "It names no website.")
    if _FORBIDDEN_IN_DOMAIN.search(domain):
        raise UrlError(
            "invalid-url", f"The name of its website has a character that is not allowed there: {host[:100]}"
        )
    return _ipv4(domain) if _ends_in_number(domain) else domain


def _to_ascii(domain: str, host: str) -> str:
    try:
        return to_ascii(domain)
    except ValueError as error:
        raise UrlError(
            "invalid-url", f"The name of its website is not a valid international domain name: {host[:100]}"
        ) from error


def _ipv6(text: str) -> str:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        address = None
    if address is None or "%" in text:
        raise UrlError("invalid-url", "Its IPv6 address is not valid.")
    mapped = address.ipv4_mapped
    # The URL Standard writes mapped addresses in hexadecimal. Python did so until 3.12.
    return f"::ffff:{int(mapped) >> 16:x}:{int(mapped) & 0xFFFF:x}" if mapped else address.compressed


def _ends_in_number(domain: str) -> bool:
    """The "ends in a number" checker: such a host is either an IPv4 address or invalid."""
    labels = domain.split(".")
    if labels[-1] == "" and len(labels) > 1:
        labels.pop()
    return bool(re.fullmatch(r"[0-9]+|0[xX][0-9a-fA-F]*", labels[-1]))


def _ipv4(domain: str) -> str:
    """The IPv4 parser: one to four parts, decimal, octal or hexadecimal. The last part fills the remaining bytes."""
    parts = domain.split(".")
    if parts[-1] == "":
        parts.pop()
    numbers = [_ipv4_number(part) for part in parts[:5]]
    if len(numbers) > 4 or any(n > 255 for n in numbers[:-1]) or numbers[-1] >= 256 ** (5 - len(numbers)):
        raise UrlError("invalid-url", f"Its IPv4 address is not valid: {domain[:100]}")
    value = numbers[-1] + sum(n * 256 ** (3 - i) for i, n in enumerate(numbers[:-1]))
    return str(ipaddress.IPv4Address(value))


#: The largest number that fits into an address has this many octal digits.
_MAX_DIGITS = 12


def _ipv4_number(part: str) -> int:
    """The IPv4 number parser. Leading zeros are ignored, however many there are."""
    digits, base = part, 10
    if part[:2] in ("0x", "0X"):
        digits, base = part[2:], 16
    elif len(part) > 1 and part[0] == "0":
        digits, base = part[1:], 8
    digits = digits.lstrip("0")
    try:
        if not part or (digits and not (digits.isascii() and digits.isalnum())):
            raise ValueError("no digits")  # int() accepts underscores, signs and white space
        # int() of a very long number takes quadratic time, but its first digits show whether it is a number.
        value = int(digits[:_MAX_DIGITS] or "0", base)
        return value if len(digits) <= _MAX_DIGITS else max(value, 2**32)
    except ValueError as error:
        raise UrlError("invalid-url", f"Its IPv4 address is not valid: …{part[:40]}") from error


def without_dots(path: str) -> str:
    """Remove the dot segments of a path (URL Standard, path state). ``path`` has no leading slash."""
    if "/." not in f"/{path}" and "%" not in path:
        return path
    result: list[str] = []
    segments = path.split("/")
    for position, segment in enumerate(segments):
        is_last = position == len(segments) - 1
        dots = dots_of(segment)
        if dots == ".." and result:
            result.pop()
        if not dots:
            result.append(segment)
        elif is_last:
            result.append("")
    return "/".join(result)


def dots_of(segment: str) -> str:
    """The dots of a dot segment, which can be percent-encoded; empty for other segments."""
    decoded = segment.lower().replace("%2e", ".") if "%" in segment else segment
    return decoded if decoded in (".", "..") else ""
