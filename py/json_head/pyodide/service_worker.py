"""Serves the HTTP API inside the page's service worker: takes a request below ``api/`` and gives the parts of a
Response.

``web/sw/api.js`` is the JavaScript side. The entry point for the page itself is ``worker.py``.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from json_head.asgi import WITHIN_A_BROWSER, App
from json_head.transports import default_transport
from json_head.transports.base import Transport

#: Receives the status, and the header fields as JSON: a list of pairs.
Begin = Callable[[int, str], None]
#: Receives a piece of the body's text.
Part = Callable[[str], None]


class Service:
    """The API in a form that JavaScript can call: all arguments and results are strings."""

    def __init__(self, transport: Transport) -> None:
        self._app = App(WITHIN_A_BROWSER, transport, guarded=False)

    async def answer(
        self, root: str, path: str, query: str, fields: str, begin: Begin, part: Part, gone: Awaitable[Any]
    ) -> None:
        """Answer a GET.

        Args:
            root: the address of the API, without a slash at its end.
            path: the path below the root, up to the query: ``/`` or ``/links``.
            query: the query without its question mark.
            fields: the request's header fields, as JSON: a list of pairs.
            begin: is called once, before any part.
            part: is called with each piece of the body, as it is produced.
            gone: completes when the client has disconnected; the request is then cancelled.
        """
        scheme, _, rest = root.partition("://")
        host, _, root_path = rest.partition("/")
        headers = [(b"host", host.encode("latin-1"))]
        headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in json.loads(fields)]

        async def receive() -> MutableMapping[str, Any]:
            await gone
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                pairs = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in message["headers"]]
                begin(message["status"], json.dumps(pairs))
            elif message["body"]:
                part(message["body"].decode())

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": scheme,
            "root_path": f"/{root_path}",
            "path": path,
            "query_string": query.encode("latin-1"),
            "headers": headers,
        }
        await self._app(scope, receive, send)


def start() -> Service:
    """Create the service. The service worker calls this once, inside Pyodide."""
    return Service(default_transport())
