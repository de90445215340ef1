"""Pages that are hard to read: large, slow, cut off, or no HTML at all. Below ``/difficult/``."""

from __future__ import annotations

import gzip
import math
import random

from tests.servers.sites.site import NOT_FOUND, Answer, Request, page

_SOUP = random.Random(7).randbytes(200_000)
#: The size of the huge page, in bytes.
HUGE = 21_000_000
_HUGE = b"<!doctype html><a href=/difficult/first>first</a>" + b"<p>word word word word\n" * (HUGE // 23)


#: 60 MB of spaces in 60 members of gzip (RFC 1952 2.2).
_BOMB = gzip.compress(b" " * 1_000_000, 9) * 60


def silent(request: Request) -> Answer:
    """A page that links to one without a response."""
    return page("/silent/page") if request.path == "/silent/" else Answer(wait_s=math.inf)


def answer(request: Request) -> Answer:
    match request.path.removeprefix("/difficult/"):
        case "":
            return page(
                "huge", "many", "slow", "dropped", "cut", "cut-head", "image", "nul", "gzip-garbage", "bomb", "pdf", "nested",
                "honest",
            )  # fmt: skip
        case "huge":
            return Answer(_HUGE)
        case "many":
            return page(*(f"/difficult/one-of-many#{number}" for number in range(10_000)))
        case "slow":
            slow = page("slow-child")
            return Answer(slow.body, wait_s=0.7)
        case "dropped":
            return Answer(sent=0)
        case "cut":
            return Answer(page("cut-child", body="x" * 50_000).body, sent=20_000)
        case "cut-head":
            return Answer(page().body, sent=30)
        case "image":
            return Answer(b"\x89PNG\r\n\x1a\n" + _SOUP)
        case "nul":
            return Answer(b"\0" * 2_000_000)
        case "gzip-garbage":
            return Answer(_SOUP, headers={"Content-Encoding": "gzip"})
        case "bomb":
            return Answer(_BOMB, headers={"Content-Encoding": "gzip"})
        case "pdf":
            return Answer(b"%PDF-1.7\n<a href=/difficult/not-a-link>", kind="application/pdf")
        case "nested":
            return Answer(b"<div>" * 200_000 + b"<a href=/difficult/nested-child>deep</a>")
        case "honest":
            return page("missing")
        case "first" | "slow-child" | "cut-child" | "nested-child" | "one-of-many":
            return page()
    return NOT_FOUND
