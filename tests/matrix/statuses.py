"""Statuses: readable ones, hidden ones, and those that differ between HEAD and GET."""

from __future__ import annotations

from .case import (
    BROKEN,
    FAILED_ONCE,
    GONE_ONCE,
    HEAD_REFUSED,
    NOTHING,
    NOWHERE,
    OK,
    RATE_LIMITED,
    RESTRICTED,
    SERVER_ERROR,
    TIMEOUT,
    UNREADABLE,
    UNUSUAL,
    Case,
    Decision,
    Differs,
    Group,
    Pace,
)


def readable(decision: Decision, *statuses: int) -> tuple[Case, ...]:
    return tuple(
        Case(f"status-{n}", f"{n}, with CORS", f"{{cors}}/status/{n}", decision, differs=_OWN.get(n, {}))
        for n in statuses
    )


def hidden(permitted: Decision, *statuses: int) -> tuple[Case, ...]:
    return tuple(
        Case(
            f"hidden-{n}",
            f"{n}, without CORS",
            f"{{plain}}/status/{n}",
            UNREADABLE,
            differs=_OWN_HIDDEN.get(n, {}),
            permitted=permitted,
        )
        for n in statuses
    )


def ways(
    head: str,
    get: str,
    decision: Decision,
    pace: Pace = "patient",
    origin: str = "cors",
    permitted: Decision | None = None,
) -> Case:
    """HEAD and GET get different responses. A part ``-bare`` is without CORS."""
    url = f"{{{origin}}}/head/{head}/get/{get}"
    return Case(f"head-{head}-get-{get}", f"HEAD {head}, GET {get}", url, decision, pace=pace, permitted=permitted)


def mute(head: str, get: str, decision: Decision, origin: str, permitted: Decision | None = None) -> Case:
    """HEAD gets no response, so GET is its retry.

    In Firefox an aborted request of a worker keeps its connection, if a service worker controls the page, until the server
    ends it. So no origin has as many of these cases as a browser has connections.
    """
    return ways(head, get, decision, "again", origin, permitted)


def turns(name: str, does: str, answers: str, decision: Decision) -> Case:
    return Case(name, does, f"{{cors}}/turns/{answers}/{name}", decision)


def limited(
    name: str,
    does: str,
    status: int,
    fields: str,
    decision: Decision,
    origin: str = "cors",
    permitted: Decision | None = None,
) -> Case:
    url = f"{{{origin}}}/answer/{status}?h=Retry-After:{fields}"
    return Case(f"retry-after-{name}", does, url, decision, permitted=permitted)


_EXPOSED = "&h=Access-Control-Expose-Headers:Retry-After"
_PAST, _FUTURE = "Tue, 01 Jan 2008 00:00:00 GMT", "Fri, 01 Jan 2128 00:00:00 GMT"
_PROXY = "Without a proxy, a 407 is an answer that no server may give; Chromium makes a network error of it."
_MISDIRECTED = Differs(TIMEOUT, "It asks again by itself and hands nothing over.")
_OWN = {407: {"chromium": Differs(NOTHING, _PROXY)}}
_OWN_HIDDEN = {407: {name: Differs(NOTHING, _PROXY) for name in ("chromium", "chromium-extension")}}

