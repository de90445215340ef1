"""Pages that change, copy or drop annotated links, and pages in which the script cannot work."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.embed.test_links import DONE, LINES, embed, links, put_file
from tests.browser.support.embedder import Embedder
from tests.browser.support.start import ROOT, release

SIZED = "Report (PDF, 1.3 MB)"


def test_links_without_a_valid_url_are_left_out(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/report.pdf")
    put_file(host, "/export", Content_Type="application/zip")
    odd = "".join(
        f'<p><a download="x.pdf" href="{url}">Bad</a></p>' for url in ("http://[bad/", "http://h:99999/", "data:,x")
    )
    page.goto(embed(host, site, odd + links("/report.pdf") + '<p><a href="/export" download>Export</a></p>'))
    page.evaluate(DONE)
    assert page.evaluate(LINES) == ["Bad", "Bad", "Bad", SIZED, "Export (1.3 MB)"]
    assert page.evaluate("errors") == []


def test_size_goes_when_the_link_changes(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/report.pdf")
    page.goto(embed(host, site, links(*["/report.pdf"] * 4)))
    page.evaluate(DONE)
    page.evaluate("""() => {
      const [page, none, off] = document.querySelectorAll("a");
      page.href = "/page.html";
      none.removeAttribute("href");
      off.parentElement.setAttribute("data-json-head-off", "");
    }""")
    expect(page.locator(".json-head-size")).to_have_count(1)
    assert page.evaluate(LINES) == ["Report", "Report", "Report", SIZED]
    page.evaluate("document.querySelector('[data-json-head-off]').removeAttribute('data-json-head-off')")
    expect(page.locator(".json-head-size")).to_have_count(2)


def test_size_is_never_written_twice(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/report.pdf")
    annotated = '<p><a href="/report.pdf">Report <span class="json-head-size">(PDF, 1 kB)</span></a></p>'
    page.goto(embed(host, site, annotated + links("/report.pdf")))
    page.evaluate(DONE)
    page.evaluate("for (const p of document.querySelectorAll('p')) p.after(p.cloneNode(true))")
    expect(page.locator(".json-head-size")).to_have_count(4)
    page.wait_for_timeout(200)
    assert page.evaluate(LINES) == [SIZED] * 4


def test_link_that_comes_back_gets_its_size_again(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/far.pdf")
    page.goto(embed(host, site, f'<div><div style="height: 4000px"></div>{links("/far.pdf")}</div>'))
    page.evaluate(DONE)
    page.evaluate("""async () => {
      const content = document.querySelector("div");
      content.append(document.querySelector("json-head-links"));
      content.remove();
      await new Promise((later) => setTimeout(later, 100));
      document.body.append(content);
    }""")
    page.mouse.wheel(0, 6000)
    expect(page.locator("a")).to_have_text(SIZED)


def test_removed_element_sends_no_more_requests(page: Page, site: str, host: Embedder) -> None:
    paths = [f"/{number}.pdf" for number in range(12)]
    for path in paths:
        put_file(host, path)
    held: list[Route] = []
    page.route("**/*.pdf", lambda route: held.append(route))
    page.goto(embed(host, site, links(*paths)))
    page.wait_for_timeout(1000)
    assert len(held) == 4
    page.evaluate("document.querySelector('json-head-links').remove()")
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    assert len(held) == len(host.heads()) == 4


def test_page_can_prevent_the_mark_of_a_kept_fact(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/report.pdf")
    page.goto(embed(host, site, links("/report.pdf")))
    page.evaluate(DONE)
    script = "<script>addEventListener('json-head-result', (event) => event.preventDefault())</script>"
    page.goto(embed(host, site, links("/report.pdf"), head=script))
    page.evaluate(DONE)
    assert page.evaluate(LINES) == ["Report"]
    assert page.evaluate("results.length") == 1


@pytest.mark.parametrize("hosts", ["{0}/", "https://x.example {0}", "all same", "same all"])
def test_hosts_may_be_written_in_several_ways(
    page: Page, site: str, host: Embedder, other: Embedder, hosts: str
) -> None:
    put_file(other, "/d.pdf", Access_Control_Allow_Origin="*")
    page.goto(embed(host, site, links(f"{other.origin}/d.pdf"), f'hosts="{hosts.format(other.origin)}"'))
    page.evaluate(DONE)
    assert page.evaluate(LINES) == [SIZED]


@pytest.mark.parametrize("way", ["no JavaScript", "no embed.js", "offline"])
def test_page_reads_as_before_where_the_script_cannot_work(
    browser: Browser, site: str, host: Embedder, way: str
) -> None:
    put_file(host, "/report.pdf")
    address = embed(host, site, links("/report.pdf"), 'show="size dead"')
    with browser.new_context(java_script_enabled=way != "no JavaScript") as context:
        page = context.new_page()
        if way == "no embed.js":
            page.route("**/embed.js", lambda route: route.abort())
        if way == "offline":
            page.route("**/*.pdf", lambda route: route.abort())
        page.goto(address)
        if way == "offline":
            page.evaluate(DONE)
        page.wait_for_timeout(300)
        assert page.locator("body").inner_text().strip() == "Report"


def test_script_is_small() -> None:
    def gzipped(*names: str) -> int:
        return sum(len(gzip.compress((ROOT / "_site" / name).read_bytes(), 9)) for name in names)

    assert gzipped("embed.js") < 3_240
    assert gzipped("embed.js", f"{release().name}/web/embed/checker.js") < 8_000
