"""The page and a relay that requires a token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.page.test_access import assert_accessible
from tests.browser.support.relay import origin_of, relay_query, running_relay
from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets

TOKEN = "0123456789abcdef-token"


@pytest.fixture
def guarded_relay(site: str, relay_options: tuple[str, ...], tmp_path: Path) -> Iterator[str]:
    (tmp_path / "tokens").write_text(TOKEN)
    with running_relay(
        "--origin", origin_of(site), "--token-file", str(tmp_path / "tokens"), *relay_options
    ) as address:
        yield address


def test_the_token_of_the_dialog_is_sent_and_kept_for_this_tab(
    visit: Visit, targets: Targets, guarded_relay: str
) -> None:
    gone = targets.plain + "/status/404"
    page = visit()
    page.goto(page.url + relay_query(guarded_relay, gone))
    screen = Screen(page)
    screen.wait_until_done()
    page.click("#ask-relay")
    expect(page.locator("body")).to_contain_text(
        "it needs a token, which you can give in the dialog of the helper server."
    )
    page.get_by_role("button", name="Change the helper server").click()
    token = page.get_by_label("Its token, if it needs one")
    assert_accessible(page)
    token.fill("not a token")
    page.click("#use-relay")
    expect(page.locator("#relay-dialog")).to_be_visible()
    token.fill(TOKEN)
    page.click("#use-relay")
    page.click("#ask-relay")
    expect(screen.row(gone)).to_contain_text("404")

    assert TOKEN not in page.url
    assert TOKEN not in page.evaluate("JSON.stringify({...localStorage})")
    page.reload()
    screen.wait_until_done()
    page.click("#ask-relay")
    expect(screen.row(gone)).to_contain_text("404")


def test_a_token_is_not_sent_to_another_address(visit: Visit, targets: Targets, guarded_relay: str, relay: str) -> None:
    page = visit()
    page.goto(page.url + relay_query(guarded_relay, targets.plain + "/status/404"))
    screen = Screen(page)
    screen.wait_until_done()
    fields: list[str | None] = []
    page.on("request", lambda request: fields.append(request.headers.get("authorization")))
    page.evaluate("document.querySelector('#choose-relay').click()")
    page.fill("#relay-token", TOKEN)
    page.click("#use-relay")
    page.evaluate("document.querySelector('#choose-relay').click()")
    expect(page.locator("#relay-token")).to_have_value(TOKEN)
    page.fill("#relay", relay)
    expect(page.locator("#relay-token")).to_have_value("")
    page.click("#use-relay")
    page.click("#ask-relay")
    expect(screen.row(targets.plain + "/status/404")).to_contain_text("404")
    assert not any(fields)
