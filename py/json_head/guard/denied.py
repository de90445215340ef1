"""Networks and names that an operator denies, although public servers have them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from json_head.urls.domain import to_ascii

#: A host whose last label is a number is an IPv4 address (URL Standard, "ends in a number").
_NAME = re.compile(r"([a-z0-9_-]++\.)*+(?!0x[0-9a-f]*+\Z)(?=[0-9]*+[a-z_-])[a-z0-9_-]++")
#: The IPv6 addresses that stand for IPv4 addresses (RFC 4291 2.5.5.2).
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


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
                networks.append(network_of(entry))
            except ValueError as error:
                names.add(_name_of(entry, error))
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


def network_of(text: str) -> IPv4Network | IPv6Network:
    """A network, or an address as a network of one. IPv4 that is mapped into IPv6 becomes IPv4, as addresses do.

    Raises:
        ValueError: it is no network. The message is a sentence without the text.
    """
    address = text.partition("/")[0]
    try:
        ipaddress.ip_address(address)
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError("It is neither an IP address nor a network such as 198.51.100.0/24.") from None
    if network.network_address != ipaddress.ip_address(address):
        raise ValueError(f"It has bits beyond its length. Its network is {network}.")
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        ipv4 = network.network_address.ipv4_mapped
        assert ipv4
        return IPv4Network((int(ipv4), network.prefixlen - 96))
    return network


def _name_of(entry: str, no_network: ValueError) -> str:
    if "/" in entry and "://" not in entry:
        raise no_network
    if entry.startswith("*."):
        raise ValueError(f"Leave out the asterisk: {entry[2:]} denies all names below it, too.")
    name = to_ascii(entry).removesuffix(".")
    if not _NAME.fullmatch(name):
        raise ValueError("It is neither a network such as 198.51.100.0/24 nor a name such as example.com.")
    return name
