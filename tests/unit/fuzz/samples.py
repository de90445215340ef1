"""Inputs of the fuzz tests: sample documents of each format, real documents, and tokens that are special in a format."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

HTML = """\
<!doctype html><base href=/b/><title>t</title><a href='x?a&amp;b' title=t>text <img src=i srcset='a 1x, b 2x'></a>
<svg><use xlink:href='s#i'/><![CDATA[x]]></svg><script><!-- <script> --></script><form action=f><!-- c -->
<template shadowrootmode=open></template><meta http-equiv=refresh content='0; url=r'><area href=//[x>
<math><mi><a href="&#32;m\nn&copy=1"></mi></math><textarea></textarea><a\nhref = é >
"""
MARKDOWN = """\
---
a: b
---
# h [a](u) ##

> - [b][c] ![d](<e f> 'g')
lazy https://a.org/(b)\\_c&amp;.

[c]:
  u 't'

<div>
<a href=x>y</a>
</div>

`code` <b>i</b> <https://a.org> [![x](y)](z)

[^f]: x [y](g)

    ![z](h) $[n](o)$

$$
[n](o)
$$

<Card b={<i/>}
  href='j' to={"k"}
>{/* <C href=n> */}</Card>

\tcode
```
fence
"""
SITEMAP = """\
<?xml version='1.0'?><!DOCTYPE x><urlset><url><loc>https://a.org/?a&amp;b</loc><i:image><i:loc><![CDATA[x]]></i:loc>
</i:image><x:link rel='alternate' href='y'/></url><sitemap><loc>é<!-- c -->z</loc></sitemap></urlset>
"""
FEED = """\
<?xml version='1.0'?><rss><channel><link>https://a.org/?a&amp;b</link><item><enclosure url = 'y'/><description>x
&lt;a href=&quot;z&quot;&gt;<![CDATA[<img src="é"> ]]></description></item><content type='xhtml'><a href="u"/></content></channel></rss>
"""
RST = """\
Title `a <b>`_
==============
text ``l`` https://a.org/x. \\`e\\` (`c
<d\\_e>`__) :download:`f <g>`::

  code `n <o>`_

.. _h: https://a.org/
   i
.. image:: j
   :target: k
__ l
.. comment
   n
.. [1] note `m <p>`_
.. raw:: html

   <a href=q>
- r `s <t>`_

+-----+-----+
| `u  | w   |
| <v>`_ | x |
+-----+-----+
"""
ASCIIDOC = """\
= Title
:u: https://a.org/u
:imagesdir: i

https://a.org/x[y] {u}/z[w]; link:++b c++[d] image:e.png[f,link=g] <<h.adoc#i,j>> xref:k.adoc[l
m] \\https://n.org `https://a.org/o`, +https://n.org+

image::p.png[]

----
https://n.org
----
// https://n.org
|===
| https://a.org/q | r
|===

