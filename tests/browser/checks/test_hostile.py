"""Text from outside stays text: no string of the corpus creates an element, runs a script or causes a request.

A harmless run of the same steps records the elements and attributes that the page may have.
"""

from __future__ import annotations

import csv
import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from html import escape
from typing import Any
from unicodedata import category
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape as xml_escape

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.support.app import App
from tests.browser.support.corpus import CORPUS, ODD, SAMPLE
from tests.browser.support.hostile_server import Hostile, serve_hostile
from tests.browser.support.probe import Probe
from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets

HARMLESS = ("one", "two words", "three#four")
#: Removes the characters that neither a line of a list nor a header can hold.
_IN_ONE_LINE = str.maketrans("", "", "\r\n\0")


@pytest.fixture(scope="module")
def hostile_server() -> Iterator[Hostile]:
    with serve_hostile() as server:
        yield server


@pytest.fixture
def hostile(hostile_server: Hostile) -> Hostile:
    hostile_server.responses.clear()
    hostile_server.requests.clear()
    return hostile_server


def inspect_all_rows(page: Page, probe: Probe, least: int = 1) -> None:
    """Inspect the page once for each row, with the row's details open."""
    screen = Screen(page)
    screen.wait_until_done()
    screen.show_all()
    probe.inspect(page)
    screen.rows.and_(page.locator("[data-url]")).first.click()
    place = page.locator("#inspector-place")
    expect(place).to_contain_text(" of ")
    opened, rows = map(int, place.inner_text().split(" of "))
    assert rows >= least
    for _ in range(opened - 1):  # before it are links of folded groups
        page.keyboard.press("k")
    for number in range(1, rows + 1):
        expect(place).to_have_text(f"{number} of {rows}")
        probe.inspect(page)
        page.keyboard.press("j")


Channel = Callable[[Page, str, Hostile, Sequence[str], Probe], None]


def in_the_address(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], probe: Probe) -> None:
    page.goto(site + "?" + "&".join("url=" + quote(string, errors="replace") for string in corpus if string.strip()))
    inspect_all_rows(page, probe, 3)
    for string in corpus:
        fragment = "#q={0}&row={0}&tab={0}&group={0}&sort={0}".format(quote(string[:500], safe="", errors="replace"))
        page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        probe.inspect(page)


def in_a_list(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], probe: Probe) -> None:
    page.goto(site)
    lines = [string.translate(_IN_ONE_LINE) for string in corpus]
    Screen(page).options()
    page.select_option("#format", "urls")
    page.fill("#text", "\n".join(line + f"\n{hostile.address}/ok/{line}" for line in lines))
    page.click("#check-text")
    inspect_all_rows(page, probe, 3)


def in_headers(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], probe: Probe) -> None:
    for number, string in enumerate(corpus):
        value = string.translate(_IN_ONE_LINE).encode("utf-8", "replace")
        hostile.responses[f"/{number}"] = (200, [("X-Hostile", value), ("Content-Type", value), ("Last-Modified", value), ("Content-Length2", value),
                                            ("__proto__", value), ("constructor", value), ("toString", value)], b"")  # fmt: skip
    page.goto(site)
    page.fill("#text", "\n".join(f"{hostile.address}/{number}" for number in range(len(corpus))))
    page.click("#check-text")
    inspect_all_rows(page, probe, len(corpus))


def in_redirects(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], probe: Probe) -> None:
    for number, string in enumerate(corpus):
        location = string.translate(_IN_ONE_LINE).encode("utf-8", "replace")
        hostile.responses[f"/{number}"] = (302, [("Location", b"/ok/" + location)], b"")
        hostile.responses[f"/{number}/bare"] = (302, [("Location", location)], b"")
    page.goto(site)
    page.fill("#text", "\n".join(f"{hostile.address}/{n}\n{hostile.address}/{n}/bare" for n in range(len(corpus))))
    page.click("#check-text")
    inspect_all_rows(page, probe, len(corpus))


