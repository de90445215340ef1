"""Relays without a server: the API itself, called directly, and stand-ins with prepared responses."""

import asyncio
import json
import re
from typing import Any

from json_head.model import Link, Observation, Outcome, Result
from json_head.relay.client import Relay
from json_head.transports.fake import response
from json_head.verdicts import judge

from tests.unit.asgi.client import Client

ADDRESS = "http://127.0.0.1:8006"


OPAQUE = (Observation(Outcome.FAILED), Observation(Outcome.OPAQUE, mode="no-cors"))


LATE = (Observation(Outcome.TIMEOUT, elapsed_ms=10_000),)


SILENT = (*OPAQUE[:1], Observation(Outcome.FAILED, mode="no-cors"), Observation(Outcome.FAILED, "GET"))


def result(url, attempts=OPAQUE):
    said = judge(attempts)
    return Result(
        Link(url, "page.html", 3, 4, "text", "a href"), said.verdict, said.rule, said.reason, said.final, attempts
    )


class Api:
    """A transport to the API, which asks a network made of a table."""

    def __init__(self, answer=None, **settings):
        self.client = Client(*filter(None, [answer]), **settings)
        self.asked = []
        self.under_way = self.peak = 0

    def refuse(self, target):
        pass

    async def read(self, url, *, limit, timeout_s):
        self.asked.append(url)
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        await asyncio.sleep(0.01)
        got = await self.client(url.removeprefix(ADDRESS))
        self.under_way -= 1
        return Observation(Outcome.RESPONSE, "GET", status=got.status, headers=got.headers, url=url), got.body


class Saying:
    """A transport to something that gives these answers in turn, the last for good."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def refuse(self, target):
        pass

    async def read(self, url, *, limit, timeout_s):
        self.asked.append(url)
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer.observation, answer.body[: limit + 1]


def saying(said, status=200, **headers):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Saying(response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body=body))


async def ask(transport, results, **options):
    return dict([pair async for pair in Relay(ADDRESS, transport, **options).ask(results)])


def asked(transport):
    """The URLs in each request."""
    return [re.findall(r"url=([^&]*)", url) for url in transport.asked]


def true_row_of(url):
    return {
        "ok": True, "status": 200, "headers": {}, "url": url, "verdict": "ok", "rule": "success", "final_url": url, "redirected": False,
        "attempts": [{"method": "HEAD", "mode": "cors", "via": "native", "outcome": "response", "status": 200, "elapsed_ms": 1}],
    }  # fmt: skip


LINKS: dict[str, Any] = {
    "ok": True, "url": "http://a.example/", "format": "html", "source": "http://a.example/", "notes": ["One."],
    "links": [{"url": "/x", "source": None, "line": 1, "column": 2, "text": "x", "found": "a href"}],
}  # fmt: skip
