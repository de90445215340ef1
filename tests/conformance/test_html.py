"""Elements and attributes of HTML are those of html5lib on real pages, and those of html5lib-tests.

html5lib-tests is not on PyPI; tinyhtml5's source distribution contains its files (MIT licence).
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest
from json_head.extract import Source, links
from json_head.extract.position import normalise_newlines

from tests.conformance import debian, sdist
from tests.conformance.conftest import Record
from tests.conformance.html_oracle import (
    html5lib_triples,
    merged,
    our_tokens,
    tokenizer_cases,
    tree_cases,
    triples,
)

ROOT = Path(__file__).parents[2]
NOT_OURS = {".venv", "_site", "build", "node_modules"}
#: Every nth page of these packages is read, because html5lib reads only half a megabyte per second.
PAGES = {"python3.11-doc": 12, "sqlite3-doc": 12}
TESTS = ("tinyhtml5", "2.1.0", "60a50ec3d938a37e491efa01af895853060943dcebb5627de5b10d188b338a67")

#: Cases with attributes that the tokens have and the tree lacks, and why.
NOT_IN_THE_TREE = {
    '<head><noscript><head class="foo"><!--foo--></noscript>': "a second head is ignored",
    '<head><noscript><noscript class="foo"><!--foo--></noscript>': "a noscript in a noscript is ignored",
    '<input type="hidden"><frameset>': "a frameset takes the place of a body without content",
    '<!doctype html><input type="hidden"><frameset>': "a frameset takes the place of a body without content",
    "<body a=b><template><div></div><body c=d><div></div></body></template></body>": "a body in a template is ignored",
    "<html a=b><template><div><html b=c><span></template>": "an html in a template is ignored",
    "<html a=b><template><col></col><html b=c><col></col></template>": "an html in a template is ignored",
    "<html a=b><template><frame></frame><html b=c><frame></frame></template>": "an html in a template is ignored",
    "<!DOCTYPE html><html xml:lang=bar><html xml:lang=foo>": "a second html adds only attributes that the first lacks",
    "<body foo='bar'><body foo='baz' yo='mama'>": "a second body adds only attributes that the first lacks",
}


def own_pages() -> list[Path]:
    return [page for page in sorted(ROOT.rglob("*.html")) if NOT_OURS.isdisjoint(page.relative_to(ROOT).parts)]


def assert_same(pages: list[Path]) -> int:
    """Compares the attributes of each page. Returns their number."""
    count = 0
    for page in pages:
        text = normalise_newlines(page.read_text("utf-8", "replace"))
        expected = html5lib_triples(text)
        assert triples(text) == expected, page
        count += len(expected)
    return count


def test_own_pages_have_the_attributes_that_html5lib_finds(record: Record) -> None:
    pages = own_pages()
    assert len(pages) >= 3
    record(f"html5lib on {len(pages)} pages of this repository, attributes", assert_same(pages), 0)


@pytest.mark.parametrize("package", PAGES)
def test_pages_of_debian_have_the_attributes_that_html5lib_finds(package: str, record: Record) -> None:
    folder = debian.unpacked(package)
    pages = sorted({page.resolve() for page in folder.rglob("*.html")})[:: PAGES[package]]
    assert len(pages) > 20
    record(f"html5lib on {len(pages)} pages of {package}, attributes", assert_same(pages), 0)


@pytest.mark.parametrize("package", PAGES)
def test_pages_converted_to_xhtml_have_the_same_links(package: str, record: Record) -> None:
    """The standard library writes html5lib's tree as XHTML: elements have a prefix, and empty ones are self-closed."""
    pages = sorted({page.resolve() for page in debian.unpacked(package).rglob("*.html")})[:: 8 * PAGES[package]]
    count = 0
    for page in [*own_pages(), *pages]:
        text = normalise_newlines(page.read_text("utf-8", "replace"))
        tree = html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=True)
        xhtml = ElementTree.tostring(tree, encoding="unicode")
        expected = sorted((link.found, link.url) for link in links(Source(text, format="html")))
        assert sorted((link.found, link.url) for link in links(Source(xhtml, format="xhtml"))) == expected, page
        count += len(expected)
    record(f"XHTML made of {len(pages)} pages of {package}, and of this repository's, links", count, 0)


def test_tokens_are_those_of_html5lib_tests(record: Record) -> None:
    cases = list(tokenizer_cases(sdist.unpacked(*TESTS) / "tests/tokenizer"))
    comparable = [case for case in cases if case]
    assert len(comparable) > 6_000
    for case in comparable:
        text = not case.opener
        assert merged(our_tokens(case), text=text) == merged(case.expected, text=text), case
    omitted = len(cases) - len(comparable)
    record(f"html5lib-tests, tokenizer ({omitted} begin where no markup leads)", len(comparable), 0)


def test_attributes_are_those_in_the_trees_of_html5lib_tests(record: Record) -> None:
    cases = list(tree_cases(sdist.unpacked(*TESTS) / "tests/tree-construction"))
    assert len(cases) > 1_500
    disagreements = set()
    for case in cases:
        found = triples(case.text)
        if found != case.expected:
            assert found > case.expected, case  # no attribute of the tree is missing
            disagreements.add(case.text)
    assert disagreements == set(NOT_IN_THE_TREE)
    record("html5lib-tests, tree construction, attributes", len(cases), len(disagreements))
