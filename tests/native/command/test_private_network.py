"""The command in networks with authorities, client certificates and proxies of their own."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from tests.native.command.test_command import run
from tests.native.support.wire import answer, listening_over_tls
from tests.servers.certificates import issued
from tests.servers.sockets import in_thread

FORMATS = ("table", "json", "ndjson", "csv", "markdown", "html", "junit", "sarif", "gitlab", "github")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    return str(tmp_path / "company.pem")


@pytest.fixture
def origin(authority: trustme.CA) -> Iterator[str]:
    with listening_over_tls(issued(authority, "127.0.0.1")) as address:
        yield address


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy that replies to requests for any host itself; gives its URL and the requests that it gets."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            requests.append(f"{self.command} {self.path}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with in_thread(server):
        yield f"http://127.0.0.1:{server.server_port}", requests


def result(*arguments: str) -> dict[str, object]:
    (row,) = json.loads(run("check", "--format", "json", *arguments).stdout)
    return row  # type: ignore[no-any-return]


def test_authority_of_a_company_is_trusted_on_demand(origin: str, ca_file: str) -> None:
    assert result(origin)["rule"] == "tls-authority"
    assert result(origin, "--ca-file", ca_file)["verdict"] == "ok"


def test_client_certificate_opens_a_server_that_asks(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    server = issued(authority, "127.0.0.1")
    authority.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED
    authority.issue_cert("client.test").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "me.pem"))
    with listening_over_tls(server) as origin:
        assert result(origin, "--ca-file", ca_file)["verdict"] == "no-answer-seen"
        assert result(origin, "--ca-file", ca_file, "--client-cert", str(tmp_path / "me.pem"))["verdict"] == "ok"


@pytest.mark.parametrize("format", FORMATS)
def test_results_that_are_not_verified_say_so_in_every_format(format: str, authority: trustme.CA) -> None:
    with listening_over_tls(issued(authority, "127.0.0.1"), answer(status="404 Not Found")) as origin:
        ran = run("check", origin, "--insecure", "--format", format)
    assert re.search("[Cc]ertificates? (was|were) not verified", " ".join(ran.stdout.split()))
    assert ran.stderr.startswith("Warning: with --insecure")


def test_results_that_are_not_verified_are_never_cached(origin: str, tmp_path: Path) -> None:
    ran = run("check", origin, "--insecure", "--cache", str(tmp_path / "cache.db"))
    assert ran.returncode == 2 and "--insecure excludes --cache" in ran.stderr
    assert not (tmp_path / "cache.db").exists()


def test_proxy_gets_all_requests_but_those_of_excepted_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy() as (url, requests):
        assert result("http://site.example/a", "--proxy", url)["verdict"] == "ok"
        assert result("http://site.invalid/b", "--proxy", url, "--no-proxy", "invalid")["rule"] == "dns"
        monkeypatch.setenv("http_proxy", url)
        assert result("http://site.invalid/c", "--proxy", "")["rule"] == "dns"
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        monkeypatch.setenv("no_proxy", "site.example")
        assert result("http://other.example/d", "--proxy", url)["verdict"] == "ok"
    assert requests == ["HEAD http://site.example/a", "HEAD http://other.example/d"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--ca-file", "missing.pem"], "missing.pem has no certificates in PEM that can be read: no such file"),
        (["--client-cert", "missing.pem"], "missing.pem: no certificate with its private key can be read"),
        (["--client-key", "me.key"], "--client-key needs --client-cert."),
        (["--proxy", "socks4://a.example"], "--proxy names a proxy with the scheme socks4:"),
        (["--proxy", "http://a.example:99999"], "--proxy is not the URL of a proxy"),
        (["--proxy", "http://a.example:3128", "--guard"], "--guard cannot check the addresses"),
        (["--max-redirects", "21"], "21 is not in the range 0<=x<=20"),
    ],
)
def test_unusable_options_are_named(options: list[str], words: str) -> None:
    ran = run("check", "http://127.0.0.1:1/", *options)
    assert ran.returncode == 2
    assert words in " ".join(ran.stderr.split())
