"""The page's own limits: larger input is refused before it is read, with a message that names the limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from json_head.extract.source import MAX_BYTES, MAX_MARKDOWN
from json_head.gather.links import MAX_LINKS
from json_head.urls.target import MAX_LENGTH
from playwright.sync_api import Page, expect

from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets


def open_ready(visit: Visit) -> Screen:
    page = visit()
    page.wait_for_function("() => window.jsonHead")
    page.evaluate("async () => { await jsonHead.ready; }")
    return Screen(page)


def fill(page: Page, script: str) -> None:
    """Put a text made by a script into the box, without sending it from the test."""
    page.evaluate(f"() => {{ document.querySelector('#text').value = {script}; }}")


def drop(page: Page, script: str) -> None:
    """Drop a file made by a script onto the page."""
    page.evaluate(
        f"""() => {{
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add({script});
          document.body.dispatchEvent(new DragEvent("drop", {{ dataTransfer, bubbles: true, cancelable: true }}));
        }}"""
    )


@pytest.mark.nightly
def test_links_above_the_limit_are_refused(visit: Visit, targets: Targets) -> None:
    screen = open_ready(visit)
    fill(screen.page, f"Array.from({{length: {MAX_LINKS + 1}}}, (_, n) => `{targets.cors}/ok/${{n}}`).join('\\n')")
    screen.page.click("#check-text")
    expect(screen.notice).to_contain_text("There are more than 100,000 links. Check this source in parts.")
    expect(screen.notice).to_contain_text("Too many links at once")
    expect(screen.sentence).to_have_text("Nothing was checked")
    code = screen.page.evaluate(
        f"async () => {{ try {{ await jsonHead.head(Array({MAX_LINKS + 1}).fill('http://127.0.0.1/')); }} catch (error) {{ return error.code; }} }}"
    )
    assert code == "too-many-links"
    assert targets.seen().requests == 0


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (f"new File([new Uint8Array({MAX_BYTES + 1}).fill(97)], 'a.txt')", "a.txt: The file is larger than 20 MB. Split it and check the parts."),
        (f"new File(['a '.repeat({MAX_MARKDOWN // 2 + 1})], 'a.md')", "a.md: The Markdown is larger than 2 MB, unpacked. Split it and check the parts."),
        ("new File(['a\\n'.repeat(100_001)], 'a.md')", "a.md: The Markdown has more than 100,000 lines. Split it and check the parts."),
        ("new File([new Uint8Array(5000)], 'a.html')", "a.html: This is not text: it contains zero bytes, as binary files do."),
        ("Object.defineProperty(new File(['x'], 'big.html'), 'size', {value: 500e6})", "big.html: The file is larger than 20 MB."),
        ("Object.defineProperty(new File(['x'], 'gone'), 'arrayBuffer', {value: async () => { throw new DOMException('', 'NotFoundError'); }})",
         "gone: This file can’t be read. It may be a folder, or have been moved or changed since it was chosen."),
    ],
)  # fmt: skip
def test_unreadable_files_are_refused(visit: Visit, made: str, message: str) -> None:
    screen = open_ready(visit)
    drop(screen.page, made)
    expect(screen.notice).to_contain_text(message)
    screen.wait_until_done()
    assert screen.rows.count() == 0
    screen.check("http://[", "urls")  # the page still works
    assert len(screen.table()) == 1


def test_file_of_500_mb_is_refused_by_its_size(visit: Visit, tmp_path: Path) -> None:
    """The file is sparse: it takes no space on the disk, but would take memory when read."""
    path = tmp_path / "large.html"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    screen = open_ready(visit)
    screen.page.set_input_files("#files", path)
    expect(screen.notice).to_contain_text("large.html: The file is larger than 20 MB. Split it and check the parts.")


def test_vanished_file_is_reported(visit: Visit, tmp_path: Path) -> None:
    """A file that is deleted between choosing and reading cannot be read, just as a folder that a browser gives as a file."""
    path = tmp_path / "page.html"
    path.write_text("<a href=http://127.0.0.1:9/>x</a>")
    screen = open_ready(visit)
    screen.page.evaluate(
        "() => { document.querySelector('#files').addEventListener('change', (event) => event.stopImmediatePropagation(), { capture: true, once: true }); }"
    )
    screen.page.set_input_files("#files", path)
    path.unlink()
    screen.page.evaluate("() => { document.querySelector('#files').dispatchEvent(new Event('change')); }")
    expect(screen.notice).to_contain_text("page.html: This file can’t be read.")


@pytest.mark.nightly
def test_text_above_the_size_limit_is_refused(visit: Visit) -> None:
    screen = open_ready(visit)
    fill(screen.page, "'https://127.0.0.1/a/page/of/some/length\\n'.repeat(750_000)")
    screen.page.evaluate("() => { document.querySelector('#check-text').click(); }")
    expect(screen.notice).to_contain_text("The text is larger than 20 MB. Split it and check the parts.")


def test_over_long_url_does_not_affect_the_others(visit: Visit, targets: Targets) -> None:
    screen = open_ready(visit)
    screen.options()
    screen.page.select_option("#format", "urls")
    fill(
        screen.page, f"'{targets.cors}/ok/1\\n{targets.cors}/ok/' + 'a'.repeat({MAX_LENGTH}) + '\\n{targets.cors}/ok/2'"
    )
    screen.page.click("#check-text")
    screen.wait_until_done()
    assert [verdict for verdict, _, _ in screen.table()] == ["Works", "Not checked", "Works"]
    screen.rows.nth(1).click()
    expect(screen.inspector.locator(".reason")).to_contain_text("browsers take at most 2,097,152")
    expect(screen.inspector.locator(".facts")).to_contain_text("not-checked, too-long")
    assert targets.seen().counts == {"HEAD cors/ok/1": 1, "HEAD cors/ok/2": 1}
