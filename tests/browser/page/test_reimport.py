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
    screen.show_all()
    before = screen.table()
    screen.row(gone).click()
    place, found = (screen.inspector.locator(part) for part in (".place", "dt:text-is('Found in') + dd"))
    expect(place).to_contain_text(f"{page} line 11, ")
    expect(found).to_contain_text("a href, column ")
    shown = place.inner_text(), found.text_content() or ""
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
    screen.show_all()
    assert sorted(screen.table()) == sorted(before)
    screen.row(gone).click()
    expect(place).to_have_text(shown[0])
    expect(found).to_have_text(shown[1])


@pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, '{"a":' * 5000 + "1" + "}" * 5000, "[" * 200_000])
def test_deeply_nested_json_does_not_end_python(visit: Visit, targets: Targets, text: str) -> None:
    screen = Screen(visit())
    screen.page.evaluate(DROP, {"name": "deep.json", "text": text})
    screen.wait_until_done()
    expect(screen.page.locator("#boot")).to_have_attribute("data-stage", "ready")
    screen.check(targets.cors + "/ok/x")
    expect(screen.sentence).to_have_text("The link works")
