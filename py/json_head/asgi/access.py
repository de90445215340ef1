"""Which Host and Origin are answered. Browsers tell both, and no page can forge them (Fetch standard, forbidden request-headers)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

Headers = list[tuple[bytes, bytes]]

#: How long a browser may remember a preflight, in seconds; Chromium takes no more.
PREFLIGHT_S = 7_200


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

    def knows_host(self, fields: Mapping[str, list[str]]) -> bool:
        """Whether a request came for this server: one Host field with a name that it goes by, whatever the port."""
        hosts = fields.get("host", [])
        if len(hosts) != 1:
            return False
        return "*" in self._hosts or re.sub(r":[0-9]*\Z", "", hosts[0]).lower() in self._hosts

    def knows_origin(self, fields: Mapping[str, list[str]]) -> bool:
        """Whether a request came from no page, from one of this server, or from one that may ask.

        A cross-site request without an Origin (of a ``<script>`` or ``<img>``) is told by Sec-Fetch-Site (Fetch Metadata);
        a link that someone follows is none that a page could use.
        """
        if "*" in self._origins:
            return True
        origins = fields.get("origin")
        if origins:
            return len(origins) == 1 and (origins[0] in self._origins or self._is_own(origins[0], fields))
        if fields.get("sec-fetch-site", ["none"]) in (["none"], ["same-origin"]):
            return True
        return fields.get("sec-fetch-mode") == ["navigate"] and fields.get("sec-fetch-dest") == ["document"]

    def lets_scripts(self, fields: Mapping[str, list[str]]) -> bool:
        """Whether JSON-P may be answered: a ``<script>`` need not say whose page it is on, so only where all may ask."""
        return "*" in self._origins or fields.get("sec-fetch-site") == ["same-origin"]

    def cors(self, fields: Mapping[str, list[str]]) -> Headers:
        """The fields of CORS for an answer."""
        if "*" in self._origins:
            return [(b"access-control-allow-origin", b"*")]
        vary = [(b"vary", b"Origin")]
        origins = fields.get("origin", [])
        if len(origins) == 1 and origins[0] in self._origins:
            return [(b"access-control-allow-origin", origins[0].encode("latin-1")), *vary]
        return vary

    @staticmethod
    def _is_own(origin: str, fields: Mapping[str, list[str]]) -> bool:
        return fields.get("sec-fetch-site") == ["same-origin"] or fields.get("host") == [origin.partition("://")[2]]
