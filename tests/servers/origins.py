"""The origins, their addresses and their CORS headers."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

from . import certificates
from .case import LEDGER, NO_CORS
from .cases import CASES
from .ledger import Ledger
from .pages import ORIGINS
from .raw import hanging_up, raw_origin

Sharing = Literal["star", "echo", "none"]


@dataclass(frozen=True, slots=True)
class Origin:
    """``star`` allows every origin by ``*``, ``echo`` names the requesting one, ``none`` sends no CORS headers."""

    name: str
    address: str
    sharing: Sharing
    certificate: str | None = None
    """The certificate of ``certificates.py`` with which it is served over TLS, if any."""


WHOLE: tuple[Origin, ...] = (
    Origin("cors", "127.0.0.1", "star"),
    Origin("plain", "127.0.0.1", "none"),
    Origin("echo", "127.0.0.1", "echo"),
    Origin("host2", "127.0.0.2", "star"),
    Origin("host3", "127.0.0.3", "star"),
    Origin("host4", "127.0.0.4", "star"),
    Origin("host5", "127.0.0.5", "star"),
    Origin("host6", "127.0.0.6", "star"),
    # A site that differs from those of all pages of the tests, for decisions that browsers make by site.
    Origin("plain2", "127.0.0.2", "none"),
    Origin("tls", "127.0.0.1", "star", "good"),
    Origin("tls_plain", "127.0.0.1", "none", "good"),
    *(Origin(f"tls_{name}", "127.0.0.1", "star", name) for name in certificates.BAD),
)


@asynccontextmanager
async def serving() -> AsyncIterator[dict[str, str]]:
    """Serve all origins on free ports; gives ``{name: "http://address:port"}``.

    In addition to ``WHOLE`` there are ``raw`` and ``hangs_up`` (``raw.py``), ``control`` (``GET /count``: the ledger,
    ``/reset-count``) and ``refused``, a port without a listener. ``certificates`` is no origin but the folder with the
    certificates of this run.
    """
    ledger = Ledger()
    origins: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="json-head-certificates-")))
        certificates.make(folder)
        for origin in WHOLE:
            app = _application(origin, ledger, origins)
            origins[origin.name] = await _start(stack, app, origin.address, folder, origin.certificate)
        origins["raw"] = await stack.enter_async_context(raw_origin("raw", ledger))
        origins["hangs_up"] = await stack.enter_async_context(hanging_up())
        origins["control"] = await _start(stack, _control(ledger), "127.0.0.1", folder)
        # The port is bound without a listener: it refuses connections, and no other process can get it.
        refused = stack.enter_context(socket.socket())
        refused.bind(("127.0.0.1", 0))
        origins["refused"] = f"http://127.0.0.1:{refused.getsockname()[1]}"
        origins["certificates"] = str(folder)
        yield origins


async def _start(
    stack: AsyncExitStack, app: web.Application, address: str, folder: Path, certificate: str | None = None
) -> str:
    """Serve on a free port until the stack ends; gives the origin."""
    # A handler whose client disconnects is cancelled, so that the ledger counts only requests that are under way.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0)
    stack.push_async_callback(runner.cleanup)
    await runner.setup()
    context = certificates.server_context(folder / f"{certificate}.pem") if certificate else None
    await web.TCPSite(runner, address, 0, backlog=1024, ssl_context=context).start()
    host, port = runner.addresses[0][:2]
    return f"{'https' if certificate else 'http'}://{host}:{port}"


def _application(origin: Origin, ledger: Ledger, origins: dict[str, str]) -> web.Application:
    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        with ledger.request(origin.name, request.method, request.path_qs, headers):
            if request.method == "OPTIONS":
                return web.Response(status=204, headers={"Access-Control-Allow-Headers": "*"})
            return await handler(request)

    async def share(request: web.Request, response: web.StreamResponse) -> None:
        if response.headers.pop(NO_CORS, None):
            return
        if origin.sharing == "star":
            response.headers["Access-Control-Allow-Origin"] = "*"
        elif origin.sharing == "echo":
            response.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "null")
            response.headers["Vary"] = "Origin"

    app = web.Application(middlewares=[note], handler_args={"max_line_size": 4_000_000})
    app[LEDGER] = ledger
    app[ORIGINS] = origins
    app.on_response_prepare.append(share)
    for case in CASES:
        app.router.add_route("*", case.path, case.handler)
    return app


def _control(ledger: Ledger) -> web.Application:
    async def count(request: web.Request) -> web.Response:
        return web.json_response(ledger.to_json())

    async def reset(request: web.Request) -> web.Response:
        ledger.reset()
        return web.json_response({})

    app = web.Application()
    app.router.add_route("*", "/count", count)
    app.router.add_route("*", "/reset-count", reset)
    return app
