"""The transport for files: which paths exist, and which do not."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from json_head.model import Link, Outcome, Request, Result, Verdict, timestamp
from json_head.relay.evidence import result_of
from json_head.transports.files import disk as module
from json_head.transports.files.disk import Disk
from json_head.transports.files.sender import Files
from json_head.transports.files.serving import Serving
from json_head.urls.target import UrlError, parse
from json_head.verdicts import judge


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.md", "b c.md", "é.md", "e%20f.md", "sub/g.md", "Sub2/H.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    return tmp_path


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The functions of ``os`` that the module uses. Tests may replace them."""
    replaced = SimpleNamespace(**vars(os))
    monkeypatch.setattr(module, "os", replaced)
    return replaced


async def rule(folder: Path, name: str, files: Files | None = None) -> str:
    observation = await (files or Files(Disk([folder]))).observe(Request(f"{folder.as_uri()}/{name}"))
    assert observation.via == "file"
    assert (observation.status, observation.url) == (None, None)
    assert observation.headers is None or observation.headers.keys() == {"content-length"}
    decision = judge([observation])
    assert decision.final is observation
    assert decision.verdict == {
        "file-found": Verdict.OK,
        "file-missing": Verdict.BROKEN,
        "index-missing": Verdict.BROKEN,
    }.get(decision.rule, Verdict.NOT_CHECKED)
    return decision.rule


async def test_a_file_has_its_size_and_a_folder_none(folder: Path) -> None:
    (folder / "sized.pdf").write_bytes(b"12345")
    sizes = [
        await Files(Disk([folder])).observe(Request(f"{folder.as_uri()}/{name}"))
        for name in ("sized.pdf", "sub", "missing.pdf")
    ]
    assert [observation.headers for observation in sizes] == [{"content-length": "5"}, None, None]


@pytest.mark.parametrize(
    "name",
    [
        "a.md", "b%20c.md", "b c.md", "%C3%A9.md", "é.md", "e%2520f.md", "%61.md", "sub/g.md", "sub", "sub/", "", "sub//g.md",
        "a.md?query", "a.md#fragment", "a.md?q#f", "sub/?q", "Sub2/H.md",
    ],
)  # fmt: skip
async def test_an_existing_file_or_folder_is_found(folder: Path, name: str) -> None:
    assert await rule(folder, name) == "file-found"


@pytest.mark.parametrize(
    "name",
    [
        "no.md", "sub/no.md", "no/g.md", "e%20f.md", "a.md/", "a.md/b", "A.md", "sub/G.md", "SUB/g.md", "sub2/H.md", "a.md%00",
        "sub%2Fg.md", "a%2emd%20", "%FF", "x" * 300, "x/" * 3_000, "a.md%3Fquery",
    ],
)  # fmt: skip
async def test_a_path_that_does_not_exist_is_missing(folder: Path, name: str) -> None:
    assert await rule(folder, name) == "file-missing"


@pytest.mark.parametrize("name", ["A.md", "sub/G.md", "SUB/g.md", "sub2/H.md", "Sub2/h.md"])
async def test_letter_case_matters_on_case_insensitive_systems(
    folder: Path, name: str, system: SimpleNamespace
) -> None:
    system.stat = lambda path: os.stat(__file__)  # every path exists
    assert await rule(folder, name) == "file-missing"
    assert await rule(folder, "sub/g.md") == "file-found"


async def test_letter_case_of_the_folder_itself_does_not_matter(folder: Path, system: SimpleNamespace) -> None:
    """On case-insensitive systems, users may write the path of the folder in any case."""
    misspelt = folder / "SUB2"
    system.stat = lambda path: os.stat(__file__)
    system.scandir = lambda path: os.scandir(path.replace("SUB2", "Sub2"))
    files = Files(Disk([misspelt]))
    assert await rule(folder, "SUB2/H.md", files) == "file-found"
    assert await rule(folder, "SUB2/h.md", files) == "file-missing"
    assert await rule(folder, "a.md", files) == "file-found"
    assert await rule(folder, "sub2/H.md", files) == "file-missing"


async def test_unicode_normalisation_does_not_matter_if_the_system_ignores_it(
    folder: Path, system: SimpleNamespace
) -> None:
    """macOS ignores it."""
    system.stat = lambda path: os.stat(__file__)
    assert await rule(folder, "e%CC%81.md") == "file-found"


async def test_symbolic_links_are_followed(folder: Path) -> None:
    (folder / "good").symlink_to("a.md")
    (folder / "bad").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    assert [await rule(folder, name) for name in ("good", "bad", "loop")] == [
        "file-found",
        "file-missing",
        "file-missing",
    ]


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.EPERM])
async def test_an_error_of_the_disk_is_not_checked(folder: Path, system: SimpleNamespace, code: int) -> None:
    def refuse(path: str) -> None:
        raise OSError(code, os.strerror(code))

    system.stat = refuse
    assert await rule(folder, "a.md") == "file-unreadable"


