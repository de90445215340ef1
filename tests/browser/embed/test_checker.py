"""`<json-head-check>` and the page in a frame."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.support.app import PATIENCE_MS
from tests.browser.support.embedder import Embedder
from tests.browser.support.start import ROOT, release
from tests.nightly import at_night
from tests.servers.launch import Targets

AXE = (ROOT / "scripts/node_modules/axe-core/axe.min.js").read_text()
VIOLATIONS = (
    "async () => (await axe.run({resultTypes: ['violations']})).violations.map(({id, nodes}) => [id, nodes[0].html])"
)
SHOTS = ROOT / "build" / "shots"


def with_checker(host: Embedder, site: str, element: str, body: str = "", **headers: str | int | None) -> str:
    script = f'<script type="module" src="{site}embed.js"></script>'
    return host.page("/page", f"<main><h1>Downloads</h1>{body}{element}</main>", script, **headers)


def check(page: Page) -> None:
    page.locator("json-head-check button").click()
    expect(page.locator("json-head-check button")).not_to_have_text("Cancel", timeout=PATIENCE_MS)


def use_bookmark(page: Page, site: str, host: Embedder, url: str) -> None:
    """Take the bookmark from the page that tells that this one can't be read, and use it there."""
    page.goto(f"{site}?page={url}")
    href = page.locator("#bookmarklet").get_attribute("href", timeout=PATIENCE_MS) or ""
    page.goto(url)
    page.evaluate(unquote(href.removeprefix("javascript:")))


def test_checker_loads_python_when_it_is_pressed(page: Page, site: str, host: Embedder, other: Embedder) -> None:
    host.put("/file.pdf", b"%PDF")
    shared = other.put("/shared.pdf", b"%PDF", Access_Control_Allow_Origin="*")
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    urls = [f"{host.origin}/file.pdf", f"{host.origin}/missing", shared]
    page.goto(with_checker(host, site, f"<json-head-check>{' '.join(urls)}</json-head-check>"))
    expect(page.get_by_role("textbox", name="Links to check")).to_have_value(" ".join(urls))
    assert not [url for url in loaded if "pyodide" in url]
    check(page)
    expect(page.get_by_role("status")).to_have_text("3 checked. Broken: 1, Works: 2")
    rows = page.get_by_role("listitem").all_inner_texts()
    assert rows[0].startswith(f"Broken {host.origin}/missing")
    more = page.get_by_role("link", name="Open in json-head lite").get_attribute("href") or ""
    assert more.startswith(f"{site}?url=") and more.count("url=") == 3


def test_this_page_is_checked_in_its_own_origin(page: Page, site: str, host: Embedder) -> None:
    host.put("/file.pdf", b"%PDF")
    body = '<p><a href="/file.pdf">a</a> <a href="missing">b</a> <a href="javascript:void 0">c</a>'
    page.goto(with_checker(host, site, "<json-head-check this-page></json-head-check>", body))
    expect(page.get_by_role("textbox")).to_have_count(0)
    page.get_by_role("button", name="Check this page’s links").click()
    expect(page.get_by_role("status")).to_contain_text("3 checked. Broken: 1, Works: 2. ", timeout=PATIENCE_MS)
    expect(page.get_by_role("status")).to_contain_text(" in no total")
    assert f"{host.origin}/missing" in page.get_by_role("listitem").first.inner_text()
    expect(page.get_by_role("listitem")).to_have_count(3)


@pytest.mark.parametrize("width", [390, at_night(1280)])
def test_the_bookmark_adds_a_panel_that_the_page_does_not_distort(
    page: Page, site: str, host: Embedder, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    style = "<style>html { font-size: 5px } div, button { display: none !important; width: 3px !important }</style>"
    links = "".join(f'<a href="/{number}">x</a>' for number in range(20))
    use_bookmark(page, site, host, host.page("/page", links, style))
    panel = page.get_by_role("dialog", name="Check links here")
    page.get_by_role("button", name="Check this page’s links").click()
    apart = "1 e-mail, phone or script link in no total"  # the empty icon of the page
    expect(page.get_by_role("status")).to_have_text(f"20 checked. Broken: 20. {apart}", timeout=PATIENCE_MS)
    box = panel.bounding_box()
    checker = page.locator("json-head-check").bounding_box()
    assert box and box["width"] == min(416, width - 32) and box["x"] + box["width"] == width - 16
    assert checker and checker["width"] > 300
    assert box["height"] <= 600 - 32 and panel.evaluate("(panel) => panel.scrollHeight > panel.clientHeight")
    page.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)


