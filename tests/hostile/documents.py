"""Documents of every format that are built to freeze link extraction, and the table of all hostile responses."""

from __future__ import annotations

from tests.hostile.answers import CODINGS, FRAMINGS, HEADS, LINK, Hostile, fill, packed, page
from tests.nightly import IS_NIGHT


def document(name: str, part: str, media_type: str = "text/html", *, before: str = "", after: str = "") -> Hostile:
    """A document of a part that is repeated up to 1 MB."""
    return Hostile(name, lambda: page(before.encode() + fill(part) + after.encode(), media_type))


def bomb(name: str, part: str, media_type: str = "text/html", *, before: str = "", after: str = "") -> Hostile:
    """A gzipped document of a part that is repeated up to nearly 20 MB."""

    def make() -> bytes:
        return packed(before.encode() + fill(part, 19_900_000) + after.encode(), media_type)

    return Hostile(name, make)


def _srcset() -> bytes:
    return page(b"<img srcset='" + fill("a 1x,") + b"'>")


def _long_base() -> bytes:
    return page(f"<base href='http://h.example/{'b' * 3_800}/'>".encode() + fill("<a href=x>"))


def _attributes() -> bytes:
    return page(b"<a " + b" ".join(b"a%d=b" % n for n in range(90_000)) + b">")


def _defaults() -> str:
    """Each element has all the default attributes."""
    attributes = "".join(f"<!ATTLIST a b{n} CDATA '{n}'>" for n in range(20_000))
    return f"<?xml version='1.0'?><!DOCTYPE rss [{attributes}]><rss>" + "<a/>" * 40_000 + "</rss>"


def _entities() -> str:
    lines = [f"<!ENTITY e{n} '" + f"&e{n - 1};" * 10 + "'>" for n in range(1, 12)]
    return "<!DOCTYPE rss [<!ENTITY e0 'lol'>" + "".join(lines) + "]><rss><link>&e11;</link></rss>"


def _locs(count: int) -> str:
    return "<urlset>" + "<url><loc>http://h.example/a</loc></url>" * count + "</urlset>"


def _multipart(parts: int) -> bytes:
    start = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    return page(
        start + b"--b\r\nContent-Type: text/html\r\n\r\n<a href=x>\r\n" * parts + b"--b--\r\n", "multipart/related"
    )


def _wide_parts(encoding: str) -> bytes:
    """Two texts of the greatest allowed length, with characters that take four bytes of memory each."""
    fields = f"Content-Type: text/plain\nContent-Transfer-Encoding: {encoding}\n\n"
    text = "\U0001f600" + "a b\n" * 2_480_000
    return packed(
        f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{fields}{text}\n--b\n{fields}{text}", "message/rfc822"
    )


def _nested_multipart() -> bytes:
    start = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
    parts = (b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(15_000))
    return page(start + b"".join(parts), "message/rfc822")


def _notebook() -> bytes:
    cell = b'{"cell_type":"markdown","source":["[a](x)"]},'
    return page(b'{"nbformat":4,"cells":[' + fill(cell)[:-1] + b"]}", "application/x-ipynb+json")


def _definitions() -> bytes:
    return page("".join(f"[a{n}]: /{n}\n" for n in range(60_000)), "text/markdown")


def _idn() -> bytes:
    names = ("".join(chr(0x4E00 + (n * 7 + i) % 20_000) for i in range(900)) for n in range(330))
    return page("".join(f"http://{name}.example/\n" for name in names), "text/uri-list")


