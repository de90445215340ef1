"""Check links with HEAD requests, and never claim more than was seen.

>>> import json_head
>>> results = await json_head.head(["https://example.com/"])      # in input order
>>> async for result in json_head.audit(links): ...               # as they complete
"""

from json_head.audit import Audit, audit, head
from json_head.model import Hop, Link, Observation, Outcome, Policy, Request, Result, Verdict

__version__ = "1.0.0a1"

__all__ = [
    "Audit",
    "Hop",
    "Link",
    "Observation",
    "Outcome",
    "Policy",
    "Request",
    "Result",
    "Verdict",
    "audit",
    "head",
]
