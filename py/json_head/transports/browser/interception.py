"""Detects responses that a service worker gave instead of the server.

Every request of a page passes through the service worker that controls the page. A site-wide worker with an offline
page for all failures also answers for dead hosts. Measured in Chromium 156 and Firefox 153: such a response has the
type ``basic`` in both request modes, whether the worker cached or created it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from json_head.model import Request
from json_head.transports.base import controlled_by
from json_head.transports.browser.fetching import Answer
from json_head.urls.target import Target, UrlError, parse

#: The maximum length of a service worker's address in a note, in characters.
MAX_SHOWN = 200

#: Gives host, path and query of a URL in the browser's spelling, to compare two URLs.
Resource = Callable[[str], str]


def resource(url: str) -> str:
    """The ``Resource`` function for use outside a browser."""
    parts = urlsplit(parse(url).url)
    return f"{parts.hostname}{parts.path}?{parts.query}"


def is_intercepted(request: Request, answer: Answer, page: Target | None, resource: Resource) -> bool:
    """Whether the response cannot have come from the network (Fetch standard, 4.1 and 2.2.6).

    A request to another origin gets a ``cors`` response from the network, or an ``opaque`` one in the mode ``no-cors``.
    A request to the page's own origin gets a ``basic`` response; it gets the other two types only after a redirect. A
    response that was not redirected has the URL of its request. Its scheme is ignored, because browsers replace http by
    https on their own (RFC 6797). A copy of the genuine response in a worker's cache cannot be detected.

    Firefox follows a redirect from a worker in the same way as one from a server. So if a foreign worker controls the
    page (``controlled_by``), a redirect from another origin to the page's own is attributed to the worker.

    Args:
        page: the requesting page; ``None`` if it is not on http, like an extension's page, whose fetches follow other
            rules.
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
    """A note for people on a check that has URLs of the page's own site, where a service worker cannot be detected.

    Args:
        controller: the address of the service worker that controls the page and is not json-head lite's own.
        origin: the origin of the page.
    """
    if not any(_is_of(url, origin) for url in urls):
        return None
    return (
        f"A service worker of this site ({controller[:MAX_SHOWN]}) may respond to requests for links to this site from its cache, and "
        "the browser does not show whether it did. To be sure of these results, reload this page and check again."
    )


def _is_of(url: str, origin: str) -> bool:
    try:
        return parse(url).url.startswith(f"{origin}/")
    except UrlError:
        return False