def test_the_bookmark_tells_where_the_page_forbids_its_script(page: Page, site: str, host: Embedder) -> None:
    use_bookmark(page, site, host, host.page("/page", "x", Content_Security_Policy="script-src 'self'"))
    expect(page.get_by_role("dialog")).to_contain_text("The checker could not be loaded.")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_touch_screen_is_offered_a_bookmark_to_copy(browser: Browser, site: str, host: Embedder) -> None:
    with browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto(f"{site}?page={host.page('/page', 'x')}")
        first = page.locator("#blocked li").first
        expect(first.get_by_role("button", name="Copy the bookmark")).to_be_visible(timeout=PATIENCE_MS)
        expect(first).not_to_contain_text("Drag")


def test_foreign_text_is_no_markup(page: Page, site: str, host: Embedder) -> None:
    page.goto(with_checker(host, site, "<json-head-check></json-head-check>"))
    page.get_by_role("textbox").fill("https://127.0.0.1/<img src=x onerror=alert(1)> javascript:alert(2)")
    check(page)
    assert page.locator("json-head-check img").count() == 0
    links = page.locator("json-head-check a[part=link]").evaluate_all("(links) => links.map(({protocol}) => protocol)")
    assert set(links) <= {"http:", "https:"}


def test_empty_field_and_policy_are_explained(page: Page, site: str, host: Embedder) -> None:
    page.goto(with_checker(host, site, "<json-head-check></json-head-check>"))
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status")).to_have_text("Enter a link to check.")
    origin = site.removesuffix("/some-repo/")
    policy = f"default-src 'none'; script-src {origin}; worker-src blob: {origin}; connect-src {origin}"
    page.goto(
        with_checker(
            host, site, "<json-head-check>https://a.example/</json-head-check>", Content_Security_Policy=policy
        )
    )
    check(page)
    expect(page.get_by_role("status")).to_contain_text("'wasm-unsafe-eval'")


def test_check_can_be_cancelled(page: Page, site: str, host: Embedder, targets: Targets) -> None:
    """The link takes 5 seconds to reply, so that the check has not ended by the time of the click."""
    page.goto(with_checker(host, site, f"<json-head-check>{targets.cors}/delay/5</json-head-check>"))
    page.get_by_role("button", name="Check").click()
    page.wait_for_timeout(600)  # a second press before would be a double click's
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status")).to_contain_text("Cancelled.", timeout=PATIENCE_MS)
    expect(page.get_by_role("button", name="Check")).to_be_visible()


def test_double_click_starts_one_check(page: Page, site: str, host: Embedder) -> None:
    page.goto(with_checker(host, site, f"<json-head-check>{host.origin}/missing</json-head-check>"))
    page.get_by_role("button", name="Check").dblclick()
    expect(page.get_by_role("status")).to_have_text("1 checked. Broken: 1", timeout=PATIENCE_MS)


def test_check_ends_when_the_element_is_removed(page: Page, site: str, host: Embedder) -> None:
    checkers = "".join(f"<json-head-check>{host.origin}/{name}</json-head-check>" for name in ("first", "second"))
    page.goto(with_checker(host, site, checkers))
    for index in range(2):
        page.locator("json-head-check").nth(index).get_by_role("button", name="Check").click()
    page.evaluate("document.querySelector('json-head-check').remove()")
    expect(page.get_by_role("status")).to_have_text("1 checked. Broken: 1", timeout=PATIENCE_MS)
    assert host.heads() == ["/second"]


