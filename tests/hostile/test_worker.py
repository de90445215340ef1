"""A cancel is noticed at once, whatever page the worker reads.

The worker has one thread, so a cancel waits for the end of the step that is under way. Here steps are measured in processor time,
so that a busy machine does not fail these tests; in a browser Python is some four times slower.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from dataclasses import dataclass
from typing import Any

import pytest
from json_head.model import Request
from json_head.pyodide.worker import Worker
from json_head.transports.fake import Answer, FakeTransport, response

from tests.hostile.documents import ANSWERS, DOCUMENTS, TRIED

#: For a page of 1 MB, and for one of 20 MB, which was compressed to less than one.
MOST_S, MOST_UNPACKED_S = 0.25, 0.5
#: More for each result of a link that was left unchecked.
RESULT_S = 15e-6
TRIES = 3
#: For so long a page is read before it is cancelled. One that ends sooner is read again and cancelled half-way, like all.
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


@dataclass(slots=True)
class Reading:
    """How the worker read a page; times are its processor time."""

    longest_s: float
    """The longest time between two ticks of the event loop."""
    ending: str
    """The type of the last reply."""
    took_s: float
    """From the request to the last reply."""
    heard_s: float | None
    """From the cancel to the last reply; ``None`` where the end came before the cancel."""
    results: int
    """How many results came after the cancel: each link that was found has one."""

    def is_well(self, most_s: float) -> bool:
        """Whether a cancel took effect at once, and ended it; without one, a page ends as it does."""
        if self.heard_s is None:
            return self.longest_s < most_s and self.ending in ("done", "error")
        heard_s = self.heard_s - self.results * RESULT_S
        return max(self.longest_s, heard_s) < most_s and self.ending == "cancelled"


async def read(page: Answer, cancel_s: float) -> Reading:
    """Read a page, and cancel that after so long."""
    replies: list[dict[str, Any]] = []
    answers: dict[str, Answer] = {_PAGE: page}

    def answer(request: Request) -> Answer:
        return answers.get(request.url, response(200))

    worker = Worker(replies.append, FakeTransport(answer))
    worker.receive({"id": 1, "type": "audit", "source": {"page": _PAGE}})
    longest, cancelled, before = 0.0, None, 0
    began = last = time.process_time()
    while True:
        await asyncio.sleep(0)
        now = time.process_time()
        longest, last = max(longest, now - last), now
        if replies and replies[-1]["type"] in ("done", "error", "cancelled"):
            results = sum(len(reply["items"]) for reply in replies[before:] if reply["type"] == "results")
            return Reading(longest, replies[-1]["type"], now - began, cancelled and now - cancelled, results)
        if now - began > cancel_s and not cancelled:
            cancelled, before = now, len(replies)
            worker.receive({"id": 1, "type": "cancel"})


@pytest.mark.parametrize("name", [name for name in TRIED if name in _DOCUMENTS])
async def test_a_cancel_waits_for_no_long_step(name: str) -> None:
    page = as_fetched(ANSWERS[name].raw())
    most = MOST_S if len(page.body) < 2_000_000 else MOST_UNPACKED_S
    for _ in range(TRIES):
        whole = await read(page, READ_S)
        half = await read(page, whole.took_s / 2)
        if whole.is_well(most) and half.is_well(most) and (half.heard_s is not None or whole.took_s < most):
            break
    assert whole.is_well(most), whole
    assert half.is_well(most), half
    assert half.heard_s is not None or whole.took_s < most, whole  # a page of one step ends before a cancel can be sent
