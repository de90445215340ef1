"""Every planted link in a folder with one file of each format is found and checked. A folder without readable files fails."""

from __future__ import annotations

import base64
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.native.command.test_command import run
from tests.servers.launch import Targets

MARKDOWN = """\
Fact[^1] and [inline](T/inline), costs $5 and $6, $f[x](T/no)$.

[^1]: See [source](T/footnote), **T/bold** and T/sentence.

    A second paragraph: ![image](T/footnote-image)

[^2]: ibid.

$$
[\\psi](T/no)
$$

<Card href="T/component">x</Card> <doc-card src='T/custom'></doc-card>
"""
MDX = """\
import Card from "./card"

<Card
  href="T/card"
  to={"T/expression"}
>
  [text](T/inside)
</Card>

{/* [comment](T/no) */}
"""
RST = """\
A `link <T/embedded>`_, T/bare. And `named`_.

.. _named: T/named
.. image:: T/image.png
   :target: T/image-target

::

    T/literal-is-no-link
"""
ASCIIDOC = """\
T/docs[Docs], link:T/link[text] and T/bare.

image::T/image.png[]

// T/comment-is-no-link
----
T/listing-is-no-link
----
"""
XHTML = """\
<?xml version="1.0"?>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="T/script.js"/><style/></head>
<body><iframe src="T/frame"/><textarea/><a href="T/after">a</a></body></html>
"""
ATOM = """\
<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<title/><a href="T/in-content">a</a></div></content></entry></feed>
"""
HTML = """\
<style>@import "T/import.css"; b { background: url(T/style.png) }</style>
<p style="background: url('T/attribute.png')"><my-card href="T/custom" src="T/custom.png"></my-card>
<script type="application/ld+json">{"@context": "https://schema.org", "url": "T\\/json-ld"}</script>
<a href="{{ url }}">placeholder</a><a href="T/${x}/placeholder">placeholder</a>
"""
EML = """\
From: a@example.test
Subject: Links
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

See T/quoted?a=3D1=
&b=3D2 for more.
--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

BASE64
--b--
"""
MHTML = """\
From: <Saved by Blink>
Snapshot-Content-Location: T/saved/page.html
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="b"

--b
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable
Content-Location: T/saved/page.html

<a href=3D"T/mhtml">a</a> <a href=3D"relative">b</a>
--b--
"""
NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["A [link](T/cell),\n", "and T/second-line."]},
            {"cell_type": "code", "metadata": {}, "outputs": [], "source": "# T/code\nprint()"},
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
OPML = (
    """<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="T/feed.xml" htmlUrl="T/site"/></body></opml>"""
)
SVG = """<svg xmlns="http://www.w3.org/2000/svg"><a href="T/svg-link"><text>a</text></a></svg>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>T/page</loc></url></urlset>"""

#: The content of each file, in which ``T`` stands for the targets' address, and the paths of its links.
KINDS: Mapping[str, tuple[str, set[str]]] = {
    "page.md": (
        MARKDOWN,
        {"inline", "footnote", "bold", "sentence", "footnote-image", "component", "custom"},
    ),
    "page.mdx": (MDX, {"card", "expression", "inside"}),
    "page.rst": (RST, {"embedded", "bare", "named", "image.png", "image-target"}),
    "page.adoc": (ASCIIDOC, {"docs", "link", "bare", "image.png"}),
    "page.xhtml": (XHTML, {"script.js", "frame", "after"}),
    "page.html": (HTML, {"import.css", "style.png", "attribute.png", "custom", "custom.png", "json-ld"}),
    "feed.atom": (ATOM, {"in-content"}),
    "mail.eml": (EML, {"quoted?a=1&b=2", "in-base64"}),
    "saved.mhtml": (MHTML, {"mhtml", "saved/relative"}),
    "notebook.ipynb": (NOTEBOOK, {"cell", "second-line", "code"}),
    "list.opml": (OPML, {"feed.xml", "site"}),
    "image.svg": (SVG, {"svg-link"}),
    "sitemap.xml": (SITEMAP, {"page"}),
    "compressed.xml.gz": (SITEMAP, {"page"}),
    "data.json": ('{"u": "T\\/escaped", "n": 1}', {"escaped"}),
    "lines.ndjson": ('{"u": "T/one"}\n{"u": "T/two"}\n', {"one", "two"}),
    "table.csv": ("fn,url,kind\nmean,T/mean.html,Template\n", {"mean.html"}),
    "table.tsv": ("name\turl\nmean\tT/tab.html\n", {"tab.html"}),
    "semicolons.csv": ("name;url\nmean;T/semicolon.html\n", {"semicolon.html"}),
    "style.css": ('@import "T/x.css";\nb { background: url(T/img/x.png) }\n', {"x.css", "img/x.png"}),
    "list.txt": ("T/full-stop.\nT/invisible\u200b\n", {"full-stop", "invisible"}),
}


@pytest.fixture
def address(targets: Targets) -> str:
    return targets.cors + "/ok"


@pytest.fixture
def folder(tmp_path: Path, address: str) -> Path:
    for name, (content, _) in KINDS.items():
        filled = content.replace("T/", f"{address}/").replace("T\\/", address.replace("/", "\\/") + "\\/")
        encoded = base64.b64encode(f'<a href="{address}/in-base64">a</a>'.encode()).decode()
        data = filled.replace("BASE64", encoded).encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return tmp_path


def test_exactly_the_planted_links_are_requested(folder: Path, address: str) -> None:
    ran = run("check", ".", "--format", "json", folder=folder)
    rows = json.loads(ran.stdout)
    requested = defaultdict(set)
    for row in rows:
        if row["attempts"]:
            requested[row["source"]].add(row["url"].removeprefix(address + "/"))
    assert requested == {name: paths for name, (_, paths) in KINDS.items()}
    assert {row["verdict"] for row in rows if row["attempts"]} == {"ok"}
    left = {row["url"]: row["rule"] for row in rows if not row["attempts"]}
    assert left == {"{{ url }}": "placeholder", f"{address}/${{x}}/placeholder": "placeholder"}
    assert ran.returncode == 0, ran.stderr


def unsupported_files() -> Iterator[tuple[str, bytes]]:
    yield "a.foo", b"https://example.test/"
    yield "b.foo", b"https://example.test/"
    yield "c.docx", b"PK\x03\x04"


def test_folder_without_readable_files_fails(tmp_path: Path) -> None:
    for name, content in unsupported_files():
        (tmp_path / name).write_bytes(content)
    ran = run("check", ".", folder=tmp_path)
    assert ran.returncode == 2
    assert "3 files were skipped" in ran.stderr and ".foo" in ran.stderr and ".docx" in ran.stderr


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"], ids=["pdf", "zip", "png"])
def test_named_binary_file_fails(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    ran = run("check", "file", folder=tmp_path)
    assert ran.returncode == 2 and "This is not text" in ran.stderr


def test_lock_files_in_a_folder_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text('{"resolved": "https://example.test/a.tgz"}')
    (tmp_path / "a.md").write_text("[a](a.md)\n")
    ran = run("check", ".", "--format", "json", folder=tmp_path)
    assert [row["url"] for row in json.loads(ran.stdout)] == ["a.md"]
