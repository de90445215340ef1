"""The header fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11), so that clients can slow
down before they are refused.
"""

from __future__ import annotations

import math
from functools import cache

from json_head.asgi.replies import Headers


def rate_fields(remaining: float, rate: float, burst: int, wait_s: int | None = None) -> Headers:
    """The fields for a client's token bucket. The quota is in URLs.

    Args:
        remaining: the tokens that are left; negative after a request that took more than there were.
        rate: the tokens that the bucket gains per second.
        burst: the tokens that it holds.
        wait_s: Retry-After of a refusal, which must not end before the window does (draft, section 6).
    """
    full_s = max(1, math.ceil((burst - remaining) / rate))
    return [
        _policy(rate, burst),
        (b"ratelimit", b'"client";r=%d;t=%d' % (max(0, int(remaining)), min(full_s, wait_s or full_s))),
    ]


@cache
def _policy(rate: float, burst: int) -> tuple[bytes, bytes]:
    return b"ratelimit-policy", b'"client";q=%d;w=%d' % (burst, max(1, math.ceil(burst / rate)))
