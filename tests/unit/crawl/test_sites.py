"""Sites without end are left, and sites with an end are read to it."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from json_head.crawl.scope import MAX_PAGES, Limits
from json_head.crawl.traps import (
    MAX_CHAIN,
    MAX_NUMBERED,
    MAX_REPEATS,
    MAX_SEGMENTS,
    MAX_VARIANTS,
)

from tests.unit.crawl.simulated import Site, crawled, hex_of


def path_of(url: str) -> str:
    return urlsplit(url).path


def number_of(url: str) -> int:
    return int((re.findall(r"[0-9]+", url) or ["0"])[-1])


# Traps


def calendar(url: str) -> Iterator[str]:
    """Months with the one before, the one after, and the same month of the next year."""
    query = dict(parse_qsl(urlsplit(url).query))
    year, month = int(query.get("year", 2026)), int(query.get("month", 11))
    for months in (-1, 1, 12):
        at = year * 12 + month - 1 + months
        yield f"/calendar?year={at // 12}&month={at % 12 + 1}"


def calendar_in_paths(url: str) -> Iterator[str]:
    parts = [int(part) for part in re.findall(r"[0-9]+", path_of(url))] or [2026, 11]
    at = parts[0] * 12 + parts[1] - 1
    for next_at in (at - 1, at + 1):
        yield f"/events/{next_at // 12}/{next_at % 12 + 1:02}/"
    if len(parts) == 2 and path_of(url) != "/":
        yield from (f"{path_of(url)}{day:02}/" for day in range(1, 29))


def days(url: str) -> Iterator[str]:
    """Weeks by date, in one number."""
    at = number_of(url) or 20261128
    yield f"/day/{at + 1}"
    yield f"/day/{at - 1}"


def deeper(url: str) -> Iterator[str]:
    yield "deep/"


def cycles(url: str) -> Iterator[str]:
    yield from ("a/", "b/")


def sort_orders(url: str) -> Iterator[str]:
    """Each page links to those with one parameter more or changed, in the order of the clicks."""
    query = dict(parse_qsl(urlsplit(url).query))
    for name, value in itertools.product(("sort", "order", "color", "size", "brand", "view"), ("a", "b", "c", "d")):
        changed = {key: old for key, old in query.items() if key != name} | {name: value}
        yield "/list?" + "&".join(f"{key}={value}" for key, value in changed.items())


def counting(url: str) -> Iterator[str]:
    yield f"/count?x={number_of(url) + 1}"


def growing_query(url: str) -> Iterator[str]:
    query = urlsplit(url).query
    yield f"/grow?{query}&a=1" if query else "/grow?a=1"


def growing_value(url: str) -> Iterator[str]:
    yield f"/grow?path={urlsplit(url).query.removeprefix('path=')}/a"


def nested_return(url: str) -> Iterator[str]:
    yield (
        "/login?return="
        + path_of(url).replace("/", "%2F")
        + urlsplit(url).query.replace("%", "%25").replace("=", "%3D")
    )


def random_values(url: str) -> Iterator[str]:
    yield from (f"/find?q={hex_of(url, index)}" for index in range(5))


def random_segments(url: str) -> Iterator[str]:
    yield from (f"/r/{hex_of(url, index)}" for index in range(5))


def deeper_at_random(url: str) -> Iterator[str]:
    yield f"{path_of(url)}{hex_of(url, 0)}/"


def numbers_at_random(url: str) -> Iterator[str]:
    yield from (f"/n?id={random.Random(f'{url} {index}').randrange(10**6)}" for index in range(3))


@pytest.mark.parametrize(
    ("site", "rule", "most"),
    [
        (calendar, "endless", MAX_VARIANTS + 150),
        (calendar_in_paths, "endless", 2 * (MAX_CHAIN + 2) * 29),
        (days, "endless", 2 * MAX_CHAIN + 10),
        (deeper, "repeated-path", MAX_REPEATS + 1),
        (cycles, "repeated-path", 130),
        (sort_orders, "too-many-variants", MAX_VARIANTS + 100),
        (counting, "endless", MAX_CHAIN + 2),
        (growing_query, "repeated-path", MAX_REPEATS + 1),
        (growing_value, "endless", MAX_CHAIN + 2),
        (nested_return, "too-long-path", 100),
        (random_values, "too-many-variants", MAX_VARIANTS + 10),
        (random_segments, "too-many-variants", MAX_VARIANTS + 10),
        (deeper_at_random, "too-long-path", MAX_SEGMENTS + 1),
        (numbers_at_random, "too-many-variants", MAX_NUMBERED + 30),
    ],
)
def test_endless_site_is_left_by_its_rule(site: Site, rule: str, most: int) -> None:
    crawl = crawled(site)
    assert crawl.rules()[rule]
    assert 1 < len(crawl.read) <= most, crawl.rules()


def test_a_trap_without_a_pattern_ends_with_the_maximum_number_of_pages() -> None:
    def words(url: str) -> Iterator[str]:
        picked = random.Random(url)
        yield from ("/" + "".join(picked.choices("aeiourstln", k=8)) for _ in range(3))

    crawl = crawled(words, limits=Limits(max_pages=700))
    assert len(crawl.read) == 700
    assert crawl.rules()["max-pages"]


def test_each_page_with_a_new_session_id_is_read_once() -> None:
    def shop(url: str) -> Iterator[str]:
        for page in range(10):
            session = random.Random(f"{url} {page}").randbytes(16).hex()
            yield f"/page{page}?PHPSESSID={session}"
            yield f"/servlet{page};jsessionid={session}?x=1"

    crawl = crawled(shop)
    assert len(crawl.read) == 21
    assert crawl.rules()["session-id"] > 200


# Sites with an end


def blog(url: str) -> Iterable[str]:
    """90 pages of which each names only the next one, with ten posts each."""
    if not (path := path_of(url)).startswith(("/page", "/")) or "post" in path:
        return ["/"]
    page = number_of(url) or 1
    return [*([f"/page/{page + 1}/"] if page < 90 else []), *(f"/post-{page * 10 + at}/" for at in range(10))]


def shop(url: str) -> Iterable[str]:
    """5,000 products, each of which links to eight related ones, and a listing of 100 pages."""
    if path_of(url) == "/product.php":
        picked = random.Random(url)
        return [f"/product.php?id={picked.randrange(5_000)}" for _ in range(8)]
    page = number_of(url)
    return [*(f"/product.php?id={page * 50 + at}" for at in range(50)), *(f"/list?page={at}" for at in range(100))]


def wiki(url: str) -> Iterable[str]:
    """3,000 titles that are known only from other titles."""
    picked = random.Random(url)
    letters = "abdeghilmnoprst"
    size = len(letters)
    at = -1
    if "title=" in url:
        first, second, third = map(letters.index, url[-3:])
        at = (first * size + second) * size + third
    linked = (2 * at + 1, 2 * at + 2, picked.randrange(3_000))
    return [
        f"/index.php?title=Of_{letters[to // size**2]}{letters[to // size % size]}{letters[to % size]}"
        for to in (number % 3_000 for number in linked)
    ]


def posts_by_number(url: str) -> Iterable[str]:
    """2,000 posts of a blog without readable addresses, each linked to its neighbours, and ten on a page."""
    if "?p=" in url:
        return [f"/?p={number_of(url) - 1}"] if number_of(url) > 1 else []
    page = number_of(url) if "paged" in url else 1
    return [*(f"/?paged={at}" for at in range(2, 201)), *(f"/?p={page * 10 - at}" for at in range(10))]


def ten_years(url: str) -> Iterable[str]:
    """An archive of months, each of which names only the one before and its days and posts."""
    parts = [int(part) for part in re.findall(r"/([0-9]+)", path_of(url))]
    if len(parts) == 3:
        return [f"{path_of(url)}{title}/" for title in ("morning", "evening")] if path_of(url).count("/") == 4 else []
    year, month = parts or (2026, 12)
    earlier = [f"/{year - (month == 1)}/{(month - 2) % 12 + 1:02}/"] if (year, month) > (2017, 1) else []
    return [*earlier, *(f"/{year}/{month:02}/{day:02}/" for day in range(1, 29)), "/2026/12/"]


FOLDERS = ("packages", "core", "src", "main", "python", "shop", "cart", "tests", "src", "data")


def repository(url: str) -> Iterable[str]:
    """A repository with folders ten deep, files in each, and the commit of each file."""
    path = path_of(url)
    if path == "/":
        return ["/owner/name/tree/main/"]
    if "/blob/" in path:
        return [f"/owner/name/commit/{hex_of(path, 0, 20)}", f"/owner/name/commits/main/{path.rpartition('/')[2]}"]
    depth = path.count("/") - 5
    folders = [f"{path}{FOLDERS[depth]}{suffix}/" for suffix in ("", "-next")] if 0 <= depth < len(FOLDERS) else []
    return [*folders, path.replace("/tree/", "/blob/") + "main.py"] if "/tree/" in path else []


@pytest.mark.parametrize(
    ("site", "pages"),
    [
        (blog, 90 + 900),
        (shop, 1 + 5_000 + 100),
        (wiki, 1 + 3_000),
        (posts_by_number, 1 + 199 + 2_000),
        (repository, 1 + (2**11 - 1) * 3 + 1),
        (ten_years, 1 + 120 + 120 * 28 * 3),
    ],
)
def test_site_with_an_end_is_read_whole(site: Site, pages: int) -> None:
    crawl = crawled(site, limits=Limits(max_pages=4 * MAX_PAGES))
    assert not crawl.rules().keys() - {"page", "duplicate"}, crawl.rules()
    assert len(crawl.read) == pages
