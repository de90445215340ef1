"""The matrix: every case, in the groups and the order that docs/verdicts.md shows."""

from __future__ import annotations

from .addresses import ADDRESSES
from .case import Case, Group
from .connections import ODD, SHARING
from .interception import INTERCEPTION
from .pages import PAGES
from .redirects import REDIRECTS
from .statuses import STATUSES

GROUPS: tuple[Group, ...] = (*STATUSES, *SHARING, *REDIRECTS, *ODD, *PAGES, *INTERCEPTION, *ADDRESSES)
CASES: tuple[Case, ...] = tuple(case for group in GROUPS for case in group.cases)
