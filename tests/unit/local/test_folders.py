"""Links between the files of folders that are dropped on the page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.pyodide.page import Page

Row = tuple[str, str, str]


def message(files: Mapping[str, str], **parts: Any) -> tuple[dict[str, Any], bytes]:
    """The message of the page for dropped folders, and the contents of their files. Files without a content are only listed."""
    sent = {name: content.encode() for name, content in files.items() if content}
    items = [{"name": name, "size": len(content), "inFolder": True} for name, content in sent.items()]
    source = {"files": items, "listing": list(files), **parts}
    return {"id": 1, "type": "audit", "source": source}, b"".join(sent.values())


async def checked(files: Mapping[str, str], **parts: Any) -> list[Row]:
    """URL, rule, and what is told of the fragment, in the order of the links."""
    page = Page()
    assert (await page.ask(*message(files, **parts)))["type"] == "done"
    found = page.all("found")[-1]
    results = [result for _, result in sorted(page.indexed(), key=lambda pair: pair[0])]
    assert found["links"] == len(results)
    return [
        (row["url"], row["rule"], f"{row.get('fragment', '')} {row.get('fragment_rule', '')}".strip())
        for row in results
    ]


async def test_links_between_files_and_their_anchors_are_looked_up() -> None:
    rows = await checked(
        {
            "docs/index.html": "<a href=guide/a.md>1</a><a href='guide/a.md#set-up'>2</a><a href='guide/a.md#no'>3</a>"
            "<img src=img/x.png><a href=gone.html>5</a><a href='#here' id=here>6</a><a href='#nowhere'>7</a>",
            "docs/guide/a.md": "# Set up\n[up](../index.html#here) [web](http://a.example/200)",
            "docs/img/x.png": "",
        }
    )
    assert rows == [
        ("guide/a.md", "file-found", ""),
        ("guide/a.md#set-up", "file-found", "found"),
        ("guide/a.md#no", "fragment-missing", "missing"),
        ("img/x.png", "file-found", ""),
        ("gone.html", "file-missing", ""),
        ("#here", "file-found", "found"),
        ("#nowhere", "fragment-missing", "missing"),
        ("../index.html#here", "file-found", "found"),
        ("http://a.example/200", "success", ""),
    ]


@pytest.mark.parametrize(
    ("files", "parts", "rules"),
    [
        # HTML is served as a website, whose root is the folder with a home page.
        ({"d/a/b.html": "<a href=/c.html><a href=../a/><a href=../../c.html>", "d/index.html": "", "d/c.html": ""}, {}, ["file-found", "index-missing", "file-found"]),
        ({"d/a/b.html": "<a href=/c.html><a href=../../../c.html>", "d/c.html": ""}, {}, ["relative", "outside-root"]),
        # Markdown is shown as github.com does beside a README.
        ({"d/a.md": "[b](b/#set-up)", "d/README.md": "", "d/b/readme.md": "# Set up"}, {}, ["file-found"]),
        ({"d/a.md": "[b](b/#set-up)", "d/b/readme.md": "# Set up"}, {}, ["file-found"]),
        # The folder of links such as /x is known only of a whole repository.
        ({"d/a/b.md": "[c](/c.md) [d](/d.md)", "d/c.md": ""}, {"repositories": ["d"]}, ["file-found", "file-missing"]),
        ({"d/a/b.md": "[c](/c.md) [o](../../o.md)", "d/README.md": ""}, {}, ["relative", "outside-root"]),
        # Nothing is claimed of what was not listed.
        ({"d/a.md": "[b](.github/b.md) [c](node_modules/c.md)"}, {}, ["file-skipped", "file-skipped"]),
        ({"d/a.md": "[b](b.md) [a](a.md)"}, {"cut": True}, ["file-skipped", "file-found"]),
        ({"d/a.md": "[b](b.md) [a](a.md)"}, {"listing": None}, ["file-skipped", "file-found"]),
        # A base element with an address leads to the web.
        ({"d/a.html": "<base href='//x.invalid/'><a href=b.html>"}, {}, ["relative"]),
        ({"d/a.html": "<base href='x/'><a href=b.html>", "d/x/b.html": ""}, {}, ["file-found"]),
        # git keeps a folder that has only a hidden file.
        ({"d/a.md": "[b](b/)", "d/README.md": "", "d/b/": ""}, {}, ["file-found"]),
        ({"d/a.html": "<a href=Sub/b.html><a href='sub/b%20c.html?x=1'>", "d/sub/b c.html": ""}, {}, ["file-missing", "file-found"]),
        ({"d/a#?%.html": "<a href='a%23%3F%25.html'><a href='#top'>"}, {}, ["file-found", "file-found"]),
    ],
)  # fmt: skip
async def test_what_a_link_means_depends_on_the_server(
    files: Mapping[str, str], parts: dict[str, Any], rules: list[str]
) -> None:
    assert [rule for _, rule, _ in await checked(files, **parts)] == rules


async def test_results_say_where_a_link_leads() -> None:
    files = {
        "d/sub/a.md": "[1](../b.md#x) [2](<my page.md?q#%C3%BC>) [3](/c.md) [4](#here)",
        "d/sub/a.html": "<base href=../other/><a href=x.html>5</a><a href='%FF.html'>6</a>",
        "d/index.html": "",
    }
    page = Page()
    await page.ask(*message(files, repositories=["d"]))
    paths = [row["path"] for _, row in sorted(page.indexed(), key=lambda pair: pair[0])]
    assert paths == [
        "d/b.md#x",
        "d/sub/my page.md#\u00fc",
        "d/c.md",
        "d/sub/a.md#here",
        "d/other/x.html",
        "d/other/\ufffd.html",
    ]


async def test_a_base_leads_links_to_the_web() -> None:
    files = {"d/a.html": "<a href=200>1</a><a href=404>2</a>"}
    assert await checked(files, base="http://a.example/") == [
        ("http://a.example/200", "success", ""),
        ("http://a.example/404", "gone-twice", ""),
    ]


@pytest.mark.parametrize(
    ("fragment", "told"),
    [
        ("b.py#L10", "not-told lines"),
        ("b.py#x", "not-told format"),
        ("c.html#/route", "not-told route"),
        ("c.html#x", "not-told unreadable"),
        ("empty.html#x", "missing"),
    ],
)
async def test_of_files_without_known_anchors_no_fragment_is_judged(fragment: str, told: str) -> None:
    """c.html is listed, but its contents could not be sent."""
    files = {"d/a.md": f"[b]({fragment})", "d/b.py": "", "d/c.html": ""}
    spec, body = message(files)
    spec["source"]["files"].append({"name": "d/empty.html", "size": 0, "inFolder": True})
    spec["source"]["files"].append({"name": "d/c.html", "size": 0, "inFolder": True, "fault": "unreadable"})
    spec["source"]["listing"].append("d/empty.html")
    page = Page()
    await page.ask(spec, body)
    (row,) = page.results()
    assert f"{row['fragment']} {row.get('fragment_rule', '')}".strip() == told


async def test_nothing_is_known_of_a_folder_that_could_not_be_read() -> None:
    spec, body = message({"d/a.md": "[b](closed/b.md)"})
    spec["source"]["files"].append({"name": "d/closed/", "size": 0, "inFolder": True, "fault": "unreadable"})
    page = Page()
    await page.ask(spec, body)
    assert [row["rule"] for row in page.results()] == ["file-skipped"]


async def test_links_to_files_have_their_results_before_any_request() -> None:
    page = Page()
    await page.ask(*message({"d/a.md": "[w](http://a.example/200) " + "[a](a.md) " * 500}))
    vias = [row["via"] for row in page.results()]
    assert vias == ["file"] * 500 + ["browser"]


async def test_cancel_ends_the_look_up_of_files() -> None:
    page = Page()
    spec, body = message({"d/a.md": "".join(f"[a]({n}.md)\n\n" for n in range(20_000)) + "[w](http://a.example/200)"})
    page.worker.receive(spec, body)
    async with asyncio.timeout(10):
        while not page.all("results"):
            await asyncio.sleep(0)
    page.worker.receive({"id": 1, "type": "cancel"})
    assert (await page.ending(1))["type"] == "cancelled"
    rules = [row["rule"] for row in page.results()]
    assert len(page.indexed()) == 20_001
    assert set(rules) == {"file-missing", "folder-gone", "cancelled"}
    assert not page.transport.sent


async def test_another_worker_checks_the_rest_of_the_web_links_only() -> None:
    first, second = Page(), Page()
    await first.ask(*message({"d/a.md": "[a](a.md) [b](b.md) [w](http://a.example/200)"}))
    plan = first.all("plan")[0]["plan"]
    await second.ask({"id": 1, "type": "resume", "plan": plan, "answered": [0]})
    assert sorted((index, row["rule"]) for index, row in second.indexed()) == [(1, "folder-gone"), (2, "success")]
    (lost,) = (row for row in second.results() if row["rule"] == "folder-gone")
    assert (lost["path"], lost["verdict"], lost["reason"][-34:]) == (
        "d/b.md",
        "not-checked",
        "Drop the folder again to check it.",
    )


@pytest.mark.parametrize("way", ["file", "files"])
async def test_of_a_single_file_only_links_to_itself_are_looked_up(way: str) -> None:
    page = Page()
    content = b"# A\n[b](b.md) [c](#no-c) [a](#a)"
    source: dict[str, Any] = {"name": "a.md"}
    if way == "files":
        source = {"files": [{"name": "a.md", "size": len(content), "inFolder": False}], "listing": []}
    await page.ask({"id": 1, "type": "audit", "source": source}, content)
    assert [(row["url"], row["rule"]) for _, row in sorted(page.indexed(), key=lambda pair: pair[0])] == [
        ("b.md", "relative"),
        ("#no-c", "fragment-missing"),
        ("#a", "file-found"),
    ]


async def test_a_single_file_with_a_base_or_of_another_format_has_no_links_to_itself() -> None:
    page = Page()
    await page.ask({"id": 1, "type": "audit", "source": {"name": "a.md", "base": "http://a.example/"}}, b"[c](#no-c)")
    await page.ask({"id": 2, "type": "audit", "source": {"name": "a.csv"}}, b"url\n#no\nhttp://a.example/200")
    assert [row["url"] for row in page.results(1)] == ["http://a.example/#no-c"]
    assert [row["url"] for row in page.results(2)] == ["http://a.example/200"]


async def test_a_missing_file_may_be_a_symbolic_link_that_the_browser_does_not_list() -> None:
    page = Page()
    await page.ask(*message({"d/a.md": "[b](b.md)"}))
    (row,) = page.results()
    assert (
        row["reason"] == "The browser lists no such file or folder. It does not list symbolic links, nor empty folders."
    )
