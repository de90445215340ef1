"""The exception of this package. Its message is a sentence for people."""

from __future__ import annotations

from json_head.errors import JsonHeadError


class BulkError(JsonHeadError):
    """A list, a folder, a plan or a cluster that cannot be used."""
