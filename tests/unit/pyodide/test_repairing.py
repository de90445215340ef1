"""The message that repairs dropped files and pasted text."""

import pytest
from json_head.model import Observation, Outcome
from json_head.transports.fake import Answer, response

from tests.unit.pyodide.page import Page

FILES = {
    "docs/README.md": b"# A\n\n[b](b.md#Set-Up) [c](C.md) [d](gone.md)\n",
    "docs/b.md": b"# Set up\r\n\r\n[a](readme.md)\r\n",
    "docs/c.md": b"x",
}


def source_of(files):
    items = [{"name": name, "size": len(content), "inFolder": True} for name, content in files.items()]
    return {"files": items, "listing": list(files)}, b"".join(files.values())


async def repaired(page, source, body=None):
    """Check a source, and repair it by its results."""
    await page.ask({"id": 1, "type": "audit", "source": source}, body)
    ending = await page.ask({"id": 2, "type": "patch", "source": source, "results": page.results(1)}, body)
    assert ending["type"] == "done", ending
    (patch,) = page.all("patch")
    return patch


async def test_links_between_dropped_files_are_repaired():
    patch = await repaired(Page(), *source_of({**FILES, "docs/index.html": b"x"}))
    assert (patch["links"], patch["files"]) == (2, 2)
    assert patch["text"] == (
        "--- a/docs/README.md\n+++ b/docs/README.md\n@@ -1,3 +1,3 @@\n # A\n \n"
        "-[b](b.md#Set-Up) [c](C.md) [d](gone.md)\n+[b](b.md#Set-Up) [c](c.md) [d](gone.md)\n"
        "--- a/docs/b.md\n+++ b/docs/b.md\n@@ -1,3 +1,3 @@\n # Set up\r\n \r\n-[a](readme.md)\r\n+[a](README.md)\r\n"
    )


@pytest.mark.parametrize(("text", "format", "name"), [("# Set up\n[x](#Set_up)", "markdown", "pasted.md"), ("<p id=a><a href='#A'>x</a>", "html", "pasted.html")])  # fmt: skip
async def test_pasted_text_is_repaired_by_the_results_of_a_relay(text, format, name):
    """Only a relay sees redirects, so this result is written here."""
    text += "\n<http://a.example/200>" if format == "markdown" else "<a href='http://a.example/200'>y</a>"
    page = Page(lambda request: response(200))
    source = {"text": text, "format": format}
    await page.ask({"id": 1, "type": "audit", "source": source})
    (row,) = (row for row in page.results(1) if row["verdict"] == "ok")  # the other one is relative
    row |= {"redirected": True, "final_url": "https://a.example/200", "via": "relay"}
    row["attempts"][0] |= {"via": "relay", "hops": [{"status": 301, "url": "http://a.example/200", "location": "https://a.example/200"}]}  # fmt: skip
    await page.ask({"id": 2, "type": "patch", "source": source, "results": [row]})
    (patch,) = page.all("patch")
    assert (patch["links"], patch["files"], patch["left"]) == (1, 1, 0)
    assert f"--- a/{name}\n" in patch["text"] and "https://a.example/200" in patch["text"]


GOALS = {
    "http://a.example/old": "https://new.example/here/",
    "http://a.example/docs": "http://a.example/docs/",
    "http://www.w3.org/1999/xhtml": "https://www.w3.org/1999/xhtml/",
}


def redirecting(request):
    """A response as a browser shows it: the final address, and nothing of the redirects."""
    goal = GOALS.get(request.url)
    return Answer(Observation(Outcome.RESPONSE, status=200, headers={}, url=goal, redirected=goal is not None))


async def patched(text, base=None, **parts):
    """The changed lines of a pasted text, and the numbers of links that are repaired and left."""
    page = Page(redirecting)
    source = {"text": text, "format": "markdown", "base": base}
    await page.ask({"id": 1, "type": "audit", "source": source})
    ending = await page.ask({"id": 2, "type": "patch", "source": source, "results": page.results(1), **parts})
    assert ending["type"] == "done", ending
    (patch,) = page.all("patch")
    changed = [line[1:] for line in patch["text"].splitlines() if line.startswith("+") and not line.startswith("+++")]
    return changed, patch["links"], patch["left"]


async def test_only_chosen_redirects_of_a_browser_are_replaced():
    text = "[a](http://a.example/old#part)\n\n[b](http://a.example/docs)\n"
    assert await patched(text) == ([], 0, 2)
    assert await patched(text, redirects=["http://a.example/docs"]) == (["[b](http://a.example/docs/)"], 1, 1)
    new = "[a](https://new.example/here/#part)"
    assert await patched(text, redirects=["http://a.example/old#part", "http://a.example/200"]) == ([new], 1, 1)


async def test_a_chosen_redirect_of_a_relative_link_stays_relative():
    text, base = "[a](old)\n\n[b](docs)\n", "http://a.example/"
    chosen = ["http://a.example/old", "http://a.example/docs"]
    assert await patched(text, base, redirects=chosen) == (["[b](docs/)"], 1, 1)  # the other leads to another site


async def test_a_chosen_name_is_not_replaced():
    """A namespace stays the same wherever it leads."""
    text = "[a](http://www.w3.org/1999/xhtml)"
    assert await patched(text, redirects=["http://www.w3.org/1999/xhtml"]) == ([], 0, 1)


async def test_a_source_without_repairs_has_an_empty_patch():
    patch = await repaired(Page(), {"text": "http://a.example/404 http://a.example/200"})
    assert patch["text"] == "" and patch["links"] == patch["files"] == 0


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"source": {"text": "x"}}, "bad-message"),
        ({"source": {"text": "x"}, "results": [3]}, "bad-message"),
        ({"source": {"text": "[x](#a)"}, "results": [{"verdict": "broken", "url": []}]}, "bad-message"),
        ({"results": []}, "bad-message"),
        ({"source": {"text": "x"}, "results": [], "redirects": "x"}, "bad-message"),
        ({"source": {"text": "x"}, "results": [], "redirects": [1]}, "bad-message"),
        ({"source": {"text": ""}, "results": []}, "empty"),
    ],
)
async def test_a_patch_needs_a_source_and_its_results(message, code):
    assert (await Page().ask({"id": 1, "type": "patch", **message}))["code"] == code


@pytest.mark.parametrize(
    "content", ["[a](http://a.example/old)\r\nünicode\n", "[a](http://a.example/old) \xe9".encode("latin-1")]
)
async def test_the_corrected_source_is_sent_if_asked_for(content):
    page = Page(redirecting)
    is_text = isinstance(content, str)
    source = {"format": "markdown"} | ({"text": content} if is_text else {"name": "a.md"})
    body = None if is_text else content
    await page.ask({"id": 1, "type": "audit", "source": source}, body)
    ask = {"type": "patch", "source": source, "results": page.results(1), "redirects": ["http://a.example/old"]}
    await page.ask({"id": 2, **ask}, body)
    assert page.bodies == []
    await page.ask({"id": 3, **ask, "corrected": True}, body)
    old = content.encode() if is_text else content
    assert page.bodies == [old.replace(b"http://a.example/old", b"https://new.example/here/")]


async def test_there_is_no_corrected_source_of_several_files():
    page = Page()
    source, body = source_of(FILES)
    await page.ask({"id": 1, "type": "audit", "source": source}, body)
    await page.ask({"id": 2, "type": "patch", "source": source, "results": page.results(1), "corrected": True}, body)
    assert page.all("patch")[0]["links"] and page.bodies == []