++++
<a href=s>t</a>
++++
"""
NOTEBOOK = r"""{
 "cells": [
  {"cell_type": "markdown", "metadata": {}, "attachments": {"a.png": {"image/png": "x"}},
   "source": ["[a\u00e9](b) ![c](attachment:a.png)\n", "<img src=\"d\"> https:\/\/a.org\/x\n", "\n[e]: f"]},
  {"cell_type": "code", "outputs": [{"data": {"text/html": ["<a href='g'>", "h</a>"], "text/plain": "https://n.org"}},
   {"text": "https://n.org"}, {"data": {"text/markdown": "[i](j)"}}], "source": "# https://a.org/k\r\nf'https://n.org/{x}'"}
 ], "nbformat": 4
}
"""
XHTML = """\
<?xml version='1.0'?><?xml-stylesheet href='a.css'?><!DOCTYPE html [<!ENTITY a 'b'>]><html xmlns='http://www.w3.org/1999/xhtml'>
<title/><script src='b.js'/><style>c{d:url(e&amp;f)}</style><p style="g:url('h')"><![CDATA[<a href='i'>]]><a href='j&#x6b;'/></p>
<svg:svg><svg:a xlink:href="l"/></svg:svg><script type='application/ld+json'>{"url": "m/\\/n"}</script></html>
"""
XML = """\
<?xml version='1.0'?><opml><outline text='é' xmlUrl='https://a.org/?a&amp;b' htmlUrl = "c"/><a xlink:href="d">e</a><url> https://a.org/f
</url><url><![CDATA[https://a.org/g]]></url><style>h{i:url(j)}</style><k style="l:url(m)" xml:base='n/' src='o'/></opml>
"""
CSS = """\
@import 'a.css';@import/**/url(b.css) layer(c);@namespace url(n);@font-face{src:url( "d.woff" )format('e'),local(f)}
/* url(n) */ .g{background:image-set('h' 1x,'i' type('j')),u\\72l(k\\28 l) ; m:src('n\\'\\
o') url({{ p }}) url(q r) url(#s) url('t
u}
"""
LIST = """\
https://a.org/,https://b.org
www.c.org;d.org
# comment
'https://e.org' (https://f.org/a_(b)), <https://[::1]/>
ünï.de
"""
CSV = """\
n,url,"a ""b\nc"
1,https://a.org/b,'x'
"2","https://a.org/c,d;e","see ""https://b.org"", www.c.org"
é;d.org|ftp://e.org\t'https://f.org/''g'
"""
JSON = r"""
{"$schema": "https://a.org", "a": ["https:\/\/b.org\/\u00e9", {"b": "see \"www.c.org\", \ud83c\udf44 https://d.org\n"}], "n": -1.5e3}
{"https://e.org": null} // https://f.org
'u': 'https://g.org'
"""
MIME = """\
From: a@b.org
List-Help: <https://a.org/help>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<a href=3D"https://a.org/=C3=A9?a=3D1&amp;b=
=3D2">x</a> <img src=3D"cid:1"> https://b.org
--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: base64

U2VlIGh0dHBzOi8vYy5vcmcvLg==
--b
Content-Type: message/rfc822

Content-Type: text/plain

é https://d.org/, www.e.org
--b--
"""
URLS = [
    "https://example.com/a/../b?c=d#e", "HTTP://user:pass@EXAMPLE.com:80/%7e", "http://[::ffff:1.2.3.4]:8080/", "//host/path",
    "http://0x7f.1/", "https://bücher.example/ä?ö#ü", "http:\\\\a\\b", "mailto:a@b.example", "javascript:alert(1)", "localhost:8000/x",
]  # fmt: skip
_ROOT = Path(__file__).parents[3]
REAL = [(_ROOT / name).read_text("utf-8")[:4000] for name in ("index.html", "README.md")]
DOCUMENTS = [
    HTML,
    XHTML,
    XML,
    CSS,
    MARKDOWN,
    RST,
    ASCIIDOC,
    NOTEBOOK,
    SITEMAP,
    FEED,
    LIST,
    CSV,
    JSON,
    MIME,
    "\n".join(URLS),
    *REAL,
]

#: Tokens by the format in which they are special.
TOKENS = {
    "html": (
        "<", ">", "</", "<!--", "-->", "<![CDATA[", "]]>", "<?", "<!", "'", '"', "=", "&", "&amp;", "&#x110000;", "&notit;", "&#1",
        "<a ", "<a href=", "<a href=x>", "</a>", "<a b=\"", "<img src=x srcset='a 1x, b'>", "<svg>", "</svg>", "<math>", "</mi>", "<mi>",
        "<script>", "<script><!--", "</script>", "<template>", "</template>", "<title>", "<base href=/>", "<form method=post>", "<b>", "<plaintext>",
        "<meta http-equiv=refresh content='0;url=x'>", "\n", " ", "/", "x",
    ),
    "xhtml": (
        "<b/>", "<title/>", "<script/>", "<script>", "</script>", "<style>", "</style>", "<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "<!DOCTYPE [",
        "]>", "<a href='x'/>", "<p style='a:url(x)'>", "<svg>", "</svg>", "<template/>", "<x:a href='", "<?xml-stylesheet href='x'?>", "&amp;", "<", ">",
    ),
    "xml": (
        "<a>", "</a>", "<a href='x'/>", "<a ", "b='", "<b xml:base='x/'>", "</b>", "<url>https://a.org/</url>", "https://", "<style>", "</style>",
        "<c style='a:url(x)'/>", "<![CDATA[", "]]>", "<!--", "-->", "<?xml-stylesheet href='x'?>", "&amp;", "&x;", "<!DOCTYPE a [", "\n", " ", "é", "=",
    ),
    "css": (
        "url(", "url(a)", "url('a')", "url(a ", "u\\72l(", "\\", "\\61 ", "'", '"', "(", ")", "{", "}", ";", "@import", "@import 'a';", "@namespace",
        "/*", "*/", "image-set(", "'a' 1x", "src('a')", "a{b:", "{{", "}}", "#", "\n", "é", "-", "1",
    ),
    "markdown": (
        "[", "](", ")", "![", "]:", "][", "]", "(", "\\", "`", "``", "```\n", "~~~\n", "> ", "- ", "1. ", "#", "---\n", "*", "_", "**a",
        "[a]: b\n", "[a]", "[a](b)", "[a](<b> 'c')", "![[]()", "[a](b \"c ", "<https://a.b>", "<a@b.c>", "<b>", "<!-- ", "<? ", "&amp;",
        "\n", "\n\n", "\t", "    ", "  \n", "a", " ", "=\n", "|", "<div>\n", "+++\n",
        "[^", "[^a]", "[^a]: ", "[^a]:\n", "$", "$$", "$$\n", "$a", "$$a ", "\\$", "|-|\n",
        "<A ", "<A href=", "<A\n", "<A b='", '<A b="', "<A.b {", "{", "}", "{'", "{`", "{/*", "*/", "{/*\n", "{\n", "}\n", "<A b={", "/>", ">\n",
        "import x\n", "export {\n",
    ),
    "text": ("https://", "http://a.org/", "www.", "www.a.b ", "a", ".", ",", ";", "'", "(", ")", "]", "（", "。", " ", "\n", "\\", ":", "é", "@"),
    "asciidoc": (
        "https://a.org/", "https://a.org/[", "[", "]", "[b]", "link:", "link:c[", "image:", "image:d[e]", "image::f[]\n", "xref:g.adoc[", "<<", "<<h.adoc#i", ",", ">>", "+",
        "++", "+++", "$$", "pass:[", "stem:[", "\\", ":j: k\n", ":l: {j}{j}\n", "{j}", "{", "}", "----\n", "....\n", "++++\n", "////\n", "|===\n", "====\n", "// m\n",
        "[source]\n", "* ", "n:: ", "+\n", "|", " ", "\n", "\n\n", "`", "*", "_", ";", ")", "include::https://a.org/[]\n",
    ),
    "notebook": (
        '{"cells": [', '"cell_type": "markdown", ', '"cell_type": "code", ', '"source": [', '"source": "', '"[a](b)", ', '"[a]: b\\n", ', '"https://a.org/", ', '{"source": "a"}, ',
        '"outputs": [{"data": {', '"text/html": "<a href=b>", ', '"text/markdown": "[a](b)", ', "{", "}", "]", '"', ",", "\\u0061", "\\n", "[a](b) ", " ", "\n",
    ),
    "rst": (
        "`", "``", "`a ", "`a <b>`_ ", "<", ">`_", "`__ ", "_", "\\\\", ":download:`", ".. ", "..\n", ".. _a: b\n", ".. _", ".. __: c\n", "__ d\n", ".. image:: e\n",
        "   :target: f\n", ".. a::\n", ".. code::\n", ".. raw:: html\n", ".. [1] ", "::\n\n", ":: ", "  g\n", "\n", "\n\n", "- ", ":a: ", ">>> ", "+-+-+\n", "+", "|",
        "| h | i |\n", "https://a.org/", "(", ")", ".", " ", "\t", "> j\n",
    ),
    "urls": ("https://a.org/", "https://", "a.b", "a\n", ",", ";", "|", " ", "\n", "# ", "#", "<", ">", '"', "'", "`", ":", "/", "[", "é", "www."),
    "sitemap": (
        "<url>", "</url>", "<loc>", "</loc>", "<urlset>", "<sitemap>", "<a>", "</a>", "<a b='c'/>", "<!--", "-->", "<![CDATA[", "]]>", "<!ENTITY",
        "<?x ?>", "&amp;", "&x;", "https://a.org/", "<x:link href='y'/>", "\n", " ", "x", "é", "=", "'",
    ),
    "feed": (
        "<item>", "</item>", "<link>", "</link>", "<link href='x'/>", "<enclosure url='x'/>", "<description>", "</description>", "<content type='html'>",
        "<content type='xhtml'>", "</content>", "&lt;a href=x&gt;", "<a href='x'>", "</a>", "<![CDATA[", "]]>", "<![CDATA[<a href=x>]]>", "&amp;amp;", "x", " ", "\n",
    ),
    "csv": (
        ",", ";", "|", "\t", '"', "'", '""', '",', ',"', '"\n', "\n", "sep=;\n", "url,", "https://a.org/", "https://a.org/,", "www.a.b", "a.b", " ", "x", "é",
    ),
    "json": (
        "{", "}", "[", "]", ":", ",", '"', '":', '"a":', '{"a":', "\\", '\\"', "\\/", "\\u00e9", "\\ud83c", '"https://a.org/"', "https:\\/\\/a.org",
        "https://a.org/", '"www.', '"url":"","verdict":"","rule":"",', "\n", " ", "1", "x", "é", "//",
    ),
    "mime": (
        "--b\n", "--b--\n", "--b", "\n", "\n\n", "MIME-Version: 1.0\n", "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: text/html\n",
        "Content-Type: message/rfc822\n\n", "Content-Transfer-Encoding: quoted-printable\n", "Content-Transfer-Encoding: base64\n", "List-Help: ",
        "=", "=\n", "=3D", "=C3=A9", "=0D=0A", "= ", "<a href=3Dx>", "https://a.org/ ", "aHR0cHM6", "x", " ", "é",
    ),
}  # fmt: skip
#: Characters that are special for decoders, or unusual.
ODD = (
    "\r", "\r\n", "\0", "\ud800", "\udc00", "\u2028", "\ufeff", "\x85", "\x1c", "\x7f", "é", "e\u0301", "😀", "\u202e", "\u200b", "\ufffc",
    "\ufffd", "İ", "ß", "\U0010ffff",
)  # fmt: skip
ALL_TOKENS = sorted({token for of_format in TOKENS.values() for token in of_format} | set(ODD))

#: The position, the number of characters to remove, the text to insert, and how often.
Edit = tuple[float, int, str, int]


def edited(document: str, edits: list[Edit]) -> str:
    for where, cut, token, times in edits:
        position = int(where * len(document))
        document = document[:position] + token * times + document[position + cut :]
    return document


edits = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.integers(0, 12) | st.just(10_000),  # a large number removes the rest
        st.sampled_from(ALL_TOKENS),
        st.sampled_from((1, 1, 1, 2, 30)),
    ),
    max_size=8,
)
mutated = st.builds(edited, st.sampled_from(DOCUMENTS), edits)
spliced = st.builds(
    lambda one, other, cut, start: one[: int(cut * len(one))] + other[int(start * len(other)) :],
    mutated, st.sampled_from(DOCUMENTS), st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
soup = st.lists(st.sampled_from(ALL_TOKENS), max_size=40).map("".join)
#: Sample documents after random edits.
texts = st.one_of(mutated, spliced, soup, st.text(st.characters(), max_size=60))

_CODECS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "latin-1",
    "cp1252",
    "shift_jis",
    "gb18030",
    "utf-7",
)
contents = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda text, codec: text.encode(codec, "replace"), texts, st.sampled_from(_CODECS)),
    st.builds(lambda text, extra: text.encode("utf-8", "surrogatepass") + extra, texts, st.binary(max_size=8)),
)

urls = st.one_of(
    st.builds(edited, st.sampled_from(URLS), edits),
    st.text(max_size=100),
    st.text(max_size=60).map(lambda rest: "http://" + rest),
    st.lists(st.sampled_from(("http", "s", ":", "/", "//", "\\", "@", ".", "..", "%2e", "%", "%41", "[", "]", "::1", "1", "0x", "xn--", "é",
                              "?", "#", " ", "\t", "\n", "\0", "\ud800", "a", "㍿", "｡", "ß", "-", "80", "443", "|", "^", "{", "'", '"')),
             max_size=14).map("".join),
)  # fmt: skip

bases = st.sampled_from(
    [None, "https://example.com/a/b?c#d", "http://h", "https://[", "not a url", "", "https:" + "x" * 5000]
)
