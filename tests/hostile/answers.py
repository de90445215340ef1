"""Answers that are meant to freeze whoever reads them, at most 1 MB each on the wire.

`ANSWERS` is the table: a name, what it attacks, and the raw bytes of the whole response. `HEADS` attack the reader of status
lines and header fields; `FRAMINGS` its body's framing; `CODINGS` what unpacks and decodes; `DOCUMENTS` the extractors.
"""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

#: What an answer may have on the wire, in bytes.
MOST = 1_000_000

_OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One answer. ``pause_s`` is waited between pieces of ``piece`` bytes; the connection ends behind the last one."""

    name: str
    make: Callable[[], bytes]
    piece: int = 65_536
    pause_s: float = 0.0

    def raw(self) -> bytes:
        return _made(self)


@cache
def _made(answer: Hostile) -> bytes:
    raw = answer.make()
    assert len(raw) <= MOST, (answer.name, len(raw))
    return raw


def fill(part: str | bytes, size: int = MOST - 10_000) -> bytes:
    """A part, as often as fits."""
    data = part.encode() if isinstance(part, str) else part
    return data * (size // len(data))


def page(body: str | bytes, media_type: str = "text/html", *fields: str) -> bytes:
    """A response with a body."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"Content-Type: {media_type}", f"Content-Length: {len(content)}", "Connection: close", *fields]
    return _OK + "\r\n".join((*lines, "", "")).encode("latin-1") + content


def head(fields: bytes, body: bytes = b"", status: bytes = b"200 OK") -> bytes:
    """A response that begins with these header lines, each of them ended."""
    return (
        b"HTTP/1.1 " + status + b"\r\n" + fields + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
    )


def packed(body: str | bytes, media_type: str = "text/html", *, layers: int = 1) -> bytes:
    """A response whose content coding is gzip."""
    return page(zipped(body, layers), media_type, "Content-Encoding: gzip")


@cache
def zipped(body: str | bytes, layers: int = 1) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    for _ in range(layers):
        content = gzip.compress(content, 9, mtime=0)
    return content


def chunked(chunks: Iterator[bytes] | list[bytes], trailers: bytes = b"", media_type: bytes = b"text/html") -> bytes:
    start = _OK + b"Content-Type: " + media_type + b"\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    return start + b"".join(chunks) + b"0\r\n" + trailers + b"\r\n"


def document(name: str, part: str, media_type: str = "text/html", *, before: str = "", after: str = "") -> Hostile:
    """A part that is repeated up to 1 MB."""
    return Hostile(name, lambda: page(before.encode() + fill(part) + after.encode(), media_type))


def bomb(name: str, part: str, media_type: str = "text/html", *, before: str = "", after: str = "") -> Hostile:
    """A part that is repeated up to nearly 20 MB, gzipped."""

    def make() -> bytes:
        return packed(before.encode() + fill(part, 19_900_000) + after.encode(), media_type)

    return Hostile(name, make)


def _noise(size: int) -> bytes:
    return random.Random(15).randbytes(size)


def _deflated(raw: bool) -> bytes:
    maker = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS if raw else zlib.MAX_WBITS)
    body = maker.compress(b"<p>" * 30_000_000) + maker.flush()
    return page(body, "text/html", "Content-Encoding: deflate")


LINK = "<a href=/excluded>x</a>"

