"""The response of each path: the table ``CASES``, and above it the handlers.

Every origin except the raw ones (``raw.py``) serves every path. The origin decides whether a response has CORS
headers (``origins.py``).
Handlers treat HEAD and GET alike unless the table says otherwise.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from .answers import ANSWERS
from .bodies import BODIES
from .case import LEDGER, NO_CORS, Case, Handler, closes, half_headers, moved, resets, silent
from .pages import serve_page


async def ok(request: web.Request) -> web.Response:
    return web.Response(text="fine\n")


async def status(request: web.Request) -> web.Response:
    return web.Response(status=int(request.match_info["code"]), text="")


async def delay(request: web.Request) -> web.Response:
    await asyncio.sleep(float(request.match_info["seconds"]))
    return web.Response(text="late\n")


async def redirect(request: web.Request) -> web.Response:
    left = int(request.match_info["n"])
    return moved(f"/redirect/{left - 1}") if left else web.Response(text="arrived\n")


async def redirect_to(request: web.Request) -> web.Response:
    return moved(request.query["url"], int(request.query.get("code", "302")))


async def loop(request: web.Request) -> web.Response:
    return moved(request.path)


def head_answers(code: int) -> Handler:
    """HEAD gets this status, every other method 200."""

    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=code if request.method == "HEAD" else 200, text="")

    return handler


async def head_closes(request: web.Request) -> web.StreamResponse:
    return await closes(request) if request.method == "HEAD" else web.Response(text="fine\n")


async def flaky(request: web.Request) -> web.Response:
    times = request.app[LEDGER].nth(request.path)
    return web.Response(status=503 if times <= int(request.match_info["n"]) else 200, text="")


async def retry_after(request: web.Request) -> web.Response:
    return web.Response(
        status=429,
        headers={"Retry-After": request.match_info["s"], "Access-Control-Expose-Headers": "Retry-After"},
    )


async def retry_after_once(request: web.Request) -> web.Response:
    return await retry_after(request) if request.app[LEDGER].nth(request.path) == 1 else web.Response(text="fine\n")


async def garbage(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.write(b"\x16\x03\x01\x00\x00no http at all\r\n\r\n")
    return await closes(request)


async def size(request: web.Request) -> web.StreamResponse:
    left = int(request.match_info["n"])
    response = web.StreamResponse(
        headers={
            "Content-Length": str(left),
            "Content-Type": "application/octet-stream",
            "Last-Modified": "Tue, 01 Jan 2008 00:00:00 GMT",
        }
    )
    await response.prepare(request)
    while left and request.method != "HEAD":
        part = min(left, 65536)
        await response.write(bytes(part))
        left -= part
    return response


async def headers_repeated(request: web.Request) -> web.Response:
    response = web.Response(headers={"Access-Control-Expose-Headers": "X-Repeated"})
    for value in ("no-store", "max-age=0"):
        response.headers.add("Cache-Control", value)
    for value in ("one", "two", "three"):
        response.headers.add("X-Repeated", value)
    return response


async def headers_exposed(request: web.Request) -> web.Response:
    return web.Response(headers={"ETag": '"abc"', "X-Exposed": "yes", "Access-Control-Expose-Headers": "*"})


async def headers_hidden(request: web.Request) -> web.Response:
    return web.Response(headers={"ETag": '"abc"', "X-Hidden": "yes"})


async def headers_hostile(request: web.Request) -> web.Response:
    return web.Response(
        headers={
            "X-Hostile": "<img src=x onerror=alert(1)><b id=planted>",
            "Content-Type": 'text/html; x="<script>alert(1)</script>"',
            "Access-Control-Expose-Headers": "*",
        }
    )


async def bare(request: web.Request) -> web.Response:
    response = await status(request)
    response.headers[NO_CORS] = "1"
    return response


async def corp(request: web.Request) -> web.Response:
    return web.Response(headers={"Cross-Origin-Resource-Policy": "same-origin"})


CASES: tuple[Case, ...] = (
    Case("/ok/{name:.*}", "200, under any name: as many different URLs as wanted", ok),
    Case("/status/{code}", "that status; a 3xx has no Location", status),
    Case(
        "/bare/{code}",
        "that status without CORS headers, wherever it is served: like sites that forget them on errors",
        bare,
    ),
    Case("/delay/{seconds}", "200 after so long", delay),
    Case("/delay/{seconds}/{name:.*}", "the same, under any name", delay),
    Case("/redirect/{n}", "n redirects (302) one after another on this origin, then 200", redirect),
    Case(
        "/redirect-to",
        "a redirect to ?url=, with ?code= (302): hops across origins are chained out of these",
        redirect_to,
    ),
    Case("/loop", "a redirect to itself", loop),
    Case("/head-405", "HEAD 405, GET 200", head_answers(405)),
    Case("/head-404-get-200", "HEAD 404, GET 200", head_answers(404)),
    Case("/head-500-get-200", "HEAD 500, GET 200", head_answers(500)),
    Case("/head-closes", "HEAD closes the connection without an answer, GET 200", head_closes),
    Case("/flaky/{key}/{n}", "503 n times (since the last reset, any method), then 200", flaky),
    Case("/retry-after/{s}", "429 with that Retry-After, exposed, every time", retry_after),
    Case("/retry-after/{s}/{key}", "the same the first time, then 200", retry_after_once),
    Case("/closes", "closes the connection without an answer", closes),
    Case("/reset", "resets the connection (RST)", resets),
    Case("/silent", "takes the request and never answers", silent),
    Case("/half-headers", "sends half a header block and no more", half_headers),
    Case("/garbage", "answers with bytes that are no HTTP", garbage),
    Case("/size/{n}", "200 with so many zero bytes, a length, a type and a date; ignores Range", size),
    Case("/headers/repeated", "Cache-Control twice, X-Repeated thrice, all exposed", headers_repeated),
    Case("/headers/exposed", "ETag and X-Exposed, which CORS exposes", headers_exposed),
    Case("/headers/hidden", "ETag and X-Hidden, which CORS hides", headers_hidden),
    Case("/headers/hostile", "markup in header values", headers_hostile),
    Case("/corp", "Cross-Origin-Resource-Policy: same-origin", corp),
    Case(
        "/page/{name:.*}",
        "sources of links: HTML, Markdown, sitemaps, and what only pretends to be; see pages.py",
        serve_page,
    ),
    *ANSWERS,
    *BODIES,
)