def in_a_page(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], probe: Probe) -> None:
    body = "".join(
        f'<a href="/ok/{n}" title="{escape(string)}">{escape(string)}</a><img alt="{escape(string)}" src="/ok/i{n}"><a href="{escape(string)}">x</a>\n'
        for n, string in enumerate(corpus)
    )
    address = hostile.page(
        "x.html", "text/html; charset=utf-8", f"<!doctype html><title>{escape(corpus[0])}</title>{body}"
    )
    page.goto(f"{site}?page={quote(address, safe='')}")
    inspect_all_rows(page, probe, len(corpus))


def in_markdown(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], probe: Probe) -> None:
    text = "\n\n".join(
        f"[{string}](/ok/{n}) ![{string}](</ok/i{n}>) [a](<{string}>)\n\n{string}" for n, string in enumerate(corpus)
    )
    page.goto(site)
    Screen(page).options()
    page.select_option("#format", "markdown")
    page.fill("#base", hostile.address)
    page.fill("#text", text + f"\n\n[x]({hostile.address}/ok/last)")
    page.click("#check-text")
    inspect_all_rows(page, probe, 3)


def in_a_sitemap(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], probe: Probe) -> None:
    clean = ["".join(c for c in string if c >= " ") for string in corpus]
    locs = "".join(
        f"<url><loc>{xml_escape(string)}</loc></url><url><loc>{hostile.address}/ok/{xml_escape(string)}</loc></url>"
        for string in clean
    )
    parts = "".join(f"<sitemap><loc>{hostile.address}/{xml_escape(string)}</loc></sitemap>" for string in clean[:20])
    address = hostile.page("x.xml", "application/xml", f"<urlset>{locs}{parts}</urlset>")
    page.goto(f"{site}?page={quote(address, safe='')}")
    inspect_all_rows(page, probe, len(corpus))


def in_the_names_of_files(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], probe: Probe) -> None:
    names = [string.translate(_IN_ONE_LINE).replace("/", "∕")[:200] for string in corpus]
    page.goto(site)
    for number, content in enumerate((b"\0\0\0", f"{hostile.address}/ok/1".encode())):
        page.set_input_files(
            "#files",
            [FilePayload(name=name or "x", mimeType=name if number else "", buffer=content) for name in names],
        )
        Screen(page).wait_until_done()
        probe.inspect(page)
        if not number:
            expect(page.locator("#notice")).to_contain_text("not text")
    inspect_all_rows(page, probe)


def in_errors(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], probe: Probe) -> None:
    page.goto(site)
    hostile.responses.update({f"/missing/{n}": (404, [], b"") for n in range(len(corpus))})
    for string in corpus:
        for address in (string, f"{hostile.address}/missing/{string}"):
            line = address.translate(_IN_ONE_LINE)
            Screen(page).start()
            page.fill("#page", line)
            if line.strip():
                page.click("#check-page")
                if page.locator("#start").is_visible():
                    expect(page.locator("#notice")).to_contain_text("Nothing to check")
                else:
                    Screen(page).wait_until_done()
            probe.inspect(page)


CHANNELS: list[Channel] = [
    in_the_address, in_a_list, in_headers, in_redirects, in_a_page, in_markdown, in_a_sitemap, in_the_names_of_files, in_errors,
]  # fmt: skip


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.__name__)
def test_corpus_stays_text_in_each_channel(channel: Channel, visit: Visit, site: str, hostile: Hostile) -> None:
    harmless, probe = Probe(), Probe()
    requested: list[str] = []
    page = visit()
    page.on("request", lambda request: requested.append(request.url))
    channel(page, site, hostile, HARMLESS, harmless)
    before = set(page.evaluate("() => Object.getOwnPropertyNames(window)"))
    channel(page, site, hostile, SAMPLE, probe)
    probe.compare(harmless)
    assert set(page.evaluate("() => Object.getOwnPropertyNames(window)")) <= before
    # The page itself requests its own site only. The worker's HEAD and GET requests go to the hostile server's port only.
    ports = {urlsplit(url).port for url in requested if url.startswith("http")}
    assert ports <= {urlsplit(site).port, urlsplit(hostile.address).port}


def test_corpus_stays_text_as_plain_json(visit: Visit, site: str) -> None:
    given = [string for string in CORPUS if string.strip()]
    page = visit("?format=json&" + "&".join("url=" + quote(string, errors="replace") for string in given))
    expect(page.locator("#json[data-state=done]")).to_be_attached()
    probe = Probe()
    probe.inspect(page)
    assert page.locator("body *").count() == 1
    results = json.loads(page.locator("#json").text_content() or "")
    assert [result["url"] for result in results] == given


