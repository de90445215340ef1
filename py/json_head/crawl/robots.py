"""robots.txt: what a server asks crawlers not to request (RFC 9309). Pure. The rules themselves are matched by Protego."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from protego import Protego

from json_head.urls.target import UrlError, parse

#: The product token (RFC 9309 2.2.1) of the groups that are meant for json-head.
TOKEN = "json-head"
#: A parser reads at least this many bytes (RFC 9309 2.5); this one reads no more.
MAX_BYTES = 500 * 1024
#: Crawl-delay is no part of RFC 9309. A longer one is cut, since a crawl would never end.
MAX_DELAY_S = 60.0
#: The number of sitemaps that are taken from one file.
MAX_SITEMAPS = 1_000

#: A User-agent line with its value, in all the spellings that Protego reads.
_AGENT = re.compile(r"[ \t]*+user(?:-|[ \t]*+)agent(?:[ \t]++:?|:)([^#]*+)", re.IGNORECASE)
#: The product token at the start of a User-agent line; a version may follow it.
_PRODUCT = re.compile(r"[A-Za-z_-]*+")
#: Any other crawler. One name for all keeps a file with thousands of names from copying each rule thousands of times.
_OTHER = "other"
#: Bytes that are compared as octets (RFC 9309 2.2.2), and controls, which end no line.
_ESCAPED = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xff]")
_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class Robots:
    """The rules of one origin's robots.txt for json-head.

    ``status`` is that of the response, ``None`` if none arrived. ``text`` is the part of the file that was read, as ASCII: other bytes
    are percent-encoded. ``cause`` is a sentence on why it could not be read, if the server failed. ``delay_s`` is the Crawl-delay in seconds, from 0 to `MAX_DELAY_S`. ``sitemaps`` are normalised URLs. ``notes`` are
    sentences for people.
    """

    def __init__(self, status: int | None, text: str = "", *, unreadable: bool = False, cause: str = "") -> None:
        self.status, self.text, self.unreadable, self.cause = status, text, unreadable, cause
        self.notes: list[str] = []
        self.delay_s = 0.0
        self.sitemaps: list[str] = []
        self._rules: Protego | None = None
        self._allows_all = True
        if unreadable:
            self.notes.append(
                "Its robots.txt could not be read from here, so what it asks crawlers not to request is unknown."
            )
        elif status is None or not 200 <= status <= 499:
            self._allows_all = False
            shown = (
                "It gave no reply when its robots.txt was requested first"
                if status is None
                else f"Its robots.txt failed with status {status}"
            )
            self.notes.append(f"{shown}, so nothing else was requested there (RFC 9309 2.3.1.4).")
        elif status <= 299:
            self._parse(text)

    @classmethod
    def of(cls, status: int | None, body: bytes = b"", cause: str = "") -> Robots:
        """The rules of a response (RFC 9309 2.3.1).

        A success is parsed. After a 4xx all is allowed, as after a 3xx that leads nowhere; after any other status, or without a
        response (``None``), nothing is.
        """
        is_cut = len(body) > MAX_BYTES
        robots = cls(status, _text(body[:MAX_BYTES], is_cut), cause=cause)
        if is_cut:
            robots.notes.append("Its robots.txt is larger than 500 KiB. The rest was not read.")
        return robots

    @classmethod
    def not_readable(cls) -> Robots:
        """The rules of a file that a browser hides, which is not the same as a server that failed: all is allowed."""
        return cls(None, unreadable=True)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Robots:
        """The rules that :meth:`to_json` gave."""
        return cls(
            data.get("status"),
            data.get("text", ""),
            unreadable=data.get("unreadable", False),
            cause=data.get("cause", ""),
        )

    def to_json(self) -> dict[str, Any]:
        more = {"unreadable": self.unreadable, "cause": self.cause}
        return {"status": self.status, "text": self.text} | {key: value for key, value in more.items() if value}

    @property
    def has_failed(self) -> bool:
        """Whether the server failed, so that nothing may be requested (RFC 9309 2.3.1.4)."""
        return self._rules is None and not self._allows_all

    def allows(self, url: str) -> bool:
        """Whether json-head may request a normalised URL of this origin. The longest matching rule decides (RFC 9309 2.2.2)."""
        return self._rules.can_fetch(url, TOKEN) if self._rules else self._allows_all

    def _parse(self, text: str) -> None:
        rules = Protego.parse("\n".join(_with_known_agents(text)))
        self._rules = rules
        delay = rules.crawl_delay(TOKEN) or 0.0
        self.delay_s = min(delay, MAX_DELAY_S)
        if delay > MAX_DELAY_S:
            self.notes.append(
                f"Its robots.txt asks for {delay:,.0f} seconds between requests. They were {MAX_DELAY_S:.0f} seconds."
            )
        refused: list[str] = []
        sitemaps: dict[str, None] = {}
        for url in rules.sitemaps:
            try:
                sitemaps[parse(url).url] = None
            except UrlError:
                refused.append(url)
        self.sitemaps = list(sitemaps)[:MAX_SITEMAPS]
        if len(sitemaps) > MAX_SITEMAPS:
            self.notes.append(
                f"Its robots.txt names {len(sitemaps):,} sitemaps. Only the first {MAX_SITEMAPS:,} were read."
            )
        if refused:
            self.notes.append(
                f"Its robots.txt names {len(refused):,} sitemaps at addresses that cannot be requested; for example {refused[0][:200]}"
            )


def _text(body: bytes, is_cut: bool) -> str:
    for bom, encoding in _BOMS.items():
        if body.startswith(bom):
            body = body.removeprefix(bom)
            if encoding != "utf-8":
                body = body.decode(encoding, "replace").encode()
    if is_cut:  # half a line can be a rule that the server never wrote: `Disallow: /` of `Disallow: /private`
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    return _ESCAPED.sub(lambda byte: b"%%%02X" % byte[0][0], body).decode("ascii")


def _with_known_agents(text: str) -> Iterator[str]:
    """The lines of a file, with the names of all other crawlers replaced by one."""
    for line in re.split(r"[\r\n]+", text):
        agent = _AGENT.match(line)
        if not agent:
            yield line
            continue
        name = agent[1].strip()
        if not name.startswith("*"):
            name = TOKEN if _PRODUCT.match(name)[0].lower() == TOKEN else _OTHER  # type: ignore[index]  # it matches the empty string
        yield f"User-agent: {'*' if name.startswith('*') else name}"
