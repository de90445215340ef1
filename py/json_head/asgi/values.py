"""Checks single values of settings. Each function raises ``ValueError`` with a sentence that says what is accepted."""

from __future__ import annotations

import re

from json_head.guard.denied import Denied
from json_head.transports.base import TOKEN

#: The least number of characters of a token, so that it cannot be guessed.
LEAST = 16
#: What a token has, for people.
OF_TOKEN = f"at least {LEAST} characters, of letters, digits and ._~+/-, with = at the end"


def check_origin(text: str) -> None:
    if text == "*" or re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?", text):
        return
    if re.fullmatch(r"(chrome|moz)-extension://[a-z0-9-]+", text):
        return
    if text.startswith(("http://", "https://")) and (start := re.match(r"https?://[^/?#]+(?=[/?#])", text)):
        raise ValueError(f"An origin has no slash and no path after the host: {start[0].lower()}")
    raise ValueError("An origin is a scheme and a host in lower case, such as https://example.com, or * for all.")


def check_host(text: str) -> None:
    if text == "*" or re.fullmatch(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]", text, re.ASCII | re.IGNORECASE):
        return
    if text.count(":") > 1 and re.fullmatch(r"[0-9a-f:.]+", text, re.ASCII | re.IGNORECASE):
        raise ValueError(f"An IPv6 address needs brackets here: [{text}]")
    raise ValueError("A name is that of a host without a scheme and a port, such as links.example.org, or * for any.")


def check_denied(text: str) -> None:
    Denied((text,))


def check_token(text: str) -> None:
    if not is_token(text):
        raise ValueError(f"A token has {OF_TOKEN}.")


def is_token(text: str) -> bool:
    """Whether a text can be a token, and is too long to be guessed."""
    return len(text) >= LEAST and bool(TOKEN.fullmatch(text))


def check_contact(text: str) -> None:
    """Check that it looks like a web page or a mail address, and can stand in a comment of a header field (RFC 9110
    5.6.5).
    """
    is_address = text.startswith(("http://", "https://")) or "@" in text
    if text and not (is_address and re.fullmatch(r"[!-'*-\[\]-~]+", text)):
        raise ValueError("A contact is the address of a web page or of mail, without spaces and parentheses.")
