"""Requests through tinyproxy, a proxy that companies and containers use."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.native.support.wire import answer, listening_over_tls
from tests.native.transport.test_proxied import run
from tests.servers.certificates import issued
from tests.servers.launch import Targets

TINYPROXY = shutil.which("tinyproxy")
pytestmark = pytest.mark.skipif(
    TINYPROXY is None, reason="tinyproxy is not installed, and apt-get, which installs it, is missing or not permitted"
)
#: A name that only the proxy can look up.
NAME = "www.company.invalid"
#: Runs a command for which /etc/hosts is another file. This needs no privileges on most systems.
WITH_HOSTS = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"']
CAN_LOOK_UP = (
    shutil.which("unshare") is not None
    and not subprocess.run([*WITH_HOSTS, "/etc/hosts", "true"], capture_output=True, check=False).returncode
)


@dataclass(frozen=True, slots=True)
class Proxy:
    url: str
    log: Path


@contextmanager
def tinyproxy(folder: Path, *settings: str, hosts: Path | None = None) -> Iterator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log, configuration = folder / f"{port}.log", folder / f"{port}.conf"
    lines = [f"Port {port}", "Listen 127.0.0.1", "Allow 127.0.0.1", "LogLevel Connect", f'LogFile "{log}"', *settings]
    configuration.write_text("".join(f"{line}\n" for line in lines))
    command = [*WITH_HOSTS, str(hosts)] if hosts else []
    process = subprocess.Popen(
        [*command, str(TINYPROXY), "-d", "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while process.poll() is None and not is_listening(port):
            time.sleep(0.01)
        yield Proxy(f"127.0.0.1:{port}", log)
    finally:
        process.terminate()
        process.wait()


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def rows_of(*urls: str, proxy: str, options: tuple[str, ...] = (), **environment: str) -> list[dict[str, Any]]:
    """The results of a check whose environment names the proxy."""
    fast = ("--retries", "0", "--format", "json")
    ran = run("check", *urls, *fast, *options, all_proxy=proxy, **environment)
    assert ran.stdout.startswith("["), ran.stderr
    rows: list[dict[str, Any]] = json.loads(ran.stdout)
    return rows


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A website over TLS; gives its port, and the file of the authority that vouches for `NAME` and 127.0.0.1."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    with listening_over_tls(issued(authority, NAME, "127.0.0.1"), answer("X-A: b")) as origin:
        yield origin.rpartition(":")[2], str(tmp_path / "company.pem")


def test_http_and_https_go_through_the_proxy(targets: Targets, secure: tuple[str, str], tmp_path: Path) -> None:
    port, ca_file = secure
    with tinyproxy(tmp_path) as proxy:
        urls = (f"{targets.plain}/ok/1", f"{targets.plain}/status/404", f"https://127.0.0.1:{port}/")
        rows = rows_of(*urls, proxy=proxy.url, options=("--ca-file", ca_file))
        log = proxy.log.read_text()
    assert [row["rule"] for row in rows] == ["success", "gone-twice", "success"]
    assert rows[2]["headers"]["x-a"] == "b"
    assert f"HEAD {targets.plain}/ok/1" in log and f"CONNECT 127.0.0.1:{port}" in log


@pytest.mark.skipif(
    not CAN_LOOK_UP, reason="this user may make no mount namespace, in which the proxy has names of its own"
)
def test_proxy_looks_up_the_names(targets: Targets, secure: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text(f"127.0.0.1 {NAME}\n")
    port, ca_file = secure
    urls = (f"http://{NAME}:{targets.plain.rpartition(':')[2]}/ok/1", f"https://{NAME}:{port}/")
    with tinyproxy(tmp_path, hosts=tmp_path / "hosts") as proxy:
        rows = rows_of(*urls, proxy=proxy.url, options=("--ca-file", ca_file))
        assert [row["rule"] for row in rows] == ["success", "success"]
        assert [row["rule"] for row in rows_of(*urls, proxy="")] == ["dns", "dns"]


def test_name_that_the_proxy_does_not_find_is_named(tmp_path: Path) -> None:
    with tinyproxy(tmp_path) as proxy:
        rows = rows_of(f"http://{NAME}/", f"https://{NAME}/", proxy=proxy.url)
    assert [(row["verdict"], row["rule"]) for row in rows] == [("no-answer-seen", "proxy-server")] * 2


def test_proxy_that_refuses_is_named(targets: Targets, secure: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "filter").write_text("127\n")
    port, _ = secure
    with tinyproxy(tmp_path, f'Filter "{tmp_path}/filter"') as proxy:
        rows = rows_of(f"{targets.plain}/ok/1", f"https://127.0.0.1:{port}/", proxy=proxy.url)
    assert [(row["verdict"], row["rule"]) for row in rows] == [("no-answer-seen", "proxy-refused")] * 2


def test_hosts_of_no_proxy_are_requested_directly(targets: Targets, tmp_path: Path) -> None:
    with tinyproxy(tmp_path) as proxy:
        rows = rows_of(f"{targets.plain}/ok/1", proxy=proxy.url, NO_PROXY="127.0.0.0/8")
        assert "/ok/1" not in proxy.log.read_text()
    assert rows[0]["rule"] == "success"


def test_password_of_the_proxy_is_sent_and_never_printed(
    targets: Targets, secure: tuple[str, str], tmp_path: Path
) -> None:
    port, ca_file = secure
    urls = (f"{targets.plain}/ok/1", f"https://127.0.0.1:{port}/")
    with tinyproxy(tmp_path, "BasicAuth me s3cret") as proxy:
        for userinfo, rule in (
            ("me:s3cr%65t@", "success"),
            ("me:s3crwrong@", "proxy-password"),
            ("", "proxy-password"),
        ):
            ran = run(
                "check", *urls, "--ca-file", ca_file, "--verbose", "--retries", "0", "--report", f"{tmp_path}/links.json",
                "--db", f"{tmp_path}/links.db", "--cache", f"{tmp_path}/links.db", all_proxy=f"http://{userinfo}{proxy.url}",
            )  # fmt: skip
            report = (tmp_path / "links.json").read_text()
            assert [row["rule"] for row in json.loads(report)] == [rule, rule]
            assert "s3cr" not in ran.stdout + ran.stderr + report
            assert b"s3cr" not in (tmp_path / "links.db").read_bytes()
            (tmp_path / "links.db").unlink()
