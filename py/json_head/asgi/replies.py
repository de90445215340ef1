"""Answers: their bytes and header fields. All JSON is ASCII, so no reader can take it for another encoding."""

from __future__ import annotations

import json
import string
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from json_head.errors import JsonHeadError
from json_head.model import Link, Result, Verdict

Headers = list[tuple[bytes, bytes]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: The fields of a target's answer that are passed on: what tells about the resource. No cookies, no challenges, nothing
#: that a server may have put there for its own network.
PASSED_ON = frozenset(
    """
    accept-ranges age allow cache-control content-disposition content-encoding content-language content-length
    content-location content-range content-type date etag expires last-modified link location retry-after server
    strict-transport-security vary x-robots-tag
    """.split()
)
#: A longer value is left out, in characters.
MAX_FIELD = 4_096
MAX_CALLBACK = 64

_ENCODER = json.JSONEncoder(separators=(",", ":"))
_PLAIN: Headers = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
_START = frozenset(string.ascii_letters + "_$")
_WITHIN = _START | frozenset(string.digits)


class DeniedError(JsonHeadError):
    """A request that is not served, with the status and code that say so. The message is a sentence for people."""

    def __init__(self, status: int, code: str, reason: str, extra: Headers | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.extra = extra

    @classmethod
    def busy(cls, reason: str) -> DeniedError:
        return cls(503, "busy", reason, _retry_after(1))

    @classmethod
    def too_often(cls, wait_s: float) -> DeniedError:
        return cls(429, "too-many-requests", "You have asked too often; try again later.", _retry_after(wait_s))


def _retry_after(seconds: float) -> Headers:
    """For pages too: of themselves they do not get to see it (Fetch standard, CORS-safelisted response-header name)."""
    return [(b"retry-after", b"%d" % (int(seconds) + 1)), (b"access-control-expose-headers", b"Retry-After")]


def is_callback(text: str) -> bool:
    """Whether this is the name of a function and nothing else: ASCII identifiers with dots between them, 64 characters at most."""
    if len(text) > MAX_CALLBACK:
        return False
    return all(part[:1] in _START and _WITHIN.issuperset(part) for part in text.split("."))


def row(result: Result) -> dict[str, Any]:
    """A Result as it is given to strangers.

    A forbidden address has the same answer whichever it is, and however it was named: no time of a look-up either.
    """
    said = result.to_json()
    if said["ok"]:
        said["headers"] = {
            name: value for name, value in said["headers"].items() if name in PASSED_ON and len(value) <= MAX_FIELD
        }
    for attempt in said["attempts"]:
        if attempt["outcome"] == "blocked":
            attempt["elapsed_ms"] = 0
        for hop in attempt.get("hops", ()):
            hop["location"] = hop["location"][:MAX_FIELD]
    said["elapsed_ms"] = round(sum(attempt["elapsed_ms"] for attempt in said["attempts"]), 1)
    return said


def unasked(url: str, code: str, reason: str) -> dict[str, Any]:
    """A URL that was not asked, in the shape of every other."""
    return Result(Link(url), Verdict.NOT_CHECKED, code, reason).to_json()


def encode(said: Any) -> bytes:
    return _ENCODER.encode(said).encode("ascii")


class Reply:
    """How one request is answered. With HEAD, bodies are left out."""

    def __init__(self, send: Send, method: str, cors: Headers) -> None:
        self._send = send
        self.is_bodiless = method == "HEAD"
        self._cors = cors
        self.started = False

    async def json(
        self, said: Any, status: int = 200, *, callback: str | None = None, extra: Headers | None = None
    ) -> None:
        """JSON, or a script that calls ``callback`` with it. The comment before it keeps the answer from being taken for
        anything but a script (Flash, once)."""
        if callback is None:
            await self.whole(encode(said) + b"\n", b"application/json", status, extra)
        else:
            script = b"/**/" + callback.encode("ascii") + b"(" + encode(said) + b");\n"
            await self.whole(script, b"application/javascript; charset=utf-8", status, extra)

    async def whole(self, body: bytes, kind: bytes, status: int = 200, extra: Headers | None = None) -> None:
        length = [(b"content-length", b"%d" % len(body))]
        await self.start(status, [(b"content-type", kind), *length, *(extra or [])])
        await self.part(b"" if self.is_bodiless else body, more=False)

    async def start_of(self, kind: bytes) -> None:
        """What HEAD is told of an answer that would take asking others: no Content-Length (RFC 9110 9.3.2)."""
        await self.empty(200, [(b"content-type", kind)])

    async def empty(self, status: int, extra: Headers) -> None:
        await self.start(status, extra)
        await self.part(b"", more=False)

    async def start(self, status: int, fields: Headers) -> None:
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": [*fields, *_PLAIN, *self._cors]})

    async def part(self, body: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})
