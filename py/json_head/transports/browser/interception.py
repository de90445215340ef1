"""Whether a response is the server's own, or a service worker gave it in the server's place.

Every request of a page passes through the service worker that controls the page. A worker of the whole site, with an
offline page for whatever fails, answers for dead hosts too. Measured in Chromium 156 and Firefox 153: such a response
has the type ``basic``, whether the worker kept it or made it up, and in both request modes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from json_head.model import Request
from json_head.transports.base import controlled_by
from json_head.transports.browser.fetching import Answer
from json_head.urls.target import Target, UrlError, parse

#: Characters of a service worker's address that a note repeats.
MAX_SHOWN = 200

#: Gives host, path and query of a URL as the browser writes them, by which two URLs are compared.
Resource = Callable[[str], str]


def resource(url: str) -> str:
    """The ``Resource`` where there is no browser to ask."""
    parts = urlsplit(parse(url).url)
    return f"{parts.hostname}{parts.path}?{parts.query}"


def is_intercepted(request: Request, answer: Answer, page: Target | None, resource: Resource) -> bool:
    """Whether the network can't have given this response (Fetch standard, 4.1 and 2.2.6).

    A request to another origin gets a ``cors`` response from the network, or an ``opaque`` one in the mode ``no-cors``.
    One to the page's own origin gets a ``basic`` response, and those two only after a redirect. A response that was not
    redirected has the URL of its request; its scheme does not count, because browsers replace http by https on their own
    (RFC 6797). A copy that a worker has kept of the very response can't be told from it.

    Firefox follows a redirect that a worker made up as it follows a server's. So where a foreign worker controls the page
    (``controlled_by``), a redirect that leads from another origin to the page's own is taken for the worker's.

    Args:
        page: the page that asks; ``None`` when it is not on http, as that of an extension, whose fetches follow other rules.
    """
    if page is None or answer.type == "opaque":
        return False
    is_own = request.url.startswith(page.url)
    if answer.type == "cors":
        expected = request.mode == "cors" and (not is_own or answer.redirected)
        if answer.redirected and not is_own and answer.url.startswith(page.url) and controlled_by.get():
            return True
    else:
        expected = answer.type == "basic" and is_own
    if not expected:
        return True
    if answer.redirected or answer.url in (request.url, ""):
        return False
    return resource(answer.url) != resource(request.url)


def caution(controller: str, urls: Iterable[str], origin: str) -> str | None:
    """A note for people on a check of which some URLs are the page's own site's, where nothing tells who answered.

    Args:
        controller: the address of the service worker that controls the page, and is not json-head lite's own.
        origin: the page's.
    """
    if not any(_is_of(url, origin) for url in urls):
        return None
    return (
        f"A service worker of this site ({controller[:MAX_SHOWN]}) can answer links to this site from what it has kept, and "
        "the browser does not show whether it did. Reload this page and check again to be sure of them."
    )


def _is_of(url: str, origin: str) -> bool:
    try:
        return parse(url).url.startswith(f"{origin}/")
    except UrlError:
        return False
