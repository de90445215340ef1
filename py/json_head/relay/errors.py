"""Why a relay did not help, in words."""

from __future__ import annotations

from json_head.errors import JsonHeadError

#: The maximum number of characters of a URL in the API.
MAX_URL = 2_048
#: Sentences on why the relay did not check a URL, or not completely, by the relay's code.
REASONS_NOT_CHECKED = {
    "cancelled": "The relay did not check it completely, because the time limit of its request ended.",
    "credentials": "The relay did not check it, because it does not accept such URLs.",
    "blocked-port": "The relay did not check it, because it sends no requests to that port.",
    "forbidden-address": "The relay did not check it, because it leads to an address that the relay does not allow.",
    "host-limit": "The relay did not check it, because too many requests go to this host from there at the moment. Try again later.",
    "look-up-limit": "The relay did not check it, because it is looking up too many host names at the moment. Try again later.",
    "invalid-url": "The relay did not check it, because it does not accept such URLs.",
    "scheme": "The relay did not check it, because it does not accept such URLs.",
    "too-long": f"The relay did not check it, because relays accept URLs of at most {MAX_URL:,} characters.",
}
NO_REASON = "The relay did not check it, and gave no reason."

#: Explanations of a refusal for people, by the API's own code.
REFUSALS = {
    "busy": "it is too busy at the moment. Try again later.",
    "host-not-allowed": "it does not accept the name {name}. Start it with: json-head serve --name {hostname}",
    "origin-not-allowed": "it does not accept requests from pages of {origin}. Start it with: json-head serve --origin {origin}",
    "too-many-requests": "you have sent it too many requests. Try again later.",
}


class RelayError(JsonHeadError):
    """A relay that did not help. ``code`` is from a closed list; the message is a sentence for people.

    Codes: ``relay-invalid`` (its address), ``relay-no-answer``, ``relay-timeout``, ``relay-refused``,
    ``relay-nonsense``. ``refusal`` is the API's own code, for ``relay-refused``.
    """

    def __init__(self, code: str, message: str, refusal: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.refusal = refusal
