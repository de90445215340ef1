"""A folder that is dropped or chosen is one check. Its links name their files, and skipped files are reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.screen import Screen, Visit, visit_without_python
from tests.browser.support.tabs import ENGINES
from tests.browser.support.transfer import Tab, opened
from tests.servers.launch import Targets


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


@pytest.fixture
def docs(tmp_path: Path, targets: Targets) -> Path:
    """A folder with files that are read, files that are skipped with a note, and files that are ignored."""
    site = targets.cors
    folder = tmp_path / "docs"
    write(
        folder,
        {
            "index.html": f"<a href='{site}/ok/html'>a</a> <a href='{site}/ok/twice'>b</a>",
            "guide/a.md": f"[a]({site}/status/404) and [b]({site}/ok/twice)",
            "guide/deep/list.txt": f"a word\n{site}/ok/text\nanother",
            "guide/b.adoc": f"{site}/ok/adoc[text]",
            "data.csv": f"name,url\nx,{site}/ok/csv",
            "empty.md": "",
            "photo.foo": "no",
            "guide/other.FOO": "no",
            "LICENSE": f"{site}/ok/no",
            ".hidden.md": f"[a]({site}/ok/no)",
            ".git/a.md": f"[a]({site}/ok/no)",
            "guide/node_modules/x/a.md": f"[a]({site}/ok/no)",
            "zeros.html": "\0" * 5000,
        },
    )
    return folder


def drop(page: Page, *paths: Path) -> None:
    """Drop these paths as a file manager does."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for type in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": type, "x": 200, "y": 20, "data": data})
        if type == "dragOver":
            expect(page.locator("#drop")).to_be_visible()
    expect(page.locator("#drop")).to_be_hidden()


def copied_results(screen: Screen) -> list[tuple[str, str, int]]:
    """Source, URL and line of each link, from the copied results."""
    screen.wait_until_done()
    screen.show_all()
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.page.click("#copy")
    expect(screen.page.locator("#toast")).to_contain_text("copied")
    results: list[dict[str, Any]] = screen.page.evaluate("async () => JSON.parse(await navigator.clipboard.readText())")
    return [(result["source"], result["url"], result["line"]) for result in results]


def links(site: str) -> set[tuple[str, str, int]]:
    return {
        ("docs/index.html", f"{site}/ok/html", 1),
        ("docs/index.html", f"{site}/ok/twice", 1),
        ("docs/guide/a.md", f"{site}/status/404", 1),
        ("docs/guide/a.md", f"{site}/ok/twice", 1),
        ("docs/guide/deep/list.txt", f"{site}/ok/text", 2),
        ("docs/guide/b.adoc", f"{site}/ok/adoc", 1),
        ("docs/data.csv", f"{site}/ok/csv", 2),
    }


@pytest.mark.parametrize("way", ["drop", "choose"])
def test_folder_is_one_check(visit: Visit, targets: Targets, docs: Path, way: str) -> None:
    screen = Screen(visit())
    if way == "drop":
        drop(screen.page, docs)
    else:
        screen.page.set_input_files("#folder", docs)
    assert set(copied_results(screen)) == links(targets.cors)
    counts = targets.seen().counts
    assert counts["HEAD cors/ok/twice"] == 1  # two files link to it
    assert "HEAD cors/ok/no" not in counts
    notes = screen.page.locator("#notes li")
    expect(notes).to_have_count(2)
    expect(notes.nth(0)).to_contain_text("docs/zeros.html: ")
    expect(notes.nth(1)).to_have_text("3 files were skipped: .foo and files without an extension are not read.")
    screen.row(f"{targets.cors}/ok/twice").click()
    expect(screen.inspector).to_contain_text("Used in 2 places")
    expect(screen.inspector).to_contain_text("docs/index.html line 1, “b”")
    expect(screen.inspector).to_contain_text("docs/guide/a.md line 1, “b”")


def test_files_and_folders_are_checked_together(visit: Visit, targets: Targets, docs: Path, tmp_path: Path) -> None:
    """A file that is dropped by itself is read whatever its extension is."""
    write(tmp_path, {"links.foo": f"See {targets.cors}/ok/foo."})
    screen = Screen(visit())
    drop(screen.page, docs / "guide", tmp_path / "links.foo")
    sources = {source for source, _, _ in copied_results(screen)}
    assert sources == {"guide/a.md", "guide/b.adoc", "guide/deep/list.txt", "links.foo"}
    assert targets.seen().counts["HEAD cors/ok/foo"] == 1


