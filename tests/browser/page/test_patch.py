"""The repaired links of dropped files and of pasted text are downloaded as a patch."""

from __future__ import annotations

import subprocess
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.page.test_folder import drop, write
from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets

FILES = {
    "docs/index.html": "<p id='Top-part'>x</p>\n<a href='guide.html#Set-Up'>1</a> <a href='#top-part'>2</a> <a href='Guide.html'>3</a>\n",
    "docs/guide.html": "<h1 id='set-up'>x</h1>\n<a href='gone.html'>4</a>\n",
}

#: The buttons of the redirects while a check runs, and once it has ended with the same rows.
SAME_ROWS = """async () => {
  const {src} = document.querySelector("script[src$='page.js']");
  const {RedirectsTab} = await import(new URL("redirects/tab.js", src).href);
  const tab = new RedirectsTab({});
  const rows = [];
  const run = {running: true, get repairable() { return this.running ? null : {contents: [{text: ""}], results: []}; }};
  return [true, false].map((running) => {
    run.running = running;
    tab.show(run, rows);
    const buttons = document.getElementById("redirects").lastElementChild.querySelectorAll(".buttons button:not([hidden])");
    return [...buttons].map((button) => button.firstElementChild.textContent);
  });
}"""


def save_patch(screen: Screen) -> str:
    screen.wait_until_done()
    page = screen.page
    page.click("#download summary")
    with page.expect_download() as download:
        page.click("#download-items [data-format=patch]")
    assert download.value.suggested_filename.endswith(".patch")
    return download.value.path().read_text()


def test_the_patch_of_a_folder_applies(visit: Visit, tmp_path: Path) -> None:
    write(tmp_path, FILES)
    screen = Screen(visit())
    drop(screen.page, tmp_path / "docs")
    patch = save_patch(screen)
    expect(screen.page.locator("#toast")).to_contain_text("3 links in 1 file repaired in the patch.")
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch, text=True, check=True, timeout=30)
    repaired = (tmp_path / "docs/index.html").read_text()
    assert repaired == FILES["docs/index.html"].replace("#Set-Up", "#set-up").replace("#top-part", "#Top-part").replace(
        "Guide.html", "guide.html"
    )
    assert (tmp_path / "docs/guide.html").read_text() == FILES["docs/guide.html"]


def test_what_cannot_be_repaired_gives_no_file(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.page.fill("#text", f"{targets.cors}/status/404 and other text")
    screen.page.click("#check-text")
    screen.wait_until_done()
    screen.page.click("#download summary")
    screen.page.click("#download-items [data-format=patch]")
    expect(screen.page.locator("#toast")).to_contain_text("No link has a new address that is certain.")


def test_addresses_have_no_patch(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.page.goto(screen.page.url + f"?url={targets.cors}/ok/one")
    screen.wait_until_done()
    screen.page.click("#download summary")
    expect(screen.page.locator("#download-items [data-format=json]")).to_be_visible()
    expect(screen.page.locator("[data-format=patch]")).to_have_count(0)


def test_a_pasted_text_is_copied_with_the_chosen_addresses(visit: Visit, targets: Targets) -> None:
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    moved, other = f"{targets.cors}/redirect/1", f"{targets.cors}/ok/one"
    text = f"See [this]({moved}), [that]({other}) – and “more”.\n"
    page.fill("#text", text)
    page.click("#check-text")
    Screen(page).wait_until_done()
    page.click("#tabs [data-tab=redirects]")
    page.check("#redirects thead input")
    page.get_by_role("button", name="Copy corrected text").click()
    expect(page.locator("#toast")).to_contain_text("Corrected text copied: 1 link corrected")
    goal = page.locator("#redirects tbody .r-new a").get_attribute("href")
    assert goal and page.evaluate("navigator.clipboard.readText()") == text.replace(moved, goal)


def test_a_dropped_file_is_saved_with_the_chosen_addresses(visit: Visit, targets: Targets, tmp_path: Path) -> None:
    page = visit()
    moved = f"{targets.cors}/redirect/1"
    write(tmp_path, {"guide.md": f"# A\n[this]({moved})\n"})
    drop(page, tmp_path / "guide.md")
    Screen(page).wait_until_done()
    page.click("#tabs [data-tab=redirects]")
    page.check("#redirects thead input")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save corrected file").click()
    goal = page.locator("#redirects tbody .r-new a").get_attribute("href")
    assert download.value.suggested_filename == "guide.md"
    assert download.value.path().read_text() == f"# A\n[this]({goal})\n"


def test_redirects_can_be_patched_at_the_end_although_their_rows_stay_the_same(visit: Visit) -> None:
    page = visit()
    page.wait_for_function("() => window.jsonHead")
    during, after = page.evaluate(SAME_ROWS)
    assert set(after) - set(during) == {"Copy corrected text", "Patch"}
