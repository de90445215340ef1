"""``json-head serve`` as a process, with a client of plain sockets."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.native.support.wire import Wire

ROOT = Path(__file__).parents[3]


@dataclass(slots=True)
class Relay:
    process: asyncio.subprocess.Process
    port: int
    output: list[str]

    #: The loopback address of its client.
    client: str = "127.0.0.1"

    def seen_by(self, client: str) -> Relay:
        """The same relay, for a client with another loopback address."""
        return replace(self, client=client)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.client, 0))

    async def exchange(self, data: bytes, *, seconds: float = 20) -> bytes:
        """Send these bytes; gives all bytes that arrive until the relay closes the connection."""
        reader, writer = await self.connect()
        try:
            writer.write(data)
            return await asyncio.wait_for(reader.read(), seconds)
        finally:
            writer.close()

    async def get(self, path: str, *fields: str) -> tuple[int, bytes]:
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *fields]
        head, _, body = (await self.exchange("\r\n".join((*lines, "", "")).encode())).partition(b"\r\n\r\n")
        return int(head.split()[1]), body

    async def is_well(self) -> bool:
        return await self.get("/healthz") == (200, b'{"ok":true}\n')

    def peak(self) -> int:
        """The peak of its resident memory, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[0]) * 1024

    def cpu_s(self) -> float:
        """The processor time that it has used, in seconds, to a hundredth."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def serving(*options: str, stderr: int | None = None, **environment: str) -> AsyncIterator[Relay]:
    """``json-head serve`` with these options and environment variables, once it listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "json_head.cli", "serve", "--port", "0", *options, stderr=stderr,
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT / "py"), **environment},
    )  # fmt: skip
    try:
        assert process.stdout
        output: list[str] = []
        while not (
            found := re.match(r"json-head's API is at http://127\.0\.0\.1:(\d+)/", output[-1] if output else "")
        ):
            line = await asyncio.wait_for(process.stdout.readline(), 20)
            assert line, output
            output.append(line.decode())
        yield Relay(process, int(found[1]), output)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def relay_options(wire: Wire) -> tuple[str, ...]:
    return "--origin", "*", "--allow", "127.0.0.1/32", "--target-port", wire.origin.rpartition(":")[2]
