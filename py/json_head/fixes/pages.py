"""Whether an address that a server redirects to can be the same page as the one that was requested.

A permanent redirect is no proof. Sites redirect whatever they have deleted to their home page, to a list, to a form for
logging in, or to the version in the visitor's language. A person sees that such a page is another one; a program has only
the address. So each doubt counts, and the link is left to a person.
"""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl

from json_head.fixes.decision import Refusal
from json_head.urls.page import HOME, OF_PAGES, SIGN_IN_WORDS, STATE_IN_PATH, Page, extension, page_of, stem
from json_head.urls.placeholders import has_placeholder
from json_head.urls.target import UrlError, is_local, parse

#: The maximum length of a new URL. Longer ones carry a state.
_MAX_LENGTH = 2_000

#: Names of pages that stand for another page: forms to log in, walls, errors and lists of results.
_DETOUR = re.compile(
    rf"""(?:^|[^a-z0-9])(?:
        {SIGN_IN_WORDS} | log-?out | sign-?_?out | auth(?:entication|orization)?
      | accounts? | register | registration | session
      | consent | cookies? | gdpr | captcha | challenge | paywall | subscribe | interstitial | warning | blocked
      | errors? | 40[0-9] | 410 | 50[0-9] | not-?_?found | page-?_?not-?_?found | missing | gone | removed | deleted | expired
      | unavailable | maintenance | sunset | retired | retirement | discontinued | deprecated | end-?of-?life | eol | parked | parking
      | search | results? | suche | recherche | buscar | find
    )(?:$|[^a-z0-9])""",
    re.VERBOSE,
)
#: Any two letters count: `/go/` is no language, but a change of it is no less a doubt.
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z0-9]{2,4})?", re.IGNORECASE)


def identity(url: str) -> tuple[object, ...]:
    """What two spellings of the same address have in common.

    Raises:
        UrlError: it cannot be requested.
    """
    page = page_of(url)
    return page.host, *page.names[:-1], stem(page.names[-1]) if page.names else "", page.query


def doubt(old: str, chain: list[str]) -> Refusal | None:
    """Why the last URL of a chain of redirects may be another page than ``old``; ``None`` if nothing says so."""
    try:
        before, pages = page_of(old), [page_of(url) for url in chain]
        was_local, is_now_local = is_local(parse(old).hostname), any(is_local(parse(url).hostname) for url in chain)
    except UrlError as error:
        return Refusal("unclear", f"The server redirects to an address that cannot be used: {error.reason}")
    new, after = chain[-1], pages[-1]
    if len(new) > _MAX_LENGTH or has_placeholder(new):
        return Refusal("unclear", "The server redirects to an address that is too long, or has a placeholder.")
    if is_now_local and not was_local:
        return Refusal("local-address", "The server redirects to a local or private address.")
    if before.scheme == "https" and after.scheme == "http":
        return Refusal("not-secure", "The server redirects to an address without encryption.")
    for page in pages:
        if any(_DETOUR.search(name) for name in _names(page) - _names(before)):
            return Refusal(
                "detour", "The server redirects by way of a page to log in, of an error, a search or the like."
            )
        if STATE_IN_PATH.search(page.path) and not STATE_IN_PATH.search(before.path):
            return Refusal("session", "A redirect adds a session or other parameters.")
        if parse_qsl(page.query, keep_blank_values=True) != parse_qsl(before.query, keep_blank_values=True):
            return Refusal("query", "A redirect drops, adds or changes parameters of the query.")
    if _languages(before) != _languages(after):
        # A server that negotiates languages may redirect another visitor elsewhere.
        return Refusal("language", "The server redirects to a page of one language.")
    return _other_place(before, after)


def _other_place(before: Page, after: Page) -> Refusal | None:
    is_other_site = before.host != after.host
    if not after.names or (len(after.names) == 1 and stem(after.names[0]) in HOME):
        if before.names != after.names:
            return Refusal("home-page", "The server redirects to a home page.")
        if is_other_site:
            return Refusal("other-site", "The server redirects to the home page of another site.")
        return None
    if not before.names:
        return Refusal("start-page", "The server redirects from a home page to a page of it, which may change.")
    if after.names == before.names[: len(after.names)] and len(after.names) < len(before.names):
        return Refusal("parent-folder", "The server redirects to a folder above.")
    old_name, new_name = before.names[-1], after.names[-1]
    old_kind, new_kind = extension(old_name), extension(new_name)
    if old_kind and old_kind not in OF_PAGES and old_kind != new_kind:
        return Refusal("other-kind", f"The server redirects from a .{old_kind} file to something else.")
    if stem(old_name) != stem(new_name):
        if is_other_site:
            return Refusal("other-site", "The server redirects to a page with another name on another site.")
        if len(after.names) < len(before.names):
            return Refusal("other-page", "The server redirects to a page with another name, further up.")
    return None


def _names(page: Page) -> set[str]:
    return {*page.names, *page.host.split(".")}


def _languages(page: Page) -> Counter[str]:
    first_label = page.host.partition(".")[0]
    return Counter(name for name in (first_label, *page.names) if _LANGUAGE.fullmatch(name))
