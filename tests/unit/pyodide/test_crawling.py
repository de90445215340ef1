"""Whole sites in the page: the same crawl as that of the command."""

import asyncio
import json
from dataclasses import replace

import pytest
from json_head.crawl.rules import RULES
from json_head.model import Outcome
from json_head.pyodide.store.keeping import Keeping
from json_head.transports.fake import failure, response

from tests.unit.crawl.sites import HTML, page
from tests.unit.pyodide.page import Page

START = "http://a.test/"
PAGES = {
    START: page("/a", "/gone", "http://b.test/200"),
    START + "a": page("/gone", "/#none", "mailto:me@a.test"),
}


def answer(request):
    return PAGES.get(request.url) or response(200 if "b.test" in request.url else 404, HTML)


def hidden(request):
    """A server that sends no CORS headers."""
    return failure(Outcome.OPAQUE if request.mode == "no-cors" else Outcome.FAILED)


def site(id=1, **more):
    return {"id": id, "type": "audit", "source": {"site": START}, **more}


async def test_each_target_has_one_result():
    tab = Page(answer)
    assert (await tab.ask(site()))["type"] == "done"
    results = {item["url"]: (item["rule"], item["source"]) for _, item in tab.indexed()}
    assert results == {
        START: ("success", None),
        START + "a": ("success", START),
        START + "gone": ("gone-twice", START),
        "http://b.test/200": ("success", START),
        "mailto:me@a.test": ("scheme", START + "a"),
        START + "#none": ("fragment-missing", START + "a"),
    }
    found = tab.all("found")[-1]
    assert (found["links"], found["pages"], found["source"]) == (6, 2, START)


async def test_the_page_never_has_more_results_than_links_it_knows_of():
    pages = {f"{START}{number}": page(f"/{number + 1}") for number in range(20)} | {START: page("/0")}
    tab = Page(lambda request: pages.get(request.url, response(404)))
    await tab.ask(site())
    links = results = 0
    for reply in tab.replies:
        if reply["type"] == "found":
            links = reply["links"]
        elif reply["type"] == "results":
            results += len(reply["items"])
            assert results <= links
    assert results == links == 22


async def test_a_kept_crawl_is_listed_and_read_again_with_each_target_once():
    tab = Page(answer, Keeping())
    await tab.ask(site(keep={"source": START, "options": {"title": START, "site": START}}))
    run = tab.all("kept")[0]["run"]
    await tab.ask({"id": 2, "type": "finish", "run": run, "complete": True, "notes": []})
    (listed,) = tab.all("runs")[-1]["runs"]
    assert (listed["kind"], listed["state"], listed["counts"]["links"]) == ("crawl", "finished", 6)
    await tab.ask({"id": 3, "type": "rows", "run": run})
    assert sorted(item["url"].partition("#")[0] for item in tab.results(3)) == sorted(
        item["url"].partition("#")[0] for item in tab.results(1)
    )
    await tab.ask({"id": 4, "type": "places", "run": run, "url": START + "gone"})
    assert [item["source"] for item in tab.results(4)] == [START, START + "a"]


async def test_a_kept_crawl_has_the_same_urls_when_it_is_read_again():
    pages = {START: page("/gone#x", "/a", "/a#none", "HTTP://B.test/c#y"), START + "a": page()}
    tab = Page(lambda request: pages.get(request.url, response(404)), Keeping())
    await tab.ask(site(keep={"source": START, "options": {"title": START}}))
    await tab.ask({"id": 2, "type": "rows", "run": tab.all("kept")[0]["run"]})
    urls = sorted(item["url"] for item in tab.results(1))
    assert urls == [START, START + "a", START + "a#none", START + "gone", "http://b.test/c"]
    assert sorted(item["url"] for item in tab.results(2)) == urls


async def test_an_export_of_a_kept_crawl_has_all_places():
    pages = {
        START: page("/gone", "/a#one", "HTTP://B.test/c", "/a#none"),
        START + "a": page("/gone", "/a#none", head="<meta id=one>"),
    }
    tab = Page(lambda request: pages.get(request.url, response(404)), Keeping())
    await tab.ask(site(keep={"source": START, "options": {"title": START}}))
    export = {"type": "export-run", "run": tab.all("kept")[0]["run"], "format": "json"}

    async def places(id, **parts):
        await tab.ask({"id": id, **export, **parts})
        return sorted((row["url"], row["source"]) for row in json.loads(tab.all("exported")[-1]["text"]))

    of_a = [(START + "a#none", START), (START + "a#none", START + "a")]
    assert await places(2) == sorted([
        (START, None), (START + "gone", START), (START + "gone", START + "a"), (START + "a#one", START), ("HTTP://B.test/c", START), *of_a,
    ])  # fmt: skip
    assert await places(3, urls=[START + "gone", "http://b.test/c"]) == [
        ("HTTP://B.test/c", START), (START + "gone", START), (START + "gone", START + "a"),
    ]  # fmt: skip
    assert await places(4, urls=[START + "a"]) == [(START + "a#one", START)]
    assert await places(5, urls=[START + "a#none"]) == of_a
    assert await places(6, urls=[]) == []
    await tab.ask({"id": 7, **export, "format": "tasks"})
    assert tab.all("exported")[-1]["text"].startswith(
        "## 3 links to fix on `a.test`\n\n5 links on 2 pages were checked."
    )
    await tab.ask({"id": 8, **export, "format": "tasks", "urls": [START], "about": {"unlisted": {"broken": 7}}})
    assert tab.all("exported")[-1]["text"].startswith("## 7 links to fix on `a.test`\n")


