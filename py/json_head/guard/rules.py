"""The rules on URLs and addresses.

A URL is checked as text before it is parsed, and its port afterwards. The address is checked on each connection
attempt. This covers literals in any notation, redirects, and names that resolve differently between look-ups.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from json_head.errors import JsonHeadError
from json_head.guard.denied import Denied, network_of
from json_head.guard.own import is_own
from json_head.urls.target import Target, UrlError, parse

MAX_URL_LENGTH = 2_048
WEB_PORTS = frozenset((80, 443))

_IANA_V4 = "IANA IPv4 Special-Purpose Address Registry"
_IANA_V6 = "IANA IPv6 Special-Purpose Address Registry"

#: Networks that no public server has: the network, its purpose, and the source. Whole ranges are listed, although the
#: registries call a few addresses within them globally reachable (192.0.0.9, 2001:20::/28): those serve protocols, not
#: pages.
FORBIDDEN: tuple[tuple[str, str, str], ...] = (
    ("0.0.0.0/8", "this network", f"RFC 791; {_IANA_V4}"),
    ("10.0.0.0/8", "private", f"RFC 1918; {_IANA_V4}"),
    ("100.64.0.0/10", "shared by carrier-grade NAT; some clouds have their metadata here", f"RFC 6598; {_IANA_V4}"),
    ("127.0.0.0/8", "loopback", f"RFC 1122; {_IANA_V4}"),
    ("168.63.129.16/32", "a host service of the Azure cloud", "Microsoft, What is IP address 168.63.129.16?"),
    ("169.254.0.0/16", "link-local; clouds have their metadata here", f"RFC 3927; {_IANA_V4}"),
    ("172.16.0.0/12", "private", f"RFC 1918; {_IANA_V4}"),
    ("192.0.0.0/24", "IETF protocol assignments; one cloud has its metadata here", f"RFC 6890; {_IANA_V4}"),
    ("192.0.2.0/24", "documentation", f"RFC 5737; {_IANA_V4}"),
    ("192.88.99.0/24", "6to4 relays, deprecated", f"RFC 7526; {_IANA_V4}"),
    ("192.168.0.0/16", "private", f"RFC 1918; {_IANA_V4}"),
    ("198.18.0.0/15", "benchmarks", f"RFC 2544; {_IANA_V4}"),
    ("198.51.100.0/24", "documentation", f"RFC 5737; {_IANA_V4}"),
    ("203.0.113.0/24", "documentation", f"RFC 5737; {_IANA_V4}"),
    ("224.0.0.0/4", "multicast", "RFC 5771"),
    ("240.0.0.0/4", "reserved, and broadcast", f"RFC 1112; RFC 8190; {_IANA_V4}"),
    ("::/3", "unspecified, loopback, IPv4 in many forms (mapped, compatible, NAT64), discard", f"RFC 4291; {_IANA_V6}"),
    ("2001::/23", "IETF protocol assignments: Teredo, benchmarks, ORCHID", f"RFC 2928; {_IANA_V6}"),
    ("2001:db8::/32", "documentation", f"RFC 3849; {_IANA_V6}"),
    ("2002::/16", "6to4: any IPv4 address, private ones too", f"RFC 3056; {_IANA_V6}"),
    ("3ffe::/16", "6bone, returned", "RFC 3701"),
    ("3fff::/20", "documentation", f"RFC 9637; {_IANA_V6}"),
    ("4000::/2", "not assigned; segment routing", f"RFC 4291; RFC 9602; {_IANA_V6}"),
    ("8000::/1", "not assigned, unique local, link-local, site-local, multicast", f"RFC 4291; RFC 4193; {_IANA_V6}"),
)  # fmt: skip

_V4 = tuple(IPv4Network(network) for network, _, _ in FORBIDDEN if ":" not in network)
_V6 = tuple(IPv6Network(network) for network, _, _ in FORBIDDEN if ":" in network)
_CONTROL_OR_BACKSLASH = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")


class ForbiddenAddressError(JsonHeadError, OSError):
    """An address that may not be dialled, or not at the moment.

    The text is only a code that is the same for all addresses, so that it reveals nothing about a network.
    """

    def __init__(self, code: str = "forbidden-address") -> None:
        super().__init__(code)


class Guard:
    """Checks URLs and addresses against the rules of this module. This machine's own addresses are forbidden, too.

    Args:
        ports: the ports that may be dialled.
        allow: networks that may be dialled although the rules forbid them: ``("10.1.0.0/16",)``.
        deny: networks and names that may never be dialled, not even if ``allow`` has them: ``("example.com",)``.
        hide_names: whether a name without an address that may be dialled gets the error of a name that does not exist.
        max_length: the maximum length of a URL, in characters.

    Raises:
        ValueError: ``allow`` has an item that is not a network, or ``deny`` one that is neither a network nor a name.
    """

    def __init__(
        self,
        *,
        ports: Collection[int] = WEB_PORTS,
        allow: Iterable[str] = (),
        deny: Iterable[str] = (),
        hide_names: bool = False,
        max_length: int = MAX_URL_LENGTH,
    ) -> None:
        self._ports = frozenset(ports)
        self._allowed = tuple(map(network_of, allow))
        self._denied = Denied(deny)
        self.hides_names = hide_names
        self._max_length = max_length

    def parse(self, text: str) -> Target:
        """Parse a URL like :func:`json_head.urls.target.parse`, and refuse URLs that other parsers may read
        differently.

        Raises:
            UrlError: ``too-long``, ``invalid-url``, ``scheme``, ``other-scheme``, ``credentials`` or ``blocked-port``.
        """
        self._check_length(text)
        if _CONTROL_OR_BACKSLASH.search(text):
            raise UrlError("invalid-url", "It holds a control character or a backslash, which is not accepted here.")
        if "@" in re.split(r"[/?#]", text.partition("//")[2], maxsplit=1)[0]:
            raise UrlError("credentials", "It holds a user name or password, which is not accepted here.")
        target = parse(text)
        self.check_url(target)
        return target

    def check_url(self, target: Target) -> None:
        """Check the length and port of a URL. Its address is checked when it is dialled.

        Raises:
            UrlError: ``too-long`` or ``blocked-port``.
        """
        self._check_length(target.url)
        if target.port not in self._ports:
            ports = ", ".join(map(str, sorted(self._ports)))
            raise UrlError("blocked-port", f"Port {target.port} may not be requested from here, only {ports}.")

    def check_address(self, address: str, port: int) -> None:
        """Refuse an address that a public server cannot have, or that is denied.

        Args:
            address: as it is given to a socket.

        Raises:
            ForbiddenAddressError: the address or the port is forbidden.
        """
        if port not in self._ports or not self.permits_address(address):
            raise ForbiddenAddressError

    def permits_address(self, address: str) -> bool:
        """Whether an address may be dialled on the allowed ports."""
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        if self._denied.has_address(ip):
            return False
        return any(ip in network for network in self._allowed) or (is_public(ip) and not is_own(ip))

    def permits_name(self, hostname: str) -> bool:
        """Whether a normalised host name may be requested, as far as its addresses may be dialled."""
        return not self._denied.has_name(hostname)

    def _check_length(self, text: str) -> None:
        if len(text) > self._max_length:
            raise UrlError(
                "too-long", f"It has {len(text):,} characters, and at most {self._max_length:,} are accepted here."
            )


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether a public server may have this address, by :data:`FORBIDDEN` and by Python's own copy of the IANA
    registries.
    """
    return ip.is_global and not any(ip in network for network in (_V4 if ip.version == 4 else _V6))
