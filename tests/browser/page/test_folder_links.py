"""Links from file to file of a dropped folder or ZIP archive are looked up in it, with anchors. Nothing is sent for them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.page.test_folder import drop, write
from tests.browser.support.app import App
from tests.browser.support.screen import Screen, Visit
from tests.browser.support.tabs import ENGINES
from tests.browser.support.transfer import opened
from tests.servers.launch import Targets

FILES = {
    "index.html": "<a href='guide/a.md#set-up'>1</a> <a href='guide/'>2</a> <a href='/guide/a.md'>3</a> <a href='#no'>4</a>",
    "guide/a.md": "# Set up\n\n[b](../gone.md) [c](../index.html#x) ![d](../img/d.png) [e](a.md#Set-up)",
    "img/d.png": "PNG",
}
#: The rows of these files: verdict and path.
ROWS = [
    ("Broken", "docs/guide/"),  # a website needs an index file
    ("Broken", "docs/gone.md"),
    ("Section missing", "docs/index.html#no"),
    ("Section missing", "docs/index.html#x"),
    ("Section missing", "docs/guide/a.md#Set-up"),
    ("Works", "docs/guide/a.md#set-up"),
    ("Works", "docs/guide/a.md"),
    ("Works", "docs/img/d.png"),
]


def packed(files: Mapping[str, str], folder: str = "") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, text in files.items():
            opened.writestr(folder + name, text)
    return content.getvalue()


def rows(screen: Screen) -> list[tuple[str, str]]:
    screen.wait_until_done()
    screen.show_all()
    expect(screen.rows.first).to_be_visible()
    return [(verdict, url) for verdict, _, url in screen.table()]


@pytest.mark.parametrize("way", ["drop", "choose", "zip", "dropped zip"])
def test_links_between_files_are_looked_up(visit: Visit, targets: Targets, tmp_path: Path, way: str) -> None:
    folder = tmp_path / "docs"
    write(folder, FILES)
    archive = tmp_path / "a.zip"
    archive.write_bytes(packed(FILES, "docs/"))
    screen = Screen(visit())
    page = screen.page
    page.wait_for_function("() => window.jsonHead")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    match way:
        case "drop":
            drop(page, folder)
        case "choose":
            page.set_input_files("#folder", folder)
        case "zip":
            page.set_input_files("#files", archive)
        case _:
            drop(page, archive)
    assert rows(screen) == ROWS
    expect(screen.sentence).to_have_text("5 links to fix")
    expect(screen.number("broken")).to_have_text("2")
    expect(screen.number("fragment-missing")).to_have_text("3")
    expect(page.locator("#notes li")).to_have_text(["1 file was skipped: .png is not read."])
    assert not [url for url in requests if not url.startswith(page.url.partition("#")[0])]
    assert targets.seen().requests == 0


def test_details_of_a_link_to_a_file(visit: Visit, tmp_path: Path) -> None:
    """It has no address on the web, so it cannot be opened, and the folder is not at hand to check it again."""
    write(tmp_path / "docs", FILES)
    screen = Screen(visit())
    drop(screen.page, tmp_path / "docs")
    rows(screen)
    expect(screen.page.locator("#again")).to_be_hidden()
    screen.row("docs/index.html#x").click()
    inspector = screen.inspector
    expect(inspector.locator("#inspector-title")).to_have_text("Section missing")
    expect(inspector.locator(".reason")).to_contain_text("The page is there. Nothing in its source has the name")
    expect(inspector.locator(".whole-address")).to_have_text("docs/index.html#x")
    expect(inspector.locator(".place")).to_have_text("docs/guide/a.md line 3, “c” ../index.html#x")
    screen.technical()
    expect(screen.fact("Section after #")).to_have_text("missing")
    expect(screen.fact("Found in")).to_have_text("markdown link, column 21")
    expect(inspector.get_by_role("link")).to_have_count(0)
    expect(inspector.locator("#inspector-content .buttons").get_by_role("button")).to_have_text(["Copy path"])
    expect(inspector.get_by_role("button", name="Check")).to_have_count(0)
    screen.row("docs/gone.md").click()
    expect(inspector.locator(".reason")).to_contain_text("The browser lists no such file")


def test_rows_are_filtered_by_verdict_and_path(visit: Visit, tmp_path: Path) -> None:
    write(tmp_path / "docs", FILES)
    screen = Screen(visit())
    drop(screen.page, tmp_path / "docs")
    assert rows(screen) == ROWS
    chip = screen.page.locator(".chip[data-verdict=fragment-missing]")
    expect(chip).to_have_text("Section missing 3")
    chip.click()
    expect(screen.rows).to_have_count(3)
    assert rows(screen) == [row for row in ROWS if row[0] == "Section missing"]
    chip.click()
    screen.page.fill("#filter", "docs/img")
    expect(screen.rows).to_have_count(1)


def test_only_links_to_the_web_are_checked_again(visit: Visit, targets: Targets, tmp_path: Path) -> None:
    write(tmp_path / "docs", {"a.md": f"[w]({targets.cors}/ok/w) [b](b.md)"})
    screen = Screen(visit())
    drop(screen.page, tmp_path / "docs")
    before = rows(screen)
    screen.page.get_by_role("button", name="Check 1 again").click()
    assert rows(screen) == before
    assert targets.seen().counts["HEAD cors/ok/w"] == 2


@pytest.mark.parametrize("way", ["drop", "choose"])
def test_a_repository_is_known_by_its_hidden_folder(visit: Visit, tmp_path: Path, way: str) -> None:
    write(tmp_path / "repo", {"a/b.md": "[c](/c.md) [d](../../d.md)", "c.md": "c", ".github/x.yml": "x: 1"})
    screen = Screen(visit())
    if way == "drop":
        drop(screen.page, tmp_path / "repo")
    else:
        screen.page.set_input_files("#folder", tmp_path / "repo")
    assert rows(screen) == [("Not checked", "d.md"), ("Works", "repo/c.md")]


#: Archives that say why they, or files in them, are not read.
HOSTILE = {
    "empty.zip": (b"", "empty.zip: This is no ZIP archive, or it is damaged"),
    "cut.zip": (packed(FILES)[:-30], "cut.zip: This is no ZIP archive, or it is damaged"),
    "bomb.zip": (packed({"a.md": "x" * 19_000_000}), "bomb.zip/a.md: Unpacked, this file is more than 200 times as large."),
    "up.zip": (packed({"../../a.md": "x"}), "up.zip: 1 file was left out: the path leads out of the archive."),
    "nested.zip": (packed({"docs/a.zip": "x"}), "1 file was skipped: .zip is not read."),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_in_words(visit: Visit, tmp_path: Path, name: str) -> None:
    content, words = HOSTILE[name]
    (tmp_path / name).write_bytes(content)
    screen = Screen(visit())
    screen.page.set_input_files("#files", tmp_path / name)
    expect(screen.notice).to_contain_text(words)
    expect(screen.sentence).to_have_text("Nothing was checked")


def test_an_archive_of_100_mb_is_read_and_a_larger_one_is_not(visit: Visit, targets: Targets, tmp_path: Path) -> None:
    """Most of the archive is a picture, which is not unpacked."""
    with zipfile.ZipFile(tmp_path / "big.zip", "w") as opened:
        opened.writestr("docs/a.md", f"[a]({targets.cors}/ok/a)")
        with opened.open("docs/a.png", "w") as picture:
            for _ in range(99):
                picture.write(b"\0" * 1_000_000)
    screen = Screen(visit())
    screen.page.set_input_files("#files", tmp_path / "big.zip")
    assert rows(screen) == [("Works", f"{targets.cors}/ok/a")]
    with (tmp_path / "big.zip").open("r+b") as file:
        file.truncate(100_000_001)
    screen.page.set_input_files("#files", tmp_path / "big.zip")
    expect(screen.notice).to_contain_text("larger than 100 MB")


MANY = 100_000


@pytest.mark.nightly
def test_100_000_links_between_files_leave_the_worker_responsive(app: App) -> None:
    """An export is answered while the links are looked up. Their results arrive in order."""
    measured: dict[str, Any] = app.run(
        """async ({many}) => {
          const each = many / 20;
          const files = Array.from({length: 20}, (_, file) => ({name: `d/${file}.html`, inFolder: true,
            file: new Blob([Array.from({length: each}, (_, n) => `<a href="${n % 21}.html#x${n % 7}">`).join("\\n")])}));
          const listing = ["d/", ...files.map(({name}) => name)];
          const audit = jsonHead.audit({files, listing});
          let last = performance.now();
          let longest = 0;
          let count = 0;
          let sorted = true;
          let before = 0;
          const verdicts = {};
          await audit.found;
          const asking = (async () => {
            while (count < many) {
              const start = performance.now();
              await jsonHead.export([], "json");
              longest = Math.max(longest, performance.now() - start);
              await new Promise((later) => setTimeout(later, 20));
            }
          })();
          for await (const {verdict, source, line} of audit) {
            const at = Number(source.slice(2, -5)) * each + line;
            sorted &&= at >= before;
            before = at;
            verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
            count++;
          }
          await asking;
          return {count, sorted, longest, verdicts, ms: performance.now() - last};
        }""",
        many=MANY,
    )
    assert measured["count"] == MANY
    assert measured["sorted"]
    assert set(measured["verdicts"]) == {"broken", "fragment-missing"}
    assert measured["longest"] < 5_000  # some 60 ms on an idle machine; without pauses all of it, some 20 s


@pytest.mark.parametrize("engine", ENGINES)
def test_an_archive_is_read_in_every_engine(request: pytest.FixtureRequest, site: str, engine: str) -> None:
    request.param = engine
    with opened(request, site) as tab:
        results = tab.call(
            """async ({bytes}) => {
              const results = [];
              for await (const result of jsonHead.audit(new File([new Uint8Array(bytes)], "a.zip"))) results.push(result);
              return results.map(({url, rule}) => [url, rule]);
            }""",
            bytes=list(packed({"a.md": "[b](b.md) [c](c.md)", "b.md": "b"})),
        )
    assert results == [["b.md", "file-found"], ["c.md", "file-missing"]]
