"""Messages to the worker, and its replies."""

import asyncio

import pytest
from json_head import outage
from json_head.pyodide.worker import Worker, versions
from json_head.transports.fake import failure, response

from tests.unit.pyodide.page import Page


async def test_a_note_names_the_service_worker_of_the_page():
    page = Page()
    page.worker = Worker(page.take, page.transport, "http://a.example")
    source = {"urls": ["http://b.example/200", "http://a.example/200"]}
    controller = "http://a.example/sw.js"
    await page.ask({"id": 1, "type": "audit", "source": source, "controller": controller})
    await page.ask({"id": 2, "type": "audit", "source": {"urls": source["urls"][:1]}, "controller": controller})
    await page.ask({"id": 3, "type": "audit", "source": source})
    notes = [reply["notes"] for reply in page.all("found")]
    assert (len(notes[0]), notes[1:]) == (1, [[], []])
    assert controller in notes[0][0]


async def test_results_have_the_index_of_their_link():
    page = Page()
    urls = ["http://a.example/200", "nonsense", "http://a.example/404"]
    assert await page.ask({"id": 1, "type": "audit", "source": {"urls": urls}}) == {"id": 1, "type": "done"}
    in_order = [result for _, result in sorted(page.indexed())]
    assert [(r["url"], r["verdict"]) for r in in_order] == list(zip(urls, ["ok", "not-checked", "broken"], strict=True))


async def test_audit_of_a_page_checks_its_links():
    page = Page()
    await page.ask({"id": 1, "type": "audit", "source": {"page": " http://a.example/page "}})
    (found,) = page.all("found")
    assert found == {
        "id": 1,
        "type": "found",
        "links": 3,
        "urls": 2,
        "format": "html",
        "source": "http://a.example/page",
        "notes": [],
    }
    assert {r["url"]: r["verdict"] for r in page.results()} == {
        "http://a.example/200": "ok", "http://a.example/404": "broken", "mailto:x@y.example": "not-checked",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "code", "relayable"),
    [
        ("http://a.example/hidden", "page-no-answer", True), ("http://a.example/404", "page-status", False),
        ("nonsense", "page-refused", False),
    ],
)  # fmt: skip
async def test_an_error_tells_whether_a_relay_may_read_the_page(url, code, relayable):
    error = await Page().ask({"id": 1, "type": "audit", "source": {"page": url}})
    assert (error["type"], error["code"], error.get("relayable", False)) == ("error", code, relayable)


async def test_a_success_is_confirmed_by_get_where_a_report_calls_the_link_broken():
    page = Page(lambda request: response(200 if request.method == "HEAD" else 404))
    urls = ["http://a.example/"]
    await page.ask({"id": 1, "type": "audit", "source": {"urls": urls, "reported": True}})
    await page.ask({"id": 2, "type": "resume", "plan": page.all("plan")[0]["plan"], "answered": []})
    await page.ask({"id": 3, "type": "audit", "source": {"urls": urls}})
    assert [page.results(id)[0]["verdict"] for id in (1, 2, 3)] == ["broken", "broken", "ok"]


@pytest.mark.parametrize(
    ("source", "body", "format", "verdicts"),
    [
        ({"text": "http://a.example/200\nnonsense"}, None, "urls", ["ok", "not-checked"]),
        ({"text": "[a](http://a.example/200) and\n\n# more"}, None, "markdown", ["ok"]),
        ({"text": '<a href="/200">a</a>', "base": "http://a.example/", "format": "html"}, None, "html", ["ok"]),
        ({"urls": ["http://a.example/200", "http://a.example/200"]}, None, "urls", ["ok", "ok"]),
        ({"name": "links.md"}, b"<http://a.example/404>", "markdown", ["broken"]),
        ({"name": "page.html", "mediaType": "text/html"}, b"<a href=http://a.example/200>", "html", ["ok"]),
    ],
)
async def test_audit_accepts_text_urls_and_files(source, body, format, verdicts):
    page = Page()
    assert (await page.ask({"id": 1, "type": "audit", "source": source}, body))["type"] == "done"
    assert page.all("found")[-1]["format"] == format
    assert sorted(r["verdict"] for r in page.results()) == sorted(verdicts)


async def test_results_are_sent_in_batches():
    page = Page(lambda request: response(200))
    await page.ask({"id": 1, "type": "audit", "source": {"urls": [f"http://a.example/{n}" for n in range(500)]}})
    assert len(page.results()) == 500
    assert len(page.all("results")) < 50


