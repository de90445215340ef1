"""The cases of the matrix by the native transport. It decides cases that a browser cannot read, and agrees on all others.

A case without a line here has the same verdict as in a browser.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import json_head
import pytest
from json_head.policy import Policy
from json_head.transports.sockets.native import NativeTransport

from tests.matrix.case import PACES, Decision, places
from tests.matrix.table import CASES

#: Responses that a browser hides or may not even request. The native transport has no CORS.
HIDDEN = """
ok success: head-404-get-200-bare head-405-get-200-bare head-502-get-200-bare hidden-200 hidden-204 hidden-206
  hidden-head-404 hidden-html hidden-json hidden-partial-html allows-other allows-other-port allows-null allows-twice
  allows-empty allows-host allows-methods-only corp-same-site-here corp-cross-origin corp-nonsense corp-same-origin
  corp-same-site to-hidden to-from-hidden to-hidden-hidden to-middle-hidden head-closes-get-hidden
  head-closes-get-200-bare head-silent-get-200-bare head-silent-get-hidden
broken gone-twice: head-resets-get-hidden head-404-get-404-bare hidden-404 hidden-410 bare-404 hidden-html-404 corp-same-origin-404
  to-hidden-404 to-from-hidden-404 tls-hidden
rate-limited rate-limit: retry-after-503-hidden hidden-429
other-status redirect-nowhere: hidden-302
other-status unusual-status: hidden-304 hidden-405
restricted restricted-status: hidden-401 hidden-403 hidden-407 hidden-451 hidden-999
server-error server-error-twice: hidden-500 hidden-501 hidden-503
"""

#: Failures for which a browser gives no cause.
CAUSES = """
no-answer-seen redirects: redirects-21 redirects-21-hidden loop loop-of-two loop-hidden endless to-mailto to-data
  to-javascript to-file to-ftp to-about to-bad-url locations-differ
no-answer-seen refused: to-refused refused tls-to-nothing ipv6-refused
no-answer-seen dns: to-no-name no-name no-international-name no-long-name no-long-label no-underscore-name
no-answer-seen reset: to-closes raw-early-103-closes raw-closes-in-status-line raw-closes-in-headers
  raw-closes-before-headers-end raw-resets-in-headers raw-closes raw-resets hangs-up closes-hidden http-to-tls
  head-silent-get-closes
no-answer-seen tls-authority: to-untrusted untrusted untrusted-404
no-answer-seen tls-expired: expired
no-answer-seen tls-name: wrong-name
no-answer-seen tls: tls-to-http
no-answer-seen protocol: raw-line-status-1000 raw-line-status-2000 raw-line-negative raw-line-status-404-letters
  raw-line-letters raw-line-no-status raw-line-http-0.9 raw-line-shoutcast raw-line-garbage raw-fields-300-kb
  raw-fields-600-kb raw-fields-lengths-differ raw-fields-nul
"""

#: Responses that violate RFC 9110 or 9112. Browsers accept them, and the native transport does not. No verdict is "broken".
STRICT = """
no-answer-seen protocol: raw-line-lower-case raw-fields-length-twice raw-fields-length-letters
  raw-fields-length-negative raw-fields-no-colon raw-fields-no-name raw-fields-bare-cr raw-fields-chunked-and-length
  raw-line-status-0 raw-line-status-42 raw-line-status-99
"""

#: A redirect with a password in it is an error by the Fetch standard in the mode that exposes responses. An empty Location
#: counts as none, as in Chromium. An unrequested 101 is a status like any other where no body is wanted.
OTHERWISE = """
no-answer-seen redirects: to-credentials
other-status redirect-nowhere: location-empty
other-status unusual-status: raw-early-101
"""


def _table() -> dict[str, Decision]:
    table: dict[str, Decision] = {}
    for line in f"{HIDDEN}{CAUSES}{STRICT}{OTHERWISE}".replace("\n  ", " ").split("\n"):
        if not line:
            continue
        what, ids = line.split(": ")
        table |= dict.fromkeys(ids.split(" "), Decision(*what.split(" ")))
    return table


NATIVE = _table()
#: The machine decides whether a name below localhost resolves, and which ports that browsers block have a listener.
UP_TO_THE_MACHINE = ("odd-localhost-", "odd-name-below-localhost", "blocked-port-", "to-blocked-port")
HERE = [
    case
    for case in CASES
    if case.page == "http" and "{site" not in case.url and not case.id.startswith(UP_TO_THE_MACHINE)
]


def test_every_line_differs_from_the_browsers_verdict():
    cases = {case.id: case for case in HERE}
    assert [name for name in NATIVE if name not in cases] == []
    assert [name for name, expected in NATIVE.items() if expected == cases[name].decision] == []


@pytest.mark.parametrize("pace", PACES)
async def test_verdicts_of_the_matrix(targets, pace):
    trusting = ssl.create_default_context(cafile=str(Path(targets.certificates) / "trust.pem"))
    known = places(targets.origins, "http://no-page.invalid/")
    batch = [case for case in HERE if case.pace == pace]
    policy = Policy(**{**PACES[pace], "per_host": 30})
    async with NativeTransport(tls=trusting) as transport:
        results = await json_head.head([case.address(known) for case in batch], policy=policy, transport=transport)
    wrong = []
    for case, result in zip(batch, results, strict=True):
        expected, actual = NATIVE.get(case.id, case.decision), Decision(result.verdict.value, result.rule)
        if actual != expected:
            wrong.append(f"{case.id}: {actual}, not {expected}")
    assert batch and wrong == []
