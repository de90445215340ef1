"""Any response of a server is handled: Retry-After, nested sitemaps, and bodies of any kind."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import get_args
from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st
from json_head.extract import ExtractError, Format, Source, decode
from json_head.extract.detect import detect
from json_head.gather.links import MAX_LINKS, MAX_SITEMAPS, Gathered, GatherError, gather_page
from json_head.model import Observation, Outcome, Request
from json_head.policy import Policy
from json_head.steps import next_step, retry_after
from json_head.transports.fake import Answer, FakeTransport, failure, response

from tests.unit.fuzz.samples import ALL_TOKENS, contents, edited, edits, texts, urls

NOW = datetime(2026, 1, 1, tzinfo=UTC)

_dates = st.datetimes(timezones=st.just(UTC)).map(lambda date: format_datetime(date, usegmt=True))
fields = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.text("0123456789.-+eE_ ", max_size=400),
    _dates,
    st.builds(edited, _dates, edits),
    st.sampled_from(
        [
            "9" * 5000,
            "Wed, 21 Oct 99999 07:28:00 GMT",
            "Wed, 21 Oct 2015 07:28:00 +9999",
            "nan",
            "inf",
            "٣",
            "1, 2",
            "\0",
        ]
    ),
)


@given(fields)
def test_any_retry_after_is_a_wait_or_ignored(value: str) -> None:
    wait_s = retry_after(value, NOW)
    assert wait_s is None or 0 <= wait_s < 1e12
    observation = Observation(Outcome.RESPONSE, status=429, headers={"retry-after": value})
    step = next_step([observation], Policy())
    assert step and 0 <= step.wait_s <= Policy().retry_after_cap_s


@given(texts, st.none() | st.text(max_size=20), st.none() | st.text(max_size=20))
def test_any_text_has_a_format(text: str, name: str | None, media_type: str | None) -> None:
    assert detect(text, name, media_type) in get_args(Format)
    assert detect(text, name, media_type) == detect(text, name, media_type)


@given(contents, st.integers(0, 9), st.binary(max_size=12), st.booleans())
def test_any_gzip_is_unpacked_or_refused(content: bytes, level: int, extra: bytes, cut: bool) -> None:
    compressed = gzip.compress(content, level)
    try:
        text, _ = decode(Source(compressed[:-5] if cut else compressed + extra))
    except ExtractError:
        return
    assert not cut and text == decode(Source(content))[0]


HOST = "http://a.example"
_parts = st.one_of(
    st.sampled_from([f"{HOST}/{n}.xml" for n in range(4)]).map(lambda url: f"<sitemap><loc>{url}</loc></sitemap>"),
    st.sampled_from([f"{HOST}/page", "/0.xml", "javascript:x", "http://[", "", "ftp://x/", "http://a.example:25/"]).map(
        lambda url: f"<url><loc>{url}</loc></url>"
    ),
    urls.map(lambda url: f"<sitemap><loc><![CDATA[{url}]]></loc></sitemap>"),
    st.sampled_from(ALL_TOKENS),
)
sitemaps = st.lists(_parts, max_size=8).map(
    lambda parts: f"<sitemapindex>{''.join(parts)}</sitemapindex>".encode("utf-8", "replace")
)
bodies = st.one_of(sitemaps, sitemaps.map(gzip.compress), contents)
pages = st.one_of(
    st.builds(lambda status, body, media_type: response(status, {"content-type": media_type}, body=body),
              st.sampled_from([200, 200, 200, 404, 500]), bodies, st.sampled_from(["text/xml", "text/html", "application/gzip", "", "\x80"])),
    st.sampled_from([failure(), failure(Outcome.TIMEOUT), failure(Outcome.OPAQUE)]),
)  # fmt: skip


@given(st.lists(pages, min_size=1, max_size=5), st.sampled_from(["auto", "sitemap", "html"]))
def test_nested_sitemaps_are_read_once_and_within_the_limit(served: list[Answer], format: str) -> None:
    def answer(request: Request) -> Answer:
        return served[crc32(request.url.encode()) % len(served)] if request.url != f"{HOST}/0.xml" else served[0]

    transport = FakeTransport(answer)
    try:
        gathered = asyncio.run(gather_page(f"{HOST}/0.xml", transport, format=format))
    except (ExtractError, GatherError) as error:
        assert str(error) and error.code
        return
    assert isinstance(gathered, Gathered) and len(gathered.links) <= MAX_LINKS
    assert all(note[0].isupper() and len(note) < 1000 for note in gathered.notes)
    read = [request.url for request in transport.sent if request.method == "GET"]
    assert len(read) == len(set(read)) <= MAX_SITEMAPS + 1
