"""Everything from outside is text: whatever the corpus holds, it makes no element, runs nothing, asks for nothing.

What the page may consist of is learned from a harmless run of the same steps: which elements there are, and which
attributes they have.
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
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape as xml_escape

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.app import App
from tests.browser.support.corpus import CORPUS, ODD
from tests.browser.support.hostile_server import Hostile, saying
from tests.browser.support.screen import Screen, Visit
from tests.servers.launch import Targets

HARMLESS = ("one", "two words", "three")
#: What no line of a list and no header can hold.
_IN_ONE_LINE = str.maketrans("", "", "\r\n\0")

#: What a page consists of: the attributes of each kind of element; and what is wrong whatever it consists of.
LOOK = r"""() => {
  const shape = {};
  const wrong = [];
  for (const element of document.querySelectorAll("*")) {
    const names = (shape[element.localName] ??= {});
    if (element.shadowRoot) wrong.push(`${element.localName} has a shadow root`);
    for (const { name, value } of element.attributes) {
      names[name] = true;
      if (/^on/i.test(name)) wrong.push(`${name} of ${element.localName}`);
      if (/^(href|src|action|formaction|data|srcdoc|xlink:href)$/i.test(name) && !/^https?:$/.test(new URL(value, location).protocol)) {
        wrong.push(`${name}=${value}`);
      }
    }
  }
  return {
    shape: Object.fromEntries(Object.entries(shape).map(([name, has]) => [name, Object.keys(has)])),
    wrong,
    globals: Object.getOwnPropertyNames(window),
    polluted: Object.keys(Object.prototype).concat("owned" in {} ? ["owned"] : []),
  };
}"""

Shape = dict[str, set[str]]


class Eyes:
    """Looks at a page, over and over: what it consists of, and that nothing of it is wrong."""

    def __init__(self) -> None:
        self.shape: Shape = {}
        self._globals: set[str] | None = None

    def look(self, page: Page) -> None:
        said = page.evaluate(LOOK)
        assert not said["wrong"] and not said["polluted"], said
        assert "owned" not in page.title()
        if self._globals is None:
            self._globals = set(said["globals"])
        # The boot makes some: what is there when a check is over is what may be there.
        assert "owned" not in said["globals"]
        for name, attributes in said["shape"].items():
            self.shape.setdefault(name, set()).update(attributes)

    def compare(self, harmless: Eyes) -> None:
        for name, attributes in self.shape.items():
            assert name in harmless.shape, f"there is a <{name}>"
            assert attributes <= harmless.shape[name] | STATES, f"<{name}> has {attributes - harmless.shape[name]}"


#: Attributes that depend on how many rows there are and what came of them, not on what they say.
STATES = {
    "hidden",
    "disabled",
    "style",
    "title",
    "aria-activedescendant",
    "aria-valuenow",
    "aria-valuemax",
    "data-cursor",
    "data-code",
}


@pytest.fixture(scope="module")
def hostile_server() -> Iterator[Hostile]:
    with saying() as server:
        yield server


@pytest.fixture
def hostile(hostile_server: Hostile) -> Hostile:
    hostile_server.says.clear()
    hostile_server.asked.clear()
    return hostile_server


def look_at_all_rows(page: Page, eyes: Eyes, least: int = 1) -> None:
    """Each row, with its details open."""
    screen = Screen(page)
    screen.wait_until_done()
    eyes.look(page)
    rows = int(page.locator("#grid").get_attribute("aria-rowcount") or 1) - 1
    assert rows >= least
    page.locator("#grid").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(screen.inspector).to_be_visible()
    for index in range(rows):
        expect(page.locator(f"#row-{index}[aria-selected=true]")).to_be_attached()
        eyes.look(page)
        page.keyboard.press("ArrowDown")


Channel = Callable[[Page, str, Hostile, Sequence[str], Eyes], None]


def in_the_address(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], eyes: Eyes) -> None:
    page.goto(site + "?" + "&".join("url=" + quote(said, errors="replace") for said in corpus if said.strip()))
    look_at_all_rows(page, eyes, 3)
    for said in corpus:
        fragment = "#q={0}&row={0}&v={0}&sort={0}".format(quote(said[:500], safe="", errors="replace"))
        page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        eyes.look(page)


def in_a_list(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], eyes: Eyes) -> None:
    page.goto(site)
    lines = [said.translate(_IN_ONE_LINE) for said in corpus]
    page.select_option("#format", "urls")
    page.fill("#text", "\n".join(line + f"\n{hostile.address}/ok/{line}" for line in lines))
    page.click("#check-text")
    look_at_all_rows(page, eyes, 3)


def in_headers(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], eyes: Eyes) -> None:
    for number, said in enumerate(corpus):
        value = said.translate(_IN_ONE_LINE).encode("utf-8", "replace")
        hostile.says[f"/{number}"] = (200, [("X-Hostile", value), ("Content-Type", value), ("Last-Modified", value), ("Content-Length2", value),
                                            ("__proto__", value), ("constructor", value), ("toString", value)], b"")  # fmt: skip
    page.goto(site)
    page.fill("#text", "\n".join(f"{hostile.address}/{number}" for number in range(len(corpus))))
    page.click("#check-text")
    look_at_all_rows(page, eyes, len(corpus))


def in_redirects(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], eyes: Eyes) -> None:
    for number, said in enumerate(corpus):
        location = said.translate(_IN_ONE_LINE).encode("utf-8", "replace")
        hostile.says[f"/{number}"] = (302, [("Location", b"/ok/" + location)], b"")
        hostile.says[f"/{number}/bare"] = (302, [("Location", location)], b"")
    page.goto(site)
    page.fill("#text", "\n".join(f"{hostile.address}/{n}\n{hostile.address}/{n}/bare" for n in range(len(corpus))))
    page.click("#check-text")
    look_at_all_rows(page, eyes, len(corpus))


def in_a_page(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], eyes: Eyes) -> None:
    body = "".join(
        f'<a href="/ok/{n}" title="{escape(said)}">{escape(said)}</a><img alt="{escape(said)}" src="/ok/i{n}"><a href="{escape(said)}">x</a>\n'
        for n, said in enumerate(corpus)
    )
    address = hostile.page(
        "x.html", "text/html; charset=utf-8", f"<!doctype html><title>{escape(corpus[0])}</title>{body}"
    )
    page.goto(f"{site}?page={quote(address, safe='')}")
    look_at_all_rows(page, eyes, len(corpus))


def in_markdown(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], eyes: Eyes) -> None:
    text = "\n\n".join(
        f"[{said}](/ok/{n}) ![{said}](</ok/i{n}>) [a](<{said}>)\n\n{said}" for n, said in enumerate(corpus)
    )
    page.goto(site)
    page.select_option("#format", "markdown")
    page.click("#more summary")
    page.fill("#base", hostile.address)
    page.fill("#text", text + f"\n\n[x]({hostile.address}/ok/last)")
    page.click("#check-text")
    look_at_all_rows(page, eyes, 3)


def in_a_sitemap(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], eyes: Eyes) -> None:
    clean = ["".join(c for c in said if c >= " ") for said in corpus]
    locs = "".join(
        f"<url><loc>{xml_escape(said)}</loc></url><url><loc>{hostile.address}/ok/{xml_escape(said)}</loc></url>"
        for said in clean
    )
    parts = "".join(f"<sitemap><loc>{hostile.address}/{xml_escape(said)}</loc></sitemap>" for said in clean[:20])
    address = hostile.page("x.xml", "application/xml", f"<urlset>{locs}{parts}</urlset>")
    page.goto(f"{site}?page={quote(address, safe='')}")
    look_at_all_rows(page, eyes, len(corpus))


def in_the_names_of_files(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], eyes: Eyes) -> None:
    names = [said.translate(_IN_ONE_LINE).replace("/", "∕")[:200] for said in corpus]
    page.goto(site)
    for number, content in enumerate((b"\0\0\0", f"{hostile.address}/ok/1".encode())):
        page.set_input_files(
            "#files", [{"name": name or "x", "mimeType": name if number else "", "buffer": content} for name in names]
        )
        Screen(page).wait_until_done()
        eyes.look(page)
        if not number:
            expect(page.locator("#notice")).to_contain_text("not text")
    look_at_all_rows(page, eyes)


def in_errors(page: Page, site: str, hostile: Hostile, corpus: Sequence[str], eyes: Eyes) -> None:
    page.goto(site)
    hostile.says.update({f"/missing/{n}": (404, [], b"") for n in range(len(corpus))})
    for said in corpus:
        for address in (said, f"{hostile.address}/missing/{said}"):
            line = address.translate(_IN_ONE_LINE)
            page.fill("#page", line)
            if line.strip():
                page.click("#check-page")
                Screen(page).wait_until_done()
            eyes.look(page)


CHANNELS: list[Channel] = [
    in_the_address, in_a_list, in_headers, in_redirects, in_a_page, in_markdown, in_a_sitemap, in_the_names_of_files, in_errors,
]  # fmt: skip


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.__name__)
def test_the_corpus_is_text(channel: Channel, visit: Visit, site: str, hostile: Hostile) -> None:
    harmless, eyes = Eyes(), Eyes()
    asked: list[str] = []
    page = visit()
    page.on("request", lambda request: asked.append(request.url))
    channel(page, site, hostile, HARMLESS, harmless)
    before = set(page.evaluate("() => Object.getOwnPropertyNames(window)"))
    channel(page, site, hostile, CORPUS, eyes)
    eyes.compare(harmless)
    assert set(page.evaluate("() => Object.getOwnPropertyNames(window)")) <= before
    # The page itself asks its own site only; what the worker asked was a HEAD, a GET, and of no port but that server's.
    ports = {urlsplit(url).port for url in asked if url.startswith("http")}
    assert ports <= {urlsplit(site).port, urlsplit(hostile.address).port}


def test_the_corpus_as_plain_json(visit: Visit, site: str) -> None:
    given = [said for said in CORPUS if said.strip()]
    page = visit("?format=json&" + "&".join("url=" + quote(said, errors="replace") for said in given))
    expect(page.locator("#json[data-state=done]")).to_be_attached()
    eyes = Eyes()
    eyes.look(page)
    assert page.locator("body *").count() == 1
    results = json.loads(page.locator("#json").text_content() or "")
    assert [result["url"] for result in results] == given


def test_exports_read_back_with_formulas_taken_out(app: App) -> None:
    given = [*CORPUS, "\ttab", "\rreturn", "two\nlines", 'quo"tes, and commas']
    said: dict[str, Any] = app.run(
        """async ({given}) => {
          const results = (await jsonHead.head(given)).map((result) => ({...result, text: result.url, headers: {[result.url]: "x"}}));
          const written = {};
          for (const format of ["json", "ndjson", "csv"]) written[format] = (await jsonHead.export(results, format)).text;
          return {...written, results: JSON.stringify(results)};
        }""",
        given=given,
    )
    assert json.loads(said["json"]) == json.loads(said["results"])
    assert [json.loads(line) for line in said["ndjson"].split("\n") if line] == json.loads(said["results"])
    rows = list(csv.DictReader(io.StringIO(said["csv"], newline="")))
    assert len(rows) == len(given)
    for row, url in zip(rows, given, strict=True):
        safe = "'" + url if url.startswith(("=", "+", "-", "@", "\t", "\r")) else url
        assert row["url"] == row["text"] == safe


def test_text_that_runs_from_right_to_left_turns_nothing_else_round(visit: Visit, hostile: Hostile) -> None:
    """The parts of a row, of the details and of a notice stand where they always do."""
    right_to_left = ODD[1]
    address = hostile.page(
        "x.html", "text/html; charset=utf-8", f'<a href="/ok/{right_to_left}/end">{right_to_left}</a>'
    )
    page = visit(f"?page={quote(address, safe='')}")
    screen = Screen(page)
    screen.wait_until_done()
    screen.rows.first.click()
    left = "(element) => element.getBoundingClientRect().left"
    item = screen.inspector.locator(".places li")
    assert item.locator("code").evaluate(left) < item.locator(".found").evaluate(left)
    page.set_input_files("#files", {"name": f"{right_to_left}.bin", "mimeType": "", "buffer": bytes(5000)})
    expect(screen.notice).to_contain_text("This is not text")
    # Where the sentence starts and where it ends: from left to right.
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


def test_a_url_of_a_hundred_thousand_characters(visit: Visit, targets: Targets) -> None:
    url = targets.cors + "/ok/" + "a" * 100_000
    screen = Screen(visit())
    screen.check(url, "urls")
    expect(screen.rows.first).to_contain_text("OK")
    screen.rows.first.click()
    expect(screen.inspector.locator(".address")).to_have_text(url)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert screen.page.evaluate(overflow) <= 0  # less, by the gutter that is kept for a scroll bar


def test_the_policy_is_strict(visit: Visit) -> None:
    """It is the page's own, so that it holds wherever the folder is copied to; and it holds against any inline script but one."""
    page = visit()
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    said = {directive.split()[0]: directive.split()[1:] for directive in policy.split(";")}
    assert said["default-src"] == ["'none'"]
    (own,) = page.locator("script:not([src])").all_text_contents()
    digest = b64encode(sha256(own.encode()).digest()).decode()
    assert said["script-src"] == ["'self'", "'wasm-unsafe-eval'", f"'sha256-{digest}'"]
    assert "'unsafe-inline'" not in policy
    assert page.locator("style, [onclick], [onsubmit]").count() == 0
