"""The error of a relay that did not help, and why it refuses requests."""

from __future__ import annotations

from json_head.errors import JsonHeadError
from json_head.model import Observation, Outcome
from json_head.reasons import BLOCKED_REASONS
from json_head.verdicts import judge

#: Explanations of a refusal for people, by the API's own code.
REFUSALS = {
    "busy": "it is too busy at the moment. Try again later.",
    "host-not-allowed": "it does not accept the name {name}. Start it with: json-head serve --name {hostname}",
    "origin-not-allowed": "it does not accept requests from pages of {origin}. Start it with: json-head serve --origin {origin}",
    "shutdown": "it is being stopped or restarted. Try again later.",
    "token-invalid": "it does not accept this token. Give another one in {token}.",
    "token-required": "it needs a token, which you can give in {token}.",
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


def no_response(observation: Observation, name: str, origin: str | None, timeout_s: float) -> RelayError:
    """The error for a relay without a response.

    Args:
        name: the relay's name for people.
        origin: the origin of the requesting page; ``None`` outside a page.
    """
    if observation.outcome is Outcome.TIMEOUT:
        return RelayError("relay-timeout", f"The relay at {name} did not respond within {timeout_s:.0f} seconds.")
    if observation.hops:
        return RelayError(
            "relay-no-answer",
            f"The relay at {name} redirects to {observation.hops[0].location[:200]}. The links are sent nowhere else, so give that address if you trust it.",
        )
    if origin is None:
        return RelayError("relay-no-answer", f"The relay at {name} did not respond. {judge([observation]).reason}")
    if observation.error in ("offline", "page-policy"):
        return RelayError(
            "relay-no-answer",
            f"No request was sent to the relay at {name}. {BLOCKED_REASONS[observation.error]}",
        )
    message = (
        f"The relay at {name} gave no response that this page can read. Either no relay runs there, or it does not "
        f"accept requests from pages of {origin}. A browser does not reveal which."
    )
    if observation.error == "local-address":
        message += (
            " Because this page is public, the browser must also be allowed to reach your own machine or network."
        )
    message += f" Start it with: json-head serve --origin {origin}"
    return RelayError("relay-no-answer", message)
