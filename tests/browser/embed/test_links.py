"""`<json-head-links>`: sizes and marks in the links of other sites' pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.support.embedder import Embedder
from tests.browser.support.start import release
from tests.engines import Engine

#: Resolves once the first element has said what there is to say.
DONE = "async () => { await customElements.whenDefined('json-head-links'); await document.querySelector('json-head-links').ready; }"
LINES = "() => [...document.querySelectorAll('a')].map((link) => link.innerText)"
ERRORS = """<script>
  var errors = [], results = [];
  addEventListener("json-head-error", ({detail}) => errors.push(detail.code));
  addEventListener("json-head-result", ({detail}) => results.push(detail));
</script>"""
MB = 1_340_000


def embed(
    host: Embedder, site: str, body: str, attributes: str = "", head: str = "", **headers: str | int | None
) -> str:
    """A page with these links, in which the element looks at all links."""
    script = f'{ERRORS}<script type="module" src="{site}embed.js"></script>'
    return host.page("/page", f"{body}<json-head-links {attributes}></json-head-links>", script + head, **headers)


def put_file(host: Embedder, path: str, size: int = MB, **headers: str | int | None) -> None:
    host.put(path, b"", **{"Content_Length": str(size), "Content_Type": "application/pdf", **headers})


def links(*paths: str) -> str:
    return "".join(f'<p><a href="{path}">Report</a></p>' for path in paths)


def lines(engine: Engine, page: str) -> list[str]:
    engine.open(page)
    engine.call(DONE)
    texts = engine.call(LINES)
    assert isinstance(texts, list)
    return [text.replace("\u202f", " ").replace("\u00a0", " ") for text in texts]


def test_size_is_written_into_the_link(engine: Engine, site: str, host: Embedder) -> None:
    put_file(host, "/report.pdf")
    assert lines(engine, embed(host, site, links("/report.pdf"))) == ["Report (PDF, 1.3 MB)"]
    assert host.heads() == ["/report.pdf"]


SILENT: dict[str, dict[str, Any]] = {
    "missing": {"status": 404},
    "locked": {"status": 401},
    "failing": {"status": 500},
    "no-length": {"Content_Length": None},
    "empty": {"Content_Length": "0"},
    "odd-length": {"Content_Length": "1e3", "Transfer_Encoding": None},
    "compressed": {"Content_Encoding": "gzip"},
    "html": {"Content_Type": "text/html"},
    "moved": {"status": 302, "Location": "/report.pdf"},
}


def test_nothing_is_said_without_a_readable_size(engine: Engine, site: str, host: Embedder, other: Embedder) -> None:
    put_file(host, "/report.pdf")
    for name, answer in SILENT.items():
        put_file(host, f"/{name}.pdf", **answer)
    paths = [
        "/report.pdf",
        *(f"/{name}.pdf" for name in SILENT),
        f"{other.origin}/other.pdf",
        "/page.html",
        "mailto:a@b.example",
    ]
    said = lines(engine, embed(host, site, links(*paths), 'show="size"'))
    assert said == ["Report (PDF, 1.3 MB)", *["Report"] * (len(paths) - 1)]


def test_default_requests_nothing_of_other_hosts_and_sends_nothing_of_the_visitor(
    engine: Engine, site: str, host: Embedder, other: Embedder
) -> None:
    put_file(host, "/report.pdf")
    host.put("/away.pdf", status=302, Location=f"{other.origin}/a.pdf")
    host.put("/missing.pdf", status=404)
    put_file(other, "/b.pdf", Access_Control_Allow_Origin="*")
    engine.open(host.put("/cookie", "", Set_Cookie="visitor=1; SameSite=Lax"))
    paths = ["/report.pdf", "/away.pdf", "/missing.pdf", f"{other.origin}/b.pdf"]
    said = lines(engine, embed(host, site, links(*paths), 'show="size dead"'))
    assert said == ["Report (PDF, 1.3 MB)", "Report", "Report (dead link)", "Report"]
    assert other.requests == []
    heads = [request for request in host.requests if request.path.endswith(".pdf")]
    assert heads and all(not {"cookie", "referer", "authorization"} & request.headers.keys() for request in heads)


def test_dead_links_are_marked_by_python_only(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/report.pdf")
    host.put("/flaky.pdf", status=500)
    host.put("/missing.pdf", status=404)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(embed(host, site, links("/report.pdf"), 'show="size dead"'))
    page.evaluate(DONE)
    folder = release().name
    assert not [url for url in loaded if folder in url], "no part of Python is loaded where all is well"
    page.goto(
        embed(host, site, links("/report.pdf", "/missing.pdf", "/flaky.pdf"), 'show="size dead" dead-text="nicht da"')
    )
    page.evaluate(DONE)
    assert page.evaluate(LINES)[1:] == ["Report (nicht da)", "Report"]
    assert page.locator("a[data-json-head=broken]").get_attribute("href") == "/missing.pdf"
    verdicts = {result["url"].rpartition("/")[2]: result.get("verdict") for result in page.evaluate("results")}
    assert verdicts["missing.pdf"] == "broken" and verdicts["flaky.pdf"] == "server-error"
    assert page.evaluate("errors") == []


def test_results_file_is_used_without_a_request_to_any_link(
    page: Page, site: str, host: Embedder, other: Embedder
) -> None:
    paths = ["/report.pdf", "/missing.pdf", f"{other.origin}/big.zip", "/unknown.pdf"]
    rows = [
        {"url": f"{host.origin}/report.pdf", "verdict": "ok", "status": 200, "headers": {"content-length": "1340000"}},
        {"url": f"{host.origin}/missing.pdf", "verdict": "broken", "status": 404, "headers": {"content-length": "9"}},
        {
            "url": f"{other.origin}/big.zip#part",
            "verdict": "ok",
            "status": 200,
            "headers": {"content-length": "2000000000"},
        },
        *HOSTILE_ROWS,
    ]
    host.put("/links.json", json.dumps(rows), Content_Type="application/json")
    page.goto(embed(host, site, links(*paths), 'show="size dead" results="/links.json"'))
    page.evaluate(DONE)
    assert page.evaluate(LINES) == ["Report (PDF, 1.3 MB)", "Report (dead link)", "Report (ZIP, 2 GB)", "Report"]
    assert host.heads() == other.requests == []


HOSTILE_ROWS: list[Any] = [
    None,
    1,
    [],
    {},
    {"url": 5, "verdict": "broken"},
    {"url": "no URL", "verdict": "broken"},
    {"url": "javascript:alert(1)", "verdict": "broken"},
    {"url": "http://a.example/", "verdict": "ok", "headers": []},
    {"url": "http://a.example/", "verdict": "ok", "headers": {"content-length": {"<b>": 1}}},
    {"url": "http://a.example/", "verdict": ["broken"], "headers": None},
]


@pytest.mark.parametrize("content", ["", "{}", "[", "<html>", "null"])
def test_unreadable_results_file_leaves_the_page_alone(page: Page, site: str, host: Embedder, content: str) -> None:
    put_file(host, "/report.pdf")
    host.put("/links.json", content, Content_Type="application/json")
    page.goto(embed(host, site, links("/report.pdf"), 'results="/links.json"'))
    page.evaluate(DONE)
    assert page.evaluate(LINES) == ["Report"]
    assert page.evaluate("errors") == ["results-unreadable"]
    assert host.heads() == []


def test_later_visit_shows_kept_facts_without_a_request(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/report.pdf")
    put_file(host, "/unsized.pdf", Content_Length=None)
    address = embed(host, site, links("/report.pdf", "/unsized.pdf"))
    for _ in range(2):
        page.goto(address)
        page.evaluate(DONE)
        assert page.evaluate(LINES) == ["Report (PDF, 1.3 MB)", "Report"]
    assert sorted(host.heads()) == ["/report.pdf", "/unsized.pdf"]
    page.goto(embed(host, site, links("/report.pdf"), 'max-age="0"'))
    page.evaluate(DONE)
    assert host.heads()[2:] == ["/report.pdf"]
    assert page.evaluate("Object.keys(localStorage)") == [f"json-head {site}"]


@pytest.mark.parametrize("kept", ["", "5", "{}", '[[1, 2], null, ["x"]]', "[[[]]]"])
def test_damaged_facts_are_not_used(page: Page, site: str, host: Embedder, kept: str) -> None:
    put_file(host, "/report.pdf")
    page.goto(host.page("/empty", ""))
    page.evaluate("([key, kept]) => { localStorage[key] = kept; }", [f"json-head {site}", kept])
    page.goto(embed(host, site, links("/report.pdf")))
    page.evaluate(DONE)
    assert page.evaluate(LINES) == ["Report (PDF, 1.3 MB)"]


def test_page_without_storage_is_annotated(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/report.pdf", Access_Control_Allow_Origin="*")
    address = embed(host, site, links("/report.pdf"), 'hosts="all"', Content_Security_Policy="sandbox allow-scripts")
    page.goto(address)
    page.evaluate(DONE)
    assert page.evaluate(LINES) == ["Report (PDF, 1.3 MB)"]


def test_changes_of_the_page_are_followed(page: Page, site: str, host: Embedder) -> None:
    for name, size in (("one", 1000), ("two", 2000), ("three", 3000)):
        put_file(host, f"/{name}.pdf", size)
    page.goto(embed(host, site, links("/one.pdf")))
    line = page.locator("a")
    expect(line.first).to_have_text("Report (PDF, 1 kB)")
    page.evaluate("""() => {
      document.querySelector("a").href = "/two.pdf";
      document.body.insertAdjacentHTML("beforeend", '<p><a href="/three.pdf">Later</a>');
    }""")
    expect(line.nth(0)).to_have_text("Report (PDF, 2 kB)")
    expect(line.nth(1)).to_have_text("Later (PDF, 3 kB)")
    page.evaluate("document.querySelector('json-head-links').remove()")
    expect(line.nth(0)).to_have_text("Report")
    assert page.locator("[data-json-head]").count() == 0


def test_attributes_choose_links_and_place(page: Page, site: str, host: Embedder, other: Embedder) -> None:
    for name in ("a.pdf", "b.pdf", "c.data", "off.pdf"):
        put_file(host, f"/{name}", 5000)
    put_file(other, "/d.pdf", 5000, Access_Control_Allow_Origin="*")
    put_file(other, "/e.csv", 5000, Access_Control_Allow_Origin="*", Content_Type="text/csv")
    body = (
        f"<main>{links('/a.pdf', '/c.data', f'{other.origin}/d.pdf', f'{other.origin}/e.csv')}"
        f"<div data-json-head-off>{links('/off.pdf')}</div></main>{links('/b.pdf')}"
    )
    page.goto(embed(host, site, body, f'for="main" links="a" hosts="{other.origin}" place="after" lang="de"'))
    page.evaluate(DONE)
    said = [text.strip() for text in page.locator("main p").all_inner_texts()]
    assert said == ["Report (PDF, 5 kB)", "Report (5 kB)", "Report (PDF, 5 kB)", "Report", "Report"]
    assert page.locator("a >> nth=-1").inner_text() == "Report"
    assert page.locator("a .json-head-size").count() == 0


@pytest.mark.parametrize("attributes", ['for="["', 'links=">"'])
def test_bad_selector_is_an_error(page: Page, site: str, host: Embedder, attributes: str) -> None:
    page.goto(embed(host, site, links("/report.pdf"), attributes))
    page.evaluate(DONE)
    assert page.evaluate("errors") == ["bad-selector"]


def test_at_most_the_given_number_of_urls_is_requested(page: Page, site: str, host: Embedder) -> None:
    paths = [f"/{number}.pdf" for number in range(8)]
    for path in paths:
        put_file(host, path)
    page.goto(embed(host, site, links(*paths, *paths), 'max="3"'))
    page.evaluate(DONE)
    assert len(host.heads()) == 3
    assert page.evaluate(LINES).count("Report (PDF, 1.3 MB)") == 6


def test_links_far_below_are_requested_when_they_come_near(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/near.pdf")
    put_file(host, "/far.pdf")
    page.goto(embed(host, site, f'{links("/near.pdf")}<div style="height: 5000px"></div>{links("/far.pdf")}'))
    page.evaluate(DONE)
    assert host.heads() == ["/near.pdf"]
    page.mouse.wheel(0, 6000)
    expect(page.locator("a").last).to_have_text("Report (PDF, 1.3 MB)")


def test_page_can_prevent_a_mark(page: Page, site: str, host: Embedder) -> None:
    put_file(host, "/report.pdf")
    script = "<script>addEventListener('json-head-result', (event) => event.preventDefault())</script>"
    page.goto(embed(host, site, links("/report.pdf"), head=script))
    page.evaluate(DONE)
    assert page.evaluate(LINES) == ["Report"]


@pytest.mark.parametrize(
    ("language", "direction", "expected"),
    [
        ("de", "ltr", "Report (PDF, 1,3 MB)"),
        ("ar-EG", "rtl", "Report (PDF، ١٫٣ م.ب)"),
        ("fr", "ltr", "Report (PDF, 1,3 Mo)"),
    ],
)
def test_size_is_in_the_language_of_the_link(
    page: Page, site: str, host: Embedder, language: str, direction: str, expected: str
) -> None:
    put_file(host, "/report.pdf")
    page.goto(embed(host, site, f'<div lang="{language}" dir="{direction}">{links("/report.pdf")}</div>'))
    page.evaluate(DONE)
    name = page.locator("a").inner_text().replace("\u202f", " ").replace("\u00a0", " ")
    assert name == expected
    assert page.locator(".json-head-size").evaluate("(span) => getComputedStyle(span).direction") == direction
    expect(page.locator("a")).to_have_accessible_name(page.locator("a").inner_text())


@pytest.mark.parametrize("way", ["kept page", "made", "kept picture"])
def test_offline_page_of_a_service_worker_gives_no_size_and_no_mark(
    browser: Browser, site: str, host: Embedder, other: Embedder, way: str
) -> None:
    """A service worker that answers in place of servers that fail, as many sites have it."""
    fallback = {
        "kept page": "caches.match('/offline.html')",
        "made": "new Response('offline', {headers: {'content-length': '7', 'content-type': 'application/pdf'}})",
        "kept picture": "caches.match('/offline.png')",
    }[way]
    host.put("/offline.html", "You are offline")
    host.put("/offline.png", b"picture", Content_Type="image/png")
    host.put(
        "/sw.js",
        f"""addEventListener("install", (event) => event.waitUntil(caches.open("x").then((x) => x.addAll(["/offline.html", "/offline.png"]))));
        addEventListener("activate", (event) => event.waitUntil(clients.claim()));
        addEventListener("fetch", (event) => event.respondWith(fetch(event.request).catch(() => {fallback})));""",
        Content_Type="text/javascript",
    )
    put_file(other, "/hidden.pdf")
    put_file(host, "/report.pdf")
    paths = ["/report.pdf", f"{other.origin}/hidden.pdf", "http://127.0.0.3:9/dead.pdf", f"{other.origin}/missing.pdf"]
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(host.page("/start", ""))
        page.evaluate("""async () => {
          await navigator.serviceWorker.register("/sw.js");
          while (!navigator.serviceWorker.controller) await new Promise((later) => setTimeout(later, 20));
        }""")
        page.goto(embed(host, site, links(*paths), 'show="size dead" hosts="all"'))
        page.evaluate(DONE)
        assert page.evaluate(LINES) == ["Report (PDF, 1.3 MB)", "Report", "Report", "Report"]
