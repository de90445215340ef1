"""The fuzzer finds the faults that once froze every reader: each is put back, and an answer that exceeds a bound is drawn.

Each answer is then read without the fault, within the bounds: it is the fault that was found.
"""

from __future__ import annotations

import os
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

#: The package has a function of this name too.
decode = import_module("json_head.extract.decode")

#: Examples within which a fault has to be found.
WITHIN = 400
XML = ("feed", "sitemap", "xml")


def found(strategy: st.SearchStrategy[Any], check: Callable[[Any], None]) -> list[Any]:
    """The first answer that exceeds a bound, if there is one."""
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
    """Two repetitions of white space meet in the pattern of a Content-Type's charset, however long the field is."""
    pattern = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
    patch.setattr(decode, "_CHARSET", pattern)
    patch.setattr(decode, "MAX_MEDIA_TYPE", sys.maxsize)


def folds_joined_one_by_one(patch: pytest.MonkeyPatch) -> None:
    """A folded line is matched anew with each of its folds."""

    def parse(block: bytes) -> Head:
        grown = ""
        for line in block.decode("latin-1").split("\n")[1:]:
            grown = f"{grown} {line.strip()}" if line[:1] in (" ", "\t") else line.removesuffix("\r")
            if not http1._FIELD.fullmatch(grown):
                raise NotHttpError("no field")
        return parse_head(block)

    patch.setattr(http1, "parse_head", parse)


def interim_responses_not_counted(patch: pytest.MonkeyPatch) -> None:
    """Neither their number nor their bytes."""
    next_head = http1.Connection._next_head

    def uncounted(self: http1.Connection) -> Head | None:
        self._interim_size = 0
        return next_head(self)

    patch.setattr(http1, "MAX_INTERIM", sys.maxsize)
    patch.setattr(http1.Connection, "_next_head", uncounted)


def depth_unlimited(patch: pytest.MonkeyPatch) -> None:
    """Elements of XML nest as deeply as the document has it."""
    patch.setattr(xml_reader, "MAX_DEPTH", sys.maxsize)


def declarations_read(patch: pytest.MonkeyPatch) -> None:
    """A document type may give elements defaults of attributes."""
    patch.setattr(xml_reader.XmlReader, "_doctype", lambda *_: None)


FAULTS: dict[Callable[[pytest.MonkeyPatch], None], tuple[st.SearchStrategy[Any], Callable[[Any], None]]] = {
    spaces_matched_twice: (heads(), check),
    folds_joined_one_by_one: (heads(), check),
    interim_responses_not_counted: (endless, lambda head: check_head(*head)),
    # A 30th of what a page may have, held to a tenth of its memory: Python is slow while that is measured.
    depth_unlimited: (pages(XML, (660_000,)), lambda answer: check(answer, 20_000_000)),
    declarations_read: (pages(XML, (80_000,)), check),
}
#: The others take longer to find, and are put back at night.
_DAILY = (interim_responses_not_counted, declarations_read)


@pytest.mark.parametrize(
    "fault", FAULTS if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else _DAILY, ids=lambda fault: fault.__name__
)
def test_a_fault_that_is_put_back_is_found(fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    answers, read = FAULTS[fault]
    with pytest.MonkeyPatch.context() as patch:
        fault(patch)
        exceeding = found(answers, read)
    assert exceeding, f"not found within {WITHIN} examples"
    read(exceeding[0])
