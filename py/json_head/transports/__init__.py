"""Networks that a request can go out on. ``base`` is the protocol; one module for each network beside it."""

from __future__ import annotations

import sys
from functools import cache

from json_head.transports.base import Transport


@cache
def default_transport() -> Transport:
    """The network of the place where this runs: inside Pyodide, the browser's fetch.

    Raises:
        RuntimeError: there is none here; pass ``transport=``.
    """
    if sys.platform == "emscripten":
        from json_head.transports.browser import BrowserTransport

        return BrowserTransport.of_this_worker()
    raise RuntimeError("json_head has a transport of its own only inside Pyodide; pass transport=... here.")
