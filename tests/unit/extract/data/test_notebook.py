"""Links of Jupyter notebooks, and their places."""

from __future__ import annotations

import json
from typing import Any

import pytest
from json_head.extract import Source, TooLargeError, links
from json_head.extract.data.json_strings import JsonValue
from json_head.extract.source import MAX_MARKDOWN, MAX_MARKDOWN_LINES


def read(*cells: dict[str, Any], indent: int | None = 1, **options: Any) -> list[tuple[str, str, str]]:
    """Kind, URL and text of each link. Asserts its place."""
    text = json.dumps({"cells": cells, "metadata": {"url": "https://no"}, "nbformat": 4}, indent=indent)
    lines = text.split("\n")
    found = []
    for link in links(Source(text, "a.ipynb", **options)):
        assert link.line and link.column
        at = JsonValue("string", (), -1, 0, lines[link.line - 1][link.column - 1 :]).decoded
        assert at.startswith(link.url[: len("https://e.test/")]), link
        found.append((link.found, link.url, link.text))
    return found


def markdown(*source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": list(source)}


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "outputs": list(outputs), "source": source}


def output(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {name.replace("_", "/"): value for name, value in data.items()}}


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (markdown("# Title\n", "[a](u), https://e.test/v.\n", "\n", "![b](w)"),
         [("markdown link", "u", "a"), ("bare url", "https://e.test/v", ""), ("markdown image", "w", "b")]),
        ({"cell_type": "markdown", "source": "é \"[a](u)\"\n\n<img src=\"v\">"}, [("markdown link", "u", "a"), ("img src", "v", "")]),
        (markdown("[a][b]\n", "\n", "[b]: u"), [("markdown reference", "u", "a")]),
        (markdown("[a](https://e.test/", "b) `https://no`"), [("markdown link", "https://e.test/b", "a")]),
        (markdown("```\n", "https://no\n", "```\n", "$f[x](y)$"), []),
        (markdown("![a](attachment:a.png) ![b](data:image/png;base64,x) <img src='Attachment:c.png'>"), []),
        (code("# https://e.test/a\nx = get('https://e.test/b')"), [("bare url", "https://e.test/a", ""), ("bare url", "https://e.test/b", "")]),
        (code("f'https://no/{x}' 'https://no/%s' % x 'https://no/%d/' '{}'.format()"), []),
        (code("'https://e.test/%d0%b0'"), [("bare url", "https://e.test/%d0%b0", "")]),
        ({"cell_type": "raw", "source": "see https://e.test/a"}, [("bare url", "https://e.test/a", "")]),
        (code("", output(text_html=["<a href='u'>", "x</a>"], text_plain="https://no"), output(text_markdown="[a](v)")),
         [("a href", "u", "x"), ("markdown link", "v", "a")]),
        (code("", {"output_type": "stream", "text": ["https://no"]}, output(image_png="https://no", application_json="https://no")), []),
    ],
)  # fmt: skip
def test_markdown_code_and_outputs_of_cells_contain_links(
    cell: dict[str, Any], found: list[tuple[str, str, str]], indent: int | None
) -> None:
    assert read(markdown("x"), cell, markdown("y"), indent=indent) == found


def test_the_type_of_a_cell_may_follow_its_source() -> None:
    assert read({"source": "`https://no` [a](u)", "cell_type": "markdown"}, {"source": "[a](https://e.test/v)"}) == [
        ("markdown link", "u", "a"),
        ("bare url", "https://e.test/v", ""),
    ]


def test_notebooks_of_an_earlier_format_are_read() -> None:
    cells = [
        {"cell_type": "code", "input": "https://e.test/a", "outputs": [{"html": "<a href=u>b</a>"}]},
        markdown("[c](v)"),
    ]
    text = json.dumps({"worksheets": [{"cells": cells}]})
    assert [link.url for link in links(Source(text, "a.ipynb"))] == ["u", "https://e.test/a", "v"]


def test_places_after_escapes_are_right() -> None:
    text = (
        r'{"cells": [{"cell_type": "markdown", "source": "\ud83d\ude00 \u00e9\r\n\"[a](https:\/\/e.test/b)\" [c](d)"}]}'
    )
    found = [(link.url, link.line, link.column) for link in links(Source(text, "a.ipynb"))]
    assert found == [("https://e.test/b", 1, text.index("https:") + 1), ("d", 1, text.index("(d)") + 2)]


def test_relative_links_are_resolved_against_the_base() -> None:
    text = json.dumps({"cells": [markdown("[a](b) <a href=#c>d</a>")]})
    assert [link.url for link in links(Source(text, "a.ipynb", base="https://e.test/x/y"))] == [
        "https://e.test/x/b",
        "https://e.test/x/y#c",
    ]


@pytest.mark.parametrize(
    "text", ['{"a": "https://e.test/b"}', "see https://e.test/b", '{"cells": [], "x": "https://e.test/b"']
)
def test_json_without_cells_is_read_as_text(text: str) -> None:
    assert [link.url for link in links(Source(text, "a.ipynb"))] == ["https://e.test/b"]


def test_cells_that_are_not_objects_contain_no_links() -> None:
    assert list(links(Source('{"cells": ["https://no", ["[a](no)"]]}', "a.ipynb"))) == []


def test_links_before_the_end_of_a_truncated_notebook_are_read() -> None:
    text = json.dumps({"cells": [markdown("[a](u)"), markdown("[b](v) and more")]})
    assert [link.url for link in links(Source(text[: text.index(" and more")], "a.ipynb"))][:1] == ["u"]


@pytest.mark.parametrize("cell", [markdown("a" * 1_000), markdown("a\n" * 100)])
def test_markdown_over_the_limit_is_refused(cell: dict[str, Any]) -> None:
    with pytest.raises(TooLargeError, match="notebook's Markdown"):
        read(*[cell] * (max(MAX_MARKDOWN // 1_000, MAX_MARKDOWN_LINES // 100) + 1))
