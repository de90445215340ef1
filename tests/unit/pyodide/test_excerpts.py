"""The message that asks for the lines around a link."""

import asyncio
import io
import zipfile

import pytest
from json_head.model import Outcome
from json_head.pyodide.excerpts import MAX_PAGES
from json_head.transports.fake import failure, response

from tests.unit.pyodide.page import HTML, Page

BODY = b'<ul>\n<li>1\n<li><a href="/200">fine</a>\n<li><a href="/404">gone</a>\n<li>4\n</ul>\n'
PLACE = {"line": 4, "column": 14}
MARKED = '<a href="/404">gone</a>'


class Site:
    """Serves one page at each address below http://a.example/, except for those that browsers cannot read."""

    body = BODY
    headers = HTML

    def __call__(self, request):
        if request.url.endswith("/hidden"):
            return failure(Outcome.OPAQUE) if request.mode == "no-cors" else failure()
        if request.url.endswith(("/404", "/gone")):
            return response(404)
        return response(200, self.headers, body=self.body)


async def excerpt(page, source, body=None, **parts):
    """The reply to a request for an excerpt, or its error."""
    before = len(page.replies)
    ending = await page.ask({"id": 7, "type": "excerpt", "source": source, **PLACE, **parts}, body)
    replies = page.replies[before:]
    page.replies.clear()
    return ending if ending["type"] == "error" else replies[0]


def marked(reply):
    """The marked text, by line number."""
    return {line["number"]: in_javascript(line) for line in reply["lines"] if line["mark"]}


def in_javascript(line):
    """The marked part of a line, as JavaScript slices it: by UTF-16 units."""
    start, end = line["mark"]
    return line["text"].encode("utf-16-le", "surrogatepass")[2 * start : 2 * end].decode("utf-16-le")


async def test_the_lines_of_a_text_are_given():
    reply = await excerpt(Page(), {"text": BODY.decode(), "format": "html"})
    assert reply == {
        "id": 7, "type": "excerpt", "line": 4, "column": 14,
        "lines": [
            {"number": 2, "text": "<li>1", "mark": None, "cutBefore": False, "cutAfter": False},
            {"number": 3, "text": '<li><a href="/200">fine</a>', "mark": None, "cutBefore": False, "cutAfter": False},
            {"number": 4, "text": f"<li>{MARKED}", "mark": [4, 27], "cutBefore": False, "cutAfter": False},
            {"number": 5, "text": "<li>4", "mark": None, "cutBefore": False, "cutAfter": False},
            {"number": 6, "text": "</ul>", "mark": None, "cutBefore": False, "cutAfter": False},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ({"text": "😀 <p>😀</p> <a href='/😀'>𝒶</a> 😀"}, None),
        ({"name": "a.html"}, "\ufeff😀 <p>😀</p> <a href='/😀'>𝒶</a> 😀".encode()),
        ({"name": "a.html"}, "\ufeff😀 <p>😀</p> <a href='/😀'>𝒶</a> 😀".encode("utf-16-le")),
    ],
)
async def test_marks_are_counted_in_utf_16_units(source, body):
    page = Page(Site())
    await page.ask({"id": 1, "type": "audit", "source": source}, body)
    (result,) = page.results()
    place = {key: result[key] for key in ("line", "column", "url")}
    assert place["column"] == 21
    reply = await excerpt(page, source, body, **place)
    assert reply["lines"][0]["mark"] == [13, 33]
    assert marked(reply) == {1: "<a href='/😀'>𝒶</a>"}


async def test_a_page_is_fetched_once_for_several_excerpts():
    page = Page(Site())
    source = {"page": " http://a.example/ "}
    for parts in ({}, {"url": "http://a.example/404"}, {"line": 3, "url": "http://a.example/200"}):
        assert list(marked(await excerpt(page, source, **parts))) == [parts.get("line", 4)]
    assert [(request.url, request.method) for request in page.transport.sent] == [("http://a.example/", "GET")]


async def test_excerpts_that_are_wanted_at_once_share_a_request():
    page = Page(Site())
    for id in (1, 2):
        page.worker.receive({"id": id, "type": "excerpt", "source": {"page": "http://a.example/"}, **PLACE})
    assert [(await page.ending(id))["type"] for id in (1, 2)] == ["done", "done"]
    assert len(page.transport.sent) == 1


async def test_a_cancelled_excerpt_does_not_hold_up_the_next():
    page = Page(lambda request: response(200, HTML, body=BODY, delay_s=0.2))
    for id in (1, 2):
        page.worker.receive({"id": id, "type": "excerpt", "source": {"page": "http://a.example/"}, **PLACE})
    await asyncio.sleep(0.005)
    page.worker.receive({"id": 1, "type": "cancel"})
    assert [(await page.ending(id))["type"] for id in (1, 2)] == ["cancelled", "done"]


async def test_only_the_last_pages_are_cached():
    page = Page(Site())
    urls = [f"http://a.example/{number}" for number in range(MAX_PAGES + 1)]
    for url in (*urls, urls[-1], urls[1], urls[0]):
        await excerpt(page, {"page": url})
    assert [request.url for request in page.transport.sent] == [*urls, urls[0]]


async def test_few_large_pages_are_cached(monkeypatch):
    monkeypatch.setattr("json_head.pyodide.excerpts.MAX_CHARACTERS", 2 * len(BODY))
    page = Page(Site())
    urls = ["http://a.example/1", "http://a.example/2", "http://a.example/3"]
    for url in (*urls, urls[1], urls[0]):
        await excerpt(page, {"page": url})
    assert [request.url for request in page.transport.sent] == [*urls, urls[0]]


