"""Relays without a server: the API itself, called directly, and stand-ins with prepared responses."""

import asyncio
import json
import re
from typing import Any

from json_head.model import Link, Observation, Outcome, Result
from json_head.relay.client import Relay
from json_head.transports.base import any_body
from json_head.transports.fake import response
from json_head.verdicts import judge

from tests.unit.asgi.client import Client

ADDRESS = "http://127.0.0.1:8006"
OPAQUE = (Observation(Outcome.FAILED), Observation(Outcome.OPAQUE, mode="no-cors"))
TIMED_OUT = (Observation(Outcome.TIMEOUT, elapsed_ms=10_000),)
NO_RESPONSE = (*OPAQUE[:1], Observation(Outcome.FAILED, mode="no-cors"), Observation(Outcome.FAILED, "GET"))


def result(url, attempts=OPAQUE):
    decision = judge(attempts)
    return Result(
        Link(url, "page.html", 3, 4, "text", "a href"),
        decision.verdict,
        decision.rule,
        decision.reason,
        decision.final,
        attempts,
    )


class Api:
    """A transport to the API, which sends its requests to a fake network."""

    def __init__(self, answer=None, **settings):
        self.client = Client(*filter(None, [answer]), **settings)
        self.requests = []
        self.under_way = self.peak = 0

    def refuse(self, target):
        pass

    async def read(self, url, *, limit, timeout_s, wanted=any_body):
        self.requests.append(url)
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        await asyncio.sleep(0.01)
        reply = await self.client(url.removeprefix(ADDRESS))
        self.under_way -= 1
        return Observation(Outcome.RESPONSE, "GET", status=reply.status, headers=reply.headers, url=url), reply.body


class Prepared:
    """A transport to a relay that sends the given responses in order, and repeats the last one."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def refuse(self, target):
        pass

    async def read(self, url, *, limit, timeout_s, wanted=any_body):
        self.requests.append(url)
        await asyncio.sleep(0)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer.observation, answer.body[: limit + 1]


def prepared(content, status=200, **headers):
    """A relay whose responses are all the same: ``content`` as JSON, or as it is if it is bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Prepared(response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body=body))


async def check(transport, results, **options):
    return dict([pair async for pair in Relay(ADDRESS, transport, **options).ask(results)])


def batches(transport):
    """The URLs to check in each request, still percent-encoded."""
    return [re.findall(r"url=([^&]*)", url) for url in transport.requests]


def row_of(url):
    return {
        "ok": True, "status": 200, "headers": {}, "url": url, "verdict": "ok", "rule": "success", "final_url": url, "redirected": False,
        "attempts": [{"method": "HEAD", "mode": "cors", "via": "native", "outcome": "response", "status": 200, "elapsed_ms": 1}],
    }  # fmt: skip


LINKS: dict[str, Any] = {
    "ok": True, "url": "http://a.example/", "format": "html", "source": "http://a.example/", "notes": ["One."],
    "links": [{"url": "/x", "source": None, "line": 1, "column": 2, "text": "x", "found": "a href"}],
}  # fmt: skip
