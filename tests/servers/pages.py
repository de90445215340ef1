"""Sources of links, served under ``/page/``: valid ones, and documents that do not have their declared type.

``@cors@`` and similar names stand for an origin's address, which is known once the origin is served.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

ORIGINS: web.AppKey[Mapping[str, str]] = web.AppKey("origins", Mapping)

HUGE_BYTES = 50 * 1024 * 1024

LINKS_HTML = """<!doctype html>
<html lang="en">
<head>
<title>Links of every verdict</title>
<link rel="stylesheet" href="/ok/style.css">
<!-- <a href="/ok/commented-out">not a link</a> -->
<script>const no = '<a href="/ok/in-a-script">not a link</a>';</script>
</head>
<body>
<p><a href="../ok/relative">a relative link</a> and
<a href="/status/404">a <em>broken</em> one</a>,
<a href="/ok/relative#part">the first one again, another part</a>.</p>
<img src="/ok/picture.png" alt="a picture" srcset="/ok/picture-2x.png 2x">
<p><a href="@plain@/status/200">unreadable</a> <a href="mailto:someone@example.com">mail</a></p>
<a href="http://[bad/">no URL</a>
</body>
</html>
"""

SECTIONS_HTML = """<!doctype html>
<title>Sections</title>
<h2 id="prices">Prices</h2>
<a href="#prices">there</a> <a href="#gone">not there</a> <a href="#/route">a route</a>
"""

HOSTILE_HTML = """<!doctype html>
<title>&lt;b id=planted&gt;title&lt;/b&gt;</title>
<a href="/ok/1" title="<b id=planted>">&lt;img src=x onerror="document.title='owned'"&gt;&lt;b id=planted&gt;</a>
<a href="/ok/&quot;&gt;&lt;b id=planted&gt;">markup in a URL</a>
<a href="javascript:document.title='owned'">script</a>
<a href="data:text/html,<b id=planted>">data</a>
<a href="/headers/hostile">markup in headers</a>
<a href="/ok/bidi">\u202egnp.exe\u202c</a>
"""

UNCLOSED_HTML = """<table><tr><td><a href=/ok/unquoted>one<p><div><a href='/ok/single'>two</a
<a href="/ok/three">three <b><i> <a href="/ok/four">four
"""

DOC_MD = """# A document

An [inline link](@cors@/ok/inline "title"), a [reference][r], <@cors@/ok/autolink> and ![image](@cors@/ok/image.png).
A bare @cors@/ok/bare. <a href="@cors@/ok/html">HTML</a>

    @cors@/ok/indented-code

`@cors@/ok/code`

[r]: @cors@/ok/reference
"""

SITEMAP_XML = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url><loc>@cors@/ok/first</loc><lastmod>2008-01-01</lastmod></url>
  <url><loc>@cors@/ok/second?a=1&amp;b=2</loc></url>
  <url><loc>
    @cors@/status/404
  </loc></url>
</urlset>
"""

INDEX_XML = """<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>@cors@/page/sitemap.xml</loc></sitemap>
  <sitemap><loc>@cors@/page/sitemap-2.xml.gz</loc></sitemap>
  <sitemap><loc>@cors@/page/missing.xml</loc></sitemap>
</sitemapindex>
"""

SITEMAP_2_XML = SITEMAP_XML.replace("/ok/first", "/ok/packed")

FIFTY_HTML = "<!doctype html><title>One URL fifty times</title>\n" + "".join(
    f'<p><a href="@cors@/ok/the-same">link {n}</a>\n' for n in range(1, 51)
)

#: A link that is answered at once, and six that take half a second each.
SLOW_HTML = '<!doctype html><title>Slow links</title>\n<a href="/ok/first">first</a>\n' + "".join(
    f'<a href="/delay/0.5/{n}">{n}</a>\n' for n in range(6)
)

#: "Grüße" and its URL, in an encoding that is not UTF-8, declared or not.
GERMAN_HTML = '<!doctype html>{meta}<title>Grüße</title>\n<a href="/ok/gr%C3%BCn">Grüße aus Köln</a>\n'


