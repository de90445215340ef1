"""The fuzzer finds the faults that once froze every reader: each is put back, and a response that exceeds a limit is drawn.

Each such response is then read within the limits without the fault, so the fault was the cause.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from json_head.extract.xml import reader as xml_reader
from json_head.transports.sockets import http1
from json_head.transports.sockets.http1 import Head, NotHttpError, parse_head

from tests.hostile.bounds import Exceeded, check, check_head
from tests.hostile.generate import endless, heads, pages
from tests.nightly import IS_NIGHT

#: The package also has a function of this name.
decode = import_module("json_head.extract.decode")

#: The number of examples within which a fault has to be found.
WITHIN = 400
XML = ("feed", "sitemap", "xml")


def first_exceeding(strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> list[Any]:
    """The first response that exceeds a limit, in a list, or an empty list."""
    exceeding: list[Any] = []

    @settings(
        max_examples=WITHIN,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(answer: Any) -> None:
        if not exceeding:
            try:
                check(answer)
            except Exceeded:
                exceeding.append(answer)

    draw()
    return exceeding


def spaces_matched_twice(patch: pytest.MonkeyPatch) -> None:
    """Two adjacent repetitions of white space in the pattern of a Content-Type's charset, without a limit of the field's length."""
    pattern = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
    patch.setattr(decode, "_CHARSET", pattern)
    patch.setattr(decode, "MAX_MEDIA_TYPE", sys.maxsize)


def folds_joined_one_by_one(patch: pytest.MonkeyPatch) -> None:
    """A folded line is matched again with each of its folds."""

    def parse(block: bytes) -> Head:
        grown = ""
        for line in block.decode("latin-1").split("\n")[1:]:
            grown = f"{grown} {line.strip()}" if line[:1] in (" ", "\t") else line.removesuffix("\r")
            if not http1._FIELD.fullmatch(grown):
                raise NotHttpError("no field")
        return parse_head(block)

    patch.setattr(http1, "parse_head", parse)


def interim_responses_not_counted(patch: pytest.MonkeyPatch) -> None:
    """Neither their number nor their bytes are counted."""
    next_head = http1.Connection._next_head

    def uncounted(self: http1.Connection) -> Head | None:
        self._interim_size = 0
        return next_head(self)

    patch.setattr(http1, "MAX_INTERIM", sys.maxsize)
    patch.setattr(http1.Connection, "_next_head", uncounted)


def depth_unlimited(patch: pytest.MonkeyPatch) -> None:
    """The nesting of XML elements is not limited."""
    patch.setattr(xml_reader, "MAX_DEPTH", sys.maxsize)


def declarations_read(patch: pytest.MonkeyPatch) -> None:
    """A document type may declare default attributes."""
    patch.setattr(xml_reader.XmlReader, "_doctype", lambda *_: None)


FAULTS: dict[Callable[[pytest.MonkeyPatch], None], tuple[st.SearchStrategy[Any], Callable[[Any], None]]] = {
    spaces_matched_twice: (heads(), check),
    folds_joined_one_by_one: (heads(), check),
    interim_responses_not_counted: (endless, lambda head: check_head(*head)),
    # A 30th of a page's greatest size, with a tenth of its memory limit, since Python is slow while memory is measured.
    depth_unlimited: (pages(XML, (660_000,)), lambda answer: check(answer, 20_000_000)),
    declarations_read: (pages(XML, (80_000,)), check),
}
#: The others take longer to find, and are put back in the nightly run.
_DAILY = (interim_responses_not_counted, declarations_read)


@pytest.mark.parametrize("fault", FAULTS if IS_NIGHT else _DAILY, ids=lambda fault: fault.__name__)
def test_fuzzer_finds_a_fault_that_is_put_back(fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    answers, read = FAULTS[fault]
    with pytest.MonkeyPatch.context() as patch:
        fault(patch)
        exceeding = first_exceeding(answers, read)
    assert exceeding, f"not found within {WITHIN} examples"
    read(exceeding[0])
