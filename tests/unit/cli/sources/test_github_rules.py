"""35 links in a Markdown file of a repository, as github.com shows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FILES = {
    "README.md": "# Ferry",
    "LICENSE": "Do as you like.",
    "docs/b.md": "# First\n\n## Café\n\n<a name='old'></a>",
    "docs/name.with.dots.md": "",
    "docs/images/pic (1).png": "",
    "docs/sub/README.md": "# Inside",
    "docs/sub/c.md": "",
    "docs/plain/d.md": "# D",
    "src/app.py": "x = 1",
}
HEADINGS = """\
# A heading

## Setup

## Setup

## नमस्ते

## 🎉 Emoji

## `code` in *heading*

## A [link](b.md) in heading

<h2 id="html-id">HTML</h2>
"""

FOUND = ("ok", "found")
MISSING = ("fragment-missing", "missing")
OK = ("ok",)
BROKEN = ("broken",)
#: The verdict on each link as written in docs/a.md, what is known of its fragment, and the rule if that or the link is not judged.
LINKS = {
    "b.md": OK,
    "./b.md?plain=1": OK,
    "b": BROKEN,
    "B.md": BROKEN,
    "name.with.dots.md": OK,
    "name.with.dots": BROKEN,
    "images/pic%20(1).png": OK,
    "<images/pic (1).png>": OK,
    "/docs/b.md": OK,
    "/b.md": BROKEN,
    "../README.md#ferry": FOUND,
    "../LICENSE": OK,
    "..": OK,
    "sub": OK,
    "sub/": OK,
    "sub#inside": FOUND,
    "sub/#nowhere": MISSING,
    "plain/": OK,
    "empty/": BROKEN,
    "../../../issues": ("not-checked", "outside-root"),
    "../src/app.py#L1-L2": ("ok", "not-told", "lines"),
    "b.md#L10": ("ok", "not-told", "lines"),
    "b.md#caf%C3%A9": FOUND,
    "b.md#user-content-first": FOUND,
    "b.md#First": FOUND,
    "b.md#old": FOUND,
    "#": FOUND,
    "#top": FOUND,
    "#setup-1": FOUND,
    "#setup-2": MISSING,
    "#नमस्ते": FOUND,
    "#-emoji": FOUND,
    "#code-in-heading": FOUND,
    "#a-link-in-heading": FOUND,
    "#html-id": FOUND,
}


@pytest.fixture
def verdicts(command):
    """The verdicts on all links, by the link as written."""
    for name, text in FILES.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    Path(".git").mkdir()
    Path("docs/empty").mkdir()
    Path("docs/a.md").write_text(HEADINGS + "\n" + "\n\n".join(f"[x]({link})" for link in LINKS))
    _, *rows = json.loads(
        command("check", "docs/a.md", "--serve-like", "github", "--format", "json").out
    )  # the first is in a heading
    return dict(zip(LINKS, map(_verdict, rows), strict=True))


def _verdict(row):
    if row["verdict"] == "not-checked":
        return row["verdict"], row["rule"]
    return tuple(filter(None, (row["verdict"], row.get("fragment"), row.get("fragment_rule"))))


def test_links_are_judged_as_github_leads_them(verdicts):
    assert len(LINKS) == 35
    assert verdicts == LINKS
