"""The words for verdicts and statuses, for people: labels, meanings and sentences that several rules share."""

from __future__ import annotations

from typing import NamedTuple

from json_head.model import Verdict


class Wording(NamedTuple):
    label: str
    meaning: str
    """One sentence for people."""


NO_SUCH_SECTION = "The page is there. Nothing in its source has the name after the #; a script may add it later."
NO_OWN_SECTION = (
    "It leads to a section of its own page, and the text has none of this name. Another part of the page may have it."
)
UNREADABLE = "A reply came, so the server is up. But this website doesn't let other pages read it: it may be the page or an error."
#: The verdicts as people see them, the most urgent first. ``scripts/build/verdicts_js.py`` writes these words to
#: ``web/client/verdicts.js``.
WORDING: dict[Verdict, Wording] = {
    Verdict.BROKEN: Wording("Broken", "The server said twice that nothing is there, or there is no such file in the folder."),
    Verdict.FRAGMENT_MISSING: Wording("Section missing", NO_SUCH_SECTION),
    Verdict.SERVER_ERROR: Wording("Server error", "The server failed each time."),
    Verdict.NO_ANSWER_SEEN: Wording(
        "No reply",
        "Nothing came back. A browser doesn't say why: a wrong name, no connection, a bad certificate, or something that blocks it, "
        "such as an ad blocker.",
    ),
    Verdict.TIMEOUT: Wording("Timed out", "No reply came in the time allowed."),
    Verdict.ANSWERED_UNREADABLE: Wording("Can't tell", UNREADABLE),
    Verdict.OTHER_STATUS: Wording("Unclear reply", "The reply says neither fine nor broken."),
    Verdict.HEAD_UNSUPPORTED: Wording(
        "Refuses checks", "The server refuses requests for headers, and a request for the page itself showed nothing more."
    ),
    Verdict.RESTRICTED: Wording("Restricted", "The server lets in only some visitors, for example after a sign-in."),
    Verdict.RATE_LIMITED: Wording(
        "Too many requests", "The server wants fewer requests, so it did not say whether the link works. Check again later."
    ),
    Verdict.NOT_CHECKED: Wording("Not checked", "No request was sent, or the check was not completed. The reason says why."),
    Verdict.OK: Wording("Works", "The server said that the page is there, or the file was found."),
}  # fmt: skip

#: The words for the status of a reply that stand beside its verdict. ``5xx`` is for every server error, ``other`` for all
#: statuses that have no entry; both contain ``{status}``.
STATUS_WORDS = {
    "401": "sign-in needed (401)",
    "403": "not for everybody (403)",
    "404": "not found (404)",
    "410": "gone (410)",
    "429": "wants fewer (429)",
    "5xx": "error {status}",
    "other": "status {status}",
}


def status_words(status: int) -> str:
    """The words for a status, from :data:`STATUS_WORDS`."""
    key = "5xx" if 500 <= status <= 599 else str(status)
    return STATUS_WORDS.get(key, STATUS_WORDS["other"]).format(status=status)
