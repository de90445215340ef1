"""Finds out which working links with http work with https, too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from json_head.audit import Audit
from json_head.export.row import Row, text_of
from json_head.model import Link, Verdict
from json_head.policy import Policy
from json_head.transports.base import Sender
from json_head.urls.https import https_url
from json_head.urls.target import UrlError, parse
from json_head.verdicts import HTTPS_AVAILABLE, https_reason


class HttpsCheck:
    """Requests the addresses of links that work with http again with https, after the check of all links.

    :meth:`add` takes the results of the check, :meth:`run` sends the requests, and :meth:`judged` then gives the results with the rule
    ``https-available`` where it applies. An address with https that the check itself has requested is not requested again. A server that
    redirects from https to http does not count.
    """

    def __init__(self, policy: Policy, transport: Sender) -> None:
        # Many servers without https drop the attempt to connect. Retries would take long, and hardly ever find more.
        self._audit = Audit((), replace(policy, retries=0), transport)
        self._wanted: dict[str, None] = {}
        #: The addresses with https that work, with the reasons of their results.
        self._working: dict[str, str] = {}

    def add(self, row: Row) -> bool:
        """Take a result. Returns whether it is one that :meth:`judged` may change."""
        url = text_of(row, "url")
        if row.get("rule") != "success":
            return False
        if _scheme(url) != "http":
            self._note(url, row)
            return False
        is_redirected = _scheme(text_of(row, "final_url")) == "https"
        if not is_redirected and (secure := https_url(url)):
            self._wanted[secure] = None
            return True
        return is_redirected

    def space(self, url: str, spacing_s: float) -> None:
        """Start the requests to the host of an address, with https, at least this many seconds apart."""
        if secure := https_url(url):
            self._audit.space(parse(secure).host, spacing_s)

    async def run(self) -> None:
        """Request the addresses whose results are unknown."""
        for url in self._wanted:
            if url not in self._working:
                self._audit.admit(Link(url))
        async for result in self._audit:
            if result.verdict is Verdict.OK:
                self._note(result.link.url, result.to_json())

    def cancel(self) -> None:
        """End :meth:`run`. Links without a result keep the one that they have."""
        self._audit.cancel()

    def judged(self, row: dict[str, Any]) -> dict[str, Any]:
        """The result with the rule ``https-available`` if that applies, otherwise as it was."""
        final = text_of(row, "final_url")
        if _scheme(final) == "https":
            return _with_rule(row, https_reason(final, text_of(row, "reason"), is_redirect=True))
        secure = https_url(text_of(row, "url"))
        if secure not in self._working:
            return row
        return _with_rule(row, https_reason(secure, self._working[secure], is_redirect=False))

    def _note(self, url: str, row: Row) -> None:
        if _scheme(text_of(row, "final_url")) == "https":
            self._working[parse(url).url] = text_of(row, "reason")


def _scheme(url: str) -> str:
    try:
        return parse(url).scheme
    except UrlError:
        return ""


def _with_rule(row: dict[str, Any], reason: str) -> dict[str, Any]:
    return row | {"rule": HTTPS_AVAILABLE, "reason": reason}
