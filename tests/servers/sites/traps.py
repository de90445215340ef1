"""Sites that never end, or look as if: one folder for each trap, by its name.

Each trap's start page also has links to ``honest/1`` to ``honest/3``, and the last of these to ``missing``, which responds with 404. A crawl that
leaves a trap unread still has to find it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from tests.servers.sites.site import NOT_FOUND, Answer, Request, Site, moved, page

#: An answer to a path below the trap's folder, with the query.
Trap = Callable[[str, dict[str, str]], Answer]

_RANDOM = random.Random(19)
_WORDS = "alder amber birch cedar clove daisy ember fennel ginger hazel iris juniper kale laurel maple nettle olive poppy quince rowan".split()


def _token(length: int = 32) -> str:
    return "".join(_RANDOM.choices("0123456789abcdef", k=length))


def _month(number: int) -> tuple[int, int]:
    return divmod(number, 12)


def calendar_path(rest: str, _: dict[str, str]) -> Answer:
    """Months without end in both directions, each with three days."""
    year, month, day = (
        int(part) for part in (rest or "2026/11").split("/") + ["0"] * (3 - len((rest or "2026/11").split("/")))
    )
    if day:
        return page("../../")
    number = year * 12 + month - 1
    near = [f"/calendar-path/{y}/{m + 1:02}" for y, m in (_month(number - 1), _month(number + 1))]
    return page(*near, *(f"/calendar-path/{year}/{month:02}/{d}" for d in (1, 2, 3)))


def calendar_query(_: str, query: dict[str, str]) -> Answer:
    number = int(query.get("year", 2026)) * 12 + int(query.get("month", 11)) - 1
    return page(*(f"?month={m + 1}&year={y}" for y, m in (_month(number - 1), _month(number + 1))))


def calendar_dates(_: str, query: dict[str, str]) -> Answer:
    """Days and months, as calendars of content management systems link them."""
    day = int(query.get("day", "20000"))
    views = ("day", "month")
    return page(*(f"?view={view}&day={day + step}" for view in views for step in (-30, -7, -1, 1, 7, 30)))


def session_query(rest: str, _: dict[str, str]) -> Answer:
    return page(*(f"/session-query/page/{n}?sid={_token()}" for n in range(1, 21)))


def session_name(rest: str, _: dict[str, str]) -> Answer:
    return page(*(f"/session-name/page/{n}?lang=en&PHPSESSID={_token(26)}" for n in range(1, 21)))


def session_path(rest: str, _: dict[str, str]) -> Answer:
    return page(*(f"/session-path/page/{n};jsessionid={_token().upper()}" for n in range(1, 21)))


def tracking(rest: str, _: dict[str, str]) -> Answer:
    """A parameter that is new on every page, and has no name that a crawler knows."""
    return page(*(f"/tracking/page/{n}?ref={_token(12)}" for n in range(1, 21)))


def deeper(rest: str, _: dict[str, str]) -> Answer:
    return page("deep/")


def deeper_cycle(rest: str, _: dict[str, str]) -> Answer:
    return page({"a": "b/", "b": "c/", "c": "a/"}.get(rest.rstrip("/")[-1:], "a/"))


def deeper_menu(rest: str, _: dict[str, str]) -> Answer:
    """A menu of relative links that lack their slash, on a server that has a page for every path."""
    return page("home/", "about/", "news/", "help/", "contact/")


def deeper_base(rest: str, _: dict[str, str]) -> Answer:
    return page("page", head='<base href="down/">')


def sorts(_: str, query: dict[str, str]) -> Answer:
    """Each link sets one parameter anew. The parameters stand in the order in which they were set."""
    values = {
        "sort": "name price date rating".split(),
        "order": "asc desc".split(),
        "color": "red green blue black white".split(),
        "size": "s m l xl".split(),
        "show": "10 20 50 all".split(),
    }
    links = []
    for name, options in values.items():
        for value in options:
            rest = {key: kept for key, kept in query.items() if key != name}
            links.append("?" + urlencode(rest | {name: value}))
    return page(*links)


def facets(_: str, query: dict[str, str]) -> Answer:
    """Filters of which any number may be chosen, in one parameter."""
    chosen = query.get("tags", "").split(",") if query.get("tags") else []
    return page(*("?tags=" + ",".join([*chosen, word]) for word in _WORDS if word not in chosen))


def counter(_: str, query: dict[str, str]) -> Answer:
    return page(f"?n={int(query.get('n', 0)) + 1}")


def growing_query(_: str, query: dict[str, str]) -> Answer:
    return page(f"?{urlencode(query)}{'&' if query else ''}x{len(query)}=1")


def repeated_query(rest: str, query: dict[str, str]) -> Answer:
    return page(
        "?" + "&".join(["back=1"] * (int(query.get("depth", 0)) + 1)) + f"&depth={int(query.get('depth', 0)) + 1}"
    )


def returning(_: str, query: dict[str, str]) -> Answer:
    """A login link that has the address of its page in its query, and so grows on each page."""
    return page("?" + urlencode({"return": "/returning/?" + urlencode(query)}))


def random_query(_: str, __: dict[str, str]) -> Answer:
    return page(*(f"?r={_token(10)}" for _ in range(5)))


def random_segment(_: str, __: dict[str, str]) -> Answer:
    return page(*(f"/random-segment/{_token(10)}/" for _ in range(5)))


def random_words(_: str, __: dict[str, str]) -> Answer:
    """Addresses of words, like those of honest articles."""
    return page(*(f"/random-words/{'-'.join(_RANDOM.choices(_WORDS, k=4))}" for _ in range(5)))


def redirect_loops(rest: str, query: dict[str, str]) -> Answer:
    number = int(rest[1:]) if rest[1:].isdigit() else 0
    match rest[:1]:
        case "":
            return page("a", "self", "c3", "c30", "e1", "g", "t1", "t2")
        case "a":
            return moved("/redirect-loops/b")
        case "b":
            return moved("/redirect-loops/a")
        case "s":
            return moved("/redirect-loops/self")
        case "c":
            return moved(f"/redirect-loops/c{number - 1}") if number else page("./")
        case "e":
            return moved(f"/redirect-loops/e{number + 1}")
        case "g":
            return moved(f"/redirect-loops/{rest}/g")
        case "t":
            return moved("/redirect-loops/c0")
    return NOT_FOUND


def redirect_fan(rest: str, query: dict[str, str]) -> Answer:
    """Each page links to new addresses that redirect to pages which are linked, too."""
    if rest.startswith("go"):
        return moved(f"/redirect-fan/page/{int(query['n']) % 10}")
    return page(
        *(f"/redirect-fan/go?n={_RANDOM.randrange(10**9)}" for _ in range(5)),
        *(f"/redirect-fan/page/{n}" for n in range(10)),
    )


def canonical(rest: str, query: dict[str, str]) -> Answer:
    """30 addresses of one page, which names its canonical one."""
    links = [f"?ref={n}" for n in range(30)]
    return page("/canonical/", *links, head='<link rel="canonical" href="/canonical/">')


def duplicates(rest: str, query: dict[str, str]) -> Answer:
    """The same pages with and without a slash or an index file, and with their parameters in other orders."""
    links = ["/duplicates/a", "/duplicates/a/", "/duplicates/a/index.html", "/duplicates/index.html", "/duplicates/"]
    return page(*links, "/duplicates/b?x=1&y=2", "/duplicates/b?y=2&x=1", "/duplicates/b?y=2&x=1&")


def soft_404(rest: str, _: dict[str, str]) -> Answer:
    """200 for everything, with links that only make sense on one page."""
    return page("images/about.html", "about.html", "../up.html", "articles/", "articles/one.html")


def fragments(rest: str, _: dict[str, str]) -> Answer:
    return page(*(f"#{_token(8)}" for _ in range(20)))


FOREVER: dict[str, Trap] = {
    "calendar-path": calendar_path,
    "calendar-query": calendar_query,
    "calendar-dates": calendar_dates,
    "session-query": session_query,
    "session-name": session_name,
    "session-path": session_path,
    "tracking": tracking,
    "deeper": deeper,
    "deeper-cycle": deeper_cycle,
    "deeper-menu": deeper_menu,
    "deeper-base": deeper_base,
    "sorts": sorts,
    "facets": facets,
    "counter": counter,
    "growing-query": growing_query,
    "repeated-query": repeated_query,
    "returning": returning,
    "random-query": random_query,
    "random-segment": random_segment,
    "random-words": random_words,
    "redirect-loops": redirect_loops,
    "redirect-fan": redirect_fan,
    "canonical": canonical,
    "duplicates": duplicates,
    "soft-404": soft_404,
    "fragments": fragments,
}


def site_of(trap: Trap, name: str) -> Site:
    """The trap with its honest pages."""

    def answer(request: Request) -> Answer:
        path, _, query = request.path.partition("?")
        rest = path.removeprefix(f"/{name}/")
        if rest == "missing":
            return NOT_FOUND
        if rest in ("honest/1", "honest/2", "honest/3"):
            return page(
                f"/{name}/honest/{int(rest[-1]) % 3 + 1}", *([f"/{name}/missing"] if rest == "honest/3" else [])
            )
        trapped = trap(rest, dict(parse_qsl(query)))
        if rest or query or trapped.status != 200:
            return trapped
        honest = b"".join(b'<a href="/%s/honest/%d">honest</a>' % (name.encode(), n) for n in (1, 2, 3))
        return Answer(trapped.body.replace(b"<body>", b"<body>" + honest))

    return answer
