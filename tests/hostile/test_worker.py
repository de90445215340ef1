"""A cancel takes effect at once, whatever page the worker reads.

The worker has one thread, so a cancel waits for the end of the step that is under way. Here steps are measured in processor time,
so that a busy machine does not fail these tests. In a browser Python is about four times slower.
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
from tests.nightly import one_in

#: The limits of a page of 1 MB, and of one of 20 MB that was compressed to less than 1 MB.
MOST_S, MOST_UNPACKED_S = 0.25, 0.5
#: Added to the limit for each result of an unchecked link.
RESULT_S = 15e-6
TRIES = 3
#: The time from the start to the cancel. Each page is also read again and cancelled half-way, since it may end sooner.
READ_S = 1.0
_PAGE = "http://h.example/page"
_DOCUMENTS = {answer.name for answer in DOCUMENTS}


def as_fetched(raw: bytes) -> Answer:
    """The response as a browser's ``fetch`` gives it: decompressed."""
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
    """The course of reading a page. Times are the worker's processor time."""

    longest_s: float
    """The longest time between two ticks of the event loop."""
    ending: str
    """The type of the last reply."""
    took_s: float
    """The time from the request to the last reply."""
    cancel_took_s: float | None
    """The time from the cancel to the last reply. ``None`` if the end preceded the cancel."""
    results: int
    """The number of results after the cancel. Each link that was found has one."""

    def is_well(self, most_s: float) -> bool:
        """Whether a cancel took effect at once and ended the reading, or the page ended before the cancel."""
        if self.cancel_took_s is None:
            return self.longest_s < most_s and self.ending in ("done", "error")
        cancel_took_s = self.cancel_took_s - self.results * RESULT_S
        return max(self.longest_s, cancel_took_s) < most_s and self.ending == "cancelled"


async def read(page: Answer, cancel_s: float) -> Reading:
    """Read a page, and cancel the reading after this time."""
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


_CANCELLED = one_in(3, (name for name in TRIED if name in _DOCUMENTS))


@pytest.mark.usefixtures("own_heap")
@pytest.mark.parametrize("name", _CANCELLED)
async def test_cancel_never_waits_for_a_long_step(name: str) -> None:
    page = as_fetched(ANSWERS[name].raw())
    most = MOST_S if len(page.body) < 2_000_000 else MOST_UNPACKED_S
    for _ in range(TRIES):
        whole = await read(page, READ_S)
        half = await read(page, whole.took_s / 2)
        if whole.is_well(most) and half.is_well(most) and (half.cancel_took_s is not None or whole.took_s < most):
            break
    assert whole.is_well(most), whole
    assert half.is_well(most), half
    assert half.cancel_took_s is not None or whole.took_s < most, (
        whole
    )  # a page of one step ends before a cancel can be sent
