"""Links gathered from pages, sitemaps and relays, and the limits of gathering."""

import asyncio
import json

import pytest
from json_head.extract import ExtractError, Source
from json_head.gather import links as module
from json_head.gather.links import GatherError, gather, gather_page
from json_head.model import Link, Outcome
from json_head.relay.client import Relay
from json_head.transports.fake import FakeTransport, failure, response
from json_head.urls.target import parse

HTML = {"content-type": "text/html; charset=utf-8"}
XML = {"content-type": "application/xml"}


def site(pages):
    """A network of pages by URL. Any other URL is answered with 404."""
    return FakeTransport(lambda request: pages.get(request.url, response(404)))


def sitemap(tag, *urls):
    entry = {"urlset": "url", "sitemapindex": "sitemap"}[tag]
    body = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    return response(
        200, XML, body=f'<{tag} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</{tag}>'.encode()
    )


async def test_links_of_a_page_are_resolved_against_its_url():
    transport = site({"http://a.example/p": response(200, HTML, body=b'<a href="q">Q</a>')})
    gathered = await gather_page("http://a.example/p#part", transport)
    assert [link.url for link in gathered.links] == ["http://a.example/q"]
    assert (gathered.format, gathered.source) == ("html", "http://a.example/p")


async def test_a_page_that_scripts_build_has_a_note():
    transport = site({"http://a.example/": response(200, HTML, body=b"<div id=root></div><script>start()</script>")})
    gathered = await gather_page("http://a.example/", transport)
    assert (gathered.links, len(gathered.notes)) == ([], 1)
    assert "If scripts build this page, check it with the browser extension" in gathered.notes[0]


async def test_a_sitemap_index_is_followed():
    transport = site({
        "http://a.example/index.xml": sitemap("sitemapindex", "http://a.example/1.xml", "http://a.example/2.xml"),
        "http://a.example/1.xml": sitemap("urlset", "http://a.example/one"),
        "http://a.example/2.xml": sitemap("urlset", "http://a.example/two"),
    })  # fmt: skip
    gathered = await gather_page("http://a.example/index.xml", transport)
    assert [link.url.rsplit("/", 1)[1] for link in gathered.links] == ["1.xml", "2.xml", "one", "two"]
    assert gathered.links[2].source == "http://a.example/1.xml"
    assert gathered.notes == []


async def test_a_missing_part_of_a_sitemap_index_is_noted_and_the_rest_is_read():
    transport = site({
        "http://a.example/index.xml": sitemap("sitemapindex", "http://a.example/gone.xml", "http://a.example/2.xml", "nonsense"),
        "http://a.example/2.xml": sitemap("urlset", "http://a.example/two"),
    })  # fmt: skip
    gathered = await gather_page("http://a.example/index.xml", transport)
    assert "http://a.example/two" in [link.url for link in gathered.links]
    assert len(gathered.notes) == 2
    assert "gone.xml" in gathered.notes[0] and "404" in gathered.notes[0]


async def test_nested_sitemap_indexes_are_followed_and_read_once():
    transport = site({
        "http://a.example/index.xml": sitemap("sitemapindex", "http://a.example/index.xml#", "http://a.example/more.xml"),
        "http://a.example/more.xml": sitemap("sitemapindex", "http://a.example/index.xml", "http://a.example/deep.xml"),
        "http://a.example/deep.xml": sitemap("urlset", "http://a.example/deep"),
    })  # fmt: skip
    gathered = await gather_page("http://a.example/index.xml", transport)
    assert gathered.links[-1].url == "http://a.example/deep"
    assert len(transport.sent) == 3
    assert gathered.notes == []


async def test_sitemaps_beyond_the_limit_are_not_read_and_noted(monkeypatch):
    monkeypatch.setattr(module, "MAX_SITEMAPS", 1)
    transport = site({
        "http://a.example/index.xml": sitemap("sitemapindex", "http://a.example/1.xml", "http://a.example/2.xml"),
        "http://a.example/1.xml": sitemap("urlset", "http://a.example/one"),
    })  # fmt: skip
    gathered = await gather_page("http://a.example/index.xml", transport)
    assert [link.url.rsplit("/", 1)[1] for link in gathered.links] == ["1.xml", "2.xml", "one"]
    assert "more than 1 sitemaps" in gathered.notes[0]