async def test_a_new_check_empties_the_cache():
    page = Page(Site())
    source = {"page": "http://a.example/"}
    await excerpt(page, source)
    await page.ask({"id": 1, "type": "audit", "source": {"urls": []}})
    await excerpt(page, source)
    assert len(page.transport.sent) == 2


async def test_a_page_is_read_as_in_a_check():
    """Encoding and format come from its headers; a name and a URL of a redirect do not matter."""
    site = Site()
    site.headers = {"content-type": "text/html; charset=shift_jis"}
    site.body = "<p>\r\nあ\r<a href='/404'>い</a>".encode("shift_jis")
    page = Page(site)
    await page.ask({"id": 1, "type": "audit", "source": {"page": "http://a.example/"}})
    (result,) = page.results()
    reply = await excerpt(
        page, {"page": "http://a.example/"}, **{key: result[key] for key in ("line", "column", "url")}
    )
    assert marked(reply) == {3: "<a href='/404'>い</a>"}


async def test_a_link_that_has_moved_in_its_page_is_found():
    site = Site()
    page = Page(site)
    site.body = b"\n\n\n" + BODY + b'<a href="/404">again</a>'
    reply = await excerpt(page, {"page": "http://a.example/"}, url="http://a.example/404")
    assert marked(reply) == {7: MARKED} and (reply["line"], reply["column"]) == (7, 14)


async def test_a_result_of_a_crawl_is_found_by_its_normalised_url():
    site = Site()
    site.body = b"\n<a href='HTTP://b.example:80/x/../404#y'>gone</a>"
    reply = await excerpt(Page(site), {"site": "http://a.example/"}, url="http://b.example/404")
    assert reply["line"] == 2


async def test_a_link_that_the_page_no_longer_has_is_an_error():
    error = await excerpt(Page(Site()), {"page": "http://a.example/"}, url="http://a.example/500")
    assert (error["code"], "relayable" in error) == ("link-gone", False)


async def test_the_document_of_a_place_is_fetched_instead_of_the_start():
    """The links of a site and of a sitemap index are in other documents."""
    page = Page(Site())
    for kind in ("site", "page"):
        await excerpt(page, {kind: "http://a.example/start"}, document="http://a.example/b")
    assert [request.url for request in page.transport.sent] == ["http://a.example/b"]


FILES = {"docs/a.md": b"[a](b)", "docs/b.md": b"1\n\n3\n[b](c.md) d\n"}
IN_FILE = {"line": 4, "column": 5, "document": "docs/b.md"}


async def test_the_lines_of_one_of_several_files_are_given():
    items = [{"name": name, "size": len(content), "inFolder": True} for name, content in FILES.items()]
    body = b"".join(FILES.values())
    assert marked(await excerpt(Page(), {"files": items}, body, **IN_FILE)) == {4: "[b](c.md)"}


async def test_the_lines_of_a_file_in_an_archive_are_given():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, content in FILES.items():
            packed.writestr(name, content)
    assert marked(await excerpt(Page(), {"name": "x.zip"}, archive.getvalue(), **IN_FILE)) == {4: "[b](c.md)"}


@pytest.mark.parametrize(
    ("source", "body", "document"),
    [
        ({"files": [{"name": "a.md", "size": 1, "inFolder": True}]}, b"x", "b.md"),
        ({"files": [{"name": "a.md", "size": 0, "fault": "unreadable"}]}, b"", "a.md"),
        ({"name": "a.json"}, b"[]", "http://a.example/"),
    ],
    ids=["missing", "unreadable", "place of a report"],
)
async def test_a_file_that_was_not_given_is_an_error(source, body, document):
    error = await excerpt(Page(), source, body, document=document)
    assert error["code"] == "no-such-file" and error["message"].endswith(".")


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("http://a.example/hidden", "page-unreadable", "not its text"),
        ("http://a.example/gone", "page-status", "404"),
        ("nonsense", "page-refused", "no valid address"),
    ],
)
async def test_a_page_that_cannot_be_read_is_an_error_for_which_a_relay_is_no_way_out(url, code, words):
    error = await excerpt(Page(Site()), {"page": url})
    assert error["code"] == code and words in error["message"] and "relayable" not in error


async def test_an_error_is_not_cached():
    page = Page(Site())
    for _ in range(2):
        await excerpt(page, {"page": "http://a.example/gone"})
    assert len(page.transport.sent) == 2


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"line": 0}, "bad-message"), ({"column": True}, "bad-message"), ({"line": None}, "no-such-place"), ({"url": 1}, "bad-message"),
        ({"document": []}, "bad-message"), ({"source": None}, "bad-message"), ({"source": {"urls": ["x"]}}, "bad-message"),
        ({"source": {}}, "bad-message"), ({"source": {"text": ""}}, "empty"), ({"source": {"text": "x", "format": "pdf"}}, "bad-message"),
        ({"line": 2}, "no-such-place"), ({"column": 9}, "no-such-place"),
    ],
)  # fmt: skip
async def test_a_message_without_a_place_is_an_error(parts, code):
    message = {"id": 1, "type": "excerpt", "source": {"text": "x"}, "line": 1, "column": 1}
    assert (await Page().ask({**message, **parts}))["code"] == code
