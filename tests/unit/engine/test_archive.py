"""ZIP archives, also those that are meant to do harm."""

from __future__ import annotations

import io
import random
import stat
import struct
import warnings
import zipfile
from collections.abc import Mapping
from contextlib import suppress

import pytest
from json_head.gather import archive as module
from json_head.gather import files as files_module
from json_head.gather.archive import Archive, ArchiveError
from json_head.gather.files import Files, gather_files
from json_head.gather.links import Gathered, GatherError

from tests.unit.pyodide.page import Page


def packed(files: Mapping[str, str | bytes], comment: bytes = b"", **options: int) -> bytes:
    """An archive of these files. A name with a slash at its end is a folder."""
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        warnings.simplefilter("ignore")
        opened.comment = comment
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = options.get("method", zipfile.ZIP_DEFLATED)
            info.external_attr = options.get("mode", 0) << 16
            opened.writestr(info, text)
    return content.getvalue()


def renamed(content: bytes, old: bytes, new: bytes) -> bytes:
    """The archive with other bytes for a name, of the same length."""
    assert len(old) == len(new)
    assert content.count(old) >= 2
    return content.replace(old, new)


def flagged(content: bytes, flag: int) -> bytes:
    """The archive with this flag set for each of its entries."""
    changed = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", changed, at + offset)
            struct.pack_into("<H", changed, at + offset, flags | flag)
            at = changed.find(signature, at + 4)
    return bytes(changed)


async def gathered(content: bytes, name: str = "a.zip") -> Gathered:
    return await gather_files(Files.of_archive(name, content, None, "auto"))


def paths(content: bytes) -> list[str]:
    return sorted(Archive(content, "a.zip").paths)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["docs/a.md", "docs/b/c.png"], ["docs/a.md", "docs/b/c.png"]),
        (["docs/", "docs/a.md"], ["docs/", "docs/a.md"]),
        (["a.md", "b/c.md"], ["a.zip/a.md", "a.zip/b/c.md"]),
        (["a/b.md", "c/d.md"], ["a.zip/a/b.md", "a.zip/c/d.md"]),
        (["docs/a.md", "__MACOSX/docs/._a.md", ".DS_Store"], ["docs/a.md"]),
        (["docs/.git/x", "docs/node_modules/y.md", "docs/a.md"], ["docs/a.md"]),
        (["docs\\a.md", "docs\\b\\c.md"], ["docs/a.md", "docs/b/c.md"]),
        (["./docs//a.md"], ["docs/a.md"]),
        (["vendor/a.md"], ["vendor/a.md"]),
        ([], []),
    ],
)
def test_it_is_a_folder(names: list[str], expected: list[str]) -> None:
    assert paths(packed(dict.fromkeys(names, "x"))) == expected


def test_files_of_a_folder_come_before_those_of_its_subfolders() -> None:
    names = ["d/b/a.md", "d/c.md", "d/a/z.md", "d/a/b/a.md", "d/d.md"]
    found = [path for path, _ in Archive(packed(dict.fromkeys(names, "x")), "a.zip").files()]
    assert found == ["d/c.md", "d/d.md", "d/a/z.md", "d/a/b/a.md", "d/b/a.md"]


def test_a_taken_name_gets_a_number() -> None:
    content = packed({"docs/a.md": "x"})
    assert Archive(content, "a.zip", {"docs", "docs (2)"}).paths == ["docs (3)/a.md"]


@pytest.mark.parametrize("path", ["../../etc/a.md", "/etc/a.md", "C:\\a.md", "docs/../../a.md", "\\\\host\\a.md"])
def test_paths_out_of_the_archive_are_left_out_and_noted(path: str) -> None:
    archive = Archive(packed({path: "x", "docs/b.md": "x"}), "a.zip")
    assert archive.paths == ["docs/b.md"]
    assert archive.notes == ["1 file was left out: the path leads out of the archive."]


def test_of_files_with_one_path_the_last_counts() -> None:
    content = renamed(packed({"a.md": "one", "b.md": "two"}), b"b.md", b"a.md")
    archive = Archive(content, "a.zip")
    assert archive.read("a.zip/a.md") == b"two"
    assert archive.notes == ["1 file was replaced by a later file with the same path in the archive."]


def test_symbolic_links_are_not_followed() -> None:
    archive = Archive(packed({"docs/link": "../../etc/passwd"}, mode=stat.S_IFLNK | 0o777), "a.zip")
    assert (archive.paths, archive.links) == ([], ["docs/link"])


@pytest.mark.parametrize(
    ("raw", "flag", "name", "is_complete"),
    [
        ("\u00fc.md".encode(), 0, "\u00fc.md", True),  # of programs that write UTF-8 without the flag
        ("\u00fc.md".encode(), 0x800, "\u00fc.md", True),
        (b"\x81_.md", 0, "\u00fc_.md", False),  # code page 437, or another one
    ],
)
def test_names_are_in_utf_8_or_of_unknown_encoding(raw: bytes, flag: int, name: str, is_complete: bool) -> None:
    archive = Archive(flagged(renamed(packed({"xx.md": "x"}), b"xx.md", raw), flag), "a.zip")
    assert (archive.paths, archive.is_complete) == ([f"a.zip/{name}"], is_complete)
    assert bool(archive.notes) != is_complete


@pytest.mark.parametrize(("comment", "names", "expected"), [
    (b"0123456789abcdef0123456789abcdef01234567", ["r/a.md"], True),
    (b"", ["r/a.md", "r/.github/x.yml"], True),
    (b"", [".git/config", "a.md"], True),
    (b"a comment", ["r/a.md", "r/b/.github/x"], False),
])  # fmt: skip
def test_a_repository_is_known_by_its_commit_or_its_hidden_folders(
    comment: bytes, names: list[str], expected: bool
) -> None:
    assert Archive(packed(dict.fromkeys(names, "x"), comment), "a.zip").is_repository is expected


