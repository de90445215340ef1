"""Texts in SQLite. Lone surrogates have no UTF-8: a text with one is stored as a BLOB of its bytes, so that nothing is lost."""

from __future__ import annotations

from typing import Any


def storable(value: Any) -> Any:
    """A value as it is stored."""
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "surrogatepass")
    return value


def text_of(value: Any) -> Any:
    """A stored value as it was; other bytes in hexadecimal, which only a query can make."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return value.hex()
