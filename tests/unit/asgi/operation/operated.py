"""A client of the API as a server runs it: with request ids, an access log, metrics and tokens."""

from __future__ import annotations

from json_head.asgi import Settings
from json_head.asgi.operation.front import Front
from json_head.asgi.operation.metrics import Metrics

from tests.unit.asgi.client import OPEN, Client, statuses

TOKEN = "0123456789abcdef-first"
OTHER_TOKEN = "0123456789abcdef-second"


class Lines:
    """An access log in memory."""

    dropped = 0

    def __init__(self):
        self.lines = []

    def write(self, **fields):
        self.lines.append(fields)


class Operated(Client):
    def __init__(self, answer=statuses, **settings):
        super().__init__(answer, **settings)
        settings = Settings(**OPEN | settings)
        self.log = Lines()
        self.api = self.app
        self.app = Front(self.api, settings, Metrics(settings.requests, settings.pages), self.log)

    async def metrics(self):
        """The samples of ``/metrics``, as text to value."""
        reply = await self("/metrics", address="127.0.0.1")
        assert reply.status == 200
        lines = [line.rpartition(" ") for line in reply.body.decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}
