"""What ends a command, or leaves a source out. Each message is a sentence for people."""

from __future__ import annotations


class SourceError(ValueError):
    """A SOURCE that cannot be read."""


class CacheError(ValueError):
    """A cache that cannot be used."""


class OutputError(ValueError):
    """A file that cannot be written."""


class NetworkError(ValueError):
    """A network that requests cannot be sent over as it was asked for."""
