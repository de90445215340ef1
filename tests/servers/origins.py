"""The origins: which there are, on which address, and with which CORS headers."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

from .cases import CASES, LEDGER
from .ledger import Ledger
from .pages import ORIGINS

Sharing = Literal["star", "echo", "none"]


@dataclass(frozen=True, slots=True)
class Origin:
    """``star`` answers every origin with ``*``, ``echo`` names the one that asks, ``none`` sends no CORS headers."""

    name: str
    address: str
    sharing: Sharing


WHOLE: tuple[Origin, ...] = (
    Origin("cors", "127.0.0.1", "star"),
    Origin("plain", "127.0.0.1", "none"),
    Origin("echo", "127.0.0.1", "echo"),
    Origin("host2", "127.0.0.2", "star"),
    Origin("host3", "127.0.0.3", "star"),
    Origin("host4", "127.0.0.4", "star"),
    Origin("host5", "127.0.0.5", "star"),
    Origin("host6", "127.0.0.6", "star"),
)


@asynccontextmanager
async def serving() -> AsyncIterator[dict[str, str]]:
    """Serve all origins on free ports; gives ``{name: "http://address:port"}``.

    Beside ``WHOLE`` there are ``control`` (``GET /count``: the ledger, ``/reset-count``) and ``refused``, where nothing listens.
    """
    ledger = Ledger()
    origins: dict[str, str] = {}
    runners: list[web.AppRunner] = []
    # Bound and never listened on: it refuses connections, and nobody else gets the port meanwhile.
    refused = socket.socket()
    refused.bind(("127.0.0.1", 0))
    try:
        for origin in WHOLE:
            runners.append(runner := await _start(_application(origin, ledger, origins), origin.address))
            origins[origin.name] = _address(runner)
        runners.append(runner := await _start(_control(ledger), "127.0.0.1"))
        origins["control"] = _address(runner)
        origins["refused"] = f"http://127.0.0.1:{refused.getsockname()[1]}"
        yield origins
    finally:
        for runner in runners:
            await runner.cleanup()
        refused.close()


async def _start(app: web.Application, address: str) -> web.AppRunner:
    # A handler whose client went away is cancelled, so that the ledger counts only what is really under way.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, address, 0, backlog=1024).start()
    return runner


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


def _application(origin: Origin, ledger: Ledger, origins: dict[str, str]) -> web.Application:
    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        with ledger.request(origin.name, request.method, request.path_qs, headers):
            if request.method == "OPTIONS":
                return web.Response(status=204, headers={"Access-Control-Allow-Headers": "*"})
            return await handler(request)

    async def share(request: web.Request, response: web.StreamResponse) -> None:
        if response.headers.pop("X-Test-No-Cors", None):
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
