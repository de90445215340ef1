"""The option --require-https over sockets and TLS. A proxy leads the standard ports to servers of the test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.native.command.test_command import run
from tests.native.support.wire import answer, listening, listening_over_tls, moved
from tests.native.transport.test_proxied import ProxyServer, proxy_server
from tests.servers.certificates import issued

NAME = "site.corp"
FAST = ("--retries", "0", "--format", "json")


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[str]:
    with listening_over_tls(issued(authority, NAME, "127.0.0.1")) as origin:
        yield origin


@asynccontextmanager
async def proxy(secure: str) -> AsyncIterator[ProxyServer]:
    """A proxy with a website that responds on port 80 and, with the certificate, on port 443."""
    async with proxy_server() as server:
        server.tunnels[f"{NAME}:443"] = secure
        yield server


async def rows_of(*arguments: str) -> tuple[list[dict[str, Any]], int]:
    ran = await asyncio.to_thread(run, *arguments, *FAST)
    assert ran.stdout.startswith("["), ran.stderr
    return json.loads(ran.stdout), ran.returncode


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    return str(tmp_path / "company.pem")


async def test_link_is_requested_on_the_port_of_https(secure: str, ca_file: str) -> None:
    async with proxy(secure) as server:
        links = (f"http://{NAME}/a", f"http://{NAME}:8080/a", "http://plain.corp/a")
        rows, code = await rows_of(
            "check", *links, "--require-https", "--proxy", server.origin, "--no-proxy", "", "--ca-file", ca_file
        )
    assert [(row["verdict"], row["rule"]) for row in rows] == [
        ("ok", rule) for rule in ("https-available", "success", "success")
    ]
    assert rows[0]["reason"] == f"The page is there at https, too: https://{NAME}/a." and code == 1
    assert sorted(set(server.lines)) == sorted(
        [*(f"HEAD {link}" for link in links), f"CONNECT {NAME}:443", "CONNECT plain.corp:443"]
    )


@pytest.mark.parametrize(("options", "rule"), [((), "success"), (("--insecure",), "https-available")])
async def test_certificate_that_is_not_trusted_is_no_https(secure: str, options: tuple[str, ...], rule: str) -> None:
    async with proxy(secure) as server:
        (row,), code = await rows_of("check", f"http://{NAME}/", "--require-https", "--proxy", server.origin, *options)
    assert (row["verdict"], row["rule"], code) == ("ok", rule, rule == "https-available")
    assert row["reason"].endswith(" The server's certificate was not verified.") is bool(options)


async def test_redirect_to_https_is_found_on_any_port(secure: str, ca_file: str) -> None:
    async with listening() as wire:
        wire.answers["/a"] = moved(f"{secure}/b")
        (row,), code = await rows_of("check", f"{wire.origin}/a", "--require-https", "--ca-file", ca_file)
    assert (row["verdict"], row["rule"], code) == ("ok", "https-available", 1)
    assert row["reason"] == f"The server redirects to https: {secure}/b."


async def test_crawl_requests_links_of_pages_on_the_port_of_https(secure: str, ca_file: str) -> None:
    async with proxy(secure) as server:
        server.answers["http://start.corp/robots.txt"] = answer(status="404 None")
        server.answers["http://start.corp/"] = answer(
            "Content-Type: text/html", body=f"<a href='http://{NAME}/a'>a</a>".encode()
        )
        rows, code = await rows_of(
            "crawl", "http://start.corp/", "--require-https", "--proxy", server.origin, "--ca-file", ca_file
        )
    assert {row["url"]: row["rule"] for row in rows} == {
        "http://start.corp/": "success",
        f"http://{NAME}/a": "https-available",
    }
    assert code == 1 and server.lines.count(f"CONNECT {NAME}:443") == 1
