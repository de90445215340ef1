"""The syntax of URLs that several modules need (URL Standard 4.4)."""

from __future__ import annotations

import re

#: A scheme, without the colon.
SCHEME_CHARACTERS = "[A-Za-z][A-Za-z0-9+.-]*"
SCHEME = re.compile(rf"({SCHEME_CHARACTERS}):")
#: The beginning of a URL such as ``https://`` or ``file://``.
SCHEME_AND_SLASHES = re.compile(rf"{SCHEME_CHARACTERS}://")

_TAB_OR_NEWLINE = str.maketrans("", "", "\t\n\r")
_C0_OR_SPACE = "".join(map(chr, range(0x21)))


def clean(written: str) -> str:
    """The text without the characters that the URL Standard's parser removes first: surrounding white space and
    controls, and tabs and newlines inside.
    """
    text = written.strip(_C0_OR_SPACE)
    return text if text.isprintable() else text.translate(_TAB_OR_NEWLINE)  # the translation is slow and rarely needed


def has_scheme(written: str) -> bool:
    """Whether a URL, as written, starts with a scheme."""
    return SCHEME.match(clean(written)) is not None
