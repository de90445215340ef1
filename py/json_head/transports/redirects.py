"""The target of a redirect, as a pure function. The rules are those of the Fetch standard (4.4, HTTP-redirect fetch)
and RFC 9110 15.4.

HEAD stays HEAD and GET stays GET for all five statuses, so the method does not matter here.
"""

from __future__ import annotations

from collections.abc import Sequence

from json_head.urls.placeholders import has_placeholder
from json_head.urls.relative import join
from json_head.urls.target import UrlError
from json_head.verdicts import REDIRECTS

#: The limit of the Fetch standard: the 21st redirect is a network error.
MAX_REDIRECTS = 20
_PERCENT_ENCODED = {byte: f"%{byte:02X}" for byte in range(0x80, 0x100)}


def goal(url: str, status: int, locations: Sequence[str]) -> str | None:
    """The absolute URL, as text, that a response redirects to; ``None`` if the response is not a redirect.

    Args:
        url: the requested URL, normalised.
        locations: the values of all Location fields, decoded as Latin-1. Empty ones are ignored, as in Chromium.

    Raises:
        UrlError: two fields differ, which is a network error in the Fetch standard.
    """
    if status not in REDIRECTS:
        return None
    distinct = {location for location in locations if location}
    if not distinct:
        return None
    if len(distinct) > 1:
        raise UrlError("redirects", "The server redirects to two addresses at once.")
    # Bytes beyond ASCII are percent-encoded without decoding them, as browsers do.
    location = distinct.pop().translate(_PERCENT_ENCODED)
    if has_placeholder(location):  # a response is not a template: browsers request such a URL as it is
        location = location.replace("{", "%7B").replace("<", "%3C")
    return join(location, url)