@pytest.mark.parametrize(
    ("url", "answer", "code", "words"),
    [
        ("nonsense", None, "page-refused", "no valid address"),
        ("https://a.example:22/", None, "page-refused", "port 22"),
        ("http://a.example/", response(404), "page-status", "404"),
        (
            "http://a.example/",
            response(200, {"content-type": "image/png"}, body=b"\x89PNG\r\n\x1a\n"),
            "no-page",
            "an image, no page",
        ),
        (
            "http://a.example/",
            response(200, {"content-type": "image/svg+xml"}, body=b"<svg><g/></svg>"),
            "no-page",
            "an image",
        ),
        (
            "http://a.example/",
            response(200, {"content-type": "application/pdf"}, body=b"%PDF-1.4"),
            "no-page",
            "a PDF file",
        ),
        ("http://a.example/", failure(Outcome.TIMEOUT), "page-timeout", "30 seconds"),
        ("http://a.example/", failure(), "page-no-answer", "Nothing came back"),
        ("http://a.example/", failure(error="incomplete"), "page-no-answer", "broke off"),
        ("http://a.example/", failure(Outcome.BLOCKED, "offline"), "page-no-answer", "offline"),
        ("http://a.example/", failure(Outcome.BLOCKED, "service-worker"), "page-no-answer", "Reload json-head lite"),
    ],
)
async def test_a_page_that_cannot_be_fetched_is_an_error_with_a_code(url, answer, code, words):
    transport = FakeTransport(lambda request: answer, page=parse("http://page.example/"))
    with pytest.raises(GatherError, match=words) as raised:
        await gather_page(url, transport)
    assert raised.value.code == code


async def test_image_with_links_is_read_as_a_page():
    body = b'<svg xmlns="http://www.w3.org/2000/svg"><a href="/one"><text>one</text></a></svg>'
    transport = FakeTransport(lambda request: response(200, {"content-type": "image/svg+xml"}, body=body))
    gathered = await gather_page("http://a.example/map.svg", transport)
    assert [link.url for link in gathered.links] == ["http://a.example/one"]


async def test_the_error_for_an_unreadable_page_names_the_alternatives():
    transport = FakeTransport(lambda request: failure(Outcome.OPAQUE if request.mode == "no-cors" else Outcome.FAILED))
    with pytest.raises(GatherError, match=r"CORS.*same site.*drop the file") as raised:
        await gather_page("http://a.example/", transport)
    assert raised.value.code == "page-unreadable"


def relayed(page, **parts):
    """A browser that receives ``page``, and a relay whose response has the given parts."""
    reply = {
        "ok": True,
        "url": "http://a.example/",
        "format": "html",
        "source": "http://b.example/",
        "notes": [],
        "links": [],
    }
    body = json.dumps(reply | parts).encode()
    requested = []

    def answer(request):
        requested.append(request.url)
        if request.url.startswith("http://relay.example/"):
            return response(200, body=body)
        return failure(Outcome.OPAQUE) if request.mode == "no-cors" else page

    network = FakeTransport(answer)
    return network, Relay("http://relay.example", network), requested


@pytest.mark.parametrize("page", [failure(), failure(Outcome.TIMEOUT)])
async def test_an_unreadable_page_is_read_through_the_relay(page):
    link = {
        "url": "http://c.example/",
        "source": "http://b.example/",
        "line": 3,
        "column": 4,
        "text": "c",
        "found": "a href",
    }
    network, relay, _ = relayed(page, links=[link], notes=["A part is missing."])
    gathered = await gather_page("http://a.example/#x", network, relay=relay)
    assert gathered.links == [Link("http://c.example/", "http://b.example/", 3, 4, "c", "a href")]
    assert (gathered.format, gathered.source) == ("html", "http://b.example/")
    assert gathered.notes == [
        "The relay at relay.example read this page, because it could not be read from here.", "The relay reports: A part is missing.",
    ]  # fmt: skip


@pytest.mark.parametrize("page", [response(200, HTML, body=b"<a href=/x>"), response(404)])
async def test_a_readable_page_is_not_requested_through_the_relay(page):
    network, relay, requested = relayed(page)
    try:
        await gather_page("http://a.example/", network, relay=relay)
    except GatherError as error:
        assert error.code == "page-status"
    assert requested == ["http://a.example/"]


async def test_the_limit_of_links_applies_to_the_relay(monkeypatch):
    monkeypatch.setattr(module, "MAX_LINKS", 1)
    link = {"url": "http://c.example/", "source": None, "line": None, "column": None, "text": "", "found": "loc"}
    network, relay, _ = relayed(failure(), links=[link, link])
    with pytest.raises(GatherError, match="more than 1 links"):
        await gather_page("http://a.example/", network, relay=relay)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"ok": False, "error": "page-status", "reason": "It answered 404."},
            "could not read the page: It answered 404.",
        ),
        ({"format": "pdf"}, "sent an invalid response (format)"),
        ({"links": None}, "sent an invalid response (links)"),
    ],
)
async def test_a_failure_of_the_relay_is_added_to_the_error_of_the_page(parts, words):
    network, relay, _ = relayed(failure(), **parts)
    with pytest.raises(GatherError) as raised:
        await gather_page("http://a.example/", network, relay=relay)
    assert raised.value.code == "page-unreadable"
    assert words in str(raised.value) and "no CORS headers" in str(raised.value)


