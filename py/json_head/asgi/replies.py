"""Responses: their bytes and header fields. All JSON is ASCII, so that no client can mistake it for another encoding."""

from __future__ import annotations

import json
import string
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from json_head.errors import JsonHeadError
from json_head.model import Judgement, Link, Result, Verdict

Headers = list[tuple[bytes, bytes]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: The header fields of a target's response that are passed on: those that describe the resource. Excluded are cookies,
#: challenges, and fields that a server may have set for its own network.
PASSED_ON = frozenset(
    """
    accept-ranges age allow cache-control content-disposition content-encoding content-language content-length
    content-location content-range content-type date etag expires last-modified link location retry-after server
    strict-transport-security vary x-robots-tag
    """.split()
)
#: The maximum length of a header value, in characters. Longer ones are omitted.
MAX_FIELD = 4_096
MAX_CALLBACK = 64

_ENCODER = json.JSONEncoder(separators=(",", ":"))
_PLAIN: Headers = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
_START = frozenset(string.ascii_letters + "_$")
_WITHIN = _START | frozenset(string.digits)


class DeniedError(JsonHeadError):
    """A request that is refused, with its status and code. The message is a sentence for people."""

    def __init__(self, status: int, code: str, reason: str, extra: Headers | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.extra = extra

    @classmethod
    def busy(cls, reason: str) -> DeniedError:
        return cls(503, "busy", reason, _retry_after(1))

    @classmethod
    def ending(cls) -> DeniedError:
        return cls(503, "shutdown", "This server is being stopped or restarted. Try again later.", _retry_after(1))

    @classmethod
    def too_often(cls, wait_s: float) -> DeniedError:
        return cls(429, "too-many-requests", "You have sent too many requests. Try again later.", _retry_after(wait_s))


def _retry_after(seconds: float) -> Headers:
    return [(b"retry-after", b"%d" % (int(seconds) + 1))]


def is_callback(text: str) -> bool:
    """Whether the text is only the name of a function: ASCII identifiers separated by dots, 64 characters at most."""
    if len(text) > MAX_CALLBACK:
        return False
    return all(part[:1] in _START and _WITHIN.issuperset(part) for part in text.split("."))


def row(result: Result) -> dict[str, Any]:
    """A Result in the form for clients.

    All forbidden addresses give the same response, whatever their value. Names without a permitted address give another
    one, whether they exist or not. It does not even reveal the time of a look-up.
    """
    data = result.to_json()
    if data["ok"]:
        data["headers"] = {
            name: value for name, value in data["headers"].items() if name in PASSED_ON and len(value) <= MAX_FIELD
        }
    for attempt in data["attempts"]:
        if attempt["outcome"] == "blocked" or attempt.get("error") == "dns":
            attempt["elapsed_ms"] = 0
        for hop in attempt.get("hops", ()):
            hop["location"] = hop["location"][:MAX_FIELD]
    data["elapsed_ms"] = round(sum(attempt["elapsed_ms"] for attempt in data["attempts"]), 1)
    return data


def unasked(url: str, code: str, reason: str) -> dict[str, Any]:
    """The row of a URL that was not requested, in the same shape as all other rows."""
    return Result.of(Link(url), Judgement(Verdict.NOT_CHECKED, code, reason)).to_json()


def refusal(code: str, reason: str, urls: list[str] | None) -> Any:
    """The JSON of a refusal: for the path ``/`` a list as in other responses, with an item per URL, and one item if no
    URL could be read.
    """
    if urls is None:
        return {"ok": False, "error": code, "reason": reason}
    return [unasked(url, code, reason) for url in urls or [""]]


def encode(data: Any) -> bytes:
    return _ENCODER.encode(data).encode("ascii")


class Reply:
    """The response to one request. Bodies are omitted for HEAD."""

    def __init__(self, send: Send, method: str, cors: Headers) -> None:
        self._send = send
        self.is_bodiless = method == "HEAD"
        self._cors = cors
        self.started = False

    async def json(
        self, data: Any, status: int = 200, *, callback: str | None = None, extra: Headers | None = None
    ) -> None:
        """Send JSON, or a script that calls ``callback`` with it.

        The script begins with a comment, so that clients cannot mistake the response for another type (formerly Flash).
        """
        if callback is None:
            await self.whole(encode(data) + b"\n", b"application/json", status, extra)
        else:
            script = b"/**/" + callback.encode("ascii") + b"(" + encode(data) + b");\n"
            await self.whole(script, b"application/javascript; charset=utf-8", status, extra)

    async def whole(self, body: bytes, kind: bytes, status: int = 200, extra: Headers | None = None) -> None:
        length = [(b"content-length", b"%d" % len(body))]
        await self.start(status, [(b"content-type", kind), *length, *(extra or [])])
        await self.part(b"" if self.is_bodiless else body, more=False)

    async def start_of(self, kind: bytes) -> None:
        """The response to a HEAD whose GET would send requests to other servers: it has no Content-Length (RFC 9110
        9.3.2).
        """
        await self.empty(200, [(b"content-type", kind)])

    async def empty(self, status: int, extra: Headers) -> None:
        await self.start(status, extra)
        await self.part(b"", more=False)

    async def start(self, status: int, fields: Headers) -> None:
        self.started = True
        await self._send({"type": "http.response.start", "status": status, "headers": [*fields, *_PLAIN, *self._cors]})

    async def part(self, body: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})
