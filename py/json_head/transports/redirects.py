"""Where a redirect leads: pure. The rules are the Fetch standard's (4.4, HTTP-redirect fetch) and RFC 9110 15.4.

HEAD stays HEAD and GET stays GET, whichever of the five statuses it is, so nothing here asks for the method.
"""

from __future__ import annotations

from collections.abc import Sequence

from json_head.relative import join
from json_head.urls.placeholders import has_placeholder
from json_head.urls.target import UrlError
from json_head.verdicts import REDIRECTS

#: The Fetch standard's limit: the 21st is a network error.
MAX_REDIRECTS = 20
_PERCENT_ENCODED = {byte: f"%{byte:02X}" for byte in range(0x80, 0x100)}


def goal(url: str, status: int, locations: Sequence[str]) -> str | None:
    """The absolute URL, as text, that an answer sends on to; ``None`` when it sends nowhere and is itself the answer.

    Args:
        url: what was asked, normalised.
        locations: the values of all its Location fields, decoded as Latin-1. EmptyError ones count as none there, as in Chromium.

    Raises:
        UrlError: two fields that differ, on which the Fetch standard has a network error.
    """
    if status not in REDIRECTS:
        return None
    different = {location for location in locations if location}
    if not different:
        return None
    if len(different) > 1:
        raise UrlError("redirects", "The server redirects to two places at once.")
    # Bytes beyond ASCII go on as they are, percent-encoded, whatever they were meant to be: browsers do that too.
    location = different.pop().translate(_PERCENT_ENCODED)
    if has_placeholder(location):  # a server's answer is no template: browsers ask for it as it is
        location = location.replace("{", "%7B").replace("<", "%3C")
    return join(location, url)
