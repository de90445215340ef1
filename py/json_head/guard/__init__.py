"""Decides which URLs may be requested and which addresses dialled for clients that must not reach this machine's
network.

::

    rules.py    Guard, and the networks that no public server has
    denied.py   networks and names that an operator denies
    own.py      whether an address belongs to this machine
"""

from json_head.guard.rules import (
    FORBIDDEN,
    MAX_URL_LENGTH,
    WEB_PORTS,
    ForbiddenAddressError,
    Guard,
    is_public,
)

__all__ = ["FORBIDDEN", "MAX_URL_LENGTH", "WEB_PORTS", "ForbiddenAddressError", "Guard", "is_public"]