DOCUMENTS = (
    document("html-tags", "<a "),
    document("html-less", "<"),
    document("html-end-tags", "</a "),
    document("html-links", LINK),
    document("html-links-short", "<a href=x>"),
    document("html-divs", "<div>"),
    document("html-svg", "<svg>"),
    document("html-svg-desc", "<svg><desc>"),
    document("html-math", "<math><mi>", after="</math>" * 10),
    document("html-templates", "<template>"),
    document("html-open-quote", '<a href="', before="<p>"),
    document("html-quotes", "<a b='\" c=\"'"),
    document("html-comments", "<!--", before="<p>"),
    document("html-comment-dashes", "<!-- --!", before="<p>"),
    document("html-scripts", "<script><!--"),
    document("html-style", "<style>@import url("),
    document("html-style-attributes", "<p style='background:url(a)'>"),
    document("html-references", "&amp;&notit;&#1", before="<a href='", after="'>"),
    document("html-bases", "<base href=a/>"),
    document("html-refresh", "<meta http-equiv=refresh content='0;url=a'>"),
    document("html-spaces", " ", before="<a", after="href=x>"),
    document("html-json-ld", "[", before="<script type='application/ld+json'>", after="</script>"),
    document("html-placeholders", "{{ {% <%= ${", before="<a href='", after="'>"),
    document("html-tabs-in-url", "\t", before="<a href='http://h.example/a", after="b'>"),
    document("html-dots", "../", before="<base href=http://h.example/a/><a href='/", after="'>"),
    document("xhtml-depth", "<p>", "application/xhtml+xml"),
    Hostile("html-srcset", _srcset),
    Hostile("html-long-base", _long_base),
    Hostile("html-tags-4-mb", lambda: packed(fill("<a>", 4_900_000))),
    Hostile("html-attributes", _attributes),
    Hostile("html-url-of-1-mb", lambda: page("<a href='http://h.example/" + "a" * 980_000 + "'>")),
    Hostile("html-port-digits", lambda: page("<a href='http://h.example:" + "1" * 980_000 + "'>")),
    Hostile("html-host-digits", lambda: page("<a href='http://0x" + "1" * 980_000 + "/'>")),
    Hostile("html-host-labels", lambda: page("<a href='http://" + "a." * 490_000 + "/'>")),
    document("html-ids", "<p id=a>"),
    document("markdown-brackets", "[[]", "text/markdown"),
    document("markdown-images", "![[]()", "text/markdown"),
    document("markdown-open", "[a](", "text/markdown"),
    document("markdown-backticks", "`a``", "text/markdown"),
    document("markdown-quotes", "> ", "text/markdown"),
    document("markdown-quote-lines", "> > > > a\n", "text/markdown"),
    document("markdown-lists", "- " * 40 + "a\n", "text/markdown"),
    document("markdown-list-lines", "- a\n", "text/markdown"),
    document("markdown-indents", "- a\n\n  - b\n\n    - c\n\n", "text/markdown"),
    document("markdown-table", "| a | b |\n", "text/markdown", before="| a | b |\n|---|---|\n"),
    document("markdown-footnotes", "[^a]: b\n", "text/markdown"),
    document("markdown-footnote-uses", "[^a]", "text/markdown", before="[^a]: b\n\n"),
    document("markdown-math", "$a", "text/markdown"),
    document("markdown-emphasis", "*a_ ", "text/markdown"),
    document("markdown-words", "a ", "text/markdown"),
    document("markdown-lines", "a\n", "text/markdown"),
    document("markdown-angle", "<a b='", "text/markdown", before="x "),
    document("markdown-html", "<div>\n\n", "text/markdown"),
    document("markdown-links", "[a](b) ", "text/markdown"),
    document("markdown-front-matter", "a: b\n", "text/markdown", before="---\n"),
    document("markdown-mdx", "<A to='x'>", "text/markdown"),
    document("markdown-label", "[a\n", "text/markdown"),
    Hostile("markdown-definitions", _definitions),
    document("json-depth", "[", "application/json"),
    document("json-objects", '{"a":', "application/json"),
    document("json-urls", '"http://h.example/a",', "application/json", before="[", after="1]"),
    document("json-digits", "1", "application/json"),
    document("json-escapes", "\\u0041", "application/json", before='"', after='"'),
    document("json-open-strings", '"\\', "application/json", before="["),
    document("ndjson", "[]\n", "application/x-ndjson"),
    document("ndjson-broken", "{\n", "application/x-ndjson"),
    document("ndjson-depth", "[" * 900 + "]" * 900 + "\n", "application/x-ndjson"),
    Hostile("notebook", _notebook),
    document("csv-quotes", '"', "text/csv"),
    document("csv-cells", "a,", "text/csv"),
    document("csv-delimiters", ";,\t|", "text/csv"),
    document("csv-lines", "a,b\n", "text/csv"),
    document("csv-odd-quotes", 'a,"b\n', "text/csv"),
    document("css-urls", "url(", "text/css"),
    document("css-urls-closed", "url(a)", "text/css"),
    document("css-comments", "/*", "text/css", before="a{}"),
    document("css-braces", "{", "text/css"),
    document("css-escapes", "\\75 rl(", "text/css"),
    document("css-imports", "@import ", "text/css"),
    document("rss-depth", "<a>", "application/rss+xml", before="<rss>"),
    document("rss-html", "<description>&lt;a href=x&gt;</description>", "application/rss+xml", before="<rss>"),
    document("rss-references", "&amp;lt;a", "application/rss+xml", before="<rss><description>", after="</description></rss>"),
    document("rss-attributes", "<a b='c'/>", "application/rss+xml", before="<rss>"),
    document("rss-cdata", "<![CDATA[", "application/rss+xml", before="<rss><description>"),
    Hostile("rss-defaults", lambda: packed(_defaults(), "application/rss+xml")),
    Hostile("rss-entities", lambda: page(_entities(), "application/rss+xml")),
    document("rss-dtd", "<!ATTLIST a b CDATA 'c'>", "application/rss+xml", before="<!DOCTYPE rss ["),
    document("rss-base", "<a xml:base='a/'>", "application/rss+xml", before="<rss>"),
    document("atom-xhtml", "<a href='x'/>", "application/atom+xml", before="<feed><content type='xhtml'>", after="</content></feed>"),
    document("opml", "<outline>", "text/x-opml", before="<opml>"),
    document("sitemap-locs", "<url><loc>http://h.example/a</loc></url>", "application/xml", before="<urlset>"),
    document("sitemap-depth", "<url>", "application/xml", before="<urlset>"),
    document("sitemap-index", "<sitemap><loc>x</loc></sitemap>", "application/xml", before="<sitemapindex>"),
    document("sitemap-one-loc", "&amp;", "application/xml", before="<urlset><url><loc>", after="</loc></url></urlset>"),
    document("sitemap-comments", "<!-- -->", "application/xml", before="<urlset>"),
    document("xml-instructions", "<?x ?>", "application/xml"),
    document("xml-spaces", " ", "application/xml", before="<?xml version='1.0'", after="?><urlset/>"),
    Hostile("mime-parts", lambda: _multipart(20_000)),
    Hostile("mime-nested", _nested_multipart),
    document("mime-headers", "X-A: b\r\n", "message/rfc822"),
    document("mime-folds", " b\r\n", "message/rfc822", before="Subject: a\r\n"),
    document("mime-encoded-words", "=?utf-8?b?YQ==?= ", "message/rfc822", before="Subject: ", after="\r\n\r\nx"),
    document("mime-boundary", "=\r\n", "message/rfc822", before="Content-Transfer-Encoding: quoted-printable\r\n\r\n"),
    document("mime-parameters", "; a*0=b", "message/rfc822", before="Content-Type: text/html", after="\r\n\r\nx"),
    document("rst-targets", ".. _a: b\n", "text/x-rst"),
    document("rst-backticks", "`a <b>`_ ", "text/x-rst"),
    document("rst-open", "`a <", "text/x-rst"),
    document("asciidoc-links", "link:a[", "text/asciidoc"),
    document("asciidoc-brackets", "http://a[[", "text/asciidoc"),
    document("text-urls", "https://a/(", "text/plain"),
    document("text-schemes", "https://", "text/plain"),
    document("text-www", "www.", "text/plain"),
    document("text-hosts", "a.", "text/plain"),
    document("text-lines", "a\n", "text/plain"),
    document("text-empty-lines", "\n", "text/plain", after="x"),
    document("text-line-separators", "\u2028", "text/plain", after="x"),
    document("text-spaces", " ", "text/plain", after="x"),
    document("urls-lines", "https://h.example/\n", "text/uri-list"),
    document("urls-separators", ",;|", "text/uri-list"),
    document("urls-one-line", "https://h.example/,", "text/uri-list"),
    document("urls-dots", "a.b", "text/uri-list"),
    document("urls-closing-marks", "》」。", "text/uri-list", before="https://h.example/"),
    document("urls-invisible", "\u200b\u00ad", "text/uri-list", before="https://h.example/", after="x"),
    Hostile("urls-idn", _idn),
    Hostile("urls-puny", lambda: page(fill("http://" + "xn--" + "a" * 59 + ".example/\n"), "text/uri-list")),
    bomb("bomb-html-tags", "<a>"),
    bomb("bomb-html-divs", "<div class=x>"),
    bomb("bomb-html-less", "<"),
    bomb("bomb-html-long-links", "<a href=/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>"),
    bomb("bomb-html-references", "&amp;", before="<a href='", after="'>"),
    bomb("bomb-markdown", "a\n\n", "text/markdown"),
    bomb("bomb-json", "[]\n", "application/x-ndjson"),
    bomb("bomb-json-list", "1,", "application/json", before="[", after="1]"),
    bomb("bomb-csv", "a,", "text/csv"),
    bomb("bomb-css", "a{b:c}", "text/css"),
    bomb("bomb-rss", "<a/>", "application/rss+xml", before="<rss>"),
    bomb("bomb-rss-texts", "<link>a</link>", "application/rss+xml", before="<rss>"),
    bomb("bomb-sitemap", "<url/>", "application/xml", before="<urlset>"),
    bomb("bomb-opml", "<a/>", "text/x-opml", before="<opml>"),
    bomb("bomb-mime", "--b\n\n", "multipart/related", before="Content-Type: multipart/mixed; boundary=b\n\n"),
    bomb("bomb-text", "a:// ", "text/plain"),
    bomb("bomb-text-urls", "https://", "text/plain"),
    bomb("bomb-lines", "a\n", "text/plain"),
    bomb("bomb-wide", "a ", "text/plain", before="\U0001f600"),
    bomb("bomb-wide-lines", "a b\r\n", "text/plain", before="\U0001f600"),
    bomb("bomb-wide-end", "a b\r\n", "text/plain", after="\U0001f600"),
    bomb("bomb-wide-mark", "a b\r\n", "text/plain", before="\ufeff\U0001f600"),
    bomb("bomb-wide-mime", "a b\n", "message/rfc822", before="Subject: a\n\n\U0001f600"),
    Hostile("bomb-wide-gb18030", lambda: packed("\U0001f600".encode("gb18030") + fill("a b\r\n", 19_900_000), "text/plain; charset=gb18030")),
    bomb("bomb-wide-csv", "a,b\n", "text/csv", before="\U0001f600"),
    bomb("bomb-wide-css", "a{b:c}\n", "text/css", before="/*\U0001f600*/"),
    bomb("bomb-wide-urls", "a b\n", "text/uri-list", before="\U0001f600"),
    bomb("bomb-wide-rss", "<a/>\n", "application/rss+xml", before="<rss>\U0001f600"),
    bomb("bomb-wide-sitemap", "<url/>\n", "application/xml", before="<urlset>\U0001f600"),
    bomb("bomb-wide-opml", "<a/>\n", "text/x-opml", before="<opml>\U0001f600"),
    bomb("bomb-wide-xhtml", "<a/>\n", "application/xhtml+xml", before="<html>\U0001f600"),
    bomb("bomb-wide-strings", "a b\\n", "application/json", before='["\U0001f600', after='"]'),
    bomb("bomb-wide-references", "&amp;", before="<a href='\U0001f600", after="'>"),
    bomb("bomb-wide-style", "a b\n", before="<style>\U0001f600"),
    bomb("bomb-wide-notebook", "a b\\n", "application/x-ipynb+json", before='{"nbformat":4,"cells":[{"cell_type":"markdown","source":["\U0001f600', after='"]}]}'),
    bomb("bomb-wide-html-text", "a b\n", before="<a href=x>\U0001f600"),
    bomb("bomb-wide-html-name", "\U0001f600aaa", before="<"),
    bomb("bomb-wide-html-attribute", "\U0001f600aaa", before="<a "),
    bomb("bomb-wide-html-comment", "a b\n", before="<!--\U0001f600"),
    bomb("bomb-wide-html-style-attribute", "url(a)", before="<p style='\U0001f600", after="'>"),
    bomb("bomb-wide-html-json-ld", '"a b\\n",', before="<script type='application/ld+json'>[\"\U0001f600\","),
    bomb("bomb-wide-rss-text", "a b\n", "application/rss+xml", before="<rss><description>\U0001f600", after="</description></rss>"),
    bomb("bomb-wide-rss-cdata", "a b\n", "application/rss+xml", before="<rss><description><![CDATA[\U0001f600", after="]]></description></rss>"),
    bomb("bomb-wide-rss-references", "&lt;a>", "application/rss+xml", before="<rss><description>\U0001f600", after="</description></rss>"),
    bomb("bomb-wide-loc", "a b\n", "application/xml", before="<urlset><url><loc>\U0001f600", after="</loc></url></urlset>"),
    bomb("bomb-wide-xml-attribute", "a b\n", "text/x-opml", before="<opml><outline url='\U0001f600", after="'/></opml>"),
    bomb("bomb-wide-cell", "\U0001f600aaa", "text/csv"),
    bomb("bomb-wide-quoted-cell", "a\n", "text/csv", before='"\U0001f600', after='"'),
    bomb("bomb-wide-one-url", "\U0001f600aaa", "text/uri-list", before="https://h.example/"),
    bomb("bomb-wide-text-url", "\U0001f600aaa", "text/plain", before="https://h.example/"),
    bomb("bomb-wide-css-string", "\U0001f600aaa", "text/css", before="@import '", after="'"),
    bomb("bomb-wide-css-url", "\U0001f600aaa", "text/css", before="url(", after=")"),
    bomb("bomb-wide-json-key", "a b\\n", "application/json", before='{"\U0001f600', after='":1}'),
    bomb("bomb-wide-json-word", "\U0001f600aaa", "application/json", before='["', after='"]'),
    bomb("bomb-wide-json-loose", "\U0001f600aaa ", "application/json", before='[1, '),
    bomb("bomb-wide-code", "a b\\n", "application/x-ipynb+json", before='{"nbformat":4,"cells":[{"cell_type":"code","source":["\U0001f600', after='"]}]}'),
    bomb("bomb-json-escapes", "\\u0041", "application/json", before='["', after='"]'),
    Hostile("html-references-2-mb", lambda: packed("<a href='" + "&amp;" * 418_000 + "'>")),
    Hostile("bomb-wide-parts", lambda: _wide_parts("8bit")),
    Hostile("bomb-wide-parts-quoted", lambda: _wide_parts("quoted-printable")),
    bomb("bomb-wide-quoted", "a b=20\n", "message/rfc822", before="Content-Transfer-Encoding: quoted-printable\n\n\U0001f600"),
    bomb("bomb-wide-html", "<p>\r\n", before="\U0001f600"),
    bomb("bomb-wide-texts", "<a href=x>" + "\U0001f600" * 200 + "</a>"),
    bomb("bomb-wide-json", '"a",', "application/json", before='["\U0001f600",', after="1]"),
    bomb("bomb-urls", "a b\n", "text/uri-list"),
    bomb("bomb-rst", "a_ ", "text/x-rst"),
    bomb("bomb-asciidoc", "a:b[", "text/asciidoc"),
    bomb("bomb-xhtml", "<a/>", "application/xhtml+xml"),
)  # fmt: skip

