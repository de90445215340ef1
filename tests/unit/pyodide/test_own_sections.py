"""Links of a pasted text to its own sections."""

import pytest

from tests.unit.pyodide.page import Page


async def checked(**source):
    page = Page()
    await page.ask({"id": 1, "type": "audit", "source": source})
    return {result["url"]: (result["verdict"], result["rule"]) for _, result in page.indexed()}


@pytest.mark.parametrize(
    "text",
    [
        "# Intro\n\n[a](#intro) [b](#elsewhere)",
        "<!doctype html><h1 id=intro>x</h1><a href=#intro>a</a> <a href='#elsewhere'>b</a>",
    ],
)
async def test_sections_that_a_text_has_work_and_others_are_relative_to_an_unknown_page(text):
    assert await checked(text=text) == {"#intro": ("ok", "file-found"), "#elsewhere": ("not-checked", "relative")}


async def test_page_that_a_text_came_from_is_requested_for_the_sections_that_the_text_lacks():
    text = "# Intro\n\n[a](#intro) [b](#elsewhere) [c](201#intro)"
    assert await checked(text=text, base="http://a.example/200#here") == {
        "http://a.example/200#intro": ("ok", "file-found"),
        "http://a.example/200#elsewhere": ("ok", "success"),
        "http://a.example/201#intro": ("ok", "success"),
    }


async def test_section_that_a_comment_leaves_out_has_one_result():
    text = "# Intro\n\n[a](#intro) <!-- json-head-ignore -->"
    assert await checked(text=text) == {"#intro": ("not-checked", "ignored")}


async def test_list_of_urls_has_no_sections():
    assert await checked(urls=["#"]) == {"#": ("not-checked", "invalid-url")}
