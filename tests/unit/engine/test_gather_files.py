"""Several files as one source."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from json_head.extract.folder import EXTENSIONS, VENDORED
from json_head.gather.files import MAX_FILES, MAX_NOTES, Files, gather_files
from json_head.gather.links import Gathered, GatherError

from tests.unit.pyodide.page import Page


def files_of(contents: Mapping[str, str | bytes | None], **message: Any) -> Files:
    """The files of a folder by name. A content of None stands for a file that cannot be read."""
    bodies = [content.encode() if isinstance(content, str) else content or b"" for content in contents.values()]
    items = [
        {
            "name": name,
            "size": len(body),
            "inFolder": "/" in name,
            **({"fault": "unreadable"} if contents[name] is None else {}),
        }
        for name, body in zip(contents, bodies, strict=True)
    ]
    return Files.of_message({"files": items, **message}, b"".join(bodies), message.get("format", "auto"))


async def gathered(contents: Mapping[str, str | bytes | None], **message: Any) -> Gathered:
    return await gather_files(files_of(contents, **message))


async def test_links_have_the_names_of_their_files_and_their_places() -> None:
    result = await gathered(
        {
            "d/a.md": "[a](https://a.example/)",
            "d/b/b.html": "\n <a href=https://b.example/>",
            "c.csv": "https://c.example/",
        }
    )
    assert [(link.source, link.line, link.url) for link in result.links] == [
        ("d/a.md", 1, "https://a.example/"),
        ("d/b/b.html", 2, "https://b.example/"),
        ("c.csv", 1, "https://c.example/"),
    ]
    assert (result.format, result.source, result.notes) == ("text", None, [])


async def test_files_of_one_format_have_that_format() -> None:
    assert (await gathered({"a.md": "[a](https://a.example/)", "b.md": "b"})).format == "markdown"


@pytest.mark.parametrize(("name", "format", "urls"), [
    ("d/words.txt", "auto", []),
    ("words.txt", "auto", ["one", "two"]),
    ("d/words.txt", "urls", ["one", "two"]),
    ("d/words.txt.gz", "auto", []),
])  # fmt: skip
async def test_a_list_of_words_in_a_folder_is_not_read_as_urls(name: str, format: str, urls: list[str]) -> None:
    assert [link.url for link in (await gathered({name: "one\ntwo"}, format=format)).links] == urls


@pytest.mark.parametrize(("name", "base", "url"), [
    ("site/a/b c.html", "https://x.example", "https://x.example/a/d"),
    ("site/index.html", "https://x.example/docs", "https://x.example/docs/d"),
    ("site/a?#%.html", "https://x.example/docs/", "https://x.example/docs/d"),
    ("named.html", "https://x.example/docs", "https://x.example/d"),
    ("site/a.html", None, "d"),
])  # fmt: skip
async def test_links_are_resolved_against_the_base_of_the_folder(name: str, base: str | None, url: str) -> None:
    (link,) = (await gathered({name: "<a href=d>"}, base=base)).links
    assert link.url == url


async def test_unread_files_are_noted_and_the_others_are_read() -> None:
    result = await gathered(
        {"d/a.html": b"\0" * 5000, "d/b.md": None, "d/c.md": "[c](https://c.example/)", "d/d.md": "", "d/e.xml": "<urlset><url><loc>https://e.example/</loc>"},
        skipped={"foo": 2, "": 1}, cut=True,
    )  # fmt: skip
    assert [link.url for link in result.links] == ["https://c.example/", "https://e.example/"]
    assert [note.partition(":")[0] for note in result.notes[:3]] == ["d/e.xml", "d/a.html", "d/b.md"]
    assert result.notes[3] == "3 files were skipped: .foo and files without an extension are not read."
    assert result.notes[4].startswith(f"Only 5 files were read: a check is limited to {MAX_FILES:,} files and 100 MB.")


@pytest.mark.parametrize(("contents", "message", "words"), [
    ({}, {}, "There are no files"),
    ({}, {"skipped": {"foo": 3}}, "3 files were skipped: .foo is not read."),
    ({"d/a.html": b"\0" * 5000}, {}, "d/a.html: "),
    ({f"d/{n}.md": None for n in range(MAX_NOTES + 5)}, {}, "5 other files could not be read."),
])  # fmt: skip
async def test_a_source_without_readable_files_is_an_error(
    contents: dict[str, Any], message: dict[str, Any], words: str
) -> None:
    with pytest.raises(GatherError) as raised:
        await gathered(contents, **message)
    assert raised.value.code == "nothing-read"
    assert words in str(raised.value)


async def test_files_without_links_are_allowed() -> None:
    assert (await gathered({"d/a.md": "no link", "d/b.md": ""})).links == []
    assert (await gathered({"d/b.md": ""})).links == []


async def test_the_number_of_links_in_all_files_is_limited() -> None:
    with pytest.raises(GatherError) as raised:
        await gathered({f"d/{n}.txt": f"https://a.example/{n}\n" * 30_000 for n in range(4)})
    assert raised.value.code == "too-many-links"


async def test_cancel_takes_effect_between_small_files() -> None:
    task = asyncio.ensure_future(gathered({f"d/{n}.md": "x" for n in range(2_000)}))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("message", [
    {"files": "x"}, {"files": [1]}, {"files": [{"name": "a"}]}, {"files": [{"name": "a", "size": -1}]},
    {"files": [{"name": "a", "size": True}]}, {"files": [], "skipped": [1]}, {"files": [], "skipped": {"a": "1"}}, {"files": [], "base": 1},
])  # fmt: skip
def test_an_invalid_message_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Files.of_message(message, b"", "auto")


async def test_the_worker_checks_files() -> None:
    page = Page()
    body = b"[a](http://b.example/200)<a href=http://b.example/404>"
    files = [
        {"name": "d/a.md", "size": 25, "inFolder": True},
        {"name": "d/b.html", "size": len(body) - 25, "inFolder": True},
    ]
    assert (await page.ask({"id": 1, "type": "audit", "source": {"files": files}}, body))["type"] == "done"
    assert {(result["source"], result["verdict"]) for result in page.results()} == {
        ("d/a.md", "ok"),
        ("d/b.html", "broken"),
    }
    assert (await page.ask({"id": 2, "type": "audit", "source": {"files": []}}, b""))["code"] == "nothing-read"
    assert (await page.ask({"id": 3, "type": "audit", "source": {"files": 1}}, b""))["code"] == "bad-message"


async def test_the_worker_lists_the_extensions_that_are_read_in_a_folder() -> None:
    page = Page()
    assert (await page.ask({"id": 1, "type": "folder"}))["type"] == "done"
    (message,) = page.all("folder")
    assert (set(message["extensions"]), set(message["vendored"]), message["files"]) == (EXTENSIONS, VENDORED, MAX_FILES)
