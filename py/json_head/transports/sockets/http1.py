"""The part of HTTP/1.1 (RFC 9112) that a link checker needs: requests without a body, and the heads of their responses.

Ambiguous responses are rejected, never repaired. The tests list the few deviations that browsers accept nevertheless.

The libraries decide otherwise than browsers (measured with 38 odd heads): httptools 0.9 rejects LF line ends and folded
fields, and accepts HTTP/0.9 and HTTP/2.0; h11 0.16 accepts control characters and repeated lengths, and takes five times
as long as this module.
"""

from __future__ import annotations

import asyncio
import re
import socket
from dataclasses import dataclass
from typing import Any

from json_head.errors import JsonHeadError

#: The maximum size of a header block in bytes, as in Chromium. Preceding empty lines and interim responses (RFC 9110
#: 15.2) count too.
MAX_HEADERS_SIZE = 256 * 1024
#: The maximum number of lines of a header block, including folded ones. curl accepts as many fields.
MAX_LINES = 5_000
#: The maximum number of interim responses before the final one.
MAX_INTERIM = 20

#: RFC 9112 2.2: a lone LF also ends a line.
_END = re.compile(rb"\n\r?\n")
#: RFC 9112 5.2: a line that begins with white space continues the previous one.
_FOLD = re.compile(r"\r?\n[ \t]++")
_TEXT = r"[^\x00-\x08\x0a-\x1f\x7f]*+"
_STATUS_LINE = re.compile(rf"HTTP/1\.([0-9]) ([1-9][0-9]{{2}})(?: {_TEXT})?")
#: RFC 9110 5.1, 5.5. Bytes beyond ASCII are decoded as Latin-1. Possessive quantifiers keep the time linear for a line
#: that does not match.
_FIELD = re.compile(rf"([!#$%&'*+.^_`|~0-9A-Za-z-]++):[ \t]*+({_TEXT})")
_BEGINS = b"HTTP/1."


class NotHttpError(JsonHeadError, ValueError):
    """The response is not HTTP/1, or exceeds a limit of this module."""


@dataclass(slots=True)
class Head:
    """Status and fields of a response. Names are in lower case; repeated fields are separate."""

    status: int
    fields: tuple[tuple[str, str], ...]
    minor_version: int = 1

    def values(self, name: str) -> list[str]:
        return [value for other, value in self.fields if other == name]

    def joined(self) -> dict[str, str]:
        """The fields by name, with the values of repeated fields joined (RFC 9110 5.3)."""
        headers = dict(self.fields)
        if len(headers) < len(self.fields):
            values: dict[str, list[str]] = {}
            for name, value in self.fields:
                values.setdefault(name, []).append(value)
            headers = {name: ", ".join(repeated) for name, repeated in values.items()}
        return headers


def parse_head(block: bytes) -> Head:
    """Parse a header block, without the empty line that ends it.

    Raises:
        NotHttpError: the block is malformed, exceeds a limit, or does not define where the body ends (RFC 9112 6.3).
    """
    first, _, rest = block.decode("latin-1").partition("\n")
    match = _STATUS_LINE.fullmatch(first.removesuffix("\r"))
    if not match:
        raise NotHttpError("no status line")
    if rest.count("\n") >= MAX_LINES:
        raise NotHttpError("too many lines")
    fields: list[tuple[str, str]] = []
    for line in _FOLD.sub(" ", rest).split("\n") if rest else ():
        field = _FIELD.fullmatch(line.removesuffix("\r"))
        if not field:
            raise NotHttpError("no field")
        fields.append((field[1].lower(), field[2].rstrip(" \t")))
    head = Head(int(match[2]), tuple(fields), int(match[1]))
    lengths = head.values("content-length")
    if len(lengths) > 1 or not all(length.isascii() and length.isdigit() for length in lengths):
        raise NotHttpError("no length")
    if lengths and head.values("transfer-encoding"):
        raise NotHttpError("two lengths")
    return head


