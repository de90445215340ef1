"""TLS: whose certificates are trusted, and the certificate of the client."""

from __future__ import annotations

import ssl
from pathlib import Path


def context(
    *,
    authorities: Path | None = None,
    certificate: Path | None = None,
    key: Path | None = None,
    verify: bool = True,
) -> ssl.SSLContext:
    """How connections are secured.

    Args:
        authorities: a PEM file of certificates that are trusted beside those of this machine.
        certificate: the client's certificate, in PEM, for servers that ask for one.
        key: its private key, if that is in a file of its own.
        verify: whether the certificates of servers are verified at all.

    Raises:
        ValueError: a file cannot be used. The message names it.
    """
    made = ssl.create_default_context()
    made.set_alpn_protocols(["http/1.1"])
    if authorities is not None:
        try:
            made.load_verify_locations(authorities)
        except (OSError, ssl.SSLError) as error:
            raise ValueError(f"{authorities} has no certificates in PEM that can be read: {_reason(error)}.") from error
    if certificate is not None:
        try:
            # Without this, OpenSSL would ask for the password of a key on the terminal.
            made.load_cert_chain(certificate, key, password=_no_password)
        except (OSError, ValueError) as error:
            where = certificate if key is None else f"{certificate} and {key}"
            raise ValueError(f"{where}: no certificate with its private key can be read: {_reason(error)}.") from error
    if not verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


def _no_password() -> str:
    raise ValueError("the key has a password")


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "not PEM").replace("_", " ").lower()
    return str(error.strerror if isinstance(error, OSError) else error).lower()
