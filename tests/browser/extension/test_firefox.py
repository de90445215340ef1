"""The extension in Firefox: permissions that are granted and taken back, and the page of a tab."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.browser.boot.test_engines import READY
from tests.browser.extension.application import ADDRESSES, LAYOUT, LINKS, Application
from tests.engines import launch
from tests.engines.driver import Driven
from tests.engines.extension import FIREFOX_UUID
from tests.servers.launch import Targets

#: Waits until a selector matches an element that is visible and has the text.
WAIT = """async ({selector, text}) => {
  const isThere = () => [...document.querySelectorAll(selector)].some((element) => element.checkVisibility() && element.textContent.includes(text));
  while (!isThere()) await new Promise((later) => setTimeout(later, 20));
}"""
UNTIL_OUTLINED = """async ({number}) => {
  while (document.querySelectorAll("[data-json-head-tone]").length !== number) await new Promise((later) => setTimeout(later, 20));
}"""


@pytest.fixture(scope="module")
def firefox(site: str) -> Iterator[Driven]:
    with launch("firefox-extension", permitted=()) as engine:
        assert isinstance(engine, Driven) and engine.extension
        engine.open(engine.extension)
        engine.call(READY)
        yield engine


def wait(firefox: Driven, selector: str, text: str = "") -> None:
    firefox.call(WAIT, selector=selector, text=text)


def verdict(firefox: Driven, url: str) -> tuple[str, str]:
    (result,) = firefox.call("({url}) => jsonHead.head([url])", url=url)
    return result["verdict"], result["via"]


def type_into(firefox: Driven, selector: str, value: str) -> None:
    firefox.call(
        "({selector, value}) => { document.querySelector(selector).value = value; }", selector=selector, value=value
    )


def test_a_permission_is_granted_and_taken_back(firefox: Driven, targets: Targets, app: Application) -> None:
    hidden = targets.plain + "/status/404"
    assert verdict(firefox, hidden) == ("answered-unreadable", "browser")
    assert verdict(firefox, f"{app.origin}/gone") == ("answered-unreadable", "browser")
    assert [headers.get("origin") for _, headers in app.headers] == [f"moz-extension://{FIREFOX_UUID}", None]
    type_into(firefox, "#page", f"{app.origin}/frame")
    firefox.click("#reach-page + span")
    firefox.click("#check-page")
    wait(firefox, "#access-dialog", "without your cookies")
    firefox.click("#access-dialog .primary")
    wait(firefox, "#sentence", "1 link")
    wait(firefox, "#tabs [data-tab=fix] .number", "1")
    assert verdict(firefox, hidden) == ("broken", "extension")
    outside = targets.plain2 + "/status/404"
    assert verdict(firefox, outside) == ("answered-unreadable", "browser")
    assert verdict(firefox, f"{targets.plain}/redirect-to?url={outside}") == ("answered-unreadable", "extension")
    sent = [headers for path, headers in app.headers if path == "/gone-in-frame"]
    assert sent and not any({"cookie", "referer", "origin"} & headers.keys() for headers in sent)
    firefox.click("#new-check")
    wait(firefox, "#access li", "127.0.0.1")
    firefox.click("#access li button")
    wait(firefox, "#access", "None yet.")
    assert verdict(firefox, hidden) == ("answered-unreadable", "browser")


def test_all_websites_are_permitted_from_the_results(firefox: Driven, targets: Targets) -> None:
    assert firefox.extension
    firefox.open(f"{firefox.extension}?url={targets.plain}/status/404&url={targets.plain2}/status/200")
    wait(firefox, "#ask-access", "Let the extension check 2 links")
    firefox.click("#ask-access")
    firefox.click("#access-dialog .primary")
    wait(firefox, "#tabs [data-tab=fix] .number", "1")
    wait(firefox, "#tabs [data-tab=look] .number", "0")
    firefox.click("#new-check")
    wait(firefox, "#access li", "All websites")
    firefox.click("#access li button")
    wait(firefox, "#access", "None yet.")


def test_the_page_of_a_tab_is_checked_as_it_is_rendered(firefox: Driven, app: Application) -> None:
    firefox.tab(1)
    firefox.open(f"{app.origin}/app")
    layout = firefox.call(LAYOUT)
    firefox.press_action()
    firefox.call(READY)
    assert firefox.call("() => document.querySelector('#page').value") == f"{app.origin}/app"
    firefox.click("#opened button")
    wait(firefox, "#again")
    wait(firefox, "#tabs [data-tab=all] .number", str(ADDRESSES + 4))
    firefox.click("#in-page button")
    firefox.tab(1)
    # No website is permitted, so no link can be told. The addresses of the two frames are links, too.
    firefox.call(UNTIL_OUTLINED, number=LINKS + 2)
    assert firefox.call(LAYOUT) == layout
    firefox.open(f"{app.origin}/frame")  # the outlines go with the page, to which one can go back
    firefox.tab(2)
    wait(firefox, "#in-page button", "Outline these links in the page")
    firefox.click("#in-page button")
    wait(firefox, "#notice", "The page is no longer there")
    firefox.tab(1)
    firefox.call("() => { setTimeout(() => history.back()); }")
    while firefox.call("() => location.pathname") != "/app":
        time.sleep(0.05)
    firefox.call(UNTIL_OUTLINED, number=0)

    firefox.press_action()
    firefox.call(READY)
    firefox.click("#opened button")
    wait(firefox, "#in-page button", "Outline these links in the page")
    firefox.click("#in-page button")
    wait(firefox, "#in-page", "outlined, the worst first")
    # The website of most of the links that cannot be told is offered before all websites.
    firefox.click("#ask-access")
    wait(firefox, "#access-dialog .primary", "Allow 127.0.0.1")
    firefox.open("about:blank")  # the outlines go with the extension's page
    firefox.tab(1)
    firefox.call(UNTIL_OUTLINED, number=0)