STATUSES: tuple[Group, ...] = (
    Group("2xx to HEAD, whatever GET would give", readable(OK, 200, 201, 202, 203, 204, 205, 206, 226, 299)),
    Group(
        "2xx to HEAD, whatever GET would give",
        (ways("200", "404", OK), ways("200", "closes", OK), ways("204", "500", OK)),
    ),
    Group(
        "404 or 410, to HEAD and again to GET, or twice to GET",
        (*readable(BROKEN, 404, 410), ways("404", "410", BROKEN)),
    ),
    Group(
        "404 or 410, to HEAD and again to GET, or twice to GET",
        (
            ways("500", "404", BROKEN),
            ways("403", "404", BROKEN),
            ways("405", "410", BROKEN),
            ways("closes", "404", BROKEN),
            ways("resets", "404", BROKEN),
            ways("401", "404", BROKEN),
            ways("429", "404", BROKEN),
            mute("silent", "404", BROKEN, "host3"),
        ),
    ),
    Group(
        "404, 410 or 5xx once, and no second response confirms it",
        (
            ways("404", "closes", GONE_ONCE),
            ways("410", "closes", GONE_ONCE),
            ways("404", "200-bare", GONE_ONCE, permitted=OK),
            ways("404", "404-bare", GONE_ONCE, permitted=BROKEN),
            ways("404", "silent", GONE_ONCE, "quick"),
            turns("gone-at-get-only", "HEAD 500, GET 404, GET closes", "500,404,closes", GONE_ONCE),
        ),
    ),
    Group(
        "GET, or a retry, gives another response than HEAD: the last response decides",
        (
            ways("404", "200", OK),
            ways("410", "206", OK),
            ways("404", "403", RESTRICTED),
            ways("404", "500", SERVER_ERROR),
            ways("404", "429", RATE_LIMITED, origin="host6"),
            ways("404", "418", UNUSUAL),
            turns("gone-then-found", "HEAD 500, GET 404, GET 200", "500,404,200", OK),
        ),
    ),
    Group(
        "GET, or a retry, gives another response than HEAD: the last response decides",
        (
            *(ways(head, "200", OK) for head in ("400", "401", "403", "405", "406", "429", "500", "501", "503", "302")),
            Case("picky", "406 to */*, and 200 to who accepts text/html", "{cors}/head/picky/get/picky", OK),
        ),
    ),
    Group(
        "no response to HEAD, or an incomplete one, and a response to GET: the response to GET decides",
        (
            ways("closes", "200", OK),
            ways("resets", "200", OK),
            mute("silent", "200", OK, "host3"),
            mute("half", "200", OK, "host3"),
            mute("silent", "206", OK, "host4"),
            mute("silent", "picky", OK, "host4"),
            mute("silent", "403", RESTRICTED, "host4"),
            ways("resets", "401", RESTRICTED),
            mute("silent", "500", SERVER_ERROR, "host5"),
            ways("closes", "503", SERVER_ERROR),
            mute("silent", "200-bare", UNREADABLE, "host5", OK),
            ways("closes", "200-bare", UNREADABLE, permitted=OK),
            Case(
                "head-closes-get-hidden",
                "HEAD closes, GET 200, without CORS",
                "{plain}/head/closes/get/200",
                UNREADABLE,
                permitted=OK,
            ),
            Case(
                "head-resets-get-hidden",
                "HEAD resets, GET 404, without CORS",
                "{plain}/head/resets/get/404",
                UNREADABLE,
                permitted=BROKEN,
            ),
            Case(
                "head-silent-get-hidden",
                "HEAD is silent, GET 200, without CORS",
                "{plain}/head/silent/get/200",
                UNREADABLE,
                permitted=OK,
                pace="again",
            ),
        ),
    ),
    Group(
        "HEAD 405 or 501, and GET shows nothing",
        (
            ways("405", "closes", HEAD_REFUSED),
            ways("501", "closes", HEAD_REFUSED),
            ways("405", "200-bare", HEAD_REFUSED, permitted=OK),
            ways("405", "silent", HEAD_REFUSED, "quick"),
        ),
    ),
    Group(
        "401, 403, 407, 451 or 999", (*readable(RESTRICTED, 401, 403, 407, 451, 999), ways("500", "403", RESTRICTED))
    ),
    Group(
        "5xx, and again on the retry",
        (
            *readable(SERVER_ERROR, 500, 501, 502, 503, 504, 505, 508, 511, 520, 522, 599),
            ways("500", "503", SERVER_ERROR),
            limited(
                "503-hidden", "503 with a Retry-After that CORS hides", 503, "0", SERVER_ERROR, permitted=RATE_LIMITED
            ),
        ),
    ),
    Group(
        "404, 410 or 5xx once, and no second response confirms it",
        (ways("500", "closes", FAILED_ONCE), ways("502", "200-bare", FAILED_ONCE, permitted=OK)),
    ),
    Group(
        "GET, or a retry, gives another response than HEAD: the last response decides",
        (
            turns("too-many-then-200", "429, then 200", "429,200", OK),
            turns("failing-then-200", "503 to HEAD and GET, then 200", "503,503,200", OK),
            turns("too-many-then-404", "429, then 404", "429,404", BROKEN),
        ),
    ),
    Group(
        "429, or 503 with a readable Retry-After",
        (
            # At most two of them on one host, since the check of a host stops after three.
            *readable(RATE_LIMITED, 429),
            limited("seconds", "429, Retry-After: 0, exposed", 429, "0" + _EXPOSED, RATE_LIMITED, "host2"),
            limited("hidden", "429, Retry-After: 0, hidden", 429, "0", RATE_LIMITED, "host2"),
            limited("past", "429, a date that has passed", 429, _PAST + _EXPOSED, RATE_LIMITED, "host3"),
            limited("future", "429, a date far ahead", 429, _FUTURE + _EXPOSED, RATE_LIMITED, "host3"),
            limited("absurd", "429, 10^40 seconds", 429, "1" + "0" * 40 + _EXPOSED, RATE_LIMITED, "host4"),
            limited("negative", "429, -5 seconds", 429, "-5" + _EXPOSED, RATE_LIMITED, "host4"),
            limited("word", "429, Retry-After: soon", 429, "soon" + _EXPOSED, RATE_LIMITED, "host5"),
            limited("503", "503, Retry-After: 0, exposed", 503, "0" + _EXPOSED, RATE_LIMITED, "host5"),
            ways("503", "429", RATE_LIMITED, origin="host6"),
        ),
    ),
    Group(
        "any other status",
        (
            *readable(
                UNUSUAL, 300, 304, 305, 306, 400, 402, 405, 406, 408, 409, 412, 416, 417, 418, 422, 425, 426, 431
            ),
            Case(
                "status-421",
                "421, with CORS",
                "{cors}/status/421",
                UNUSUAL,
                pace="quick",
                differs={"firefox": _MISDIRECTED},
            ),
            *readable(NOWHERE, 301, 302, 303, 307, 308),
        ),
    ),
    Group(
        "any status without CORS headers, or with wrong ones",
        (
            *hidden(OK, 200, 204, 206),
            *hidden(NOWHERE, 302),
            *hidden(UNUSUAL, 304, 405),
            *hidden(RESTRICTED, 401, 403, 407, 451, 999),
            *hidden(BROKEN, 404, 410),
            *hidden(RATE_LIMITED, 429),
            *hidden(SERVER_ERROR, 500, 501, 503),
            Case("bare-404", "404 without CORS, where 200 has it", "{cors}/bare/404", UNREADABLE, permitted=BROKEN),
            Case(
                "hidden-head-404",
                "HEAD 404 and GET 200, without CORS",
                "{plain}/head/404/get/200",
                UNREADABLE,
                permitted=OK,
            ),
            Case(
                "hidden-html",
                "200, text/html that must not be sniffed",
                "{plain}/answer/200?h=Content-Type:text/html&h=X-Content-Type-Options:nosniff",
                UNREADABLE,
                permitted=OK,
            ),
            Case(
                "hidden-json",
                "200, JSON that must not be sniffed",
                "{plain}/answer/200?h=Content-Type:application/json&h=X-Content-Type-Options:nosniff",
                UNREADABLE,
                permitted=OK,
            ),
            Case(
                "hidden-html-404",
                "404, text/html",
                "{plain}/answer/404?h=Content-Type:text/html",
                UNREADABLE,
                permitted=BROKEN,
            ),
            Case(
                "hidden-partial-html",
                "206, text/html",
                "{plain}/answer/206?h=Content-Type:text/html",
                UNREADABLE,
                permitted=OK,
            ),
        ),
    ),
    Group(
        "no response in time, or headers that never end",
        (
            Case("silent", "takes the request and says nothing", "{raw}/silent", TIMEOUT, pace="quick"),
            Case(
                "silent-in-status-line",
                "stops in the status line",
                "{raw}/silent/in-status-line",
                TIMEOUT,
                pace="quick",
            ),
            Case("silent-in-headers", "stops in the header block", "{raw}/silent/in-headers", TIMEOUT, pace="quick"),
            Case("drips", "sends header fields for ever", "{raw}/silent/drips", TIMEOUT, pace="quick"),
            Case("early-hints-for-ever", "103 again and again", "{raw}/early/103-silent", TIMEOUT, pace="quick"),
            Case("late", "200 after an hour", "{cors}/delay/3600", TIMEOUT, pace="quick"),
            Case(
                "late-after-redirect",
                "a redirect to silence",
                "{cors}/redirect-to?url={raw}/silent",
                TIMEOUT,
                pace="quick",
            ),
            Case("silent-hidden", "silence, without CORS", "{plain}/silent", TIMEOUT, pace="quick"),
            mute("silent", "silent", TIMEOUT, "host6"),
        ),
    ),
)