@dataclass(frozen=True, slots=True)
class Page:
    """A function that gives the body for the origins' addresses, and the media type."""

    content_type: str
    body: Callable[[Mapping[str, str]], bytes]


def _text(content_type: str, text: str, encoding: str = "utf-8") -> Page:
    return Page(content_type, lambda origins: _fill(text, origins).encode(encoding))


def _fill(text: str, origins: Mapping[str, str]) -> str:
    for name, address in origins.items():
        text = text.replace(f"@{name}@", address)
    return text


def _bytes(content_type: str, body: bytes) -> Page:
    return Page(content_type, lambda origins: body)


def _gzipped(content_type: str, text: str) -> Page:
    return Page(content_type, lambda origins: gzip.compress(_fill(text, origins).encode()))


#: Bytes that no text decoder accepts, the same in each run.
BINARY = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(1).randbytes(20_000)

PAGES: dict[str, Page] = {
    "links.html": _text("text/html; charset=utf-8", LINKS_HTML),
    "slow.html": _text("text/html; charset=utf-8", SLOW_HTML),
    "sections.html": _text("text/html; charset=utf-8", SECTIONS_HTML),
    "hostile.html": _text("text/html; charset=utf-8", HOSTILE_HTML),
    "unclosed.html": _text("text/html; charset=utf-8", UNCLOSED_HTML),
    "fifty.html": _text("text/html; charset=utf-8", FIFTY_HTML),
    "empty.html": _text("text/html; charset=utf-8", ""),
    "no-links.html": _text("text/html; charset=utf-8", "<!doctype html><title>None</title><p>No link here."),
    "latin1-header.html": _text("text/html; charset=iso-8859-1", GERMAN_HTML.format(meta=""), "iso-8859-1"),
    "latin1-meta.html": _text("text/html", GERMAN_HTML.format(meta='<meta charset="iso-8859-1">'), "iso-8859-1"),
    "latin1-as-utf8.html": _text("text/html; charset=utf-8", GERMAN_HTML.format(meta=""), "iso-8859-1"),
    "utf16.html": _text("text/html", GERMAN_HTML.format(meta=""), "utf-16"),
    "unknown-charset.html": _text("text/html; charset=x-nonsense", GERMAN_HTML.format(meta="")),
    "doc.md": _text("text/markdown; charset=utf-8", DOC_MD),
    "sitemap.xml": _text("application/xml", SITEMAP_XML),
    "sitemap.xml.gz": _gzipped("application/gzip", SITEMAP_XML),
    "sitemap-2.xml.gz": _gzipped("application/x-gzip", SITEMAP_2_XML),
    "sitemap-index.xml": _text("application/xml", INDEX_XML),
    "sitemap-not-xml.xml": _text("application/xml", "<urlset><url><loc>@cors@/ok/first</loc></url><url><oops"),
    "sitemap-nonsense.xml": _text("application/xml", "this is no XML at all"),
    "binary.bin": _bytes("application/octet-stream", BINARY),
    "binary-as-html.html": _bytes("text/html; charset=utf-8", BINARY),
}


async def serve_page(request: web.Request) -> web.StreamResponse:
    """A page by its name; ``huge.html`` is 50 MB of paragraphs with one link at each end."""
    name = request.match_info["name"]
    if name == "huge.html":
        return await _serve_huge(request)
    page = PAGES.get(name)
    if page is None:
        raise web.HTTPNotFound
    return web.Response(body=page.body(request.app[ORIGINS]), headers={"Content-Type": page.content_type})


async def _serve_huge(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html; charset=utf-8"})
    await response.prepare(request)
    if request.method != "HEAD":
        async for part in _huge():
            await response.write(part)
    return response


async def _huge() -> AsyncIterator[bytes]:
    paragraph = b"<p>" + b"word " * 13_000 + b"</p>\n"
    yield b'<!doctype html><title>Huge</title><a href="/ok/at-the-start">start</a>\n'
    for _ in range(HUGE_BYTES // len(paragraph)):
        yield paragraph
    yield b'<a href="/ok/at-the-end">end</a>\n'
