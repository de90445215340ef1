"""What ends a command, or leaves a source out. Each message is a sentence for people."""

from __future__ import annotations

from json_head.errors import JsonHeadError


class CommandError(JsonHeadError, ValueError):
    """The base of these."""


class SourceError(CommandError):
    """A SOURCE that cannot be read."""


class CacheError(CommandError):
    """A cache that cannot be used."""


class OutputError(CommandError):
    """A file that cannot be written."""


class OptionError(CommandError):
    """Options that cannot be used together, or not here."""
