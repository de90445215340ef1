"""A cancel is noticed at once, whatever page the worker reads.

The worker has one thread, so a cancel waits for the end of the step that is under way. Here steps are measured in processor time,
so that a busy machine does not fail these tests; in a browser Python is some four times slower.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from typing import Any

import pytest
from json_head.model import Request
from json_head.transports.fake import Answer, FakeTransport, response
from json_head.worker import Worker

from tests.hostile.documents import ANSWERS, DOCUMENTS, TRIED

#: For a page of 1 MB, and for one of 20 MB, which was compressed to less than one.
MOST_S, MOST_UNPACKED_S = 0.25, 0.5
TRIES = 3
#: For so long a page is read before it is cancelled.
READ_S = 1.0
_PAGE = "http://h.example/page"
_DOCUMENTS = {answer.name for answer in DOCUMENTS}


def as_fetched(raw: bytes) -> Answer:
    """The response as a browser's ``fetch`` gives it: unpacked."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    if fields.get("content-encoding") == "gzip":
        body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body)
    return response(200, fields, body=body)


async def longest_step(page: Answer) -> tuple[float, str]:
    """The longest time between two turns of the event loop until the end, and what the end was."""
    replies: list[dict[str, Any]] = []
    answers: dict[str, Answer] = {_PAGE: page}

    def answer(request: Request) -> Answer:
        return answers.get(request.url, response(200))

    worker = Worker(replies.append, FakeTransport(answer))
    worker.receive({"id": 1, "type": "audit", "source": {"page": _PAGE}})
    longest, cancelled = 0.0, False
    began = last = time.process_time()
    while not replies or replies[-1]["type"] not in ("done", "error", "cancelled"):
        await asyncio.sleep(0)
        now = time.process_time()
        longest, last = max(longest, now - last), now
        if now - began > READ_S and not cancelled:
            cancelled = True
            worker.receive({"id": 1, "type": "cancel"})
    return longest, replies[-1]["type"]


@pytest.mark.parametrize("name", [name for name in TRIED if name in _DOCUMENTS])
async def test_a_cancel_waits_for_no_long_step(name: str) -> None:
    page = as_fetched(ANSWERS[name].raw())
    most = MOST_S if len(page.body) < 2_000_000 else MOST_UNPACKED_S
    for _ in range(TRIES):
        longest, ending = await longest_step(page)
        if longest < most:
            break
    assert longest < most
    assert ending in ("done", "error", "cancelled")
