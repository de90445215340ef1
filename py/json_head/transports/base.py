"""What the engine asks of a network: one small protocol, so that it runs on a browser, on sockets or on a table in a test."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol

from json_head.model import Observation, Request
from json_head.urls.target import Target

#: Whom requests are sent for, where that is for others: what these have to share is shared out among them.
on_behalf_of: ContextVar[str] = ContextVar("on_behalf_of", default="")

#: The address of a service worker that controls the page which requests are sent for, unless it is json-head lite's own.
controlled_by: ContextVar[str] = ContextVar("controlled_by", default="")


#: The Accept of every GET: a browser's when it navigates. Some servers answer ``*/*`` with 406. In a browser it needs no
#: preflight (Fetch standard, CORS-safelisted request-header).
GET_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Sender(Protocol):
    """Sends one request at a time; limits, retries and verdicts are the engine's business."""

    def refuse(self, target: Target) -> None:
        """Refuse what this network would never send, before it is asked.

        Raises:
            json_head.urls.target.UrlError: with the code of a ``not-checked`` rule.
        """
        ...

    async def observe(self, request: Request) -> Observation:
        """Send the request, without credentials, referrer or cache, and say what was seen.

        A GET has :data:`GET_ACCEPT`, asks for one byte (``Range: bytes=0-0``) unless the request is for the whole, and its body is not kept. A
        wait for a connection within the transport does not count against ``request.timeout_s``. Never raises for anything that
        the network does; cancelling the task aborts the request.
        """
        ...

    async def is_online(self) -> bool:
        """Whether this end of the network is up, as a request to a server that is known to answer shows.

        Asked when requests fail, so that an outage here is not blamed on the targets.
        """
        ...

    async def close(self) -> None:
        """Let go of connections that are kept for further requests. Whoever made the transport calls it, once."""
        ...


class Transport(Sender, Protocol):
    """A sender that reads pages too, to find the links in them."""

    async def read(self, url: str, *, limit: int, timeout_s: float) -> tuple[Observation, bytes]:
        """GET a whole body, at most ``limit`` + 1 bytes of it, so that the caller sees when there was more."""
        ...
