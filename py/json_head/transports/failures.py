"""Why a connection came to nothing: exceptions of sockets and TLS to the closed list of codes in ``verdicts.FAILURE_REASONS``.

A connection that ends before a whole header block has come is ``reset``, whether by RST or FIN and whatever was sent of it:
in both ways the server, or something on the way, broke off. What is no HTTP is ``protocol``.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Awaitable
from typing import TypeVar

Got = TypeVar("Got")

CODES: dict[int, str] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.ECONNABORTED: "reset",
    errno.EPIPE: "reset",
    errno.ENOTCONN: "reset",
}
"""What the kernel says, as a code. All other errors of ``connect`` say that no packet reaches the address: no route, a
firewall's answer, an address that cannot be dialled, no answer to any SYN."""

#: Our own want of files or memory, for which no target is to blame.
EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))


class ProxyError(OSError):
    """The proxy cannot be reached, or gives no connection to the server."""


async def of_proxy(connecting: Awaitable[Got]) -> Got:
    """Wait for a step on the way to a proxy.

    Raises:
        ProxyError: it failed, and not for our own want.
    """
    try:
        return await connecting
    except TimeoutError:
        raise
    except (OSError, UnicodeError) as error:
        if not EXHAUSTED.isdisjoint(error_numbers(error)):
            raise
        raise ProxyError(str(error)) from error


def code_of(error: BaseException) -> str:
    """The code for an exception of a name look-up, a socket or TLS."""
    if isinstance(error, ProxyError):
        return "proxy"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "dns"  # a name that is too long for DNS, or has an empty label, is a UnicodeError
    if isinstance(error, (ssl.SSLError, ssl.CertificateError)):
        return "tls"
    numbers = error_numbers(error)
    # Where several addresses were tried, what the nearest to an answer said is the most telling.
    codes = {CODES.get(number, "unreachable") for number in numbers} or {"unreachable"}
    return next(code for code in ("reset", "refused", "unreachable") if code in codes)


def error_numbers(error: BaseException) -> frozenset[int]:
    """The ``errno`` of an error; of all the errors where aiohappyeyeballs folded several into the text of one."""
    number = getattr(error, "errno", None)
    if number is not None:
        return frozenset((number,))
    if isinstance(error, ConnectionError):
        return frozenset((errno.ECONNRESET,))  # asyncio's own, when the other end hangs up during the TLS handshake
    return frozenset(int(found) for found in re.findall(r"\[Errno (\d+)\]", str(error)))
