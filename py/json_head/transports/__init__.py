"""The networks that requests can be sent on. ``base`` defines the protocol; each network has a module of its own."""

from __future__ import annotations

import sys
from functools import cache

from json_head.transports.base import Transport


def default_transport() -> Transport:
    """The network of this environment: the browser's fetch inside Pyodide, sockets elsewhere.

    The caller closes the transport.

    Raises:
        ImportError: a package that the sockets need is not installed.
    """
    if sys.platform == "emscripten":
        return _of_this_worker()
    try:
        from json_head.transports.sockets.native import NativeTransport
    except ModuleNotFoundError as error:
        if error.name != "aiohappyeyeballs":
            raise
        raise ImportError(
            f"Outside a browser json_head needs {error.name}, which is not installed: pip install json-head."
        ) from error
    return NativeTransport()


@cache
def _of_this_worker() -> Transport:
    from json_head.transports.browser.transport import BrowserTransport

    return BrowserTransport.of_this_worker()
