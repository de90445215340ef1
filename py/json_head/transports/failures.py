"""Maps exceptions of sockets and TLS to the closed list of codes in ``reasons.FAILURE_REASONS``.

A connection that ends before a whole header block has arrived is ``reset``, whether by RST or FIN, and after any number
of bytes. In each case the server, or something on the way, ended it. A response that is not HTTP is ``protocol``.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Awaitable
from typing import TypeVar

from json_head.errors import EXHAUSTED

Got = TypeVar("Got")

CODES: dict[int, str] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.ECONNABORTED: "reset",
    errno.EPIPE: "reset",
    errno.ENOTCONN: "reset",
}
"""Codes for errors of the kernel. All other errors of ``connect`` mean that no packet reaches the address: no route, a
firewall's response, an address that cannot be dialled, no answer to any SYN.
"""

#: Result codes of OpenSSL's verification (x509_vfy.h), by the code of `json_head.reasons.FAILURE_REASONS`.
_CAUSES = {
    **dict.fromkeys((2, 18, 19, 20, 21, 24, 27), "tls-authority"),
    **dict.fromkeys((62, 63, 64), "tls-name"),
    **dict.fromkeys((9, 10), "tls-expired"),
}
#: OpenSSL's reasons for a handshake without a version that both sides speak. The first is found here, the second by the server.
_OLD = frozenset(("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"))

#: OpenSSL's reasons for a server that refuses the certificate of the client. Before TLS 1.3, a missing one has no reason of its own.
_CLIENT = frozenset(
    (
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "TLSV1_ALERT_UNKNOWN_CA",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
    )
)


class ProxyError(OSError):
    """The proxy cannot be reached, or does not connect to the server. ``code`` is that of the reason."""

    def __init__(self, message: str, code: str = "proxy") -> None:
        super().__init__(message)
        self.code = code


def proxy_code(status: int) -> str:
    """The code for the status with which a proxy responds in place of the server."""
    if status in (401, 407):  # 401 is tinyproxy's
        return "proxy-password"
    return "proxy-server" if status >= 500 and status not in (501, 505, 511) else "proxy-refused"


async def of_proxy(connecting: Awaitable[Got]) -> Got:
    """Await a step of connecting to a proxy.

    Raises:
        ProxyError: the step failed, and not because this process is out of files or memory.
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
        return error.code
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return "dns"  # a name that is too long for DNS, or has an empty label, raises UnicodeError
    if isinstance(error, (ssl.SSLError, ssl.CertificateError)):
        return _tls_code_of(error)
    numbers = error_numbers(error)
    # If several addresses were tried, the error of the attempt that came closest to a response is the most informative.
    codes = {CODES.get(number, "unreachable") for number in numbers} or {"unreachable"}
    return next(code for code in ("reset", "refused", "unreachable") if code in codes)


def _tls_code_of(error: ssl.SSLError | ssl.CertificateError) -> str:
    """The code of a failed handshake: ``tls`` if no other is known."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CAUSES.get(getattr(error, "verify_code", 0), "tls")
    reason = getattr(error, "reason", None)
    return "tls-old" if reason in _OLD else "tls-client" if reason in _CLIENT else "tls"


def error_numbers(error: BaseException) -> frozenset[int]:
    """The ``errno`` of an error. If aiohappyeyeballs folded several errors into the text of one, all their numbers."""
    number = getattr(error, "errno", None)
    if number is not None:
        return frozenset((number,))
    if isinstance(error, ConnectionError):
        return frozenset((errno.ECONNRESET,))  # raised by asyncio when the peer hangs up during the TLS handshake
    return frozenset(int(digits) for digits in re.findall(r"\[Errno (\d+)\]", str(error)))
