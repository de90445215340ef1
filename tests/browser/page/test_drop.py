"""Links and text that are dropped into the box or elsewhere on the page, in Chromium and in Firefox."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.support.screen import Screen, Visit
from tests.browser.support.transfer import CHECK, DROP, RESET, Tab
from tests.servers.launch import Targets

#: Waits until results are shown. Gives the URL of each row.
RESULTS = """async () => {
  const results = document.getElementById("results");
  while (results.hidden) await new Promise((later) => setTimeout(later, 50));
  return Array.from(document.querySelectorAll("#grid-body [role=row]"), (row) => row.dataset.url);
}"""

ONE, TWO = "https://one.example/a", "https://two.example/b"


def link(*urls: str) -> dict[str, str]:
    """The data that a browser attaches to the drag of a link."""
    (first, *_) = urls
    return {"text/uri-list": "\r\n".join(urls), "text/html": f"<a href='{first}'>a title</a>", "text/plain": first}


@pytest.mark.parametrize("target", ["#text", "body", "#sure", "#check-text"])
def test_each_dropped_link_gets_a_line_of_its_own(tab: Tab, target: str) -> None:
    """This holds for one link and several, in the box or anywhere else."""
    assert tab.call(DROP, target=target, data=link(ONE)) == [ONE, False]
    assert tab.call(DROP, target=target, data=link(TWO)) == [f"{ONE}\n{TWO}", False]
    tab.call(RESET, text="words ")
    assert tab.call(DROP, target=target, data=link(ONE, TWO)) == [f"words \n{ONE}\n{TWO}", False]
    assert tab.problems == []


def test_dropped_links_are_checked(tab: Tab, targets: Targets) -> None:
    urls = [f"{targets.cors}/ok/{n}" for n in range(3)]
    for url in urls:
        tab.call(DROP, target="body", data=link(url))
    assert tab.call(CHECK) == urls


def test_link_dropped_on_results_is_shown_in_the_box(tab: Tab, targets: Targets) -> None:
    """The start page is shown, and Back returns to the results."""
    url = f"{targets.cors}/ok/one"
    tab.call(RESET, text=url)
    assert tab.call(CHECK) == [url]
    assert tab.call(DROP, target="body", data=link(ONE)) == [f"{url}\n{ONE}", False]
    assert tab.call("() => [document.activeElement.id, document.activeElement.checkVisibility()]") == ["text", True]
    tab.call("() => history.back()")
    assert tab.call(RESULTS) == [url]
    assert tab.problems == []


def test_comments_of_a_uri_list_are_ignored(tab: Tab) -> None:
    data = {"text/uri-list": f"# a comment\r\n{ONE}\r\n", "text/plain": "else"}
    assert tab.call(DROP, target="body", data=data) == [ONE, False]


def test_dropped_formatted_text_keeps_its_links(tab: Tab) -> None:
    data = {"text/html": f"<p>see <a href='{ONE}'>this</a>", "text/plain": "see this"}
    assert tab.call(DROP, target="body", data=data) == [f"see [this]({ONE})", False]
    assert tab.call(DROP, target="#text", data=data) == [f"see [this]({ONE})\nsee [this]({ONE})", False]
    assert tab.call("() => taken.textContent.slice(0, 40)") == "1 link of the formatted text written out"


def test_dropped_urls_start_a_new_line_after_a_url(tab: Tab) -> None:
    tab.call(RESET, text=ONE)
    assert tab.call(DROP, target="#text", data={"text/plain": TWO}) == [f"{ONE}\n{TWO}", False]
    tab.call(RESET, text="see ")
    assert tab.call(DROP, target="#text", data={"text/plain": TWO}) == [f"see {TWO}", False]


def test_other_drops_are_left_to_the_browser(tab: Tab) -> None:
    tab.call(RESET, text="mine")
    assert tab.call(DROP, target="#text", data={"text/plain": "words"}) == ["mine", True]
    for field in ("#page", "#base", "#filter"):
        assert tab.call(DROP, target=field, data=link(ONE)) == ["mine", True]


def test_drag_from_the_page_itself_is_ignored_outside_the_box(tab: Tab) -> None:
    """A link of the table that is dropped beside the table is not meant for the box. In the box it is added."""
    tab.call(
        "() => { document.querySelector('#start-title').dispatchEvent(new DragEvent('dragstart', {bubbles: true})); }"
    )
    assert tab.call(DROP, target="body", data=link(ONE)) == ["", True]
    assert tab.call(DROP, target="#text", data=link(ONE)) == [ONE, False]
    tab.call("() => { dispatchEvent(new DragEvent('dragend')); }")
    assert tab.call(DROP, target="body", data=link(TWO)) == [f"{ONE}\n{TWO}", False]


def test_dropped_picture_of_another_page_is_a_link(tab: Tab) -> None:
    """Chromium also gives it as a file."""
    data = {**link("https://one.example/i.png"), "text/html": "<img src='https://one.example/i.png'>"}
    assert tab.call(DROP, target="body", data=data, files={"i.png": "PNG"}) == ["https://one.example/i.png", False]


def test_native_drag_in_chromium(visit: Visit, targets: Targets) -> None:
    """The link is inserted at the pointer, and a hint is shown while the drag is over the page."""
    screen = Screen(visit())
    page = screen.page
    page.fill("#text", "first line\nsecond line")
    session = page.context.new_cdp_session(page)
    url = targets.cors + "/ok/dropped"
    box = page.locator("#text").bounding_box()
    assert box
    corner = (box["x"] + 14, box["y"] + 14)
    drag(session, "dragEnter", corner, url)
    drag(session, "dragOver", corner, url)
    expect(page.locator("#drop")).to_be_hidden()
    drag(session, "drop", corner, url)
    expect(page.locator("#text")).to_have_value(f"{url}\nfirst line\nsecond line")
    beside = (5, 5)
    drag(session, "dragEnter", beside, url + "/2")
    drag(session, "dragOver", beside, url + "/2")
    expect(page.locator("#drop")).to_be_visible()
    drag(session, "drop", beside, url + "/2")
    expect(page.locator("#drop")).to_be_hidden()
    expect(page.locator("#text")).to_have_value(f"{url}\nfirst line\nsecond line\n{url}/2")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#text")).to_have_value(f"{url}\nfirst line\nsecond line")
    page.fill("#text", "")
    for type in ("dragEnter", "dragOver", "drop"):
        drag(session, type, corner, "words", "text/plain")
    expect(page.locator("#text")).to_have_value("words")


def drag(session: CDPSession, type: str, at: tuple[float, float], dragged: str, kind: str = "text/uri-list") -> None:
    items = [{"mimeType": media_type, "data": dragged} for media_type in dict.fromkeys((kind, "text/plain"))]
    data = {"items": items, "dragOperationsMask": 1}
    session.send("Input.dispatchDragEvent", {"type": type, "x": at[0], "y": at[1], "data": data})
