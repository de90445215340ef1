"""Certificates for the TLS targets, generated for each run: one that a browser can be configured to trust, and bad ones.

The trusted authority also signs the bad ones, so that each is bad for exactly one reason. Only the good one is sent with
the authority's certificate, so that a browser which trusts a key in any chain accepts no bad one.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trustme

#: Names and addresses of the TLS targets.
HERE = ("localhost", "127.0.0.1", "127.0.0.2")
BAD = ("expired", "wrong_name", "untrusted")


def make(folder: Path) -> None:
    """Write ``trust.pem`` (the good certificate and then its authority's, for a browser) and, with their keys, for servers,
    ``good.pem`` and one file for each of ``BAD``."""
    authority = trustme.CA()
    now = datetime.now(UTC)
    # Valid for a few months, because some browsers refuse what is valid for years.
    dates: dict[str, Any] = {"not_before": now - timedelta(days=2), "not_after": now + timedelta(days=90)}
    past: dict[str, Any] = {"not_before": now - timedelta(days=90), "not_after": now - timedelta(days=2)}
    good = authority.issue_cert(*HERE, **dates)
    _write(folder / "good.pem", good, authority)
    (folder / "trust.pem").write_bytes(good.cert_chain_pems[0].bytes() + authority.cert_pem.bytes())
    _write(folder / "expired.pem", authority.issue_cert(*HERE, **past))
    _write(folder / "wrong_name.pem", authority.issue_cert("elsewhere.test", **dates))
    _write(folder / "untrusted.pem", trustme.CA().issue_cert(*HERE, **dates))


def server_context(file: Path) -> ssl.SSLContext:
    """The context of a server with the certificate of one of these files."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def issued(authority: trustme.CA, *names: str, **dates: Any) -> ssl.SSLContext:
    """The context of a server with a certificate that the authority issues for these names or addresses."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **dates).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """The context of a client that also trusts the authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def _write(file: Path, certificate: trustme.LeafCert, authority: trustme.CA | None = None) -> None:
    certificate.private_key_and_cert_chain_pem.write_to_path(str(file))
    if authority:
        authority.cert_pem.write_to_path(str(file), append=True)
