"""No response of 1 MB takes the command more than 3 s of processor time or 200 MB, and Ctrl+C ends it in any document.

Processor time and memory are those of the command's own process, so that a busy machine does not fail these tests. A slow machine
has more time, by a yardstick.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.hostile.answers import HEADS
from tests.hostile.cost import Cost, cost, cpu_s_of, end, start
from tests.hostile.documents import ANSWERS, TRIED
from tests.hostile.server import hostile_server
from tests.nightly import at_night, one_in

MOST_S = 3.0
#: Where the yardstick takes more than half a second, the limit is this many times its time.
MOST_TIMES = 6
MOST_BYTES = 200_000_000
TRIES = 3
_HEADS = frozenset(answer.name for answer in HEADS)


def yardstick_s() -> float:
    """The processor time of work with many objects, in which json-head has no part: where memory is slow, both are."""
    began = time.thread_time()
    json.loads(json.dumps([{"url": f"https://example.com/{number}", "places": [number]} for number in range(200_000)]))
    return time.thread_time() - began


async def within_limits(*arguments: str) -> Cost:
    """The cost of a run of the command, which is tried again if it exceeds a limit."""
    for _ in range(TRIES):
        spent = await cost(*arguments)
        most_s = MOST_S if spent.cpu_s < MOST_S else max(MOST_S, MOST_TIMES * yardstick_s())
        if spent.cpu_s < most_s and spent.peak < MOST_BYTES:
            return spent
    pytest.fail(f"{spent}, of {most_s:.1f} s")


@pytest.mark.parametrize("name", one_in(3, TRIED))
async def test_hostile_response_stays_within_time_and_memory(name: str) -> None:
    async with hostile_server() as origin:
        page = f"{origin}/{name}"
        options = [page] if name in _HEADS else ["--exclude", "."]
        spent = await within_limits("check", "--retries", "0", "--timeout", "3", "--page", page, *options)
    assert spent.code in (0, 1, 2), spent
    assert "internal error in json-head" not in spent.errors and "Traceback" not in spent.errors


@pytest.mark.parametrize("format", ["json", at_night("csv"), at_night("junit"), "sarif", at_night("markdown")])
async def test_other_output_formats_stay_within_time_and_memory(format: str) -> None:
    async with hostile_server() as origin:
        await within_limits("check", "--exclude", ".", "--format", format, "--page", f"{origin}/html-links")


#: The extension of a file by its media type.
_EXTENSIONS = {
    "text/html": "html", "application/xhtml+xml": "xhtml", "text/markdown": "md", "application/json": "json", "text/csv": "csv",
    "application/x-ndjson": "ndjson", "text/css": "css", "application/rss+xml": "rss", "application/xml": "xml", "text/x-opml": "opml",
    "text/plain": "txt", "text/uri-list": "txt", "text/x-rst": "rst", "text/asciidoc": "adoc", "message/rfc822": "eml",
}  # fmt: skip
#: Media type, a part, and the text before its repetitions.
_LONG = [
    ("text/html", "<a>", ""),
    ("text/html", "<", ""),
    ("text/html", "&amp;", "<a href='"),
    ("text/html", "<svg><desc>", ""),
    ("text/html", "<p style='background:url(a)'>", ""),
    ("text/html", "<a href=x>", "<base href=/>"),
    ("application/xhtml+xml", "<a/>", "<html>"),
    ("text/markdown", "[[]", ""),
    ("text/markdown", "![[]()", ""),
    ("text/markdown", "- " * 40 + "a\n", ""),
    ("text/markdown", "*a* `b` <c>" * 4 + "\n\n", ""),
    ("text/markdown", "[a]: " + "b" * 20 + "\n", ""),
    ("text/markdown", "<A to='x'>", ""),
    ("application/json", '{"a":', ""),
    ("application/json", '["a",', ""),
    ("application/x-ndjson", "[]\n", ""),
    ("text/csv", "a,", ""),
    ("text/csv", '"', ""),
    ("text/css", "a{b:c}", ""),
    ("text/css", "url(a)", ""),
    ("application/rss+xml", "<a/>", "<rss>"),
    ("application/rss+xml", "<link>a</link>", "<rss>"),
    ("application/rss+xml", "&lt;p>", "<rss><description>"),
    ("application/xml", "<url/>", "<urlset>"),
    ("text/x-opml", "<outline/>", "<opml>"),
    ("text/plain", "a ", ""),
    ("text/plain", "https://", ""),
    ("text/uri-list", "a b\n", ""),
    ("text/uri-list", ",;|", ""),
    ("text/x-rst", "`a <b>`_ ", ""),
    ("text/asciidoc", "link:a[", ""),
    ("message/rfc822", "--b\n\n", "Content-Type: multipart/mixed; boundary=b\n\n"),
]


#: With a push each document gets one of the two signals, at night both.
_SIGNALS = [
    pytest.param(kind, number, id=f"{number.name} {kind} {part[:9]!r}", marks=[] if is_daily else pytest.mark.nightly)
    for kind, (_, part, _) in enumerate(_LONG)
    for number, is_daily in ((signal.SIGINT, kind % 2 == 0), (signal.SIGTERM, kind % 2 == 1))
]


@pytest.mark.parametrize(("kind", "number"), _SIGNALS)
async def test_signal_ends_the_command_within_any_document(tmp_path: Path, kind: int, number: signal.Signals) -> None:
    media_type, part, before = _LONG[kind]
    size = 1_900_000 if media_type in ("text/markdown", "text/x-rst", "text/asciidoc") else 19_900_000
    file = tmp_path / f"long.{_EXTENSIONS[media_type]}"
    file.write_text(before + part * (size // len(part)), newline="")
    for _ in range(TRIES):
        process = await start("check", "--exclude", ".", str(file))
        while 0 <= (used := cpu_s_of(process)) < 0.5:
            await asyncio.sleep(0.01)
        with suppress(ProcessLookupError):  # it has ended by itself
            process.send_signal(number)
        spent = await end(process)
        used = max(0.0, used)  # -1 if it has ended by itself
        if spent.cpu_s - used < 1:
            break
    assert spent.cpu_s - used < 1, spent
    assert spent.code in (130, -number) or used < 0.5 or spent.cpu_s < 1.5, spent
    assert "Traceback" not in spent.errors


def test_table_has_more_than_200_responses() -> None:
    assert len(ANSWERS) > 200
