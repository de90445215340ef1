"""Exports as JUnit XML."""

from xml.etree import ElementTree

import pytest
from json_head import Verdict
from json_head.export import export

from tests.unit.export.rows import ALL, HOSTILE, row


def parsed(rows):
    return ElementTree.fromstring(export(rows, "junit").encode())


@pytest.mark.parametrize(
    ("element", "verdicts"),
    {
        "failure": {"broken", "fragment-missing"},
        "error": {"server-error", "no-answer-seen", "timeout"},
        "skipped": {
            "other-status",
            "answered-unreadable",
            "head-unsupported",
            "restricted",
            "rate-limited",
            "not-checked",
        },
        None: {"ok"},
    }.items(),
)
def test_each_verdict_has_a_junit_element(element, verdicts):
    for verdict in verdicts:
        (case,) = parsed([row(Verdict(verdict), reason="Why.")]).iter("testcase")
        assert [(child.tag, child.get("message")) for child in case] == ([(element, "Why.")] if element else [])


def test_each_source_is_a_suite_that_counts_its_cases():
    rows = [*ALL, row(Verdict.OK, status=200), row(Verdict.BROKEN, status=404, source="b.md", line=7)]
    root = parsed(rows)
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": str(len(rows)), "failures": "3", "errors": "3", "skipped": "6",
    }  # fmt: skip
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [
        ("docs/a.md", str(len(ALL))), ("links", "1"), ("b.md", "1"),
    ]  # fmt: skip
    case = root[2][0]
    assert (case.get("file"), case.get("line"), case.get("time")) == ("b.md", "7", "1.500")


def test_urls_and_reasons_are_escaped():
    (case,) = parsed([row(Verdict.BROKEN, url=HOSTILE, reason=HOSTILE, source=HOSTILE)]).iter("testcase")
    start = HOSTILE[: HOSTILE.index("\x1b")]
    assert case.get("name").startswith(start) and case[0].get("message").startswith(start)


def test_an_accepted_result_passes():
    (case,) = parsed([row(Verdict.SERVER_ERROR) | {"accepted": True}]).iter("testcase")
    assert len(case) == 0