def test_relative_base_of_the_page_is_applied_once(page: Page, site: str, host: Embedder) -> None:
    host.put("/folder/file.pdf", b"%PDF")
    head = f'<base href="folder/"><script type="module" src="{site}embed.js"></script>'
    page.goto(host.page("/page", '<a href="file.pdf">x</a><json-head-check this-page></json-head-check>', head))
    page.get_by_role("button", name="Check this page’s links").click()
    expect(page.get_by_role("listitem").filter(has_text="/folder/file.pdf")).to_contain_text(
        "Works", timeout=PATIENCE_MS
    )


def test_long_lists_tell_what_is_not_listed(page: Page, site: str, host: Embedder) -> None:
    urls = " ".join(f"{host.origin}/{number}" for number in range(60))
    page.goto(with_checker(host, site, f"<json-head-check>{urls}</json-head-check>"))
    check(page)
    expect(page.get_by_role("status")).to_have_text("60 checked. Broken: 60", timeout=PATIENCE_MS)
    expect(page.get_by_role("listitem").last).to_have_text("10 more are not listed here.")


@pytest.mark.parametrize(
    ("width", "scheme"), [(390, "dark"), at_night(390, "light"), at_night(1280, "dark"), (1280, "light")]
)
def test_embeds_are_accessible(browser: Browser, site: str, host: Embedder, scheme: str, width: int) -> None:
    host.put("/file.pdf", b"%PDF", Content_Type="application/pdf")
    body = '<style>:root { color-scheme: light dark; background: canvas; color: canvastext }</style><p><a href="/file.pdf">Report</a> <a href="/gone.pdf">Gone</a></p><json-head-links show="size dead"></json-head-links>'
    with browser.new_context(
        viewport={"width": width, "height": 700}, color_scheme="dark" if scheme == "dark" else "light"
    ) as context:
        page = context.new_page()
        page.goto(
            with_checker(
                host, site, f"<json-head-check>{host.origin}/file.pdf {host.origin}/gone</json-head-check>", body
            )
        )
        check(page)
        expect(page.get_by_role("link", name="Gone (dead link)")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_role("link", name="Report (PDF, 4 bytes)")).to_be_visible()
        page.evaluate(AXE)
        assert page.evaluate(VIOLATIONS) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS, f"embed-{scheme}-{width}.png"))


HEARD = (
    "<script>var heard = []; addEventListener('message', ({data, origin}) => heard.push({...data, origin}));</script>"
)


def framed(host: Embedder, site: str, query: str) -> str:
    frame = f'<iframe src="{site}?embed{query}" title="Link checker" width="600" height="600"></iframe>'
    return host.page("/page", HEARD + frame)


def test_frame_tells_its_height_and_its_results_only_to_the_named_parent(page: Page, site: str, host: Embedder) -> None:
    target = host.put("/file.pdf", b"%PDF", Access_Control_Allow_Origin="*")
    page.goto(framed(host, site, f"&url={target}&parent={host.origin}&relay=http://127.0.0.1:1"))
    frame = page.frame_locator("iframe")
    expect(frame.locator("#grid-body [role=row]")).to_have_count(1, timeout=PATIENCE_MS)
    expect(frame.locator("#sentence")).to_have_text("The link works", timeout=PATIENCE_MS)
    page.wait_for_function("() => heard.some(({type}) => type === 'json-head:results')")
    heard = page.evaluate("heard")
    assert {message["origin"] for message in heard} == {site.removesuffix("/some-repo/")}
    (results,) = (message["results"] for message in heard if message["type"] == "json-head:results")
    assert [result["verdict"] for result in results] == ["ok"]
    assert all(message["height"] > 100 for message in heard if message["type"] == "json-head:height")
    expect(frame.locator("#about")).to_be_hidden()
    expect(frame.locator("#ask-relay")).to_be_hidden()
    expect(frame.locator("#relay")).to_be_hidden()
    expect(frame.locator("#relay")).to_have_value("")


@pytest.mark.parametrize(
    "parent", ["", at_night("&parent=https://other.example"), "&parent=*", at_night("&parent=nonsense")]
)
def test_frame_tells_nobody_else_its_results(page: Page, site: str, host: Embedder, parent: str) -> None:
    target = host.put("/file.pdf", b"%PDF", Access_Control_Allow_Origin="*")
    page.goto(framed(host, site, f"&url={target}{parent}"))
    expect(page.frame_locator("iframe").locator("#grid-body [role=row]")).to_have_count(1, timeout=PATIENCE_MS)
    expect(page.frame_locator("iframe").locator("#cancel")).to_be_hidden(timeout=PATIENCE_MS)
    page.wait_for_timeout(300)
    assert {message["type"] for message in page.evaluate("heard")} == {"json-head:height"}


