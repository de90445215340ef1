"""A client that calls the ASGI app directly, as a server does."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from json_head.asgi import App, Settings
from json_head.asgi.limits import MeteredGuard
from json_head.transports.fake import FakeTransport, response

OPEN = {"origins": ("*",), "client_burst": 100_000, "host_burst": 100_000}


def statuses(request):
    """The status is the last part of the path if that is a number, and 200 otherwise."""
    last = request.url.rpartition("/")[2]
    return response(int(last) if last.isdigit() else 200, {"content-type": "text/html", "set-cookie": "a=b"})


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)
    ended: bool = False

    @property
    def body(self):
        return b"".join(self.parts)

    @property
    def json(self):
        return json.loads(self.body)


class Network(FakeTransport):
    """A fake network that refuses URLs with the guard of the API."""

    def __init__(self, answer, settings):
        super().__init__(answer)
        self.refuse = MeteredGuard(settings).check_url


class Client:
    """``await client("/?url=...")``. The app sends its requests to a fake network."""

    def __init__(self, answer=statuses, **settings):
        settings = Settings(**OPEN | settings)
        self.network = Network(answer, settings)
        self.app = App(settings, self.network)

    async def __call__(self, target, method="GET", *, address="192.0.2.1", disconnected=None, on_part=None, **headers):
        path, _, query = target.partition("?")
        fields = {"host": "localhost:8006"} | {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode("latin-1"),
            "headers": [
                (name.encode(), field_value.encode("latin-1"))
                for name, value in fields.items()
                for field_value in (value if isinstance(value, list) else [value])
            ],
            "client": (address, 1),
        }
        reply = Reply()

        messages = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive():
            if messages:
                return messages.pop()
            await (disconnected or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.start":
                assert not reply.status
                reply.status = message["status"]
                for name, value in message["headers"]:
                    assert name.decode() not in reply.headers
                    reply.headers[name.decode()] = value.decode()
            else:
                assert reply.status and not reply.ended
                reply.parts.append(message["body"])
                reply.ended = not message["more_body"]
                if on_part:
                    await on_part(reply)

        await self.app(scope, receive, send)
        return reply