async def test_too_many_links_are_an_error(monkeypatch):
    monkeypatch.setattr(module, "MAX_LINKS", 3)
    with pytest.raises(GatherError, match="more than 3 links") as raised:
        await gather(Source("http://a.example/\n" * 4))
    assert raised.value.code == "too-many-links"
    transport = site({
        "http://a.example/index.xml": sitemap("sitemapindex", "http://a.example/1.xml"),
        "http://a.example/1.xml": sitemap("urlset", *["http://a.example/one"] * 3),
    })  # fmt: skip
    with pytest.raises(GatherError, match="more than 3 links"):
        await gather_page("http://a.example/index.xml", transport)


async def test_an_unreadable_format_is_an_error():
    with pytest.raises(ExtractError):
        await gather(Source(b"%PDF-1.7 \x00\x01", name="a.pdf"))


async def test_links_before_a_syntax_error_are_returned_with_a_note():
    cut = (
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://a.example/1</loc></url><url><lo'
    )
    gathered = await gather(Source(cut, name="sitemap.xml"))
    assert [link.url for link in gathered.links] == ["http://a.example/1"]
    assert len(gathered.notes) == 1


async def test_a_large_source_lets_other_tasks_run_and_reports_progress():
    ticks, counts = 0, []

    async def other():
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    task = asyncio.ensure_future(other())
    html = "<p>text</p>" * 5 + '<a href="http://a.example/">a</a>'
    gathered = await gather(
        Source(html * 30_000, format="html"), progress=lambda so_far: counts.append(len(so_far.links))
    )
    task.cancel()
    assert len(gathered.links) == 30_000
    assert ticks > 2
    assert counts == sorted(counts) and counts


async def test_a_large_source_without_links_lets_other_tasks_run():
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    other = asyncio.ensure_future(tick())
    gathered = await gather(Source("<p>" + "<img alt=''>no link</b>" * 200_000, format="html"))
    other.cancel()
    assert gathered.links == []
    assert ticks > 5


async def test_the_total_length_of_links_is_limited(monkeypatch):
    """A base of a few kilobytes is repeated with each relative link."""
    monkeypatch.setattr(module, "MAX_CHARACTERS", 100)
    base = "<base href=http://a.example/" + "b" * 30 + "/>"
    transport = site({"http://a.example/p": response(200, HTML, body=(base + "<a href=x>" * 3).encode())})
    with pytest.raises(GatherError, match="more than 100 characters") as raised:
        await gather_page("http://a.example/p", transport)
    assert raised.value.code == "too-many-links"
    gathered = await gather(Source(base + "<a href=x>", format="html"))
    assert gathered.characters == len(gathered.links[0].url)


#: 3 MB, which are read in about 45 slices.
LONG = b"<p>" + (b"<!--" + b"x" * 65_536 + b"--><p>") * 45


def packed(body, **fields):
    return response(200, HTML | {"content-encoding": "gzip", **fields}, body=body)


@pytest.mark.parametrize(
    ("answer", "is_read"),
    [
        (packed(LONG), False),
        (packed(LONG, **{"content-length": "1000"}), False),
        (packed(LONG, **{"content-length": "1" * 5_000}), False),
        (packed(LONG, **{"content-length": "2990000"}), True),  # hardly compressed at all
        (response(200, HTML, body=LONG), True),
        (packed(LONG[:1_000]), True),
    ],
)
async def test_reading_time_is_limited_by_the_size_of_the_transfer(monkeypatch, answer, is_read):
    clock = 0.0

    def processor_s():
        nonlocal clock
        clock += 0.01
        return clock

    monkeypatch.setattr(module, "processor_s", processor_s)
    monkeypatch.setattr(module, "SLICE_S", 0.0)
    reading = gather_page("http://a.example/p", site({"http://a.example/p": answer}), reading_s=0.3)
    if is_read:
        assert (await reading).format == "html"
    else:
        with pytest.raises(GatherError) as raised:
            await reading
        assert raised.value.code == "page-too-complex"


async def test_reading_time_is_unlimited_by_default(monkeypatch):
    monkeypatch.setattr(module, "SLICE_S", 0.0)
    transport = site({"http://a.example/p": packed(LONG)})
    assert (await gather_page("http://a.example/p", transport)).links == []
