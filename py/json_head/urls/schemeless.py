"""Addresses that were typed without a scheme: ``example.com/a``, ``localhost:8000``."""

from __future__ import annotations

import re

_REST = r"(?::[0-9]{1,5})?(?:[/?#][^\s<>\"`]*+)?"
#: A host with an alphabetic top-level domain.
_NAMED = re.compile(rf"(?:[\w-]++\.){{1,127}}([^\W\d_]{{2,63}}|xn--[A-Za-z0-9-]{{1,59}}){_REST}")
_NUMBER = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
#: A name of this machine, or an IP address that a port or a slash follows. ``1.2.3.4`` alone may be a version.
_LOCAL = re.compile(
    rf"(?:(?:[\w-]++\.){{0,126}}localhost{_REST}|(?:{_NUMBER}(?:\.{_NUMBER}){{3}}|\[[0-9A-Fa-f:.]{{2,45}}\])(?=[:/]){_REST})",
    re.IGNORECASE,
)
#: Extensions of file names that are not top-level domains: ``about.html`` is a file, not a host.
NOT_TOP_LEVEL_DOMAINS = frozenset(
    "asp aspx bmp cfm cgi css csv doc docx epub gif gz htm html jpeg jpg js json jsp odp ods odt pdf php png ppt pptx rtf svg"
    " tgz txt webp xhtml xls xlsx xml".split()
)


def with_scheme(text: str) -> str | None:
    """Return the URL of a host without a scheme, or ``None`` if the text is none.

    The scheme is http for `localhost` and IP addresses, which rarely have a certificate, and https otherwise.
    """
    if is_local_address(text):
        return f"http://{text}"
    host = _NAMED.fullmatch(text)
    return f"https://{text}" if host and host[1].lower() not in NOT_TOP_LEVEL_DOMAINS else None


def is_local_address(text: str) -> bool:
    """Whether the text is `localhost` or an IP address, which has a port or a path. Such a text is hardly the name of a file."""
    return _LOCAL.fullmatch(text) is not None