async def test_audit_honours_the_policy():
    page = Page()
    await page.ask(
        {
            "id": 1,
            "type": "audit",
            "source": {"urls": [f"http://a.example/{n}" for n in range(200, 207)]},
            "policy": {"per_host": 1},
        }
    )
    assert page.transport.peak == 1


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"id": 1, "type": "sing"}, "bad-message"),
        ({"id": 1}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"urls": "http://a.example/"}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"urls": [1]}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"urls": []}, "policy": {"total": 0}}, "bad-policy"),
        ({"id": 1, "type": "audit", "source": {"urls": []}, "policy": [1]}, "bad-policy"),
        ({"id": 1, "type": "audit"}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"text": 5}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"text": "", "format": "pdf"}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"text": "", "format": []}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"page": "nonsense"}}, "page-refused"),
        ({"id": 1, "type": "audit", "source": {"page": "http://a.example/404"}}, "page-status"),
        ({"id": 1, "type": "audit", "source": {"page": "http://a.example/hidden"}}, "page-no-answer"),
        ({"id": 1, "type": "audit", "source": {"text": "<html>", "format": "sitemap"}}, "not-a-sitemap"),
        ({"id": 1, "type": "resume", "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "nonsense", "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "[[[5]], []]", "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "[[5], []]", "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "[]", "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": '[[], [[0, "x"]]]', "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "[[], []]"}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "[[], []]", "answered": [True]}, "bad-message"),
        ({"id": 1, "type": "relay", "results": [], "indexes": []}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": 5, "results": [], "indexes": []}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "http://r.example/", "results": {}, "indexes": []}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "http://r.example/", "results": [], "indexes": [1]}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "http://r.example/", "results": [{}], "indexes": ["1"]}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "http://r.example/", "results": [{}], "indexes": [1]}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "nonsense", "results": [], "indexes": []}, "relay-invalid"),
        ({"id": 1, "type": "audit", "source": {"page": "http://a.example/"}, "relay": "nonsense"}, "relay-invalid"),
        ({"id": 1, "type": "export", "format": "xlsx", "results": []}, "bad-message"),
        ({"id": 1, "type": "export", "format": "csv", "results": [1]}, "bad-message"),
        ({"id": 1, "type": "export", "format": [], "results": []}, "bad-message"),
    ],
)
async def test_a_bad_request_is_an_error_with_a_code_and_a_sentence(message, code):
    page = Page()
    error = await page.ask(message)
    assert (error["type"], error["code"]) == ("error", code)
    assert error["message"] and "Traceback" not in error["message"]
    assert page.transport.sent == [] or code.startswith("page-")


@pytest.mark.parametrize("message", [None, [], "head", {}, {"id": "1"}, {"id": True, "type": "audit"}, {"id": None}])
async def test_an_invalid_message_gets_an_error_reply(message):
    page = Page()
    page.worker.receive(message)
    assert [(r["id"], r["type"], r["code"]) for r in page.replies] == [(0, "error", "bad-message")]


async def test_an_id_in_use_is_refused_and_its_request_continues():
    page = Page()
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": ["http://a.example/200"]}})
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": []}})
    assert page.replies[0]["code"] == "bad-message"
    page.replies.clear()
    assert (await page.ending(1))["type"] == "done"


async def test_requests_run_concurrently():
    page = Page(lambda request: response(200, delay_s=0.2 if "slow" in request.url else 0))
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": ["http://slow.example/"]}})
    page.worker.receive({"id": 2, "type": "audit", "source": {"urls": ["http://quick.example/"]}})
    await page.ending(1)
    assert [reply["id"] for reply in page.all("done")] == [2, 1]


async def test_an_outage_is_reported_to_the_page(monkeypatch):
    monkeypatch.setattr(outage, "OUTAGE_POLL_S", 0.02)
    page = Page(lambda request: response(200) if page.transport.online else failure())
    page.transport.online = False
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": ["http://a.example/"]}})
    await asyncio.sleep(0.05)
    assert page.replies[-1] == {"id": 1, "type": "outage", "offline": True}
    page.transport.online = True
    assert (await page.ending(1))["type"] == "done"
    assert page.all("outage")[-1]["offline"] is False
    assert [r["verdict"] for r in page.results()] == ["ok"]


async def test_results_are_exported():
    page = Page()
    await page.ask({"id": 1, "type": "export", "format": "csv", "results": [{"url": "http://a.example/"}]})
    (exported,) = page.all("exported")
    assert (exported["mediaType"], exported["extension"]) == ("text/csv", "csv")
    assert "http://a.example/" in exported["text"]


async def test_an_export_tells_what_the_page_tells_about_the_check():
    page = Page()
    about = {
        "title": "https://a.example/",
        "kind": "page",
        "started_at": "2026-11-28T10:42:00+01:00",
        "pages": 0,
        "notes": ["A note."],
        "unlisted": {"ok": 8},
    }
    await page.ask(
        {
            "id": 1,
            "type": "export",
            "format": "html",
            "about": about,
            "results": [{"url": "http://a.example/", "verdict": "broken"}],
        }
    )
    (exported,) = page.all("exported")
    assert (
        "<mark>1 link</mark> to fix on a.example</h1>" in exported["text"]
        and "9 links were checked." in exported["text"]
    )
    assert "one page · 28 November 2026, 10:42 (UTC+01:00)" in exported["text"] and "A note." in exported["text"]


@pytest.mark.parametrize(
    "about", [1, [], {"title": 1}, {"started_at": []}, {"kind": "x"}, {"kind": []}, {"pages": "1"}, {"pages": True}, {"notes": "x"}, {"notes": [1]},
              {"unlisted": [1]}, {"unlisted": {"ok": "1"}}]
)  # fmt: skip
async def test_what_is_told_about_a_check_is_validated(about):
    ending = await Page().ask({"id": 1, "type": "export", "format": "csv", "results": [], "about": about})
    assert (ending["type"], ending["code"]) == ("error", "bad-message")


@pytest.mark.parametrize(
    "decision", ["works", {}, {"decision": "fine"}, {"decision": []}, {"decision": "works", "reason": 1}, {"decision": "works", "until": []}]
)  # fmt: skip
async def test_decisions_on_results_are_validated(decision):
    results = [{"url": "http://a.example/", "decision": decision}]
    ending = await Page().ask({"id": 1, "type": "export", "format": "csv", "results": results})
    assert (ending["type"], ending["code"]) == ("error", "bad-message")


async def test_an_internal_error_is_reported_and_raised():
    def bug(request):
        raise ZeroDivisionError("oops")

    page = Page(bug)
    with pytest.raises(ZeroDivisionError):
        await page.worker.handle({"id": 1, "type": "audit", "source": {"urls": ["http://a.example/"]}})
    error = page.replies[-1]
    assert (error["code"], error["name"]) == ("internal", "ZeroDivisionError")


def test_versions_are_those_of_the_package_and_python():
    assert set(versions()) == {"json_head", "python"}


async def test_links_that_comments_leave_out_are_not_checked():
    page = Page()
    text = "<!-- json-head-ignore-next-line -->\n<http://a.example/404>\n<http://a.example/200>\n"
    files = [{"name": name, "size": len(text), "inFolder": True} for name in ("d/a.md", "d/b.md")]
    for id, source, body in ((1, {"text": text, "format": "markdown"}, None), (2, {"files": files}, 2 * text.encode())):
        await page.ask({"id": id, "type": "audit", "source": source}, body)
        assert [(index, row["rule"]) for index, row in sorted(page.indexed(id))] == [
            (index, "ignored" if index % 2 == 0 else "success") for index in range(2 * id)
        ]
    assert "http://a.example/404" not in {request.url for request in page.transport.sent}


async def test_links_to_files_that_comments_leave_out_are_not_looked_up():
    page = Page()
    text = b"[x](gone.md) <!-- json-head-ignore -->\n[y](gone.md)\n"
    source = {"files": [{"name": "d/a.md", "size": len(text), "inFolder": True}], "listing": ["d/a.md"]}
    await page.ask({"id": 1, "type": "audit", "source": source}, text)
    assert [row["rule"] for _, row in sorted(page.indexed(1))] == ["ignored", "file-missing"]


@pytest.mark.parametrize("granted", ["*://*/*", [1], None])
async def test_what_an_extension_may_read_is_a_list_of_patterns(granted):
    page = Page()
    reply = await page.ask({"id": 1, "type": "audit", "source": {"urls": []}, "granted": granted})
    assert (reply["code"], reply["message"]) == ("bad-message", "granted must be a list of strings.")
