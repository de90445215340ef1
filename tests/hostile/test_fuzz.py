"""No response that Hypothesis draws exceeds the limits of cost: a few are tried with each push, thousands each night.

`tests/hostile/test_fuzz_finds.py` shows that these limits and responses find faults.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, example, given, settings

from tests.hostile.bounds import check, check_head
from tests.hostile.generate import Answer, Repeat, Sizes, endless, heads, pages
from tests.nightly import IS_NIGHT


def examples(each_push: int, each_night: int) -> settings:
    """Settings with this number of examples. A failure is not shrunk, since each step would be measured again."""
    return settings(
        max_examples=each_night if IS_NIGHT else each_push,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@examples(100, 5_000)
@given(endless)
@example((b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"b" * 9_000 + b"\r\n"))
@example((b"HTTP/1.1 103 x\r\n", b"\n\n"))
@example((b"", b"\r\n"))
def test_endless_head_is_refused(head: tuple[bytes, bytes]) -> None:
    check_head(*head)


@examples(20, 2_000)
@given(heads())
def test_hostile_head_stays_within_limits(answer: Answer) -> None:
    check(answer)


@examples(6, 1_000)
@given(pages())
@example(
    Answer(
        Sizes(0, 19_900_000),
        media_type="text/uri-list; charset=utf-16",
        body=(Repeat("", "| h | i |\n."),),
        codings=("gzip",),
        declared=1,
    )
)
def test_hostile_page_stays_within_limits(answer: Answer) -> None:
    check(answer)