HEADS = (
    Hostile("charset-spaces", lambda: head(b"Content-Type: text/html;charset=" + b" " * 32_000 + b"!\r\n", LINK.encode())),
    Hostile("charset-repeated", lambda: head(b"Content-Type: text/html;" + b"charset = " * 3_000 + b"\r\n", LINK.encode())),
    Hostile("charset-long", lambda: head(b"Content-Type: text/html;charset=" + b"x" * 30_000 + b"\r\n", LINK.encode())),
    Hostile("folds", lambda: head(b"X-A: b\r\n" + b" f\r\n" * 1_000)),
    Hostile("folds-many", lambda: head(b"X-A: b\r\n" + fill(b" f\r\n", 900_000))),
    Hostile("folds-long", lambda: head(b"Location: /a\r\n" + b" aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 1_000, status=b"302 Found")),
    Hostile("early-hints", lambda: fill(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")),
    Hostile("continues", lambda: fill(b"HTTP/1.1 100 \r\n\r\n") + head(b"")),
    Hostile("header-bomb", lambda: head(fill(b"X-Bomb: " + b"b" * 20_000 + b"\r\n"))),
    Hostile("header-one-line", lambda: head(b"X-Bomb: " + b"b" * 950_000 + b"\r\n")),
    Hostile("header-many", lambda: head(fill(b"a:\r\n"))),
    Hostile("header-spaces", lambda: head(b"X-A:" + b" \t" * 120_000 + b"\x01\r\n")),
    Hostile("header-trailing-spaces", lambda: head(b"X-A: b" + b" " * 240_000 + b"b\r\n")),
    Hostile("header-no-end", lambda: _OK + fill(b"X: y\r\n")),
    Hostile("set-cookies", lambda: head(b"".join(b"Set-Cookie: c%d=v; Path=/\r\n" % n for n in range(1_000)))),
    Hostile("set-cookie-long", lambda: head(b"Set-Cookie: a=" + b"; a=b" * 45_000 + b"\r\n", status=b"302 Found")),
    Hostile("status-digits", lambda: b"HTTP/1.1 " + b"2" * 900_000 + b" OK\r\n\r\n"),
    Hostile("status-reason", lambda: b"HTTP/1.1 200 " + b"O" * 900_000 + b"\r\n\r\n"),
    Hostile("status-spaces", lambda: b"HTTP/1.1 " + b" " * 900_000 + b"\r\n\r\n"),
    Hostile("empty-lines", lambda: fill(b"\r\n") + head(b"")),
    Hostile("no-http", lambda: fill(b"SSH-2.0 ")),
    Hostile("zeros", lambda: b"\0" * 990_000),
    Hostile("noise", lambda: _noise(990_000)),
    Hostile("length-digits", lambda: _OK + b"Content-Length: " + b"1" * 30_000 + b"\r\n\r\n"),
    Hostile("retry-after-digits", lambda: head(b"Retry-After: " + b"9" * 30_000 + b"\r\n", status=b"429 Slow")),
    Hostile("retry-after-date", lambda: head(b"Retry-After: " + b"Mon, 1 Jan " * 2_500 + b"\r\n", status=b"429 Slow")),
    Hostile("retry-after-brackets", lambda: head(b"Retry-After: " + b"(" * 30_000 + b"\r\n", status=b"429 Slow")),
    Hostile("location-long", lambda: head(b"Location: /" + b"../a" * 7_500 + b"\r\n", status=b"302 Found")),
    Hostile("location-latin", lambda: head(b"Location: /" + b"\xe9" * 30_000 + b"\r\n", status=b"302 Found")),
    Hostile("location-many", lambda: head(b"".join(b"Location: /%d\r\n" % n for n in range(1_000)), status=b"302 Found")),
    Hostile("location-percent", lambda: head(b"Location: /" + b"%2e%2e/" * 4_000 + b"\r\n", status=b"302 Found")),
    Hostile("drip-head", lambda: _OK + b"X: y\r\n" * 10_000, piece=1, pause_s=0.02),
)  # fmt: skip

FRAMINGS = (
    Hostile("chunks-tiny", lambda: chunked([b"1\r\n<\r\n"] * 160_000)),
    Hostile("chunks-huge-size", lambda: chunked([b"f" * 300_000 + b"\r\n"])),
    Hostile("chunks-extensions", lambda: chunked([b"1;" + b"a=b;" * 1_000 + b"\r\n<\r\n"] * 200)),
    Hostile("chunks-zeros", lambda: chunked([b"0" * 900_000 + b"1\r\n<\r\n"])),
    Hostile("chunks-trailers", lambda: chunked([b"5\r\nhello\r\n"], fill(b"X-T: y\r\n"))),
    Hostile("chunks-negative", lambda: chunked([b"-1\r\n<\r\n"])),
    Hostile("length-too-long", lambda: _OK + b"Content-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n" + fill("<p>")),
    Hostile("length-too-short", lambda: _OK + b"Content-Type: text/html\r\nContent-Length: 5\r\n\r\n" + fill("<p>")),
    Hostile("drip-body", lambda: page(fill("<p>", 20_000)), piece=1, pause_s=0.02),
)  # fmt: skip

CODINGS = (
    Hostile("gzip-bomb", lambda: packed(b" <p>" * 30_000_000)),
    Hostile("gzip-bomb-links", lambda: packed(fill(LINK, 19_900_000))),
    Hostile("deflate-bomb", lambda: _deflated(raw=False)),
    Hostile("deflate-bomb-raw", lambda: _deflated(raw=True)),
    Hostile("gzip-in-gzip", lambda: page(zipped("<rss>" + "<a>" * 6_600_000, 2), "application/xml")),
    Hostile("gzip-in-coding", lambda: packed(zipped("<rss>" + "<a>" * 6_600_000), "application/gzip")),
    Hostile("gzip-members", lambda: page(zipped(b"") * 40_000, "application/gzip")),
    Hostile("gzip-members-links", lambda: page(zipped(LINK) * 18_000, "application/gzip")),
    Hostile("gzip-layers", lambda: page(zipped(b"<p>" * 6_000_000, 12), "application/gzip")),
    Hostile("gzip-cut", lambda: page(zipped("<p>" * 6_000_000)[:-9], "application/gzip")),
    Hostile("utf-7", lambda: page(fill("+ADw-p+AD4-"), "text/html; charset=utf-7")),
    Hostile("iso-2022-jp", lambda: page(fill(b"\x1b$B\x1b(B"), "text/html; charset=iso-2022-jp")),
    Hostile("gb18030", lambda: page(fill(b"\x81\x30\x81\x30"), "text/html; charset=gb18030")),
    Hostile("utf-16", lambda: page(b"\xff\xfe" + fill("\ud800<".encode("utf-16-le", "surrogatepass")))),
    Hostile("not-utf-8", lambda: page(fill(b"\xff<p>\x80"))),
    Hostile("meta-charset", lambda: page(fill("<meta charset "))),
    Hostile("xml-encoding", lambda: page(fill("<?xml encoding "))),
    Hostile("big5", lambda: page(fill(b"\xa4\x40"), "text/plain; charset=big5")),
)  # fmt: skip


def _srcset() -> bytes:
    return page(b"<img srcset='" + fill("a 1x,") + b"'>")


def _long_base() -> bytes:
    return page(f"<base href='http://h.example/{'b' * 3_800}/'>".encode() + fill("<a href=x>"))


def _attributes() -> bytes:
    return page(b"<a " + b" ".join(b"a%d=b" % n for n in range(90_000)) + b">")


def _defaults() -> str:
    """ATTACK.md, R5: each element gets them all."""
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
    bomb("bomb-text", "a ", "text/plain"),
    bomb("bomb-text-urls", "https://", "text/plain"),
    bomb("bomb-lines", "a\n", "text/plain"),
    bomb("bomb-urls", "a b\n", "text/uri-list"),
    bomb("bomb-rst", "a_ ", "text/x-rst"),
    bomb("bomb-asciidoc", "a:b[", "text/asciidoc"),
    bomb("bomb-xhtml", "<a/>", "application/xhtml+xml"),
)  # fmt: skip

ANSWERS = {answer.name: answer for answer in (*HEADS, *FRAMINGS, *CODINGS, *DOCUMENTS)}
