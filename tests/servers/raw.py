"""Responses that no HTTP library would send, byte by byte, from a server of plain sockets: the table ``RAW``.

``head(...)`` is a correct response that every origin may read. Each row breaks one part of it. The connection is
closed after each response, so that no response affects the next one.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from .ledger import Ledger
from .sockets import talking

Speak = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class RawCase:
    """One row: a path, a description of its response, and the bytes or the function that sends them."""

    path: str
    does: str
    answer: bytes | Speak


def head(*fields: str, line: str = "HTTP/1.1 200 OK", length: str | None = "0", body: bytes = b"") -> bytes:
    """A status line, a header block that lets every origin read it, and a body."""
    every = ["Access-Control-Allow-Origin: *", "Connection: close", *fields]
    if length is not None:
        every.append(f"Content-Length: {length}")
    return "\r\n".join((line, *every, "", "")).encode("latin-1") + body


def padded(size: int) -> bytes:
    """A header block of about this number of bytes, in fields of 1,000."""
    return head(*(f"X-Padding-{n}: {'x' * 980}" for n in range(size // 1000)))


async def resets(writer: asyncio.StreamWriter) -> None:
    _reset_on_close(writer)


async def resets_late(writer: asyncio.StreamWriter) -> None:
    writer.write(head()[:60])
    await writer.drain()
    await asyncio.sleep(0.1)
    _reset_on_close(writer)


async def stays_silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def stops_in_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(head()[:60])
    await stays_silent(writer)


async def stops_in_status_line(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 20")
    await stays_silent(writer)


async def drips(writer: asyncio.StreamWriter) -> None:
    """Sends bytes without end, so that a limit on idle time would never end it."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Drip: drop\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)


async def hints_forever(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)


def _reset_on_close(writer: asyncio.StreamWriter) -> None:
    # With a linger time of zero a socket is closed with RST (socket(7)).
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"

