"""The message that repairs dropped files and pasted text."""

import pytest
from json_head.transports.fake import response

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
    (row,) = page.results(1)
    row |= {"redirected": True, "final_url": "https://a.example/200", "via": "relay"}
    row["attempts"][0] |= {"via": "relay", "hops": [{"status": 301, "url": "http://a.example/200", "location": "https://a.example/200"}]}  # fmt: skip
    await page.ask({"id": 2, "type": "patch", "source": source, "results": [row]})
    (patch,) = page.all("patch")
    assert (patch["links"], patch["files"], patch["left"]) == (1, 1, 0)
    assert f"--- a/{name}\n" in patch["text"] and "https://a.example/200" in patch["text"]


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
        ({"source": {"text": ""}, "results": []}, "empty"),
    ],
)
async def test_a_patch_needs_a_source_and_its_results(message, code):
    assert (await Page().ask({"id": 1, "type": "patch", **message}))["code"] == code
