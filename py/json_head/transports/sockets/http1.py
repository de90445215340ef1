"""As much of HTTP/1.1 (RFC 9112) as a link checker asks for: requests without a body, and of their answers the head.

Nothing is repaired that could be read in two ways. What a browser lets pass all the same is little, and listed with the tests.
"""

from __future__ import annotations

import asyncio
import re
import socket
from dataclasses import dataclass
from typing import Any

from json_head.errors import JsonHeadError

#: Bytes of a header block, as in Chromium; those of empty lines and interim responses before it (RFC 9110 15.2) count too.
MAX_HEADERS_SIZE = 256 * 1024
#: Lines of a header block, folded ones included. curl takes as many fields.
MAX_LINES = 5_000
#: Interim responses before the final one.
MAX_INTERIM = 20

#: RFC 9112 2.2: a lone LF ends a line too.
_END = re.compile(rb"\n\r?\n")
#: RFC 9112 5.2: a line that begins with white space continues the one before.
_FOLD = re.compile(r"\r?\n[ \t]++")
_TEXT = r"[^\x00-\x08\x0a-\x1f\x7f]*+"
_STATUS_LINE = re.compile(rf"HTTP/1\.([0-9]) ([1-9][0-9]{{2}})(?: {_TEXT})?")
#: RFC 9110 5.1, 5.5. Bytes beyond ASCII stand for Latin-1. Possessive quantifiers keep a line that does not match linear.
_FIELD = re.compile(rf"([!#$%&'*+.^_`|~0-9A-Za-z-]++):[ \t]*+({_TEXT})")
_BEGINS = b"HTTP/1."


class NotHttpError(JsonHeadError, ValueError):
    """What a server sent is no HTTP/1, or more of it than is taken."""


@dataclass(slots=True)
class Head:
    """Status and fields of an answer, names in lower case, repeated ones one by one."""

    status: int
    fields: tuple[tuple[str, str], ...]
    minor_version: int = 1

    def values(self, name: str) -> list[str]:
        return [value for other, value in self.fields if other == name]

    def joined(self) -> dict[str, str]:
        """Each name once, with the values of repeated fields joined (RFC 9110 5.3)."""
        headers = dict(self.fields)
        if len(headers) < len(self.fields):
            values: dict[str, list[str]] = {}
            for name, value in self.fields:
                values.setdefault(name, []).append(value)
            headers = {name: ", ".join(same) for name, same in values.items()}
        return headers


def parse_head(block: bytes) -> Head:
    """Read a header block, without the empty line that ends it.

    Raises:
        NotHttpError: it is none, has more than is taken, or leaves open where its body ends (RFC 9112 6.3).
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
    """A connection that is asked one request after another, and reads no body but what came along with its head.

    ``is_open`` tells whether it may be asked again; ``heard``, whether anything came since it was asked last.
    """

    def __init__(self, own_socket: socket.socket) -> None:
        self._socket = own_socket
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Head] | None = None
        self._early: bytes | None = b""
        """What came before the first request."""
        self._buffer = bytearray()
        self._searched = 0
        self._interim = 0
        self._interim_size = 0
        self._has_body = False
        self.heard = False
        self.is_open = False

    async def ask(self, request: bytes, deadline: float, *, has_body: bool) -> Head:
        """Send a request's head and wait for the answer's.

        Args:
            deadline: by the event loop's clock.
            has_body: whether the method lets answers have one.

        Raises:
            NotHttpError: what came is none.
            TimeoutError: nothing whole came in time.
            OSError: the connection ended, a :class:`ConnectionError` where it just did.
        """
        if not self.is_open or self._transport is None:
            raise ConnectionResetError("closed meanwhile")
        self._has_body, self.heard = has_body, False
        self._interim = self._interim_size = 0
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        alarm = loop.call_at(deadline, self._ring)  # a task's timeout would cost more than all that is done here
        self._transport.write(request)
        early, self._early = self._early, None
        if early:  # there are servers that speak first
            self.data_received(early)
        try:
            return await self._answer
        except BaseException:
            self.abort()
            raise
        finally:
            alarm.cancel()
            self._answer = None

    def is_idle(self) -> bool:
        """Whether it may be asked again, and nothing has come meanwhile, be it unread: no end, and none of a body that HEAD does
        not have, which could be taken for the next answer. What is on its way even now could still be, if it begins as one;
        curl and Chromium look no further either. Otherwise it is ended.
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
        """End it at once, whatever is on its way."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    # What the event loop calls

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            if self._early is None or len(self._early) > MAX_HEADERS_SIZE:
                self.abort()  # nobody asked
            else:
                self._early += data
            return
        self.heard = True
        if not self._buffer:  # empty lines before the answer are passed over (2.2)
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
            self._answer.set_exception(error)
            return
        if head:
            self.is_open = self._is_over(head)
            self._buffer.clear()
            self._answer.set_result(head)
            if not self.is_open:
                self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("no answer"))

    def _ring(self) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(TimeoutError())

    def _next_head(self) -> Head | None:
        """Take the header block off the buffer that has come whole; ``None`` when none has."""
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

    def _is_over(self, head: Head) -> bool:
        """Whether the connection is at the end of this answer and stays for another (RFC 9112 9.3, 9.6; RFC 9110 7.8)."""
        if head.status == 101 or not head.minor_version:
            return False
        if any("close" in value.lower() for value in head.values("connection")):
            return False
        length = 0
        if self._has_body and head.status not in (204, 304):
            lengths = head.values("content-length")
            length = int(lengths[0][:20]) if lengths else -1
        return length == len(self._buffer)
