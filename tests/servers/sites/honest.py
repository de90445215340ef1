"""Large sites that end: a crawl has to read each of their pages."""

from __future__ import annotations

import random
from urllib.parse import parse_qsl

from tests.servers.sites.site import NOT_FOUND, Answer, Request, Site, moved, page

POSTS, PRODUCTS, TOPICS, MONTHS, ARTICLES, BOOKS = 90, 3_000, 500, 36, 400, 600
_FOLDERS = "en guide server linux install en advanced server tls keys rotation linux".split()


def blog(rest: str, _: dict[str, str]) -> Answer:
    """Pages of a blog that only have a link to the next one."""
    number = int(rest or 1)
    return page(*([f"/blog/{number + 1}"] if number < POSTS else [])) if number <= POSTS else NOT_FOUND


def shop(rest: str, query: dict[str, str]) -> Answer:
    """Listings of 60 products each, and products with eight related ones."""
    if rest.startswith("product/"):
        number = int(rest.removeprefix("product/"))
        related = random.Random(number).sample(range(1, PRODUCTS + 1), 8)
        return page("/shop/", *(f"/shop/product/{other}" for other in related)) if number <= PRODUCTS else NOT_FOUND
    listing = int(query.get("page", 1))
    first = (listing - 1) * 60 + 1
    following = [f"/shop/?page={listing + 1}"] if first + 60 <= PRODUCTS else []
    return page(*(f"/shop/product/{number}" for number in range(first, min(first + 60, PRODUCTS + 1))), *following)


def forum(rest: str, query: dict[str, str]) -> Answer:
    """Topics by their number in the query, 20 on a page, each with links to the topics before and after it."""
    if "topic" in query:
        number = int(query["topic"])
        near = [f"/forum/?topic={other}" for other in (number - 1, number + 1) if 1 <= other <= TOPICS]
        return page("/forum/", *near) if number <= TOPICS else NOT_FOUND
    listing = int(query.get("start", 0))
    following = [f"/forum/?start={listing + 20}"] if listing + 20 < TOPICS else []
    return page(*(f"/forum/?topic={number}" for number in range(listing + 1, listing + 21)), *following)


def archive(rest: str, _: dict[str, str]) -> Answer:
    """Three years of months, each with links to the one before and after."""
    year, month = (int(part) for part in (rest or "2024/01").split("/"))
    number = (year - 2024) * 12 + month - 1
    near = [number + step for step in (-1, 1) if 0 <= number + step < MONTHS]
    return page(*(f"/archive/{2024 + other // 12}/{other % 12 + 1:02}" for other in near))


def wiki(rest: str, query: dict[str, str]) -> Answer:
    """Articles by their title in the query, each with links to three others."""
    number = int(query.get("title", "Article_0").rpartition("_")[2])
    others = [(number * 7 + step) % ARTICLES for step in (1, 2, 3)]
    return page(*(f"/wiki/?title={_name(other)}_{other}" for other in [*others, (number + 1) % ARTICLES]))


def manual(rest: str, _: dict[str, str]) -> Answer:
    """A manual of twelve nested folders, some of which have the same name."""
    depth = rest.count("/")
    return page(*([f"{_FOLDERS[depth]}/"] if depth < len(_FOLDERS) else []), "/manual/")


def of_library(request: Request) -> Answer:
    """Books with broken links, missing fragments, redirects and images. A crawl of it is interrupted in tests.

    The ``late`` pages are found as parts of pages first, and as pages later.
    """
    kind, _, number = request.path.removeprefix("/library/").partition("/")
    n = int(number or 0)
    match kind:
        case "gone":
            return NOT_FOUND
        case "go":
            return moved(f"/library/landing/{n}")
        case "late":
            return page(f"/library/after/{n}")
        case "landing" | "image" | "after":
            return page()
    if n >= BOOKS:
        return NOT_FOUND
    others = range(n * 3 + 1, n * 3 + 4) if n < BOOKS // 3 else ()
    links = [f"/library/book/{other}#{'top-part' if other % 7 else 'missing'}" for other in others if other < BOOKS]
    if n % 5 == 0:
        links += [f"/library/gone/{n}", f"/library/gone/{n // 2}", f"/library/go/{n}"]
    if n >= BOOKS // 2:
        links.append(f"/library/late/{n - BOOKS // 2}")
    head = f'<link rel="prefetch" href="/library/late/{n}">' if n < BOOKS // 2 else ""
    return page(*links, head=head, body=f'<p id="top-part">Text</p><img src="/library/image/{n}">')


def _name(number: int) -> str:
    return ("Apple", "Pear", "Plum", "Cherry", "Quince")[number % 5]


HONEST = {
    "blog": (blog, POSTS),
    "shop": (shop, PRODUCTS + PRODUCTS // 60),
    "forum": (forum, TOPICS + TOPICS // 20),
    "archive": (archive, MONTHS + 1),
    "wiki": (wiki, ARTICLES + 1),
    "manual": (manual, len(_FOLDERS) + 1),
}
"""The sites by name, with the number of their pages. The first pages of the archive and of the wiki have two addresses."""


def site_of(name: str) -> Site:
    pages = HONEST[name][0]

    def answer(request: Request) -> Answer:
        path, _, query = request.path.partition("?")
        return pages(path.removeprefix(f"/{name}/"), dict(parse_qsl(query)))

    return answer