def test_files_of_a_folder_resolve_below_the_base(visit: Visit, targets: Targets, tmp_path: Path) -> None:
    write(
        tmp_path,
        {"site/a.html": "<a href='ok/one'>1</a>", "site/ok/b c.html": "<a href='two'>2</a><a href='/ok/three'>3</a>"},
    )
    screen = Screen(visit())
    screen.options()
    screen.page.fill("#base", targets.cors)
    drop(screen.page, tmp_path / "site")
    assert {url for _, url, _ in copied_results(screen)} == {
        f"{targets.cors}/ok/{name}" for name in ("one", "two", "three")
    }


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "There are no files"),
        ({".hidden.md": "x", "node_modules/a.md": "x"}, "There are no files"),
        ({"a.foo": "x", "b.foo": "x", "c.foo": "x"}, "3 files were skipped: .foo is not read."),
        ({"a.html": "\0" * 5000}, "folder/a.html: "),
    ],
)
def test_folder_without_readable_files_is_an_error(
    visit: Visit, tmp_path: Path, files: dict[str, str], message: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    write(folder, files)
    screen = Screen(visit())
    drop(screen.page, folder)
    expect(screen.notice).to_contain_text("Nothing could be read")
    expect(screen.notice).to_contain_text(message)
    expect(screen.sentence).to_have_text("Nothing was checked")


@pytest.mark.nightly
def test_files_beyond_the_limit_are_reported(visit: Visit, tmp_path: Path) -> None:
    write(tmp_path, {f"many/{n}.html": "<a href='mailto:a@b.example'>x</a>" for n in range(2_003)})
    screen = Screen(visit())
    drop(screen.page, tmp_path / "many")
    screen.wait_until_done()
    expect(screen.page.locator("#notes")).to_contain_text(
        "Only 2,000 files were read: a check is limited to 2,000 files and 100 MB."
    )
    expect(screen.rows.locator(".c-used")).to_have_text("2,000 places")


def test_file_above_the_size_limit_is_reported(visit: Visit, targets: Targets, tmp_path: Path) -> None:
    write(tmp_path, {"two/a.md": f"[a]({targets.cors}/ok/a)", "two/b.txt": "x" * 20_000_001})
    screen = Screen(visit())
    drop(screen.page, tmp_path / "two")
    assert [source for source, _, _ in copied_results(screen)] == ["two/a.md"]
    expect(screen.page.locator("#notes li")).to_have_text(
        ["two/b.txt: This file is larger than 20 MB. Split it and check the parts."]
    )


def test_cancel_while_a_folder_is_listed(visit: Visit, site: str, targets: Targets, docs: Path) -> None:
    """The check is cancelled before Python is ready. Checking the rest then checks the whole folder."""
    page, start_python = visit_without_python(visit, site)
    drop(page, docs)
    page.click("#cancel")
    start_python()
    expect(page.locator("#sentence")).to_have_text("Stopped: no link was checked")
    page.click("#rest")
    screen = Screen(page)
    assert set(copied_results(screen)) == links(targets.cors)


@pytest.fixture(scope="module", params=ENGINES)
def tab(request: pytest.FixtureRequest, site: str) -> Iterator[Tab]:
    with opened(request, site) as tab:
        yield tab


def test_folder_is_read_in_every_engine(tab: Tab, targets: Targets) -> None:
    """The entries are fakes, since no driver of Firefox can drop a folder: they arrive in pairs, and two cannot be read."""
    results = tab.call(
        """async ({site}) => {
          const file = (name, text) => ({name, isFile: true, isDirectory: false, file: (done) => done(new File([text], name))});
          const gone = {name: "gone.md", isFile: true, isDirectory: false, file: (_, failed) => failed(new DOMException("gone"))};
          const folder = (name, ...entries) => ({name, isFile: false, isDirectory: true, createReader: () => {
            const left = [...entries];
            return {readEntries: (done) => setTimeout(() => done(left.splice(0, 2)))};
          }});
          const closed = {name: "closed", isFile: false, isDirectory: true, createReader: () => ({readEntries: (_, failed) => failed(new Error())})};
          const top = folder("top", file("z.md", `[z](${site}/ok/z)`), gone, folder("b", file("b.html", `<a href="${site}/ok/b">b</a>`)),
            folder("a", file("a.md", `[a](${site}/ok/a)`)), folder("vendor", file("v.md", `[v](${site}/ok/v)`)), file("x.foo", ""), closed);
          const item = {kind: "file", webkitGetAsEntry: () => top, getAsFile: () => null};
          const event = new Event("drop", {bubbles: true, cancelable: true});
          Object.defineProperty(event, "dataTransfer", {value: {items: [item], types: ["Files"], files: [], getData: () => ""}});
          document.body.dispatchEvent(event);
          const later = (ms) => new Promise((done) => setTimeout(done, ms));
          const bar = document.getElementById("bar");
          while (!bar.hasAttribute("aria-valuenow") || !document.getElementById("cancel").hidden) await later(50);
          await later(300);
          return [Array.from(document.querySelectorAll("#grid-body [role=row]"), (row) => row.dataset.url),
            Array.from(document.querySelectorAll("#notes li"), (note) => note.textContent)];
        }""",
        site=targets.cors,
    )
    urls, notes = results
    assert urls == [f"{targets.cors}/ok/{name}" for name in ("z", "a", "b")]
    assert notes[-1] == "1 file was skipped: .foo is not read."
    assert [note.partition(":")[0] for note in notes[:-1]] == ["top/gone.md", "top/closed/"]
