"""TLS: each cause of a failed handshake has a code, and authorities and client certificates come from files."""

from __future__ import annotations

import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from json_head.model import Request
from json_head.transports.failures import code_of
from json_head.transports.sockets.native import NativeTransport
from json_head.transports.sockets.tls import context

from tests.native.support.wire import listening_over_tls
from tests.servers.certificates import issued

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def authorities(authority, tmp_path):
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return tmp_path / "authority.pem"


def serving(authority, *names, **dates):
    return issued(authority, *(names or ("127.0.0.1",)), **dates)


async def outcome(origin, tls, *, whole=False):
    """The code of the failure, or the status."""
    async with NativeTransport(tls=tls) as transport:
        if whole:
            observation, _ = await transport.read(origin + "/", limit=1_000, timeout_s=5)
        else:
            observation = await transport.observe(Request(origin + "/", timeout_s=5))
    return observation.error or observation.status


@pytest.mark.parametrize("whole", [False, True], ids=["head", "page"])
async def test_causes_of_a_refused_certificate_are_told_apart(authority, authorities, whole):
    trusting = context(authorities=authorities)
    for server, tls, expected in (
        (serving(authority), trusting, 200),
        (serving(authority), None, "tls-authority"),
        (serving(trustme.CA()), trusting, "tls-authority"),
        (serving(authority, "elsewhere.test"), trusting, "tls-name"),
        (serving(authority, not_before=NOW - timedelta(9), not_after=NOW - timedelta(2)), trusting, "tls-expired"),
        (serving(authority, not_before=NOW + timedelta(2), not_after=NOW + timedelta(9)), trusting, "tls-expired"),
    ):
        with listening_over_tls(server) as origin:
            assert await outcome(origin, tls, whole=whole) == expected


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("whole", [False, True], ids=["head", "page"])
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
async def test_server_with_an_old_tls_is_told_apart(authority, version, whole):
    server = serving(authority)
    server.set_ciphers("ALL:@SECLEVEL=0")
    server.minimum_version = server.maximum_version = version
    with listening_over_tls(server) as origin:
        assert await outcome(origin, None, whole=whole) == "tls-old"


async def test_unverified_certificates_are_accepted_on_demand(authority):
    with listening_over_tls(serving(authority, "elsewhere.test")) as origin:
        assert await outcome(origin, context(verify=False)) == 200


@pytest.mark.parametrize("whole", [False, True], ids=["head", "page"])
@pytest.mark.parametrize("apart", [False, True], ids=["one file", "key apart"])
async def test_client_certificate_is_sent_to_a_server_that_asks(authority, authorities, tmp_path, apart, whole):
    client = authority.issue_cert("client.test")
    certificate, key = tmp_path / "client.pem", tmp_path / "client.key" if apart else None
    if key:
        client.private_key_pem.write_to_path(str(key))
        client.cert_chain_pems[0].write_to_path(str(certificate))
    else:
        client.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    server = serving(authority)
    authority.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED
    with listening_over_tls(server) as origin:
        tls = context(authorities=authorities, certificate=certificate, key=key)
        assert await outcome(origin, tls, whole=whole) == 200
        # The server closes at once, so that its alert may be lost.
        assert await outcome(origin, context(authorities=authorities), whole=whole) in ("tls-client", "reset")


def test_unusable_files_are_named(authorities, tmp_path):
    (tmp_path / "text.pem").write_text("no certificate")
    for options, words in (
        ({"authorities": tmp_path / "missing.pem"}, r"missing\.pem has no certificates in PEM .*no such file"),
        ({"authorities": tmp_path / "text.pem"}, r"text\.pem has no certificates in PEM"),
        (
            {"certificate": tmp_path / "missing.pem"},
            r"missing\.pem: no certificate with its private key .*no such file",
        ),
        ({"certificate": authorities}, r"authority\.pem: no certificate with its private key"),
        ({"certificate": authorities, "key": tmp_path / "text.pem"}, r"authority\.pem and .*text\.pem: "),
    ):
        with pytest.raises(ValueError, match=words):
            context(**options)


@pytest.mark.parametrize("sends_certificate", [False, True])
def test_refused_certificate_of_the_client_is_told_apart(authority, sends_certificate):
    """The connection is in memory, because a server that closes its socket may lose the alert by which it refuses."""
    server = serving(authority)
    authority.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED
    client = ssl.create_default_context()
    authority.configure_trust(client)
    if sends_certificate:
        trustme.CA().issue_cert("client.test").configure_cert(client)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    here = client.wrap_bio(to_client, to_server, server_hostname="127.0.0.1")
    there = server.wrap_bio(to_server, to_client, server_side=True)
    with suppress(ssl.SSLWantReadError):
        here.do_handshake()
    with suppress(ssl.SSLWantReadError):
        there.do_handshake()
    here.do_handshake()
    with suppress(ssl.SSLError):
        there.do_handshake()
    with pytest.raises(ssl.SSLError) as refused:
        here.read(1)
    assert code_of(refused.value) == "tls-client"
