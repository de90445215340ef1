"""Check links with HEAD requests, without claiming more than the responses show.

>>> import json_head
>>> results = await json_head.head(["https://example.com/"])      # in input order
>>> async for result in json_head.audit(links): ...               # as they complete
>>> results = json_head.sync.head(["https://example.com/"])       # without asyncio
"""

import sys

try:
    from typing import Any

    from json_head._api import audit, head
    from json_head._version import __version__
    from json_head.audit import Audit
    from json_head.errors import JsonHeadError
    from json_head.model import Hop, Link, Observation, Outcome, Request, Result, Verdict
    from json_head.policy import Policy
except KeyboardInterrupt:
    # Ctrl+C while the command starts, before its own handler is there. A traceback would help nobody.
    if sys.argv[0] == "-m" or sys.argv[0].replace("\\", "/").rpartition("/")[2].startswith("json-head"):
        sys.exit(130)
    raise

__all__ = [
    "Audit",
    "Hop",
    "JsonHeadError",
    "Link",
    "Observation",
    "Outcome",
    "Policy",
    "Request",
    "Result",
    "Verdict",
    "__version__",
    "audit",
    "head",
    "sync",
]


def __getattr__(name: str) -> Any:
    """Import ``json_head.sync`` on first access, because few programs need it."""
    if name == "sync":
        from importlib import import_module

        return import_module("json_head.sync")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
