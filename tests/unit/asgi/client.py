"""An ASGI app called as a server would, without one."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from json_head.asgi import App, Settings
from json_head.asgi.limits import MeteredGuard
from json_head.transports.fake import FakeTransport, response

OPEN = {"origins": ("*",), "client_burst": 100_000, "host_burst": 100_000}


def statuses(request):
    """A path's last part is its status, and 200 where that is no number."""
    last = request.url.rpartition("/")[2]
    return response(int(last) if last.isdigit() else 200, {"content-type": "text/html", "set-cookie": "a=b"})


@dataclass
class Got:
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
    """A network made of a table, which guards itself."""

    def __init__(self, answer, settings):
        super().__init__(answer)
        self.refuse = MeteredGuard(settings).check_url


class Client:
    """``await client("/?url=...")``. The app asks a network made of a table."""

    def __init__(self, answer=statuses, **settings):
        settings = Settings(**OPEN | settings)
        self.network = Network(answer, settings)
        self.app = App(settings, self.network)

    async def __call__(self, target, method="GET", *, address="192.0.2.1", gone=None, on_part=None, **headers):
        path, _, query = target.partition("?")
        fields = {"host": "localhost:8006"} | {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode("latin-1"),
            "headers": [
                (name.encode(), one.encode("latin-1"))
                for name, value in fields.items()
                for one in (value if isinstance(value, list) else [value])
            ],
            "client": (address, 1),
        }
        got = Got()

        messages = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive():
            if messages:
                return messages.pop()
            await (gone or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.start":
                assert not got.status
                got.status = message["status"]
                for name, value in message["headers"]:
                    assert name.decode() not in got.headers
                    got.headers[name.decode()] = value.decode()
            else:
                assert got.status and not got.ended
                got.parts.append(message["body"])
                got.ended = not message["more_body"]
                if on_part:
                    await on_part(got)

        await self.app(scope, receive, send)
        return got
