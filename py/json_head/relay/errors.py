"""The error of a relay that did not help, and why it refuses requests."""

from __future__ import annotations

from json_head.errors import JsonHeadError

#: Explanations of a refusal for people, by the API's own code.
REFUSALS = {
    "busy": "it is too busy at the moment. Try again later.",
    "host-not-allowed": "it does not accept the name {name}. Start it with: json-head serve --name {hostname}",
    "origin-not-allowed": "it does not accept requests from pages of {origin}. Start it with: json-head serve --origin {origin}",
    "token-invalid": "it does not accept this token.",
    "token-required": "it needs a token. json-head takes it from the environment variable JSON_HEAD_RELAY_TOKEN.",
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
