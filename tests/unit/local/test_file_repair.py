"""Repairs of links between files of which only the names and contents are known, as on the page."""

import pytest
from json_head.extract import Source
from json_head.fixes.decision import Fix, Refusal
from json_head.local.check import FileCheck, FileLink
from json_head.local.documents import Documents
from json_head.local.file_repair import FileRepair
from json_head.local.place import Place
from json_head.model import Link
from json_head.transports.files.listing import Listing
from json_head.transports.files.serving import Serving

FILES = {
    "/s/docs/a.md": "# One",
    "/s/docs/My Notes.md": "# Two Words",
    "/s/docs/Sub/b.html": "<p id=x>",
    "/s/docs/Sub/c.md": "",
    "/s/docs/sub2/d.md": "",
    "/s/docs/two_x.md": "",
    "/s/docs/two x.md": "",
    "/s/Other.md": "",
    "/t/Outside.md": "",
}


async def repair(written, *, like="files", root="file:///s"):
    place = Place("file:///s/docs/a.md", root, Serving(like))
    tree = Listing(FILES)
    documents = Documents({}, lambda path: Source(FILES[path], path, base="") if path in FILES else None)
    check = FileCheck(tree, documents)
    link = FileLink(0, Link(written, found="markdown link"), place.locate(written), place)
    row = (await check.result(link)).to_json()
    return await FileRepair(check, tree, "/s").decide(row, written, link)


@pytest.mark.parametrize(
    ("written", "rule", "expected"),
    [
        ("A.md", "file-case", "a.md"),
        ("A.md#ONE", "file-case", "a.md#one"),
        ("A.md#nowhere", "file-case", "a.md#nowhere"),
        ("my%20notes.md#two_words", "file-case", "My%20Notes.md#two-words"),
        ("my-notes.md", "file-name", "My%20Notes.md"),
        ("sub/b.html#X", "file-case", "Sub/b.html#x"),
        ("SUB/", "file-case", "Sub/"),
        ("../other.md?x", "file-case", "../Other.md?x"),
        ("/OTHER.md", "file-case", "/Other.md"),
        ("./a.md#ONE", "anchor-case", "./a.md#one"),
        ("Sub/b.html#X", "anchor-case", "Sub/b.html#x"),
    ],
)
async def test_link_gets_the_name_that_is_there(written, rule, expected):
    found = await repair(written)
    assert isinstance(found, Fix) and (found.rule, found.url) == (rule, expected)


@pytest.mark.parametrize(
    "written",
    [
        "a.md",
        "none.md",
        "SUB/B.html",
        "a.md/",
        "A.md/",
        "../../t/outside.md",
        "../T/Outside.md",
        "a.md#none",
        "sub2/D.md/x",
        "%2F",
        "sub2/%00",
    ],
)
async def test_link_that_works_or_cannot_be_meant_is_left(written):
    assert await repair(written) is None


async def test_link_that_can_mean_two_files_is_left():
    assert isinstance(await repair("two-x.md"), Refusal)


async def test_without_a_root_folders_outside_of_the_top_are_not_listed():
    assert await repair("../../t/outside.md", root=None) is None
    assert isinstance(await repair("../other.md", root=None), Fix)
