"""Which Host and Origin are answered. Browsers tell both, and no page can forge them (Fetch standard, forbidden request-headers)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from json_head.asgi.replies import DeniedError, Headers

Fields = Mapping[bytes, list[str]]

#: How long a browser may remember a preflight, in seconds; Chromium takes no more.
PREFLIGHT_S = 7_200

#: The fields of a request that count here.
_KNOWN = frozenset(
    (b"host", b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest", b"access-control-request-method")
)


def fields_of(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, list[str]]:
    """The header fields that count here, by name in lower case (as ASGI has them)."""
    fields: dict[bytes, list[str]] = {}
    for name, value in headers:
        if name in _KNOWN:
            fields.setdefault(name, []).append(value.decode("latin-1"))
    return fields


class Access:
    """Says whom to answer.

    Args:
        origins: those whose pages may ask, ``*`` for all.
        hosts: the names that this server goes by, ``*`` for any. Against DNS rebinding, which makes another site's page
            same-origin with this server, under that site's name.
    """

    def __init__(self, origins: Iterable[str], hosts: Iterable[str]) -> None:
        self._origins = frozenset(origins)
        self._hosts = frozenset(hosts)

    def admit(self, fields: Fields) -> None:
        """Raises:
        DeniedError: the request came for another server, or from a page that may not ask.
        """
        if not self.knows_host(fields):
            if len(fields.get(b"host", [])) != 1:
                raise DeniedError(400, "host-not-allowed", "A request has one Host field.")  # RFC 9112 3.2
            raise DeniedError(421, "host-not-allowed", "This server does not go by that name.")
        if not self.knows_origin(fields):
            raise DeniedError(403, "origin-not-allowed", "Pages of that origin may not ask here.")

    def knows_host(self, fields: Fields) -> bool:
        """Whether a request came for this server: one Host field with a name that it goes by, whatever the
        port. Where it goes by any, there need be none (a service worker has none to give)."""
        hosts = fields.get(b"host", [])
        if "*" in self._hosts:
            return len(hosts) <= 1
        return len(hosts) == 1 and re.sub(r":[0-9]*\Z", "", hosts[0]).lower() in self._hosts

    def knows_origin(self, fields: Fields) -> bool:
        """Whether a request came from no page, from one of this server, or from one that may ask.

        A cross-site request without an Origin (of a ``<script>`` or ``<img>``) is told by Sec-Fetch-Site (Fetch Metadata);
        a link that someone follows is none that a page could use.
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
        """Whether JSON-P may be answered: a ``<script>`` need not say whose page it is on, so only where all may ask."""
        return "*" in self._origins or fields.get(b"sec-fetch-site") == ["same-origin"]

    def cors(self, fields: Fields) -> Headers:
        """The fields of CORS for an answer."""
        if "*" in self._origins:
            return [(b"access-control-allow-origin", b"*")]
        vary = [(b"vary", b"Origin")]
        origins = fields.get(b"origin", [])
        if len(origins) == 1 and origins[0] in self._origins:
            return [(b"access-control-allow-origin", origins[0].encode("latin-1")), *vary]
        return vary

    @staticmethod
    def _is_own(origin: str, fields: Fields) -> bool:
        return fields.get(b"sec-fetch-site") == ["same-origin"] or fields.get(b"host") == [origin.partition("://")[2]]