VALID = packed({"docs/a.md": "[a](http://a.example/200)"})
DENSE = packed({"docs/a.md": "x" * 1_100_000, "docs/b.md": "[b](http://a.example/200)"})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged or incomplete"),
        (b"no archive at all", "damaged or incomplete"),
        (VALID[:-5], "damaged or incomplete"),
        (VALID[: len(VALID) // 2], "damaged or incomplete"),
        (flagged(renamed(VALID, b"docs/a.md", b"docs/\xff.md"), 0x800), "damaged or incomplete"),
        (flagged(VALID, 0x1), "encrypted"),
        (VALID.replace(b"a.md", b"b.md", 1), "damaged in the archive"),
        (VALID[:45] + b"\xff" * 8 + VALID[53:], "damaged in the archive"),
        (packed({"docs/a.md": "x"}, method=zipfile.ZIP_BZIP2), "packed by a method"),
        (packed({"docs/a.md": b"\0" * 20_000_001}), "larger than 20 MB"),
        (packed({"docs/a.md": "x" * 1_100_000}), "more than 200 times as large"),
        (packed({"docs/a.zip": VALID}), "1 file was skipped: .zip is not read."),
        (packed({}), "There are no files"),
    ],
)
async def test_an_archive_that_cannot_be_read_says_why(content: bytes, words: str) -> None:
    with pytest.raises(GatherError) as raised:
        await gathered(content)
    assert raised.value.code == "nothing-read"
    assert words in str(raised.value)


@pytest.mark.parametrize("seed", range(4))
def test_damage_of_any_kind_gives_a_sentence(seed: int) -> None:
    rng = random.Random(seed)
    intact = packed({"d/a.md": "hello " * 50, "d/\u00fc.md": "x", "d/b/": ""})
    for _ in range(500):
        content = bytearray(intact)
        for _ in range(rng.choice((1, 2, 8))):
            at = rng.randrange(len(content))
            content[at : at + rng.choice((1, 1, 4))] = rng.choice((b"\0", b"\xff", b"\xff" * 4, rng.randbytes(1), b""))
        with suppress(ArchiveError):
            archive = Archive(bytes(content), "a.zip")
            for path, _ in archive.files():
                with suppress(ArchiveError):
                    archive.read(path)


async def test_one_bad_file_does_not_keep_the_others_from_being_read() -> None:
    result = await gathered(DENSE)
    assert [link.url for link in result.links] == ["http://a.example/200"]
    assert [note.partition(":")[0] for note in result.notes] == ["docs/a.md"]


async def test_the_64_bit_form_is_read() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as opened, opened.open("docs/a.md", "w", force_zip64=True) as file:
        file.write(b"[a](http://a.example/200)")
    assert len((await gathered(content.getvalue())).links) == 1


def test_the_number_of_entries_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES", 3)
    assert len(paths(packed({f"d/{n}.md": "x" for n in range(3)}))) == 3
    with pytest.raises(ArchiveError, match="has more than 3 files"):
        Archive(packed({f"d/{n}.md": "x" for n in range(4)}), "a.zip")


@pytest.mark.parametrize("limit", ["MAX_FILES", "MAX_TOTAL"])
def test_the_limits_of_a_check_hold_for_unpacked_files(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(files_module, limit, 3)
    files = Files.of_archive("a.zip", packed({f"d/{n}.md": "x" for n in range(5)}), None, "auto")
    assert ([file.name for file in files.items], files.is_cut) == (["d/0.md", "d/1.md", "d/2.md"], True)
    assert (len(files.listing), files.is_complete) == (5, True)


async def test_an_entry_with_the_content_of_another_is_not_read() -> None:
    content = packed({"docs/a.md": "[a](http://a.example/200)", "docs/b.md": "x"})
    first, second = (content.find(b"PK\x01\x02"), content.rfind(b"PK\x01\x02"))
    changed = bytearray(content)
    changed[second + 42 : second + 46] = changed[first + 42 : first + 46]
    result = await gathered(bytes(changed))
    assert any("docs/b.md" in note and "damaged" in note for note in result.notes)


@pytest.mark.parametrize("way", ["file", "files"])
async def test_the_worker_checks_an_archive_as_a_folder(way: str) -> None:
    content = packed({"docs/a.md": "# A\n[b](b.md) [c](c.md) [d](#a) [w](http://a.example/200)", "docs/b.md": "b"})
    page = Page()
    source: dict[str, object] = {"name": "x.ZIP", "mediaType": "application/zip"}
    if way == "files":
        source = {"files": [{"name": "x.ZIP", "size": len(content), "inFolder": False}], "listing": []}
    await page.ask({"id": 1, "type": "audit", "source": source}, content)
    assert {(row["source"], row["url"], row["rule"]) for row in page.results()} == {
        ("docs/a.md", "b.md", "file-found"),
        ("docs/a.md", "c.md", "file-missing"),
        ("docs/a.md", "#a", "file-found"),
        ("docs/a.md", "http://a.example/200", "success"),
    }
    assert next(row["reason"] for row in page.results() if row["url"] == "c.md") == "There is no such file or folder."


async def test_an_archive_above_the_limit_is_not_sent() -> None:
    page = Page()
    files = [{"name": "x.zip", "size": 0, "inFolder": False, "fault": "too-large"}]
    error = await page.ask({"id": 1, "type": "audit", "source": {"files": files}}, b"")
    assert "This archive is larger than 100 MB." in error["message"]