@pytest.mark.parametrize("width", [360, at_night(1000)])
def test_frame_is_as_high_as_its_content(page: Page, site: str, host: Embedder, width: int) -> None:
    """In a parent that follows the height that it is told."""
    urls = "&url=".join(f"{host.origin}/{number}" for number in range(30))
    follow = "<script>var heights = []; addEventListener('message', ({data}) => { heights.push(data.height); document.querySelector('iframe').style.height = `${data.height}px`; });</script>"
    frame = f'<iframe src="{site}?embed&url={urls}" title="Link checker" style="width: {width}px"></iframe>'
    page.goto(host.page("/page", frame, follow))
    inside = page.frame_locator("iframe")
    expect(inside.locator("#sentence")).to_contain_text("30 ", timeout=PATIENCE_MS)
    expect(inside.locator("#cancel")).to_be_hidden()
    page.wait_for_timeout(500)
    heights = page.evaluate("heights")
    assert len(heights) < 60 and heights[-1] > 500
    assert inside.locator("html").evaluate("(root) => root.scrollHeight") <= heights[-1]
    content = inside.locator("html").evaluate("(root) => root.getBoundingClientRect().height")
    assert heights[-1] - content < 3, "a frame that a line has left is as high as what is left"


def test_frame_takes_no_commands(page: Page, site: str, host: Embedder) -> None:
    page.goto(framed(host, site, ""))
    expect(page.frame_locator("iframe").locator("#boot")).to_have_attribute("data-stage", "ready", timeout=PATIENCE_MS)
    page.evaluate("(url) => frames[0].postMessage({type: 'json-head:check', url, urls: [url]}, '*')", host.origin)
    page.wait_for_timeout(300)
    assert [request.path for request in host.requests] == ["/page"]


def test_sandboxed_frame_works(page: Page, site: str, host: Embedder) -> None:
    target = host.put("/file.pdf", b"%PDF", Access_Control_Allow_Origin="*")
    page.goto(
        host.page(
            "/page",
            f'<iframe sandbox="allow-scripts" src="{site}?embed&url={target}" title="x" width="600" height="600"></iframe>',
        )
    )
    expect(page.frame_locator("iframe").locator("#sentence")).to_have_text("The link works", timeout=PATIENCE_MS)


def test_input_stays_in_the_address_of_the_frame(page: Page, site: str, host: Embedder) -> None:
    target = host.put("/file.pdf", b"%PDF", Access_Control_Allow_Origin="*")
    page.goto(f"{site}?embed")
    page.fill("#text", target)
    page.click("#check-text")
    expect(page.locator("#grid-body [role=row]")).to_have_count(1, timeout=PATIENCE_MS)
    page.wait_for_function("() => location.search.includes('url=')")
    assert page.url.startswith(f"{site}?embed=&url=")


@pytest.mark.parametrize("folder_is_gone", [at_night(False), True])
def test_older_embed_works_after_a_release(page: Page, site: str, host: Embedder, folder_is_gone: bool) -> None:
    """A browser's cache has an embed.js whose release the host has, or has no longer."""
    old = (ROOT / "_site/embed.js").read_text()
    stale = old.replace(release().name, "v-000000000000")
    calls = 0

    def answer(route: object) -> None:
        nonlocal calls
        calls += 1
        body = stale if calls == 1 and folder_is_gone else old
        route.fulfill(body=body, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})  # type: ignore[attr-defined]

    page.route("**/embed.js", answer)
    host.put("/file.pdf", b"%PDF")
    page.goto(
        with_checker(host, site, f"<json-head-check>{host.origin}/file.pdf {host.origin}/missing</json-head-check>")
    )
    check(page)
    expect(page.get_by_role("status")).to_have_text("2 checked. Broken: 1, Works: 1")
