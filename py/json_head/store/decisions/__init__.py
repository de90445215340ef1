"""A person's decisions on links. They stand beside the verdicts, and never replace one.

::

    rules.py   what a decision is, and which ones are valid: pure
    table.py   makes, undoes, lists and merges decisions
    files.py   decisions as lists of links to leave out, and as JSON: pure
    applied.py the rows of a run with the decisions that apply to them
    to_fix.py  what is to fix in a run with the decisions, and what is new in that
"""

from __future__ import annotations

from json_head.store.decisions.rules import Decision, DecisionError
from json_head.store.decisions.table import Decisions

__all__ = ["Decision", "DecisionError", "Decisions"]
