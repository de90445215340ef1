"""The address that a chain of redirects shows for a link, by the result of its check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from json_head.export.row import Row, final_attempt, finding_of, locations_of, text_of
from json_head.fixes.decision import Refusal
from json_head.fixes.pages import doubt, identity
from json_head.model import WORKING
from json_head.urls.https import https_url
from json_head.urls.redirect import last_fragment, redirect_of
from json_head.urls.target import UrlError, parse
from json_head.verdicts import HTTPS_AVAILABLE

#: RFC 9110 15.4.2 and 15.4.9. The others say nothing about the next visit.
PERMANENT = frozenset((301, 308))


class Moved(NamedTuple):
    """``url`` has no fragment. ``fragment`` is that of a Location, or ``None`` if the one of the link stays."""

    rule: str
    url: str
    fragment: str | None
    reason: str


def moved(row: Row, shared: frozenset[str] = frozenset()) -> Moved | Refusal | None:
    """The new address of the resource of a result; ``None`` if its server redirects nowhere.

    Args:
        shared: addresses to which the servers redirect several pages, as `shared_goals` returns them.
    """
    chain = _chain_of(row)
    if not isinstance(chain, _Chain):
        return chain
    urls, permanent = chain.urls, chain.permanent
    # A redirect to the same address on https, or with the slash of a folder, is worth writing down, even if the
    # server redirects from there to a page of the day.
    same = 0
    while same < permanent and _rule_of_same(urls[0], urls[same + 1]):
        same += 1
    refusal: Refusal | None = None
    if same == len(urls) - 1:
        pass
    elif permanent < len(urls) - 1:
        refusal = Refusal("temporary", "A redirect is temporary, so the old address stays the right one.")
    elif urls[-1] in shared:
        refusal = Refusal("catch-all", "Several different addresses are redirected to the same one.")
    else:
        refusal = doubt(urls[0], urls[1:])
    if refusal is None and same < len(urls) - 1:
        fragment = last_fragment(chain.locations)
        return Moved("moved-permanently", urls[-1], fragment, "The server says that the page has moved permanently.")
    if not same:
        return refusal
    rule = _rule_of_same(urls[0], urls[same])
    reason = (
        "The server permanently redirects to https."
        if rule == "https"
        else "The server permanently redirects to the same address with a slash."
    )
    return Moved(rule, urls[same], last_fragment(chain.locations[:same]), reason)


def followed(row: Row) -> Moved | None:
    """The address that a server redirects a working link to, whether or not that lasts; ``None`` if it does not."""
    url, final = row.get("url"), row.get("final_url")
    if row.get("verdict") not in WORKING or not row.get("redirected"):
        return None
    if not isinstance(url, str) or not isinstance(final, str) or not redirect_of(url, final, works=True):
        return None
    reason = "A person has chosen the address that the server redirects to."
    return Moved("chosen", parse(final).url, last_fragment(locations_of(row)), reason)


def with_https(row: Row) -> Moved | None:
    """The address of a link with https, if a check has found that it works there; ``None`` if it redirects to another page there."""
    url, final = text_of(row, "url"), text_of(row, "final_url")
    secure = https_url(url)
    if finding_of(row) != HTTPS_AVAILABLE or secure is None or (final.startswith("https:") and final != secure):
        return None
    return Moved("https", secure, None, "The page is there with https, too.")


def shared_goals(rows: Iterable[Row]) -> frozenset[str]:
    """The addresses to which servers redirect at least two different pages. Nothing tells which of them moved there, if any.

    A page that is redirected by way of another one is the same page.
    """
    first: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    between: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    for row in rows:
        chain = _chain_of(row)
        if isinstance(chain, _Chain) and chain.permanent == len(chain.locations):
            *urls, goal = chain.urls
            if not _rule_of_same(urls[0], goal):
                first[goal].add(identity(urls[0]))
                between[goal].update(identity(url) for url in urls[1:])
    return frozenset(goal for goal, pages in first.items() if len(pages - between[goal]) > 1)


class _Chain(NamedTuple):
    """The URLs of a chain of redirects, with the value of Location between each two; at first come ``permanent`` permanent ones."""

    urls: list[str]
    locations: list[str]
    permanent: int


def _chain_of(row: Row) -> _Chain | Refusal | None:
    status, final = row.get("status"), row.get("final_url")
    if row.get("verdict") not in WORKING or not row.get("redirected"):
        return None
    if not isinstance(status, int) or not 200 <= status <= 299 or not isinstance(final, str):
        return None
    hops = final_attempt(row).get("hops")
    if not hops:
        return Refusal("not-shown", "The browser does not reveal whether the redirect is permanent.")
    try:
        urls = [parse(url).url for url in (*(hop["url"] for hop in hops), final)]
        if urls[0] != parse(row["url"]).url:
            return Refusal("unclear", "The redirects do not begin at the address of the link.")
        statuses, locations = [hop["status"] for hop in hops], [str(hop["location"]) for hop in hops]
    except (UrlError, KeyError, TypeError, AttributeError):
        return Refusal("unclear", "The server redirects to an address that cannot be used.")
    permanent = next((index for index, status in enumerate(statuses) if status not in PERMANENT), len(statuses))
    return _Chain(urls, locations, permanent)


def _rule_of_same(old: str, new: str) -> str:
    """The rule by which two normalised URLs are the same but for https and a slash at the end of the path; otherwise ``""``."""
    old_scheme, _, old_rest = old.partition("://")
    new_scheme, _, new_rest = new.partition("://")
    if (old_scheme, new_scheme) not in (("http", "http"), ("http", "https"), ("https", "https")):
        return ""
    if old_rest == new_rest:
        return "https" if old_scheme != new_scheme else ""
    path, question, query = old_rest.partition("?")
    return "trailing-slash" if new_rest == f"{path}/{question}{query}" and not path.endswith("/") else ""