#: The most expensive documents. The others are tried in the nightly run.
_DAILY = """
html-tags html-links html-links-short html-svg html-math html-open-quote html-quotes html-references html-style-attributes
html-long-base html-srcset html-attributes html-url-of-1-mb html-host-labels html-dots html-json-ld html-placeholders xhtml-depth
markdown-brackets markdown-images markdown-backticks markdown-quote-lines markdown-lists markdown-table markdown-footnote-uses
markdown-math markdown-links markdown-mdx markdown-definitions json-depth json-urls json-open-strings ndjson-broken notebook
csv-quotes csv-delimiters csv-odd-quotes css-urls css-escapes css-braces rss-depth rss-html rss-defaults rss-entities atom-xhtml
sitemap-locs sitemap-index sitemap-one-loc xml-spaces mime-parts mime-nested mime-encoded-words mime-parameters mime-folds
rst-targets rst-backticks rst-open asciidoc-links asciidoc-brackets text-urls text-hosts urls-idn urls-puny urls-closing-marks
bomb-html-tags bomb-html-references bomb-markdown bomb-json bomb-json-list bomb-csv bomb-css bomb-rss bomb-sitemap bomb-mime
bomb-text-urls bomb-lines bomb-urls bomb-wide-lines bomb-wide-texts bomb-wide-json
"""

ANSWERS = {answer.name: answer for answer in (*HEADS, *FRAMINGS, *CODINGS, *DOCUMENTS)}

#: All of them with ``HYPOTHESIS_PROFILE=nightly``.
TRIED = (
    list(ANSWERS)
    if IS_NIGHT
    else [*(answer.name for answer in (*HEADS, *FRAMINGS, *CODINGS) if not answer.pause_s), *_DAILY.split()]
)
