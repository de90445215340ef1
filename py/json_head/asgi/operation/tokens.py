"""Bearer tokens (RFC 6750), of which each request must carry one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

from json_head.asgi.access import Fields
from json_head.asgi.replies import DeniedError
from json_head.asgi.values import OF_TOKEN, is_token

_CHALLENGE = 'Bearer realm="json-head"'


def read_tokens(path: Path) -> list[str]:
    """The tokens in a file, one on each line. Empty lines and lines that begin with ``#`` are skipped.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is no token, or there is none. The message names the line, and no token.
    """
    tokens = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        text = line.strip().decode("latin-1")
        if not text or text.startswith("#"):
            continue
        if not is_token(text):
            raise ValueError(f"line {number} does not have {OF_TOKEN}")
        tokens.append(text)
    if not tokens:
        raise ValueError("it has no token")
    return tokens


class Tokens:
    """The tokens that are accepted."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._digests = [_digest(token.encode("ascii")) for token in tokens]

    def knows(self, token: str) -> bool:
        """Whether a token is accepted. The time of the comparison reveals nothing about the tokens."""
        digest = _digest(token.encode("latin-1"))
        known = False
        for other in self._digests:  # all of them, because an early end would tell which one it was
            known |= hmac.compare_digest(digest, other)
        return known

    def admit(self, fields: Fields) -> None:
        """Refuse a request without a valid token.

        Raises:
            DeniedError: ``token-required``, ``token-invalid``.
        """
        given = fields.get(b"authorization", [])
        if not given:
            raise _denied("token-required", "This server needs a token, in the header field Authorization.")
        scheme, _, token = given[0].partition(" ")
        if len(given) > 1 or scheme.lower() != "bearer" or not self.knows(token.strip(" ")):
            raise _denied("token-invalid", "This server does not accept that token.", ', error="invalid_token"')


def _denied(code: str, reason: str, error: str = "") -> DeniedError:
    return DeniedError(401, code, reason, [(b"www-authenticate", (_CHALLENGE + error).encode())])


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()
