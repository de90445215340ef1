"""Pasted formatted text keeps its links, in the box and anywhere on the page, in Chromium and in Firefox."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.support.app import page_of_its_own
from tests.browser.support.screen import UNFINISHED, Screen, Visit
from tests.browser.support.transfer import CHECK, PASTE, RESET, Tab
from tests.browser.support.watch import Watch
from tests.servers.launch import Targets

#: The HTML and the plain text that programs put on the clipboard, and the text in the box after a paste.
COPIED = {
    "word": (
        ("<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><title>No</title><style><!-- p {margin: 0} --></style>"
        "</head><body lang=EN><!--StartFragment--><p class=MsoNormal style='margin:0'><span>See <a\r\nhref=\"TARGET/ok/word\">"
        "<span style='color:blue'>the\r\nfirst report</span></a>, please.<o:p></o:p></span></p><!--EndFragment--></body></html>"),
        "See the first report, please.",
        "See [the first report](TARGET/ok/word), please.",
    ),
    "docs": (
        ('<meta charset="utf-8"><b style="font-weight:normal" id="docs-internal-guid-1"><p dir="ltr"><a href="TARGET/ok/docs?a=1&amp;b=2" '
        'style="text-decoration:none"><span>here</span></a></p><ul><li><p>one</p></li><li><p><a href="TARGET/ok/two">two</a></p></li></ul></b>'),
        "here\none\ntwo",
        "[here](TARGET/ok/docs?a=1&b=2)\n\none\n\n[two](TARGET/ok/two)",
    ),
    "sheet": (
        "<table><tr><td><a class=in-cell-link href='TARGET/ok/a'>A</a></td><td>1</td></tr><tr><td><a href='TARGET/ok/b'>B</a></td><td>2</td></tr></table>",
        "A\t1\nB\t2",
        "[A](TARGET/ok/a)\t1\n[B](TARGET/ok/b)\t2",
    ),
    "mail": (
        ("<div>Hello<br>see <a href='TARGET/ok/mail'>TARGET/ok/mail</a> and<a href='TARGET/ok/(more)'> more </a>!<br></div>"
        "<blockquote>&gt; <a href='mailto:a@b.example'>a@b.example</a></blockquote>"),
        "Hello\nsee TARGET/ok/mail and more!\n> a@b.example",
        "Hello\nsee <TARGET/ok/mail> and [more](<TARGET/ok/(more)>) !\n\n> [a@b.example](mailto:a@b.example)",
    ),
    "page": (
        ("<a href=TARGET/ok/page><img src=TARGET/ok/i.png alt='A picture'></a>Costs $5 [<a href='TARGET/ok/x'>1</a>] or `$6`: &lt;script> "
        "Look!<a href=TARGET/ok/y>y[1]</a><a name=mark>mark</a><a href='#top'>top</a>"),
        "Costs $5 [1] or `$6`: <script> Look!y[1]marktop",
        ("[A picture](TARGET/ok/page) ![A picture](TARGET/ok/i.png)Costs \\$5 [[1](TARGET/ok/x)] or \\`\\$6\\`: \\<script> "
        "Look! [y\\[1\\]](TARGET/ok/y)marktop"),
    ),
    "base": (
        "<base href='TARGET/ok/'><p><a href=rel>relative</a> <a href=TARGET/ok/more>more</a>",
        "relative more",
        "[relative](TARGET/ok/rel) [more](TARGET/ok/more)",
    ),
    "picture": ("<img src='TARGET/ok/i.png'>", "", "![](TARGET/ok/i.png)"),
}  # fmt: skip

#: A megabyte each of HTML that a parser of more than linear time cannot read soon: nesting, open formatting, attributes, and
#: constructs that never end.
HOSTILE = {
    "nested": "<div>" * 100_000 + "</p>" * 100_000,
    "formatting": "".join(f"<b a={n}>" for n in range(40_000)) + "<p>" * 100_000,
    "attributes": "<a " + " ".join(f"a{n}" for n in range(150_000)) + ">",
    "links": "<a href=/1><p>" * 60_000,
    "opened": "<a" * 500_000,
    "quotes": "<a b=\"'" * 120_000,
    "comments": "<!--" * 250_000 + "-->",
    "titles": "<title>" * 140_000 + "</title>",
    "references": "".join(f"&#{n};<b>" for n in range(32, 90_000)),
    "white space": "<a " + " " * 900_000 + ">",
    "base": "<base href='https://e.example/" + "a" * 400_000 + "'>" + "<a href=b>c</a>" * 30_000,
}
#: Work in which the page has no part, in milliseconds: some 500 where a megabyte of references takes 1,300.
YARDSTICK = """() => {
  const [start, map] = [performance.now(), new Map()];
  for (let n = 0; n < 500_000; n++) map.set(`k${n}`, {n});
  return performance.now() - start;
}"""


def pasted(tab: Tab, html: str, plain: str, target: str = "#text", **more: Any) -> tuple[str, bool]:
    data = {"text/html": html, "text/plain": plain}
    text, left = tab.call(
        PASTE, target=target, data={type: content for type, content in data.items() if content}, **more
    )
    return text, left


@pytest.mark.parametrize("name", COPIED)
def test_links_of_formatted_text_become_markdown(tab: Tab, targets: Targets, name: str) -> None:
    html, plain, written = (part.replace("TARGET", targets.cors) for part in COPIED[name])
    assert pasted(tab, html, plain) == (written, False)
    assert tab.call("() => document.getElementById('taken').textContent").endswith("written out. Use plain text")
    assert tab.problems == []
    assert targets.seen().requests == 0  # no resource of the HTML was loaded


@pytest.mark.parametrize("name", COPIED)
def test_links_of_formatted_text_are_checked(tab: Tab, targets: Targets, name: str) -> None:
    """All links are checked, also below a list of URLs. A paste outside the box appends the text."""
    html, plain, written = (part.replace("TARGET", targets.cors) for part in COPIED[name])
    before = "\n".join(f"{targets.cors}/ok/before/{n}" for n in range(3))
    tab.call(RESET, text=before)
    assert pasted(tab, html, plain, "body") == (f"{before}\n{written}", False)
    hrefs = re.findall(r"(?:a href|src)=[\"']?(TARGET[^\s\"'>]+)", COPIED[name][0])
    assert {unescape(href).replace("TARGET", targets.cors) for href in hrefs} <= set(tab.call(CHECK))


@pytest.mark.parametrize("target", ["#text", "body"])
def test_text_without_further_links_is_pasted_unchanged(tab: Tab, target: str) -> None:
    """In the box the browser pastes it itself."""
    left = target == "#text"
    for html, plain in (
        ("<p>some <b>bold</b> text", "some bold text"),
        ("<a href='https://e.example/x'>https://e.example/x</a>", "See https://e.example/x."),
        ("<a href='mailto:a@b.example'>Anna</a>", "Anna"),
        ("<pre><span style='color:red'>&lt;a href='https://e.example/'></span></pre>", "<a href='https://e.example/'>"),
        ("", "https://e.example/"),
    ):
        tab.call(RESET, text="")
        assert pasted(tab, html, plain, target) == ("" if left else plain, left)
        assert tab.call("() => document.getElementById('taken').textContent") == ""


def test_plain_text_replaces_the_formatted_text_on_request(tab: Tab, targets: Targets) -> None:
    html, plain, written = (part.replace("TARGET", targets.cors) for part in COPIED["word"])
    tab.call(RESET, text="before ")
    assert pasted(tab, html, plain)[0] == "before " + written
    tab.call("() => document.querySelector('#taken button').click()")
    assert tab.call("() => [text.value, taken.textContent, document.activeElement.id]") == [
        "before " + plain,
        "",
        "text",
    ]


def test_note_disappears_with_its_text(tab: Tab, targets: Targets) -> None:
    html, plain, written = (part.replace("TARGET", targets.cors) for part in COPIED["word"])
    pasted(tab, html, plain)
    typed = "(said) => { text.value += said; text.dispatchEvent(new Event('input')); return taken.textContent !== ''; }"
    assert tab.call(typed.replace("said)", "{said})"), said=" and more") is True
    tab.call(RESET, text=written.replace("report", "paper"))
    assert tab.call("() => taken.textContent") == ""


def test_formatted_links_are_left_out_of_other_formats(tab: Tab) -> None:
    tab.call(RESET, text="", format="csv")
    text, left = pasted(tab, "<a href='https://e.example/x'>x</a>", "x")
    assert (text, left) == ("x", False)
    note = "1 link of the formatted text left out, because the box is read as “Table (CSV, TSV)”."
    assert tab.call("() => taken.textContent") == note


@pytest.mark.parametrize("target", ["#page", "#base", "#filter"])
def test_other_fields_take_plain_text(tab: Tab, target: str) -> None:
    assert pasted(tab, "<a href='https://e.example/x'>x</a>", "x", target) == ("", True)


def test_picture_on_the_clipboard_beside_text_is_ignored(tab: Tab) -> None:
    """Word and Excel put such a picture on the clipboard."""
    html, plain = "<p><a href='https://e.example/x'>x</a>", "x"
    assert pasted(tab, html, plain, files={"image.png": "PNG"}) == ("[x](https://e.example/x)", False)
    assert pasted(tab, "<p>y", "y", "body", files={"image.png": "PNG"})[0] == "[x](https://e.example/x)\ny"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_html_is_read_in_linear_time(tab: Tab, name: str) -> None:
    """A megabyte takes less than 3 s, and no more than ten times as long as a quarter of it; a parser of quadratic time takes 16 times as
    long. One try of five has to show that, since the machine may be busy. A slow machine has more time, by a yardstick.
    """
    html = HOSTILE[name]
    for _ in range(5):
        quarter, whole = (timed_paste(tab, html[:length]) for length in (len(html) // 4, len(html)))
        most = 3_000 if whole < 3_000 else max(3_000, 6 * tab.call(YARDSTICK))
        if whole < min(most, max(1_000, 10 * quarter)):
            return
    pytest.fail(f"{quarter:.0f} ms for a quarter of the text, {whole:.0f} ms for all of it")


def timed_paste(tab: Tab, html: str) -> float:
    """The milliseconds in which the page reads this HTML."""
    pasted(tab, html + "<a href='https://e.example/x'>x</a>", "x")
    return float(tab.call("() => window.took"))


def test_hostile_html_stays_text(tab: Tab) -> None:
    html = "<img src=x onerror='window.hit=1'><script>window.hit=2</script><a href='javascript:window.hit=3' onclick='window.hit=4'>a</a>"
    text, _ = pasted(tab, html + "<svg onload='window.hit=5'><a href='https://e.example/<b>'>b</a>", "a b")
    assert text == "![](x)[a](javascript:window.hit=3)[b](<https://e.example/%3Cb%3E>)"
    assert tab.call("() => [window.hit ?? 0, document.querySelectorAll('main img, main script').length]") == [0, 0]
    assert tab.problems == []


def test_native_clipboard_in_chromium(
    visit: Visit, context: tuple[BrowserContext, Watch], watch: Watch, targets: Targets
) -> None:
    """By the keyboard: paste, undo, and paste as plain text."""
    context[0].grant_permissions(["clipboard-read", "clipboard-write"])
    screen = Screen(visit())
    html, plain, written = (part.replace("TARGET", targets.cors) for part in COPIED["docs"])
    screen.page.evaluate(
        """async ({html, plain}) => {
          const blob = (text, type) => new Blob([text], {type});
          const item = new ClipboardItem({"text/html": blob(html, "text/html"), "text/plain": blob(plain, "text/plain")});
          await navigator.clipboard.write([item]);
        }""",
        {"html": html, "plain": plain},
    )
    watch.take()  # Chromium parses the HTML that it writes, and this page's policy forbids the styles in it
    box = screen.page.locator("#text")
    box.fill("First. ")
    box.press("End")
    box.press("Control+v")
    expect(box).to_have_value("First. " + written)
    expect(screen.page.locator("#taken")).to_contain_text("2 links of the formatted text written out.")
    box.press("Control+z")
    expect(box).to_have_value("First. ")
    expect(screen.page.locator("#taken")).to_be_empty()
    box.press("Control+Shift+v")
    expect(box).to_have_value("First. " + plain)
    box.fill("")
    screen.page.locator("#check-text").focus()
    screen.page.keyboard.press("Control+v")
    expect(box).to_have_value(written)
    screen.page.click("#check-text")
    screen.wait_until_done()
    assert {row[2] for row in screen.table()} == {targets.cors + "/ok/docs?a=1&b=2", targets.cors + "/ok/two"}


def test_example_leaves_typed_text_alone(visit: Visit) -> None:
    page = visit()
    page.route("**/packages.bin", lambda _: None)  # Python never starts, so that no link of the example is requested
    page.goto(f"{page.url}?snapshot=off")
    page.fill("#text", "mine")
    page.click("#example")
    expect(page.locator("#what")).to_have_text("An example")
    Screen(page).start()
    expect(page.locator("#text")).to_have_value("mine")


def test_a_text_has_the_name_and_the_type_with_which_it_was_read(browser: Browser, site: str, targets: Targets) -> None:
    """The name is the same after a reload."""
    link, image = targets.cors + "/ok/one", targets.cors + "/ok/two"
    with page_of_its_own(browser, site) as page:
        screen = Screen(page)
        screen.check(f'---\ntitle: A\n---\n\n# Long one\n\n[a]({link})\n\n<img src="{image}" width=20>\n')
        what = page.locator("#what")
        expect(what.locator("b")).to_have_text("Long one")
        expect(what).to_contain_text("read as Markdown")
        assert {row[2] for row in screen.table()} == {link, image}
        expect(page.locator("#past-list > li").first).not_to_contain_text(UNFINISHED)
        page.reload()
        expect(screen.rows).to_have_count(2)
        expect(what.locator("b")).to_have_text("Long one")


def test_a_text_without_links_can_be_read_as_another_type(visit: Visit) -> None:
    screen = Screen(visit())
    screen.check("Some words", "csv")
    expect(screen.sentence).to_have_text("No links found")
    expect(screen.page.locator("#what")).to_contain_text("read as Table (CSV, TSV)")
    expect(screen.page.locator("#news")).to_contain_text("Another type of text can be chosen under Options.")
