"""Looks for archived copies of broken pages, by the availability API of the Wayback Machine."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from urllib.parse import quote

from json_head.model import Outcome
from json_head.transports.base import Transport

#: https://archive.org/help/wayback_api.php
API = "https://archive.org/wayback/available?url="
#: Seconds between two requests, because the API is for people.
PAUSE_S = 1.0
_TIMEOUT_S = 30.0
_LIMIT = 100_000
#: After this many failures in a row, no further copies are looked for.
_MAX_FAILURES = 3
_CAPTURE = re.compile(r"https?://web\.archive\.org(/web/[0-9]{14}/.+)", re.IGNORECASE)


async def copies_of(urls: Iterable[str], transport: Transport, notes: list[str]) -> dict[str, str]:
    """The addresses of copies whose capture had status 200, by URL. One request is sent at a time; failures are added to ``notes``."""
    copies: dict[str, str] = {}
    failures = 0
    for number, url in enumerate(dict.fromkeys(urls)):
        if failures >= _MAX_FAILURES:
            notes.append("The archive does not respond, so no further copies were looked for.")
            break
        if number:
            await asyncio.sleep(PAUSE_S)
        address = API + quote(url.partition("#")[0], safe="")
        observation, body = await transport.read(address, limit=_LIMIT, timeout_s=_TIMEOUT_S)
        if observation.outcome is not Outcome.RESPONSE or observation.status != 200:
            failures += 1
            notes.append(f"No copy of {url} was looked for: the archive gave no usable response.")
            continue
        failures = 0
        if copy := _copy_in(body):
            copies[url] = copy
    return copies


def _copy_in(body: bytes) -> str | None:
    """The address of the copy that a response offers, with https."""
    try:
        closest = json.loads(body)["archived_snapshots"]["closest"]
        match = _CAPTURE.fullmatch(closest["url"])
        usable = closest["status"] == "200" and closest["available"] is True
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return f"https://web.archive.org{match[1]}" if match and usable else None
