"""Paths that contain their response, so that a table of cases gives each response in full."""

from __future__ import annotations

from aiohttp import web
from multidict import CIMultiDict

from .case import LEDGER, NO_CORS, Case, closes, half_headers, moved, resets, silent

#: Ways of not responding, by name.
MUTE = {"closes": closes, "half": half_headers, "resets": resets, "silent": silent}


async def answer(request: web.Request) -> web.Response:
    fields = (field.partition(":") for field in request.query.getall("h", []))
    return web.Response(
        status=int(request.match_info["code"]), headers=CIMultiDict((name, value) for name, _, value in fields)
    )


async def by_method(request: web.Request) -> web.StreamResponse:
    return await _respond(request, request.match_info["head" if request.method == "HEAD" else "get"])


async def in_turn(request: web.Request) -> web.StreamResponse:
    turns = request.match_info["turns"].split(",")
    times = request.app[LEDGER].nth(request.path)
    return await _respond(request, turns[min(times, len(turns)) - 1])


async def _respond(request: web.Request, kind: str) -> web.StreamResponse:
    if kind in MUTE:
        return await MUTE[kind](request)
    if kind == "picky":
        kind = "200" if "text/html" in request.headers.get("Accept", "") else "406"
    kind, _, bare = kind.partition("-")
    return web.Response(status=int(kind), text="", headers={NO_CORS: "1"} if bare else {})


async def endless(request: web.Request) -> web.Response:
    return moved(f"/endless/{int(request.match_info['n']) + 1}")


async def there_and_back(request: web.Request) -> web.Response:
    return moved("/back" if request.path == "/there" else "/there")


ANSWERS: tuple[Case, ...] = (
    Case("/answer/{code}", "that status with the header fields of ?h=Name:value, repeatable", answer),
    Case(
        "/head/{head}/get/{get}",
        "HEAD is answered one way, other methods another: a status, a status with -bare (without CORS), "
        "closes, half (a header block that stops), resets, silent, picky (200 to who accepts text/html, else 406)",
        by_method,
    ),
    Case("/turns/{turns}/{name}", "one such answer after another (since the last reset), the last for good", in_turn),
    Case("/endless/{n}", "a redirect to the next number, always", endless),
    Case("/there", "a redirect to /back", there_and_back),
    Case("/back", "a redirect to /there", there_and_back),
)
