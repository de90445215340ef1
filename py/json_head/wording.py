"""The words for verdicts, their order and their meaning, for reports, documents and the page.

``scripts/build/verdicts_js.py`` writes them to ``web/client/verdicts.js``.
"""

from __future__ import annotations

from typing import NamedTuple

from json_head.model import Verdict


class Wording(NamedTuple):
    label: str
    meaning: str
    """One sentence for people."""


#: The order is that of reports: the most urgent verdict first.
WORDING: dict[Verdict, Wording] = {
    Verdict.BROKEN: Wording("Broken", "The server reported twice that nothing is there: 404 or 410. Or there is no such file."),
    Verdict.SERVER_ERROR: Wording("Server error", "The server failed each time: 5xx."),
    Verdict.NO_ANSWER_SEEN: Wording(
        "No answer seen", "No response arrived: no such name, no connection, or a cause that a browser does not reveal."
    ),
    Verdict.TIMEOUT: Wording("Timed out", "No response arrived within the time limit."),
    Verdict.ANSWERED_UNREADABLE: Wording(
        "Answered, unreadable", "A server responded, but the browser hides its response from pages of other sites."
    ),
    Verdict.OTHER_STATUS: Wording("Other status", "The status of the response means neither success nor a broken link."),
    Verdict.HEAD_UNSUPPORTED: Wording(
        "HEAD refused", "The server refuses requests for headers only, and a request for the page showed nothing more."
    ),
    Verdict.RESTRICTED: Wording("Restricted", "The server lets in only some visitors: 401, 403, 407, 451 or 999."),
    Verdict.RATE_LIMITED: Wording("Rate limited", "The server asked for fewer requests. Check the link again later."),
    Verdict.NOT_CHECKED: Wording("Not checked", "No request was sent, or the check was not completed. The reason says why."),
    Verdict.OK: Wording("OK", "The server responded with success."),
}  # fmt: skip
