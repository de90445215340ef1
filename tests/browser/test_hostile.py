"""Everything from outside is text: markup in titles, headers, link texts and URLs makes no element, and runs nothing."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.screen import Screen, Visit
from tests.servers.launch import Targets

MARKUP = "<img src=x onerror=\"document.title='owned'\"><b id=planted>"


def nothing_planted(screen: Screen) -> None:
    assert screen.page.locator("#planted").count() == 0
    assert screen.page.locator("img").count() == 0
    assert "owned" not in screen.page.title()


def test_markup_in_a_page(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit(f"?page={targets.cors}/page/hostile.html"))
    screen.wait_until_done()
    nothing_planted(screen)
    expect(screen.page.locator("#chips [data-verdict=all]")).to_contain_text("6")
    for index in range(screen.rows.count()):
        row = screen.rows.nth(index)
        scheme = (row.get_attribute("data-url") or "").partition(":")[0]
        row.click()
        expect(screen.inspector).to_be_visible()
        expect(screen.inspector.locator(".rule")).to_be_visible()
        assert screen.inspector.locator("a").count() == (scheme in ("http", "https"))
        nothing_planted(screen)


def test_markup_in_headers(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit(f"?url={targets.cors}/headers/hostile"))
    screen.wait_until_done()
    screen.rows.first.click()
    expect(screen.inspector.locator("table.headers")).to_contain_text("<img src=x onerror=alert(1)><b id=planted>")
    nothing_planted(screen)


def test_markup_as_input(visit: Visit, targets: Targets) -> None:
    screen = Screen(visit())
    screen.check(f"{MARKUP}\n{targets.cors}/ok/{MARKUP}\njavascript:document.title='owned'", "urls")
    nothing_planted(screen)
    for index in range(screen.rows.count()):
        screen.rows.nth(index).click()
        expect(screen.inspector.locator(".rule")).to_be_visible()
        nothing_planted(screen)


def test_markup_in_the_address(visit: Visit) -> None:
    screen = Screen(visit("?url=%3Cb%20id=planted%3E#q=%3Cb%20id=planted%3E&row=%3Cb%20id=planted%3E"))
    screen.wait_until_done()
    nothing_planted(screen)


def test_markup_in_a_files_name(visit: Visit) -> None:
    screen = Screen(visit())
    screen.page.set_input_files("#files", {"name": f"{MARKUP}.bin", "mimeType": "", "buffer": bytes(5000)})
    expect(screen.notice).to_contain_text("<b id=planted>")
    nothing_planted(screen)


def test_a_url_of_a_hundred_thousand_characters(visit: Visit, targets: Targets) -> None:
    url = targets.cors + "/ok/" + "a" * 100_000
    screen = Screen(visit())
    screen.check(url, "urls")
    expect(screen.rows.first).to_contain_text("OK")
    screen.rows.first.click()
    expect(screen.inspector.locator(".address")).to_have_text(url)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert screen.page.evaluate(overflow) == 0


def test_the_policy_is_strict(visit: Visit) -> None:
    """It is the page's own, so that it holds wherever the folder is copied to; and it holds against an inline script."""
    page = visit()
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    said = {directive.split()[0]: directive.split()[1:] for directive in policy.split(";")}
    assert said["default-src"] == ["'none'"]
    assert said["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert "'unsafe-inline'" not in policy
    assert page.locator("script:not([src]), style, [onclick], [onsubmit]").count() == 0
