"""Each origin's robots.txt is requested once, and a failure is confirmed."""

from __future__ import annotations

import asyncio
import json

import pytest
from json_head.crawl.robots_files import RobotsFiles
from json_head.model import Observation, Outcome, Request
from json_head.transports.fake import Answer, FakeTransport, failure, response
from json_head.urls.target import parse

RULES = response(200, body=b"User-agent: *\nDisallow: /private\n", delay_s=0.01)
URL = "https://a.example/private?x=1"


def _native(error: str) -> Answer:
    return Answer(Observation(Outcome.FAILED, "GET", via="native", error=error))


def files_of(transport: FakeTransport) -> RobotsFiles:
    return RobotsFiles(transport, pause_s=0)


async def test_file_is_requested_once_for_all_that_wait() -> None:
    transport = FakeTransport(lambda request: RULES)
    files = files_of(transport)
    robots = await asyncio.gather(*(files.of(url) for url in (URL, "https://a.example/", URL, "https://b.example/")))
    assert [request.url for request in transport.sent] == [
        "https://a.example/robots.txt",
        "https://b.example/robots.txt",
    ]
    assert robots[0] is robots[1] is robots[2]
    assert not robots[0].allows(URL)
    assert sorted(files.read) == ["https://a.example", "https://b.example"]


async def test_cancelled_request_leaves_the_file_to_the_next() -> None:
    transport = FakeTransport(lambda request: RULES)
    files = files_of(transport)
    first = asyncio.ensure_future(files.of(URL))
    second = asyncio.ensure_future(files.of(URL))
    await asyncio.sleep(0)
    first.cancel()
    assert not (await second).allows(URL)


async def test_stored_files_are_not_requested_again() -> None:
    files = files_of(FakeTransport(lambda request: RULES))
    await files.of(URL)
    transport = FakeTransport(lambda request: failure())
    restored = RobotsFiles(transport, json.loads(json.dumps(files.to_json())))
    assert not (await restored.of(URL)).allows(URL)
    assert not transport.sent


@pytest.mark.parametrize(
    "first",
    [response(503), response(500), failure(Outcome.TIMEOUT), failure(Outcome.FAILED, "refused")],
)
async def test_failure_counts_only_when_it_is_repeated(first: Answer) -> None:
    first = first if first.observation.status else Answer(first.observation._replace(via="native"))
    answers = [first, RULES]
    recovered = files_of(FakeTransport(lambda request: answers.pop(0)))
    assert (await recovered.of(URL)).allows("https://a.example/public")
    transport = FakeTransport(lambda request: first)
    assert not (await files_of(transport).of(URL)).allows("https://a.example/public")
    assert len(transport.sent) == 2


@pytest.mark.parametrize("status", [200, 404, 403, 429])
async def test_answer_is_not_requested_twice(status: int) -> None:
    transport = FakeTransport(lambda request: response(status))
    assert (await files_of(transport).of(URL)).allows(URL)
    assert len(transport.sent) == 1


async def test_file_that_cors_hides_is_not_a_server_that_failed() -> None:
    def answer(request: Request) -> Answer:
        return failure(Outcome.OPAQUE if request.mode == "no-cors" else Outcome.FAILED)

    files = files_of(FakeTransport(answer))
    robots = await files.of(URL)
    assert robots.allows(URL)
    assert robots.notes
    assert RobotsFiles(FakeTransport(answer), files.to_json()).read["https://a.example"].allows(URL)


async def test_server_that_answers_a_browser_in_no_mode_has_failed() -> None:
    robots = await files_of(FakeTransport(lambda request: failure())).of(URL)
    assert not robots.allows(URL)


async def test_blocked_request_says_nothing_about_the_server() -> None:
    blocked = Answer(Observation(Outcome.BLOCKED, error="page-policy"))
    transport = FakeTransport(lambda request: blocked)
    assert (await files_of(transport).of(URL)).allows(URL)
    assert len(transport.sent) == 1


async def test_origin_that_a_transport_refuses_is_not_requested() -> None:
    transport = FakeTransport(lambda request: RULES, page=parse("https://page.example/"))
    assert (await files_of(transport).of("http://a.example/")).allows("http://a.example/")
    assert not transport.sent


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        ([response(503)], "The server failed each time (503, in 2 tries)."),
        ([response(500), response(502)], "The server failed each time (500, then 502, in 2 tries)."),
        ([_native("refused")], "Nothing listens at this address: the connection was refused."),
        ([_native("dns")], "No website of this name was found."),
        ([_native("tls")], "the certificate is not valid, or TLS failed."),
        ([failure(Outcome.TIMEOUT)], "No reply within"),
        ([response(503), RULES], ""),
        ([response(404)], ""),
    ],
)
async def test_cause_of_a_failure_is_told(answers: list[Answer], cause: str) -> None:
    left = list(answers)
    files = files_of(FakeTransport(lambda request: left.pop(0) if len(left) > 1 else left[0]))
    robots = await files.of(URL)
    assert cause in robots.cause
    assert bool(robots.cause) == bool(cause)
    restored = RobotsFiles(FakeTransport(lambda request: failure()), json.loads(json.dumps(files.to_json())))
    assert restored.read["https://a.example"].cause == robots.cause
