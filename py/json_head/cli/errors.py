"""Exceptions that end a command or skip a source. Each message is a sentence for the user."""

from __future__ import annotations

from json_head.errors import JsonHeadError


class CommandError(JsonHeadError, ValueError):
    """The base class of these exceptions."""


class SourceError(CommandError):
    """A SOURCE cannot be read."""


class CacheError(CommandError):
    """The cache file cannot be used."""


class LockedCacheError(CacheError):
    """Another process is writing to the cache file."""


class OutputError(CommandError):
    """The output file cannot be written."""


class OptionError(CommandError):
    """Options exclude each other, or cannot be used in this environment."""
