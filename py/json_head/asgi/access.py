"""Decides which Host and Origin are accepted. Browsers send both, and no page can forge them (Fetch standard, forbidden
request-headers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from json_head.asgi.replies import DeniedError, Headers

Fields = Mapping[bytes, list[str]]

#: Seconds that a browser may cache a preflight; Chromium's maximum.
PREFLIGHT_S = 7_200

#: The response header fields that pages of other origins may read, besides those that they always may (Fetch standard,
#: CORS-safelisted response-header name). ``operation/front.py`` adds all but the first.
_EXPOSED = (b"access-control-expose-headers", b"Retry-After, RateLimit, RateLimit-Policy, X-Request-ID")
#: The request header fields that are used here.
_KNOWN = frozenset(
    (
        b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest", b"access-control-request-method",
        b"authorization", b"x-forwarded-for",
    )
)  # fmt: skip


def fields_of(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, list[str]]:
    """The header fields that are used here, by name in lower case (as in ASGI)."""
    fields: dict[bytes, list[str]] = {}
    for name, value in headers:
        if name in _KNOWN:
            fields.setdefault(name, []).append(value.decode("latin-1"))
    return fields


class Access:
    """Decides which requests to answer.

    Args:
        origins: origins whose pages may send requests; ``*`` for all.
        hosts: the names of this server; ``*`` for any. They protect against DNS rebinding, in which another site's name
            resolves to this server, so that its pages become same-origin with it.
    """

    def __init__(self, origins: Iterable[str], hosts: Iterable[str]) -> None:
        self._origins = frozenset(origins)
        self._hosts = frozenset(host.lower() for host in hosts)

    def admit(self, fields: Fields) -> None:
        """Refuse requests for another server, or from a page that is not allowed.

        Raises:
            DeniedError: the request is refused.
        """
        if not self.knows_host(fields):
            if len(fields.get(b"host", [])) != 1:
                raise DeniedError(
                    400, "host-not-allowed", "A request must have exactly one Host field."
                )  # RFC 9112 3.2
            raise DeniedError(421, "host-not-allowed", "This server does not accept that host name.")
        if not self.knows_origin(fields):
            raise DeniedError(403, "origin-not-allowed", "Requests from pages of that origin are not allowed.")

    def knows_host(self, fields: Fields) -> bool:
        """Whether the request is for this server: it has one Host field with a name of this server, and any port.

        If all names are accepted, the field may be missing, because a service worker cannot set one.
        """
        hosts = fields.get(b"host", [])
        if "*" in self._hosts:
            return len(hosts) <= 1
        return len(hosts) == 1 and re.sub(r":[0-9]*\Z", "", hosts[0]).lower() in self._hosts

    def knows_origin(self, fields: Fields) -> bool:
        """Whether the request comes from no page, from a page of this server, or from an allowed origin.

        A cross-site request without an Origin (by a ``<script>`` or ``<img>``) is recognised by Sec-Fetch-Site (Fetch
        Metadata). A navigation by a link is allowed, because no page can read its response.
        """
        if "*" in self._origins:
            return True
        origins = fields.get(b"origin")
        if origins:
            return len(origins) == 1 and (origins[0] in self._origins or self._is_own(origins[0], fields))
        if fields.get(b"sec-fetch-site", ["none"]) in (["none"], ["same-origin"]):
            return True
        return fields.get(b"sec-fetch-mode") == ["navigate"] and fields.get(b"sec-fetch-dest") == ["document"]

    def lets_scripts(self, fields: Fields) -> bool:
        """Whether a JSON-P response is allowed: a ``<script>`` need not send the origin of its page, so only if all
        origins may send requests.
        """
        return "*" in self._origins or fields.get(b"sec-fetch-site") == ["same-origin"]

    def cors(self, fields: Fields) -> Headers:
        """The CORS header fields of a response."""
        if "*" in self._origins:
            return [(b"access-control-allow-origin", b"*"), _EXPOSED]
        vary = [(b"vary", b"Origin")]
        origins = fields.get(b"origin", [])
        if len(origins) == 1 and origins[0] in self._origins:
            return [(b"access-control-allow-origin", origins[0].encode("latin-1")), _EXPOSED, *vary]
        return vary

    @staticmethod
    def _is_own(origin: str, fields: Fields) -> bool:
        return fields.get(b"sec-fetch-site") == ["same-origin"] or fields.get(b"host") == [origin.partition("://")[2]]
