"""Tells whether an address belongs to this machine. A machine's firewall often trusts the machine itself.

A list of the interfaces would be out of date as soon as an address is added. The system is asked for each address
instead, by binding a socket to it, which sends no packet. This works on Linux, macOS, the BSDs and Windows. It cannot
show addresses that are elsewhere: those of the host of a container, and public ones that a cloud or router translates.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address

from json_head.errors import EXHAUSTED

#: Addresses for documentation, which no machine has (RFC 5737, RFC 3849).
_FOREIGN = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def is_own(ip: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to an interface of this machine, or of the container it runs in.

    Where the system lets programs bind to any address (``net.ipv4.ip_nonlocal_bind`` of Linux), only the first address
    of an interface in each of its networks is recognised.

    Raises:
        OSError: this process is out of files or memory.
    """
    address = str(ip).partition("%")[0]
    family = socket.AF_INET if ip.version == 4 else socket.AF_INET6
    if not _can_bind(family, address):
        return False
    return not _can_bind(family, _FOREIGN[family]) or _source_for(family, address) == address


def _can_bind(family: socket.AddressFamily, address: str) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.bind((address, 0))
    except OSError as error:
        if error.errno in EXHAUSTED:
            raise
        return False
    return True


def _source_for(family: socket.AddressFamily, address: str) -> str:
    """The address from which this machine would send to another one. To itself it sends from the same address."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.connect((address, 9))  # only selects a route
            return str(sock.getsockname()[0])
    except OSError:
        return ""