class Connection(asyncio.Protocol):
    """A connection for one request after another. It reads no body except the bytes that arrive together with its head.

    ``is_open`` tells whether another request may be sent; ``heard``, whether any bytes arrived since the last request.
    """

    def __init__(self, own_socket: socket.socket) -> None:
        self._socket = own_socket
        self._transport: asyncio.Transport | None = None
        self._response: asyncio.Future[Head] | None = None
        self._early: bytes | None = b""
        """Bytes that arrived before the first request."""
        self._buffer = bytearray()
        self._searched = 0
        self._interim = 0
        self._interim_size = 0
        self._has_body = False
        self.heard = False
        self.is_open = False

    async def ask(self, request: bytes, deadline: float, *, has_body: bool) -> Head:
        """Send the head of a request and wait for the head of its response.

        Args:
            deadline: by the event loop's clock.
            has_body: whether responses to the method can have a body.

        Raises:
            NotHttpError: the response is not HTTP.
            TimeoutError: no complete head arrived in time.
            OSError: the connection failed; a :class:`ConnectionError` if it was only closed.
        """
        if not self.is_open or self._transport is None:
            raise ConnectionResetError("closed meanwhile")
        self._has_body, self.heard = has_body, False
        self._interim = self._interim_size = 0
        loop = asyncio.get_running_loop()
        self._response = loop.create_future()
        alarm = loop.call_at(
            deadline, self._on_alarm
        )  # asyncio.timeout would cost more than all the rest of this method
        self._transport.write(request)
        early, self._early = self._early, None
        if early:  # some servers send before they get a request
            self.data_received(early)
        try:
            return await self._response
        except BaseException:
            self.abort()
            raise
        finally:
            alarm.cancel()
            self._response = None

    def is_idle(self) -> bool:
        """Whether another request may be sent; otherwise the connection is closed.

        It may not if bytes or an end of stream have arrived since the last response, even unread. Such bytes can be a
        body that HEAD does not allow, and would be taken for the next response. Bytes that are still on their way are
        not detected. curl and Chromium check no further either.
        """
        if self.is_open:
            try:
                self._socket.recv(1, socket.MSG_PEEK)
            except BlockingIOError:
                return True
            except OSError:
                pass
            self.abort()
        return False

    def abort(self) -> None:
        """Close the connection at once, without sending buffered data."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    # Callbacks of the event loop

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        if self._response is None or self._response.done():
            if self._early is None or len(self._early) > MAX_HEADERS_SIZE:
                self.abort()  # there was no request
            else:
                self._early += data
            return
        self.heard = True
        if not self._buffer:  # empty lines before the response are skipped (2.2)
            size = len(data)
            data = data.lstrip(b"\r\n")
            self._interim_size += size - len(data)
        self._buffer += data
        try:
            while (head := self._next_head()) and 100 <= head.status < 200 and head.status != 101:
                self._interim += 1
                if self._interim > MAX_INTERIM:
                    raise NotHttpError("too many interim responses")
        except NotHttpError as error:
            self._response.set_exception(error)
            return
        if head:
            self.is_open = self._is_reusable(head)
            self._buffer.clear()
            self._response.set_result(head)
            if not self.is_open:
                self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if self._response is not None and not self._response.done():
            self._response.set_exception(error or ConnectionResetError("no response"))

    def _on_alarm(self) -> None:
        if self._response is not None and not self._response.done():
            self._response.set_exception(TimeoutError())

    def _next_head(self) -> Head | None:
        """Remove a complete header block from the buffer and parse it; ``None`` if there is none."""
        buffer = self._buffer
        if not _BEGINS.startswith(bytes(buffer[: len(_BEGINS)])):
            raise NotHttpError("no status line")
        end = _END.search(buffer, max(0, self._searched - 2))
        if self._interim_size + (end.start() if end else len(buffer)) > MAX_HEADERS_SIZE:
            raise NotHttpError("header block too large")
        if not end:
            self._searched = len(buffer)
            return None
        block = bytes(buffer[: end.start()]).removesuffix(b"\r")
        self._interim_size += end.end()
        del buffer[: end.end()]
        self._searched = 0
        return parse_head(block)

    def _is_reusable(self, head: Head) -> bool:
        """Whether the response is complete and the connection stays open for another (RFC 9112 9.3, 9.6; RFC 9110 7.8)."""
        if head.status == 101 or not head.minor_version:
            return False
        if any("close" in value.lower() for value in head.values("connection")):
            return False
        length = 0
        if self._has_body and head.status not in (204, 304):
            lengths = head.values("content-length")
            length = int(lengths[0][:20]) if lengths else -1
        return length == len(self._buffer)