def is_invisible(character: str) -> bool:
    """Whether a spreadsheet or a terminal shows nothing for it. Joiners belong to the writing of some languages."""
    return category(character) in ("Cc", "Cf") and character not in "\t\n\u200c\u200d"


def test_exports_parse_and_csv_formulas_are_defused(app: App) -> None:
    given = [*CORPUS, "\ttab", "\rreturn", "two\nlines", 'quo"tes, and commas']
    exported: dict[str, Any] = app.run(
        """async ({given}) => {
          const results = (await jsonHead.head(given)).map((result) => ({...result, text: result.url, headers: {[result.url]: "x"}}));
          const written = {};
          for (const format of ["json", "ndjson", "csv"]) written[format] = (await jsonHead.export(results, format)).text;
          return {...written, results: JSON.stringify(results)};
        }""",
        given=given,
    )
    assert json.loads(exported["json"]) == json.loads(exported["results"])
    assert [json.loads(line) for line in exported["ndjson"].split("\n") if line] == json.loads(exported["results"])
    rows = list(csv.DictReader(io.StringIO(exported["csv"], newline="")))
    assert len(rows) == len(given)
    for row, url in zip(rows, given, strict=True):
        shown = "".join(quote(character) if is_invisible(character) else character for character in url)
        assert row["url"] == row["text"] == ("'" + shown if shown.startswith(("=", "+", "-", "@", "\t")) else shown)


def test_right_to_left_text_does_not_reorder_its_surroundings(visit: Visit, hostile: Hostile) -> None:
    """The parts of a row, of the details and of a notice keep their order."""
    right_to_left = ODD[1]
    address = hostile.page(
        "x.html", "text/html; charset=utf-8", f'<a href="/ok/{right_to_left}/end">{right_to_left}</a>'
    )
    page = visit(f"?page={quote(address, safe='')}")
    screen = Screen(page)
    screen.wait_until_done()
    screen.rows.first.click()
    opening, closing = screen.inspector.locator(".place .text").evaluate(
        """(element) => [element.firstChild, element.lastChild].map((quote) => {
          const range = document.createRange();
          range.selectNode(quote);
          const {top, right} = [...range.getClientRects()].at(-1);
          return [top, right];
        })"""
    )
    assert opening < closing  # by lines, and in one by the place
    page.set_input_files("#files", {"name": f"{right_to_left}.bin", "mimeType": "", "buffer": bytes(5000)})
    expect(screen.notice).to_contain_text("This is not text")
    # The start of the sentence is left of its end.
    begins, ends = page.evaluate(
        """() => {
          const text = document.querySelector("#notice p + p").firstChild;
          const at = (word) => {
            const range = document.createRange();
            range.setStart(text, text.data.indexOf(word));
            range.setEnd(text, text.data.indexOf(word) + word.length);
            return range.getBoundingClientRect().left;
          };
          return [at("This is"), at("not text")];
        }"""
    )
    assert begins < ends


def test_url_of_100_000_characters_is_shown_without_overflow(visit: Visit, targets: Targets) -> None:
    url = targets.cors + "/ok/" + "a" * 100_000
    screen = Screen(visit())
    screen.check(url, "urls")
    expect(screen.rows.first).to_contain_text("Works")
    screen.rows.first.click()
    expect(screen.inspector.locator(".whole-address")).to_have_text(url)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert screen.page.evaluate(overflow) <= 0  # less by the gutter that is reserved for a scroll bar


def test_content_security_policy_is_strict(visit: Visit) -> None:
    """The policy is in the page itself, so it holds on any host. It allows one inline script by its digest."""
    page = visit()
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    directives = {directive.split()[0]: directive.split()[1:] for directive in policy.split(";")}
    assert directives["default-src"] == ["'none'"]
    (own,) = page.locator("script:not([src])").all_text_contents()
    digest = b64encode(sha256(own.encode()).digest()).decode()
    assert directives["script-src"] == ["'self'", "'wasm-unsafe-eval'", f"'sha256-{digest}'"]
    assert "'unsafe-inline'" not in policy
    assert page.locator("style, [onclick], [onsubmit]").count() == 0
