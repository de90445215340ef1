"""Links of AsciiDoc are those of Asciidoctor, the reference implementation.

The npm package `@asciidoctor/core` is installed by ``npm ci --prefix scripts``.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from json_head.extract import Source, links

from tests.conformance.conftest import Record
from tests.conformance.rendered import normalised, rendered_links

ASCIIDOCTOR = (
    Path(__file__).parents[2] / "scripts" / "node_modules" / "@asciidoctor" / "core" / "build" / "node" / "index.cjs"
)
_CONVERT = """
const { convert } = require(process.argv[1])
const documents = JSON.parse(require("fs").readFileSync(0, "utf8"))
Promise.all(documents.map((text) => convert(text, { safe: "safe" }))).then((html) => console.log(JSON.stringify(html)))
"""

DOCUMENTS = [
    "see https://e.test/docs[Docs] and https://e.test/b/[B]",
    ("a https://e.test/a. (https://e.test/b), <https://e.test/c>; https://e.test/d: https://e.test/e; (see https://e.test/f):\n"
    "'https://no' \"https://no\" https://e.test/wiki/A_(b) x https://e.test/i?j=k&l#m! https://e.test/n\n[x] https://e.test/[j]x"),
    "*https://e.test/a* _https://e.test/b_ `https://e.test/c` #https://e.test/d# foohttps://no x=https://no /https://no",
    "`+https://no+` +https://no+ ++https://no++ +++https://no+++ $$https://no$$ pass:[https://no] stem:[https://no] C++ a + b",
    "\\https://no.test and \\https://no.test[x] \\link:no[x] \\image:no[x] \\xref:no.adoc[x] \\<<no.adoc#a>>",
    "link:a.html[x] link:++b c++[y] link:https://e.test/d[z] link:https://e.test/nobracket mailto:a@b.test[m]",
    "image:i.png[] image:https://e.test/j.png[alt,link=https://e.test/k] image:a b.png[] https://e.test/l[image:m.png[]]",
    "https://e.test/a[] https://e.test/b[x,role=y] https://e.test/c[x^] https://e.test/d[\"x, y\",window=_blank] https://e.test/f[a\nb]",
    "xref:a.adoc#b[x] xref:c[y] <<d.adoc#e,f>> <<g>> xref:#i[z] xref:j.adoc[] <<k/l.adoc#m>>",
    ":u: https://e.test/u\n:v: {u}/v\n\n{u}[U] {v}/w[W] {u}/x. {nope}/y[Y] link:{u}/z[Z] \\{u}[no] https://e.test/{nope}/q[Q]",
    "= Title\nAuthor\n:u: https://e.test/u\n:long: https://e.test/ \\\n  long\n\n{u}[U] {long}[L]\n\n:!u:\n\n{u}/x[no]",
    ("// https://no\na\n// https://no\nhttps://e.test/a\n\n////\nhttps://no\n////\n\n----\nhttps://no\n----\n\n....\nhttps://no\n....\n\n"
    "```ruby\nhttps://no\n```\n\n literal https://no\n\n[source,ruby]\nhttps://no\n\n[listing]\n----\nhttps://no\n----\n\n"
    "[source]\n--\nhttps://no\n--\n\n--\nhttps://e.test/b\n--\n\n====\nhttps://e.test/c\n====\n\n++++\n<a href='d'>x</a>\n++++\n\n"
    "[NOTE]\n====\nhttps://e.test/e\n====\n\nNOTE: https://e.test/f\n\n[stem]\n++++\nhttps://no\n++++\n\n[comment]\nhttps://no\n"),
    "|===\n|a | https://e.test/g\n| https://e.test/h[H] |i\na|image::j.png[]\n|link:k[l]\n|===\n",
    ("image::a.png[Alt]\n\nimage::https://e.test/b.png[]\n\nvideo::c.mp4[]\n\naudio::d.ogg[]\n\n:imagesdir: img\n\nimage::e.png[]\n\n"
    "image:f.png[] image::no.png[]\n\nimage::/g.png[link=h]"),
    ("* https://e.test/a[A]\n** https://e.test/b\n+\nhttps://e.test/c\n. x https://e.test/d[multi\nline]\n\nterm:: https://e.test/e\n"
    "other::\n  https://e.test/f\n\n* item\n\n literal https://no\n\nfootnote:[https://e.test/g] kbd:[x]"),
    "== Section https://e.test/h\n\n.Title https://e.test/i\n====\nx\n====\n\n[quote, Author, https://no]\nhttps://e.test/j\n\n> https://e.test/k",
]  # fmt: skip


def test_links_of_documents_are_those_of_asciidoctor(record: Record) -> None:
    run = subprocess.run(
        ["node", "-e", _CONVERT, str(ASCIIDOCTOR)],
        input=json.dumps(DOCUMENTS).encode(), capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    for text, html in zip(DOCUMENTS, json.loads(run.stdout), strict=True):
        found = links(Source(text, format="asciidoc"))
        ours = {normalised(link.url).replace(".adoc", ".html") for link in found if link.found != "asciidoc attribute"}
        assert ours == {url for url in rendered_links(html)}, text
    record("AsciiDoc, against Asciidoctor", len(DOCUMENTS), 0)
