"""Links of reStructuredText documents. tests/conformance compares them with docutils."""

from __future__ import annotations

import pytest
from json_head.extract import Source, TooLargeError, links
from json_head.extract.source import MAX_MARKDOWN, MAX_MARKDOWN_LINES


def read(text: str) -> list[tuple[str, str, str]]:
    """Kind, URL and text of each link. Asserts its place."""
    lines = text.split("\n")
    found = []
    for link in links(Source(text, "a.rst")):
        assert link.line and link.column
        if not set(text) & set("\\") and " \n" not in text and not link.url.startswith("mailto:"):
            assert lines[link.line - 1].startswith(link.url[:1], link.column - 1), link
        found.append((link.found, link.url, link.text))
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`x <https://e.test/b>`_", [("rst link", "https://e.test/b", "x")]),
        ("`a b\nc <u>`__, (`<v>`_)", [("rst link", "u", "a b c"), ("rst link", "v", "")]),
        ("`a <u\nv>`_", [("rst link", "uv", "a")]),
        ("`a <me@e.test>`_", [("rst link", "mailto:me@e.test", "a")]),
        ("`a <b_>`_ `c`_ d_ :ref:`e <no>` `f`", []),
        (":download:`a <files/b.zip>` :download:`c.zip` :download:`d </no>`",
         [("rst download", "files/b.zip", "a"), ("rst download", "c.zip", "")]),
        ("see https://e.test/a. (https://e.test/b), <https://e.test/c>; 'https://e.test/d'",
         [("bare url", f"https://e.test/{name}", "") for name in "abcd"]),
        ("*https://e.test/a* www.e.test me@e.test ftp://e.test", [("bare url", "https://e.test/a", "")]),
        ("``https://no`` ``a `b <no>`_`` \\`a <no>`_", []),
        (".. _a b: https://e.test/x", [("rst target", "https://e.test/x", "a b")]),
        (".. _`a: b`: u", [("rst target", "u", "a: b")]),
        (".. __: u\n__ v\n.. _a: b_\n.. _c:\n.. _d:\n   w\n   x", [("rst target", "u", ""), ("rst target", "v", ""), ("rst target", "wx", "d")]),
        (".. image:: a.png\n   :alt: b\n   :target: c\n\n.. figure:: d.png\n   :target: e_\n\n   f `g <h>`_",
         [("rst image", "a.png", "b"), ("rst image target", "c", ""), ("rst figure", "d.png", ""), ("rst link", "h", "g")]),
        ("|a|\n\n.. |a| image:: b.png", [("rst image", "b.png", "")]),
        (".. include:: a.rst\n.. literalinclude:: b.py\n   :language: python\n.. include:: <isonum.txt>\n.. include:: /c.rst",
         [("rst include", "a.rst", ""), ("rst literalinclude", "b.py", "")]),
        (".. raw:: html\n\n   <a href='u'>x</a>\n\n`a <v>`_", [("a href", "u", "x"), ("rst link", "v", "a")]),
        ("- .. image:: u\n- `a <v>`_\n\n  `b\n  <w>`_", [("rst image", "u", ""), ("rst link", "v", "a"), ("rst link", "w", "b")]),
        ("+----------+\n| `a       |\n| <u>`_    |\n+----------+", [("rst link", "u", "a")]),
        (".. note:: `a <u>`_\n\n   `b <v>`_\n\n.. [1] `c <w>`_", [("rst link", "u", "a"), ("rst link", "v", "b"), ("rst link", "w", "c")]),
        (".. toctree::\n\n   no\n\n.. card:: a\n   :link: https://e.test/u", [("bare url", "https://e.test/u", "")]),
    ],
)  # fmt: skip
def test_references_targets_images_and_bare_urls_are_links(text: str, found: list[tuple[str, str, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "literal",
    [
        "a::\n\n   {}\n   {}\n\n     {}\n",
        "::\n\n  {}\n",
        "a::\n\n> {}\n> {}\n",
        ".. code-block:: python\n   :linenos:\n\n   {}\n\n   {}\n",
        ".. code::\n\n   {}\n",
        ".. {}\n   {}\n",
        "..\n   {}\n",
        ".. math::\n\n   {}\n",
        ">>> {}\n{}\n",
        "- a::\n\n    {}\n",
        "- .. sourcecode:: c\n\n     {}\n",
        ".. raw:: latex\n\n   {}\n",
    ],
)
def test_literal_blocks_and_comments_contain_no_links(literal: str) -> None:
    text = literal.replace("{}", "`a <no>`_ https://no") + "\n`b <u>`_"
    assert [url for _, url, _ in read(text)] == ["u"]


def test_an_empty_comment_does_not_include_the_next_block() -> None:
    assert [url for _, url, _ in read("..\n\n   `a <u>`_")] == ["u"]


def test_a_url_on_the_next_line_has_its_own_place() -> None:
    text = "- a `b\n  <https://e.test/x>`_\n\n.. _c:\n\thttps://e.test/y"
    assert [(link.line, link.column) for link in links(Source(text, "a.rst"))] == [(2, 4), (5, 2)]


def test_relative_targets_are_resolved_against_the_base() -> None:
    text = "`a <b.html>`_ `c <#d>`_\n\n.. _e: ../f"
    assert [link.url for link in links(Source(text, "a.rst", base="https://e.test/x/y"))] == [
        "https://e.test/x/b.html",
        "https://e.test/x/y#d",
        "https://e.test/f",
    ]


def test_escapes_are_decoded_and_urls_end_before_punctuation() -> None:
    assert [url for _, url, _ in read("https://e.test/a\\_b\\ c `d <e\\_f>`_ https://e.test/(g)")] == [
        "https://e.test/a_b", "e_f", "https://e.test/(g",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["a" * (MAX_MARKDOWN + 1), "a\n" * (MAX_MARKDOWN_LINES + 1)])
def test_a_document_over_the_limit_is_refused(text: str) -> None:
    with pytest.raises(TooLargeError, match="reStructuredText"):
        read(text)
