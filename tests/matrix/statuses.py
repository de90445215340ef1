"""Statuses: read, hidden, and those that HEAD and GET disagree about."""

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
    Differs,
    Group,
    Pace,
    Said,
)


def readable(said: Said, *statuses: int) -> tuple[Case, ...]:
    return tuple(
        Case(f"status-{n}", f"{n}, with CORS", f"{{cors}}/status/{n}", said, differs=_OWN.get(n, {})) for n in statuses
    )


def hidden(*statuses: int) -> tuple[Case, ...]:
    return tuple(
        Case(f"hidden-{n}", f"{n}, without CORS", f"{{plain}}/status/{n}", UNREADABLE, differs=_OWN_HIDDEN.get(n, {}))
        for n in statuses
    )


def ways(head: str, get: str, said: Said, pace: Pace = "patient") -> Case:
    """HEAD and GET are answered differently."""
    return Case(f"head-{head}-get-{get}", f"HEAD {head}, GET {get}", f"{{cors}}/head/{head}/get/{get}", said, pace=pace)


def turns(name: str, does: str, answers: str, said: Said) -> Case:
    return Case(name, does, f"{{cors}}/turns/{answers}/{name}", said)


def limited(name: str, does: str, status: int, fields: str, said: Said) -> Case:
    return Case(f"retry-after-{name}", does, f"{{cors}}/answer/{status}?h=Retry-After:{fields}", said)


_EXPOSED = "&h=Access-Control-Expose-Headers:Retry-After"
_PROXY = "Without a proxy, a 407 is an answer that no server may give; Chromium makes a network error of it."
_MISDIRECTED = Differs(TIMEOUT, "It asks again by itself and hands nothing over.")
_OWN = {407: {"chromium": Differs(NOTHING, _PROXY)}}
_OWN_HIDDEN = {407: {"chromium": Differs(NOTHING, _PROXY)}}

STATUSES: tuple[Group, ...] = (
    Group("2xx to HEAD, whatever GET would say", readable(OK, 200, 201, 202, 203, 204, 205, 206, 226, 299)),
    Group(
        "2xx to HEAD, whatever GET would say",
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
        ),
    ),
    Group(
        "404, 410 or 5xx once, and then nothing that confirms it",
        (
            ways("404", "closes", GONE_ONCE),
            ways("410", "closes", GONE_ONCE),
            ways("404", "200-bare", GONE_ONCE),
            ways("404", "404-bare", GONE_ONCE),
            ways("404", "silent", GONE_ONCE, "quick"),
            turns("gone-at-get-only", "HEAD 500, GET 404, GET closes", "500,404,closes", GONE_ONCE),
        ),
    ),
    Group(
        "another answer to GET than to HEAD, or to the next try: as the last one",
        (
            ways("404", "200", OK),
            ways("410", "206", OK),
            ways("404", "403", RESTRICTED),
            ways("404", "500", SERVER_ERROR),
            ways("404", "429", RATE_LIMITED),
            ways("404", "418", UNUSUAL),
            turns("gone-then-found", "HEAD 500, GET 404, GET 200", "500,404,200", OK),
        ),
    ),
    Group(
        "another answer to GET than to HEAD, or to the next try: as the last one",
        tuple(ways(head, "200", OK) for head in ("400", "403", "405", "406", "500", "501", "503", "302", "closes")),
    ),
    Group(
        "HEAD 405 or 501, and GET shows nothing",
        (
            ways("405", "closes", HEAD_REFUSED),
            ways("501", "closes", HEAD_REFUSED),
            ways("405", "200-bare", HEAD_REFUSED),
            ways("405", "silent", HEAD_REFUSED, "quick"),
        ),
    ),
    Group(
        "401, 403, 407, 451 or 999", (*readable(RESTRICTED, 401, 403, 407, 451, 999), ways("500", "403", RESTRICTED))
    ),
    Group(
        "5xx, and again",
        (
            *readable(SERVER_ERROR, 500, 501, 502, 503, 504, 505, 508, 511, 520, 522, 599),
            ways("500", "503", SERVER_ERROR),
            limited("503-hidden", "503 with a Retry-After that CORS hides", 503, "0", SERVER_ERROR),
        ),
    ),
    Group(
        "404, 410 or 5xx once, and then nothing that confirms it",
        (ways("500", "closes", FAILED_ONCE), ways("502", "200-bare", FAILED_ONCE)),
    ),
    Group(
        "another answer to GET than to HEAD, or to the next try: as the last one",
        (
            turns("too-many-then-200", "429, then 200", "429,200", OK),
            turns("failing-then-200", "503 to HEAD and GET, then 200", "503,503,200", OK),
            turns("too-many-then-404", "429, then 404", "429,404", BROKEN),
        ),
    ),
    Group(
        "429, or 503 with a Retry-After that can be read",
        (
            *readable(RATE_LIMITED, 429),
            limited("seconds", "429, Retry-After: 0, exposed", 429, "0" + _EXPOSED, RATE_LIMITED),
            limited("hidden", "429, Retry-After: 0, hidden", 429, "0", RATE_LIMITED),
            limited(
                "past", "429, a date that has passed", 429, "Tue, 01 Jan 2008 00:00:00 GMT" + _EXPOSED, RATE_LIMITED
            ),
            limited("future", "429, a date far ahead", 429, "Fri, 01 Jan 2128 00:00:00 GMT" + _EXPOSED, RATE_LIMITED),
            limited("absurd", "429, 10^40 seconds", 429, "1" + "0" * 40 + _EXPOSED, RATE_LIMITED),
            limited("negative", "429, -5 seconds", 429, "-5" + _EXPOSED, RATE_LIMITED),
            limited("word", "429, Retry-After: soon", 429, "soon" + _EXPOSED, RATE_LIMITED),
            limited("503", "503, Retry-After: 0, exposed", 503, "0" + _EXPOSED, RATE_LIMITED),
            ways("503", "429", RATE_LIMITED),
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
            *hidden(200, 204, 206, 302, 304, 401, 403, 404, 405, 407, 410, 429, 451, 500, 501, 503, 999),
            Case("bare-404", "404 without CORS, where 200 has it", "{cors}/bare/404", UNREADABLE),
            Case("hidden-head-404", "HEAD 404 and GET 200, without CORS", "{plain}/head/404/get/200", UNREADABLE),
            Case(
                "hidden-html",
                "200, text/html that must not be sniffed",
                "{plain}/answer/200?h=Content-Type:text/html&h=X-Content-Type-Options:nosniff",
                UNREADABLE,
            ),
            Case(
                "hidden-json",
                "200, JSON that must not be sniffed",
                "{plain}/answer/200?h=Content-Type:application/json&h=X-Content-Type-Options:nosniff",
                UNREADABLE,
            ),
            Case("hidden-html-404", "404, text/html", "{plain}/answer/404?h=Content-Type:text/html", UNREADABLE),
            Case("hidden-partial-html", "206, text/html", "{plain}/answer/206?h=Content-Type:text/html", UNREADABLE),
        ),
    ),
    Group(
        "no answer in time, or no end of its headers",
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
            ways("silent", "200", TIMEOUT, "quick"),
        ),
    ),
)
