"""Times for people."""

from __future__ import annotations

from datetime import datetime


def here(moment: str) -> str:
    """Return a time (RFC 3339) with the offset of this machine's time zone. Any other text is returned unchanged."""
    try:
        return datetime.fromisoformat(moment).astimezone().isoformat()
    except (ValueError, OverflowError):
        return moment
