"""Sites with a robots.txt, by the number of their address, and with pages that ask crawlers for more.

``allowed`` and ``forbidden`` name the paths that a crawler may and must not request; the start page links to all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from tests.servers.sites.site import NOT_FOUND, Answer, Request, moved, page, sitemap, text

RULES = """\
# for nobody
User-agent: other
Disallow: /

User-agent: *
Disallow: /for-all

User-agent: JSON-Head/1.0
Disallow: /private/
Allow: /private/public
Disallow: /*.pdf$
Disallow: /search?
Disallow: /a*/secret
Disallow: /caf%C3%A9
Disallow:
"""
_FORBIDDEN = ("/private/", "/private/x", "/file.pdf", "/search?q=1", "/archive/secret", "/caf%C3%A9", "/caf\u00e9/2")
_ALLOWED = ("/for-all", "/private/public", "/private/public/x", "/file.pdf?x", "/search", "/b/secret", "/Private/x")
_FILLER = "".join(f"# {'filler ' * 10}{number}\n" for number in range(8_000))


@dataclass(frozen=True, slots=True)
class Host:
    robots: Answer
    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    more: dict[str, Answer] = field(default_factory=dict)
    """Answers to other paths."""


def _host(robots: str | bytes | Answer) -> Host:
    return Host(robots if isinstance(robots, Answer) else text(robots), _ALLOWED, _FORBIDDEN)


_NOTHING = ("/page/1", "/page/2")
#: Crawl-delay in seconds.
DELAY_S = 0.25

BY_NAME: dict[str, Host] = {
    "rules": _host(RULES),
    "bom": _host(b"\xef\xbb\xbf" + RULES.split("\n\n")[-1].encode()),
    "carriage-returns": _host(RULES.replace("\n", "\r")),
    "redirected": Host(
        moved("/rules-1"), _ALLOWED, _FORBIDDEN, {"/rules-1": moved("/rules-2"), "/rules-2": text(RULES)}
    ),
    "huge": Host(
        text(f"User-agent: *\nDisallow: /early\n{_FILLER}Disallow: /late\n"), ("/late",), ("/early", "/early/2")
    ),
    "redirecting": Host(
        text("User-agent: *\nDisallow: /private/\n"),
        ("/go",),
        ("/private/page",),
        {"/go": moved("/private/page")},
    ),
    "missing": Host(NOT_FOUND, _NOTHING),
    "forbidden": Host(Answer(status=403), _NOTHING),
    "html": Host(page("/page/1"), _NOTHING),
    "error": Host(Answer(b"oops", 503), (), _NOTHING),
    "dropped": Host(Answer(sent=0), (), _NOTHING),
    "delay": Host(text(f"User-agent: *\nCrawl-delay: {DELAY_S}\n"), tuple(f"/page/{n}" for n in range(12))),
}
"""The hosts of robots.txt, by a name. ``number_of`` gives their addresses."""

FIRST = 2
SITEMAPS = FIRST + len(BY_NAME)
META = SITEMAPS + 1
#: The first of the hosts that each link to the next one.
CHAIN = META + 1


def number_of(name: str) -> int:
    """The last number of the address of a host."""
    return FIRST + list(BY_NAME).index(name)


def of_robots(request: Request) -> Answer:
    host = list(BY_NAME.values())[int(request.host.rpartition(".")[2]) - FIRST]
    if request.path == "/robots.txt":
        return host.robots
    if request.path in host.more:
        return host.more[request.path]
    return page(*host.allowed, *host.forbidden) if request.path == "/" else page()


ORPHANS = tuple(f"/orphan/{number}" for number in range(1, 6))


def of_sitemaps(request: Request) -> Answer:
    """Pages that only sitemaps name. The index also names itself, a missing sitemap, and one of another site."""
    top = request.origin
    match request.path:
        case "/robots.txt":
            return text(f"Sitemap: {top}/index.xml\nSitemap: {top}/plain.txt\n")
        case "/index.xml":
            parts = ("/part-1.xml", "/index.xml", "/missing.xml")
            listed = "".join(f"<sitemap><loc>{escape(top + part)}</loc></sitemap>" for part in parts)
            return text(
                f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>',
                "application/xml",
            )
        case "/part-1.xml":
            return sitemap(
                [
                    *(top + orphan for orphan in ORPHANS[:3]),
                    f"{top}/gone",
                    top.replace("127.0.0.", "127.0.1.") + "/other",
                ]
            )
        case "/plain.txt":
            return text("\n".join(top + orphan for orphan in ORPHANS[3:]))
        case "/":
            return page("/linked")
        case "/linked" | "/orphan/1" | "/orphan/2" | "/orphan/3" | "/orphan/4" | "/orphan/5":
            return page("/only-from-orphan" if request.path == "/orphan/1" else "/")
        case "/only-from-orphan":
            return page()
    return NOT_FOUND


def of_meta(request: Request) -> Answer:
    """Pages and links with ``nofollow`` and ``noindex``. Each of the targets below ``/after/`` is on one page only."""
    match request.path:
        case "/":
            link = '<a rel="external nofollow" href="/link-nofollow">link</a><a href="/link-both">a</a><a rel=nofollow href="/link-both">b</a>'
            return page("/page-nofollow", "/page-noindex", "/page-none", "/header-nofollow", body=link)
        case "/page-nofollow":
            return page("/after/page-nofollow", head='<meta name="robots" content="NoFollow">')
        case "/page-noindex":
            return page("/after/page-noindex", head='<meta name="robots" content="noindex">')
        case "/page-none":
            return page("/after/page-none", head='<meta name="robots" content="none">')
        case "/header-nofollow":
            return Answer(page("/after/header-nofollow").body, headers={"X-Robots-Tag": "nofollow"})
        case "/link-nofollow" | "/link-both":
            return page(f"/after{request.path}")
    return page() if request.path.startswith("/after/") else NOT_FOUND