async def test_files_in_a_folder_that_cannot_be_listed_are_found(folder: Path, system: SimpleNamespace) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    system.scandir = refuse
    assert await rule(folder, "sub/g.md") == "file-found"


async def test_a_folder_is_listed_once(folder: Path, system: SimpleNamespace) -> None:
    listed = []
    scandir = os.scandir

    def recording_scandir(path: str) -> object:
        listed.append(path)
        return scandir(path)

    system.scandir = recording_scandir
    files = Files(Disk([folder]))
    for name in ("a.md", "sub/g.md", "sub/g.md", "sub/G.md"):
        await rule(folder, name, files)
    assert listed == [str(folder), str(folder / "sub")] or listed == [str(folder / "sub"), str(folder)]


async def test_files_are_not_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(folder / "pipe")
    monkeypatch.setattr("builtins.open", None)
    monkeypatch.setattr(Path, "open", None)
    assert await rule(folder, "pipe") == "file-found"


async def test_urls_other_than_files_are_refused() -> None:
    files = Files(Disk())
    with pytest.raises(UrlError):
        files.refuse(parse("https://a.example/"))
    assert await files.is_online()
    await files.close()


async def test_observations_of_files_are_responses_or_failures(folder: Path) -> None:
    files = Files(Disk([folder]))
    found = await files.observe(Request(folder.as_uri() + "/a.md"))
    missing = await files.observe(Request(folder.as_uri() + "/no.md"))
    assert (found.outcome, missing.outcome, missing.error) == (Outcome.RESPONSE, Outcome.FAILED, "file-missing")


async def test_a_row_of_a_file_survives_json(folder: Path) -> None:
    files = Files(Disk([folder]))
    for name, rule in (("a.md", "file-found"), ("no.md", "file-missing")):
        observation = await files.observe(Request(f"{folder.as_uri()}/{name}"))
        decision = judge([observation])
        sent = Result(
            Link(name), decision.verdict, decision.rule, decision.reason, decision.final, (observation,), timestamp()
        )
        received = result_of(json.loads(json.dumps(sent.to_json())))
        assert (received.verdict, received.rule, received.attempts[0].via, received.link) == (
            decision.verdict,
            rule,
            "file",
            Link(name),
        )


@pytest.mark.parametrize(
    ("name", "files", "github", "static"),
    [
        ("sub", "file-found", "file-found", "index-missing"),
        ("sub/", "file-found", "file-found", "index-missing"),
        ("site", "file-found", "file-found", "file-found"),
        ("site/", "file-found", "file-found", "file-found"),
        ("a", "file-missing", "file-missing", "file-found"),
        ("a/", "file-missing", "file-missing", "file-missing"),
        ("a.md", "file-found", "file-found", "file-found"),
        ("a.html", "file-missing", "file-missing", "file-missing"),
        ("A", "file-missing", "file-missing", "file-missing"),
        ("sub/g", "file-missing", "file-missing", "file-found"),
        ("", "file-found", "file-found", "index-missing"),
    ],
)
async def test_it_depends_on_the_server_what_a_path_means(
    folder: Path, name: str, files: str, github: str, static: str
) -> None:
    (folder / "site").mkdir()
    (folder / "site/index.htm").write_text("x")
    servings = (Serving(), Serving("github"), Serving("static", ("index.html", "index.htm"), ("html", "md")))
    assert [await rule(folder, name, Files(Disk([folder]), serving)) for serving in servings] == [files, github, static]


@pytest.mark.parametrize(
    ("names", "served"),
    [(["README.md", "x.md"], "README.md"), (["readme.rst", "ReadMe.MD"], "ReadMe.MD"), (["readme.txt"], "readme.txt"), (["x.md"], "")],
)  # fmt: skip
def test_github_shows_the_readme_of_a_folder(tmp_path: Path, names: list[str], served: str) -> None:
    for name in names:
        (tmp_path / name).write_text("x")
    found = Files(Disk([tmp_path]), Serving("github")).served(tmp_path.as_uri())
    assert found and Path(found.path) == tmp_path / served


async def test_nothing_outside_of_the_root_is_looked_up(folder: Path, system: SimpleNamespace) -> None:
    (folder / "sub/out.md").symlink_to("../a.md")
    (folder / "sub/in.md").symlink_to("g.md")
    (folder / "sub/far").symlink_to("..")
    root = str(folder / "sub")
    files = Files(Disk([folder]), root=root)
    names = (
        "sub/in.md",
        "sub/g.md",
        "sub/",
        "sub",
        "sub/no.md",
        "sub/out.md",
        "sub/far/a.md",
        "a.md",
        "no.md",
        "sub2/H.md",
        "subway",
    )
    rules = [await rule(folder, name, files) for name in names]
    assert rules == [*["file-found"] * 4, "file-missing", *["outside-root"] * 6]
    system.stat = None  # any use is an error
    assert await rule(folder, "a.md", files) == "outside-root"
