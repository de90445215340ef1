"""``json-head serve`` behind nginx, with the configuration of deploy/compose."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from tests.native.support.relay import ROOT, serving
from tests.servers.certificates import trusting

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")

HOST = "links.example.org"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def nginx(folder: Path, relay_port: int) -> AsyncIterator[tuple[int, ssl.SSLContext]]:
    """nginx in front of a relay: its port, and the TLS settings of a client."""
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST)
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    plain, port = free_port(), free_port()
    text = (ROOT / "deploy/compose/nginx.conf").read_text()
    for old, new in (
        ("/etc/nginx/tls", str(folder)), ("http://json-head:8006", f"http://127.0.0.1:{relay_port}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"), ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("listen [::]:80;", ""), ("listen [::]:443 ssl;", ""),
    ):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(f"daemon off;\npid {folder}/pid;\nerror_log stderr;\n{text}")
    with (folder / "nginx.log").open("w") as log:
        command = ("nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"))
        process = await asyncio.create_subprocess_exec(*command, stderr=log)
    try:
        for _ in range(100):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.1)
        yield port, trusting(authority)
    finally:
        process.terminate()
        await process.wait()


async def get(port: int, context: ssl.SSLContext, path: str, *fields: str) -> tuple[int, bytes]:
    status, _, body = await answer_to(port, context, path, *fields)
    return status, body


async def answer_to(port: int, context: ssl.SSLContext, path: str, *fields: str) -> tuple[int, str, bytes]:
    """The status, the header fields in lower case, and the body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=HOST)
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", "Connection: close", *fields]
    writer.write("\r\n".join((*lines, "", "")).encode())
    head, _, body = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), head.decode().lower(), body


async def test_clients_have_their_own_address_and_no_metrics(tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    async with (
        serving("--name", HOST, "--proxy", "127.0.0.1", "--access-log", str(log)) as relay,
        nginx(tmp_path, relay.port) as (port, context),
    ):
        ten_long = "&".join("url=http://a.invalid/" + "x" * 2_000 for _ in range(10))
        assert (await get(port, context, f"/?{ten_long}", "X-Forwarded-For: 192.0.2.9"))[0] == 200
        for path in ("/metrics", "/readyz", "/metrics?x", "//metrics", "/%6detrics"):
            assert (await get(port, context, path))[0] == 404
        assert (await get(port, context, "/healthz"))[0] == 200
        while not log.stat().st_size:
            await asyncio.sleep(0.05)
        assert json.loads(log.read_text().splitlines()[0])["client"] == "127.0.0.1"


async def test_errors_of_nginx_are_json_for_pages_and_no_address_is_logged(tmp_path: Path) -> None:
    query = "?url=https://me:secret@a.invalid/"
    async with nginx(tmp_path, free_port()) as (port, context):
        missing = await answer_to(port, context, "/metrics" + query)
        answers = await asyncio.gather(*(answer_to(port, context, "/" + query) for _ in range(40)))
    known = {404: "not-found", 429: "too-many-requests", 503: "busy"}
    assert missing[0] == 404 and {status for status, _, _ in answers} == {429, 503}
    for status, head, body in (missing, *answers):
        assert json.loads(body)["error"] == known[status]
        assert "\r\ncontent-type: application/json\r\n" in head
        assert "\r\naccess-control-allow-origin: https://your.site\r\n" in head
        assert ("\r\nretry-after: " in head) == (status != 404)
    assert "secret" not in (tmp_path / "nginx.log").read_text()
