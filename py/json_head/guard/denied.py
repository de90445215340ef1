"""Networks and names that an operator denies, although public servers have them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from json_head.urls.domain import to_ascii

#: A host whose last label is a number is an IPv4 address (URL Standard, "ends in a number").
_NAME = re.compile(r"([a-z0-9_-]++\.)*+(?=[0-9]*+[a-z_-])[a-z0-9_-]++")


class Denied:
    """Networks, and names with all names below them.

    Args:
        entries: ``("198.51.100.0/24", "internal.example.com")``. A dot at the end of a name is ignored.

    Raises:
        ValueError: an entry is neither a network nor a name.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        networks = []
        names = set()
        for entry in entries:
            try:
                networks.append(ipaddress.ip_network(entry))
            except ValueError:
                names.add(_name_of(entry))
        self._networks = tuple(networks)
        self._names = frozenset(names)

    def has_address(self, ip: IPv4Address | IPv6Address) -> bool:
        """Whether an address is denied, or the IPv4 address that it maps into IPv6."""
        mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
        return any(ip in network or (mapped is not None and mapped in network) for network in self._networks)

    def has_name(self, hostname: str) -> bool:
        """Whether a normalised host name is denied, or one above it."""
        if not self._names:
            return False
        labels = hostname.removesuffix(".").split(".")
        return any(".".join(labels[start:]) in self._names for start in range(len(labels)))


def _name_of(entry: str) -> str:
    name = to_ascii(entry).removesuffix(".")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{entry!r} is neither a network nor a name")
    return name
