"""What screen readers are told: each message once, in one polite region, and errors as alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.support.app import PATIENCE_MS
from tests.browser.support.screen import Screen
from tests.servers.launch import Targets

#: Notes each text that comes into a live region, with the region's role.
RECORD = """() => {
  window.announced = [];
  const regions = "[role=status], [role=alert], [aria-live]";
  const observer = new MutationObserver((changes) => {
    const changed = new Set(changes.flatMap(({target}) => (target.closest ? target : target.parentElement)?.closest(regions) ?? []));
    for (const region of changed) {
      const text = region.textContent.trim();
      if (text) announced.push([region.getAttribute("role"), text]);
    }
  });
  observer.observe(document, {subtree: true, childList: true, characterData: true});
}"""


class Heard:
    """The announcements of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen = Screen(page)

    def all(self) -> list[list[str]]:
        """The role of the region and the text of each announcement so far, after those that are under way."""
        self.page.evaluate("() => new Promise((done) => setTimeout(done, 200))")  # messages of 100 ms are joined
        heard: list[list[str]] = self.page.evaluate("() => announced.splice(0)")
        return heard

    def after(self, action: Callable[[], Any]) -> list[str]:
        """The polite announcements of an action."""
        self.all()
        action()
        heard = self.all()
        assert all(role == "status" for role, _ in heard)
        return [text for _, text in heard]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a profile of its own, whose history no other tab uses."""
    with browser.new_context(service_workers="block") as context:
        context.set_default_timeout(PATIENCE_MS / 4)
        page = context.new_page()
        page.add_init_script(f"({RECORD})()")
        yield page


@pytest.fixture
def heard(page: Page, site: str) -> Heard:
    page.goto(site)
    expect(page.locator("#boot")).to_have_attribute("data-stage", "ready")
    return Heard(page)


@pytest.fixture
def checked(heard: Heard, targets: Targets) -> Heard:
    """A list of three links, of which one is broken and one can't be told."""
    urls = [targets.cors + "/status/404", targets.cors + "/ok/one", targets.plain + "/ok/hidden"]
    heard.screen.check("\n".join(urls), "urls")
    return heard


def test_start_and_end_of_a_check_are_announced_once(heard: Heard, targets: Targets) -> None:
    assert heard.all() == [["status", "Ready"]]
    urls = f"{targets.cors}/status/404\n{targets.cors}/delay/1/a"
    text = heard.after(lambda: heard.screen.check(urls, "urls"))
    assert text == ["Started", "1 link to fix, 50% work, 50% to fix"]


def test_progress_is_announced_every_15_seconds(page: Page, site: str, targets: Targets) -> None:
    page.clock.install()
    page.goto(site)
    screen = Screen(page)
    expect(page.locator("#boot")).to_have_attribute("data-stage", "ready")
    page.fill("#text", f"{targets.cors}/ok/one\n{targets.cors}/ok/two\n{targets.cors}/delay/8/late")
    page.click("#check-text")
    expect(page.locator("#pace")).to_contain_text("2 of 3 links checked")
    page.clock.fast_forward(15_000)
    page.wait_for_function("() => announced.some(([, text]) => text === '2 of 3 links checked, nothing to fix so far')")
    screen.wait_until_done()


def test_changes_of_the_list_are_announced_with_its_number_of_links(checked: Heard) -> None:
    page = checked.page
    assert checked.after(lambda: page.click("#grid-head [data-column=places] button")) == [
        "3 links, sorted by used on, descending"
    ]
    assert checked.after(lambda: page.fill("#filter", "hidden")) == ["1 link"]
    assert checked.after(lambda: page.fill("#filter", "nowhere")) == ["No link fits these filters"]
    assert checked.after(lambda: page.fill("#filter", "")) == ["3 links"]
    assert checked.after(lambda: page.click("#tabs [data-tab=fix]")) == ["1 link"]
    assert checked.after(lambda: page.click("#tabs [data-tab=all]")) == ["3 links"]
    assert checked.after(lambda: page.locator("#grouping input[value=site]").check(force=True)) == [
        "3 links, by website"
    ]


def test_decisions_are_announced_with_what_is_next(checked: Heard, targets: Targets) -> None:
    page = checked.page
    page.locator("#grid").press("Home")

    def press(key: str, row: str) -> Callable[[], None]:
        def act() -> None:
            page.keyboard.press(key)
            expect(checked.screen.rows.filter(has_text="you:")).to_have_count(1 if row else 0)

        return act

    assert checked.after(press("g", "first")) == ["Kept: it works"]
    assert checked.after(press("u", "")) == ["Taken back"]
    page.click("#tabs [data-tab=look]")
    page.click("#to-triage a")
    page.locator("#triage .triage-open input").uncheck()

    def answer() -> None:
        page.keyboard.press("g")
        expect(page.locator(".triage-card h2")).to_have_text("All done")

    def undo() -> None:
        page.keyboard.press("u")
        expect(page.locator(".triage-card .whole-address")).to_be_visible()

    assert checked.after(answer) == ["You said it works. All done"]
    assert checked.after(undo) == [f"Taken back. Next: {targets.plain}/ok/hidden"]


def test_copying_and_saving_are_announced(checked: Heard) -> None:
    page = checked.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    toast = page.locator("#toast")

    def copy() -> None:
        page.click("#copy")
        expect(toast).to_have_text("JSON copied")

    assert checked.after(copy) == ["JSON copied"]
    assert checked.after(copy) == ["JSON copied"]

    def save() -> None:
        page.click("#download summary")
        with page.expect_download():
            page.click("#download [data-format=csv]")

    (text,) = checked.after(save)
    assert text.startswith("Saved links-") and text.endswith(".csv")


def test_page_that_cannot_be_read_is_an_alert(heard: Heard, targets: Targets) -> None:
    page = heard.page
    page.check("#reach-page")
    page.fill("#page", f"{targets.plain}/page/links.html")
    page.click("#check-page")
    expect(page.locator("#blocked")).to_be_visible()
    assert page.locator("#blocked [role=alert]").count() == 1
    expect(page.locator("#blocked-title")).to_be_focused()


def test_empty_input_is_an_alert(heard: Heard) -> None:
    heard.all()
    heard.page.click("#check-text")
    ((role, text),) = heard.all()
    assert role == "alert"
    assert text.startswith("Nothing to check")
