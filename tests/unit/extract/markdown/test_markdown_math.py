"""Math in Markdown contains no links. Other dollar signs do not hide links."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links


def urls(text: str) -> list[str]:
    return [link.url for link in links(Source(text, format="markdown"))]


@pytest.mark.parametrize(
    "text",
    [
        "$$\n[\\psi](\\mathbf{L})\n$$\n\n$f[x](y)$",
        "$f[x](y)$ and $g[x](y)$, ($h[x](y)$)",
        "$$f[x](y)$$ in a line, $$\\nf[x](y)\\n$$ too",
        "$\\$ [x](y)$",
        "$f\n[x](y)$",
        "$`[x](y)`$ and\n\n```math\n[x](y)\n```",
        "$$\n- [x](y)\n=\n\n[x](y)\n\n$$",
        "$$ f =\n[x](y) $$",
        "> $$\n> [x](y)\n> $$\n\n- $$\n  [x](y)\n  $$",
        "a paragraph\n$$\n[x](y)\n$$",
        "# $f[x](y)$",
        "[^1]: $f[x](y)$",
        "$\\href{https://e.test/no}{x}$",
        "设$f[x](y)$为",
    ],
)
def test_math_contains_no_links(text: str) -> None:
    assert urls(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 and [x](u) $6",
        "[$5 off](u) or [$6 off](u)",
        "from $5 [x](u), or $6 [y](u) for $7",
        "US$5 [x](u) CA$6",
        "\\$f[x](u)\\$",
        "`$`[x](u)`$`",
        "$ [x](u)$ and $[x](u) $",
        "$x[x](u)$y",
        "$$ cheap [x](u)\n\n$$ [y](u)\n\n$$$ dear [z](u) $$$",
        "- $$ [x](u)\n- $$ [y](u)",
        "$$\n[x](u)\n\nand nothing closes it",
        "$HOME/[x](u) and $PATH",
        "A ($$) [x](u), B ($$) [y](u), C ($) [z](u), D ($)",
        "cheap: $$, [x](u); dear: $$, [y](u)",
        "|a|b|\n|-|-|\n|$$|[x](u)|\n|$$|[y](u)|\n|$5|[z](u)|\n|$|[z](u)|\n|$|",
    ],
)
def test_links_between_other_dollar_signs_are_found(text: str) -> None:
    assert urls(text) == ["u"] * text.count("(u)")


def test_a_dollar_sign_in_a_url_does_not_start_math() -> None:
    text = "https://e.test/?$top=1&$skip=2 and https://e.test/$a [x](u) https://e.test/b$ [y](v)$."
    assert urls(text) == [
        "https://e.test/?$top=1&$skip=2", "https://e.test/$a", "u", "https://e.test/b$", "v",
    ]  # fmt: skip
