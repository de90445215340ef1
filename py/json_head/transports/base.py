"""The protocol between the engine and a network, so that the engine runs on a browser, on sockets or on a test table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Protocol

from json_head.model import Observation, Request
from json_head.urls.target import Target

#: The client that a request is sent for, when a server sends requests for several clients. Shared resources are divided
#: among clients.
on_behalf_of: ContextVar[str] = ContextVar("on_behalf_of", default="")

#: The address of the service worker that controls the requesting page, unless it is json-head lite's own.
controlled_by: ContextVar[str] = ContextVar("controlled_by", default="")

#: The token that the next page is read with, in a browser. Only a relay gets one, and no server that it redirects to.
bearer: ContextVar[str | None] = ContextVar("bearer", default=None)
#: The syntax of a token (RFC 6750 2.1, ``b64token``).
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")

#: The Accept field of every GET. It is the value of a browser navigation, because some servers answer ``*/*`` with 406.
#: In a browser it needs no preflight (Fetch standard, CORS-safelisted request-header).
GET_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

#: The Range field of a GET that needs only the status. It needs no preflight either.
ONE_BYTE = {"Range": "bytes=0-0"}


#: Decides by the status and the header fields of a response whether its body is read.
BodyFilter = Callable[[int, Mapping[str, str]], bool]


def any_body(status: int, headers: Mapping[str, str]) -> bool:
    """A :data:`BodyFilter` for which every body is read."""
    return True


class Observer(Protocol):
    """Sends single requests. Limits, retries and verdicts belong to the engine."""

    async def observe(self, request: Request) -> Observation:
        """Send the request, without credentials, referrer or cache, and return the observation.

        A GET has :data:`GET_ACCEPT`. It requests one byte (``Range: bytes=0-0``) unless ``request.whole`` is set, and
        its body is discarded. A wait for a connection within the transport does not count against
        ``request.timeout_s``. Network errors never raise; cancelling the task aborts the request.
        """
        ...


class Sender(Observer, Protocol):
    """A network, as the engine needs it."""

    def refuse(self, target: Target) -> None:
        """Refuse a URL that this network would never request, before a request is made.

        Raises:
            json_head.urls.target.UrlError: with the code of a ``not-checked`` rule.
        """
        ...

    async def is_online(self) -> bool:
        """Whether our own network is up, tested by a request to a server that is known to answer.

        The engine calls this when requests fail, so that an outage here is not blamed on the targets.
        """
        ...

    async def close(self) -> None:
        """Close idle connections. The creator of the transport calls this once."""
        ...


class Transport(Sender, Protocol):
    """A sender that also reads pages, to find the links in them."""

    async def read(
        self, url: str, *, limit: int, timeout_s: float, wanted: BodyFilter = any_body
    ) -> tuple[Observation, bytes]:
        """GET a whole body. At most ``limit`` + 1 bytes are returned, so that the caller can detect a longer body.

        ``wanted`` is called once the head of the final response has arrived. A body that is not wanted is not read: it is empty.
        """
        ...