async def test_an_export_of_a_kept_crawl_has_the_decisions_on_its_urls():
    pages = {START: page("/gone#x", "/a#none", "/a"), START + "a": page()}
    tab = Page(lambda request: pages.get(request.url, response(404)), Keeping())
    await tab.ask(site(keep={"source": START, "options": {"title": START}}))
    decisions = {START + "gone": "ignore", START + "a#none": "broken"}
    for id, (url, word) in enumerate(decisions.items(), 2):
        await tab.ask({"id": id, "type": "decide", "url": url, "decision": word, "reason": "So"})
    await tab.ask({"id": 9, "type": "export-run", "run": tab.all("kept")[0]["run"], "format": "json"})
    rows = json.loads(tab.all("exported")[0]["text"])
    assert {row["url"]: row["decision"] for row in rows if "decision" in row} == {
        START + "gone#x": {"decision": "ignore", "reason": "So", "until": None},
        START + "a#none": {"decision": "broken", "reason": "So", "until": None},
    }
    assert {row["verdict"] for row in rows if "decision" in row} == {"broken", "fragment-missing"}


async def test_sections_that_a_cancelled_crawl_knows_to_be_missing_are_sent():
    pages = {START: page("/a#none", "/slow"), f"{START}a": page("/"), f"{START}slow": replace(page("/"), delay_s=30)}
    tab = Page(lambda request: pages.get(request.url, response(404)), Keeping())
    tab.worker.receive(site(keep={"source": START, "options": {"title": START}}))
    while START + "a" not in {item["url"] for item in tab.results()}:
        await asyncio.sleep(0.001)
    tab.worker.receive({"id": 1, "type": "cancel"})
    assert (await tab.ending(1))["type"] == "cancelled"
    assert (f"{START}a#none", "fragment-missing") in {(item["url"], item["verdict"]) for item in tab.results()}


async def test_a_cancelled_crawl_goes_on_where_it_ended():
    chain = {f"{START}{number}": replace(page(f"/{number + 1}"), delay_s=0.002) for number in range(40)}
    tab = Page(lambda request: {START: page("/0"), **chain}.get(request.url, response(404)), Keeping())
    tab.worker.receive(site(keep={"source": START, "options": {"title": START}}))
    while len(tab.results()) < 10:
        await asyncio.sleep(0.001)
    tab.worker.receive({"id": 1, "type": "cancel"})
    assert (await tab.ending(1))["type"] == "cancelled"
    first = {item["url"] for item in tab.results()}
    run = tab.all("kept")[0]["run"]
    sent = len(tab.transport.sent)
    assert (await tab.ask({"id": 2, "type": "go-on", "keep": {"run": run}}))["type"] == "done"
    again = {request.url for request in tab.transport.sent[sent:]}
    assert not again & first
    assert len(first) + len(tab.results(2)) == 42
    whole = Page(lambda request: {START: page("/0"), **chain}.get(request.url, response(404)))
    await whole.ask(site())
    assert places_of([*tab.results(1), *tab.results(2)]) == places_of(whole.results())


def places_of(items):
    return {item["url"]: [item[key] for key in ("source", "line", "column", "text", "found")] for item in items}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (lambda request: response(404), "page-status"),
        (lambda request: failure(), "page-no-answer"),
        (hidden, "page-unreadable"),
        (lambda request: response(200, {"content-type": "image/png"}), "no-page"),
        (lambda request: response(200, HTML), "nothing-read"),
    ],
)
async def test_a_site_that_cannot_be_read_is_an_error(given, code):
    tab = Page(given)
    assert (await tab.ask(site()))["code"] == code


async def test_the_ways_to_check_a_site_that_the_browser_hides_are_named():
    error = await Page(hidden).ask(site())
    assert "json-head crawl http://a.test/" in error["message"]
    assert error["relayable"]


async def test_a_relay_cannot_help_if_robots_txt_fails():
    error = await Page(lambda request: response(503)).ask(site())
    assert error["code"] == "page-no-answer"
    assert "relayable" not in error


async def test_what_the_relay_failed_with_comes_first():
    error = await Page(hidden).ask({**site(), "relay": "http://relay.test/"})
    assert error["code"] == "page-unreadable"
    assert error["message"].startswith("The relay at relay.test did not respond.")
    assert "Without the relay: A browser reads" in error["message"]


@pytest.mark.parametrize(
    "source",
    [{"site": 1}, {"site": START, "maxPages": 0}, {"site": START, "maxPages": True}, {"site": START, "maxPages": "9"}],
)
async def test_wrong_messages_are_refused(source):
    assert (await Page(answer).ask({"id": 1, "type": "audit", "source": source}))["code"] == "bad-message"


async def test_pages_are_limited():
    tab = Page(answer)
    await tab.ask({"id": 1, "type": "audit", "source": {"site": START, "maxPages": 1}})
    found = tab.all("found")[-1]
    assert found["pages"] == 1
    assert any(RULES["max-pages"].note[1:] in note for note in found["notes"])


async def test_a_site_that_cannot_be_read_is_kept_as_such():
    tab = Page(lambda request: response(503), Keeping())
    await tab.ask(site(keep={"source": START, "options": {"title": START}}))
    await tab.ask({"id": 2, "type": "runs"})
    (listed,) = tab.all("runs")[-1]["runs"]
    assert listed["state"] == "failed"
