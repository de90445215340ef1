"""The page's own downloads, dropped onto it: their links are checked again and keep the places in their sources."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets

DROP = """({name, text}) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name));
  document.body.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
}"""


@pytest.mark.parametrize("format", ["csv", "json", "ndjson"])
def test_links_of_a_download_keep_their_places(visit: Visit, targets: Targets, format: str) -> None:
    page = targets.cors + "/page/links.html"
    gone = targets.cors + "/status/404"
    screen = Screen(visit(f"?page={page}"))
    screen.wait_until_done()
    before = screen.table()
    screen.row(gone).click()
    place = screen.inspector.locator(".places code")
    expect(place).to_contain_text(f"{page}:11:")
    shown = place.inner_text()
    text = screen.page.evaluate(
        """async ({page, format}) => {
          const results = [];
          for await (const result of jsonHead.audit({page})) results.push(result);
          return (await jsonHead.export(results, format)).text;
        }""",
        {"page": page, "format": format},
    )
    screen.page.evaluate(DROP, {"name": f"json-head.{format}", "text": text})
    screen.wait_until_done()
    assert sorted(screen.table()) == sorted(before)
    screen.row(gone).click()
    expect(screen.inspector.locator(".places code")).to_have_text(shown)