RAW: tuple[RawCase, ...] = (
    RawCase("/good", "200, correctly", head()),
    # status lines
    RawCase("/line/status-0", "status 0", head(line="HTTP/1.1 0 Zero")),
    RawCase("/line/status-42", "status 42", head(line="HTTP/1.1 42 Answer")),
    RawCase("/line/status-99", "status 99", head(line="HTTP/1.1 99 Low")),
    RawCase("/line/status-600", "status 600", head(line="HTTP/1.1 600 High")),
    RawCase("/line/status-1000", "status 1000", head(line="HTTP/1.1 1000 Grand")),
    RawCase("/line/status-2000", "status 2000, which begins like 200", head(line="HTTP/1.1 2000 OK")),
    RawCase("/line/status-404-letters", "status 404x", head(line="HTTP/1.1 404x Gone")),
    RawCase("/line/letters", "letters for a status", head(line="HTTP/1.1 abc OK")),
    RawCase("/line/negative", "status -200", head(line="HTTP/1.1 -200 OK")),
    RawCase("/line/no-status", "no status at all", head(line="HTTP/1.1")),
    RawCase("/line/no-reason", "200 without a reason phrase", head(line="HTTP/1.1 200 ")),
    RawCase("/line/no-reason-404", "404 without a reason phrase or the space before", head(line="HTTP/1.1 404")),
    RawCase("/line/long-reason", "200 with a reason phrase of 10,000 letters", head(line="HTTP/1.1 200 " + "K" * 10_000)),
    RawCase("/line/reason-404", "200 with the reason phrase 404 Not Found", head(line="HTTP/1.1 200 404 Not Found")),
    RawCase("/line/http-1.0", "200 in HTTP/1.0", head(line="HTTP/1.0 200 OK")),
    RawCase("/line/http-0.9", "a page without any header, as in HTTP/0.9", b"<!doctype html><title>Old</title>\n"),
    RawCase("/line/shoutcast", "ICY 200 OK, as old radio streams say", head(line="ICY 200 OK")),
    RawCase("/line/lower-case", "http/1.1 200 ok, in lower case", head(line="http/1.1 200 ok")),
    RawCase("/line/garbage", "bytes that are no HTTP", b"\x16\x03\x01\x00\x00no http at all\r\n\r\n"),
    RawCase("/line/bare-newlines", "lines that end in LF alone", head().replace(b"\r\n", b"\n")),
    RawCase("/line/empty-before", "an empty line before the status line", b"\r\n" + head()),
    # header blocks
    RawCase("/fields/40-kb", "a header block of 40 KB", padded(40_000)),
    RawCase("/fields/200-kb", "a header block of 200 KB", padded(200_000)),
    RawCase("/fields/300-kb", "a header block of 300 KB", padded(300_000)),
    RawCase("/fields/600-kb", "a header block of 600 KB", padded(600_000)),
    RawCase("/fields/500", "500 small header fields", head(*(f"X-Field-{n}: {n}" for n in range(500)))),
    RawCase("/fields/type-twice", "two different Content-Types", head("Content-Type: a/b", "Content-Type: text/plain")),
    RawCase("/fields/length-twice", "the same Content-Length twice", head("Content-Length: 0")),
    RawCase("/fields/lengths-differ", "two different Content-Lengths", head("Content-Length: 7")),
    RawCase("/fields/length-letters", "a Content-Length of letters", head(length="abc")),
    RawCase("/fields/length-negative", "a Content-Length below zero", head(length="-5")),
    RawCase("/fields/no-colon", "a line without a colon among the fields", head("this is no field")),
    RawCase("/fields/no-name", "a field without a name", head(": nameless")),
    RawCase("/fields/folded", "a field folded over two lines", head("X-Folded: one\r\n two")),
    RawCase("/fields/nul", "a NUL in a field", head("X-Nul: a\0b")),
    RawCase("/fields/bare-cr", "a CR without LF in a field", head("X-Bare: a\rb")),
    RawCase("/fields/latin-1", "letters beyond ASCII in a field", head("X-Latin: caf\xe9")),
    RawCase("/fields/locations-differ", "a redirect with two different Locations",
            head("Location: /good", "Location: /other", line="HTTP/1.1 302 Found")),
    RawCase("/fields/chunked-and-length", "Transfer-Encoding and Content-Length", head("Transfer-Encoding: chunked")),
    RawCase("/fields/unknown-coding", "a Content-Encoding that nobody knows", head("Content-Encoding: x-nonsense")),
    RawCase("/fields/location-empty", "a redirect with an empty Location", head("Location: ", line="HTTP/1.1 302 Found")),
    # before and after the header block
    RawCase("/early/103", "103 Early Hints, then 200", EARLY_HINTS + head()),
    RawCase("/early/100", "100 Continue, then 200", b"HTTP/1.1 100 Continue\r\n\r\n" + head()),
    RawCase("/early/102-404", "102 Processing, then 404",
            b"HTTP/1.1 102 Processing\r\n\r\n" + head(line="HTTP/1.1 404 Not Found")),
    RawCase("/early/103-closes", "103 Early Hints, then closes", EARLY_HINTS),
    RawCase("/early/103-silent", "103 Early Hints again and again and no answer", hints_forever),
    RawCase("/early/101", "101 Switching Protocols, unasked", head("Upgrade: x", line="HTTP/1.1 101 Switching Protocols")),
    RawCase("/body/of-head", "a body although HEAD has none", head(length="5", body=b"hello")),
    RawCase("/body/of-204", "204 with a body", head(line="HTTP/1.1 204 No Content", length="5", body=b"hello")),
    RawCase("/body/short-405", "405 and a body that ends early", head(line="HTTP/1.1 405 No", length="500", body=b"ends")),
    RawCase("/body/no-length", "200 without a length", head(length=None)),
    # connections
    RawCase("/closes", "closes the connection without an answer", b""),
    RawCase("/closes/in-status-line", "closes in the middle of the status line", b"HTTP/1.1 20"),
    RawCase("/closes/in-headers", "closes in the middle of a header field", b"HTTP/1.1 200 OK\r\nContent-Ty"),
    RawCase("/closes/before-headers-end", "closes after the fields, without the empty line", head()[:-2]),
    RawCase("/resets", "resets the connection without an answer", resets),
    RawCase("/resets/in-headers", "resets in the middle of the header block", resets_late),
    RawCase("/silent", "takes the request and says nothing", stays_silent),
    RawCase("/silent/in-status-line", "stops in the middle of the status line", stops_in_status_line),
    RawCase("/silent/in-headers", "stops in the middle of the header block", stops_in_headers),
    RawCase("/silent/drips", "goes on sending header fields and never ends", drips),
)  # fmt: skip


@asynccontextmanager
async def raw_origin(name: str, ledger: Ledger) -> AsyncIterator[str]:
    """Serve ``RAW`` on a free port; gives the origin. An unknown path closes the connection."""
    cases = {case.path: case.answer for case in RAW}

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *rest = request.splitlines()
        method, path, _ = line.split(" ")
        fields = dict(field.split(": ", 1) for field in rest if ": " in field)
        with ledger.request(name, method, path, {key.lower(): value for key, value in fields.items()}):
            await _say(cases.get(path, b""), reader, writer)

    async with talking(speak) as address:
        yield address


@asynccontextmanager
async def hanging_up() -> AsyncIterator[str]:
    """An origin that closes every connection before it receives a request."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pass

    async with talking(hang_up) as address:
        yield address


async def _say(answer: bytes | Speak, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if isinstance(answer, bytes):
        writer.write(answer)
        await writer.drain()
        return
    speaking = asyncio.ensure_future(answer(writer))
    gone = asyncio.ensure_future(reader.read())
    # A client that disconnects ends an endless response, as with the other servers.
    _, pending = await asyncio.wait((speaking, gone), return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(speaking, gone, return_exceptions=True)
