"""The matrix detects mistakes, and agrees with the code and with docs/verdicts.md. tests/matrix runs it in browsers."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from json_head import Verdict, verdicts
from json_head.urls import target as urls

from tests.matrix.case import BROKEN, OK, TIMEOUT, UNREADABLE, Case, Differs, places
from tests.matrix.compare import compare, unexpected_requests
from tests.matrix.table import CASES
from tests.matrix.verdicts_page import BEGIN, END, markdown
from tests.servers.raw import RAW

VERDICTS_PAGE = (Path(__file__).parents[2] / "docs/verdicts.md").read_text()
ENGINES = {"chromium", "firefox", "webkit", "chromium-extension", "firefox-extension"}

#: Reasons that no case of the matrix can produce, and the files of their tests.
ELSEWHERE = {
    "offline": "tests/browser/checks/test_outage.py",
    "cancelled": "tests/browser/checks/test_client.py",
    "local-address": "tests/unit/transports/test_browser_transport.py",
    "success-once": "tests/unit/engine/test_verdicts.py",
    "forbidden-address": "tests/native/relay/test_guarded.py",
    "host-limit": "tests/native/relay/test_metered.py",
    "look-up-limit": "tests/native/transport/test_look_ups.py",
    "file-found": "tests/unit/transports/test_files.py",
    "file-missing": "tests/unit/transports/test_files.py",
    "index-missing": "tests/unit/transports/test_files.py",
    "file-unreadable": "tests/unit/transports/test_files.py",
    "outside-root": "tests/unit/transports/test_files.py",
    "file-skipped": "tests/unit/transports/test_listing.py",
}

CASE = Case("one", "404", "{cors}/status/404", BROKEN)


def result(verdict="broken", rule="gone-twice", place=0):
    attempt = {"method": "HEAD", "mode": "cors", "outcome": "response", "status": 404, "elapsed_ms": 3.2}
    return {"place": place, "url": "http://a/", "verdict": verdict, "rule": rule, "attempts": [attempt]}


def test_an_expected_result_has_no_differences():
    assert compare([CASE], [result()], "chromium") == []


@pytest.mark.parametrize(
    ("results", "got", "false_broken", "false_ok"),
    [
        ([], "no result", False, False),
        ([result(), result()], "broken (gone-twice) for 'http://a/' and broken (gone-twice) for 'http://a/'", False, False),
        ([result("ok", "success")], "ok (success) for 'http://a/'", False, True),
        ([result(rule="gone-once")], "broken (gone-once) for 'http://a/'", False, False),
    ],
    ids=["missing", "twice", "another verdict", "another rule"],
)  # fmt: skip
def test_unexpected_results_are_reported(results, got, false_broken, false_ok):
    (wrong,) = compare([CASE], results, "chromium")
    assert (wrong.case, wrong.expected, wrong.got) == ("one", "broken (gone-twice)", got)
    assert (wrong.false_broken, wrong.false_ok) == (false_broken, false_ok)
    assert len(wrong.attempts) == len(results)


@pytest.mark.parametrize("place", [None, 1])
def test_a_result_without_a_case_is_reported(place):
    (wrong,) = compare([CASE], [result(), result(place=place)], "chromium")
    assert wrong.case == "(no case)" and wrong.false_broken


def test_a_false_broken_is_counted():
    (wrong,) = compare([Case("fine", "200", "{cors}/ok/x", OK)], [result()], "chromium")
    assert wrong.false_broken and not wrong.false_ok
    assert str(wrong).splitlines()[1].strip() == "HEAD cors: response 404 in 3 ms"


def test_an_expectation_for_one_engine_applies_to_that_engine_only():
    case = Case("own", "404", "{cors}/status/404", TIMEOUT, differs={"firefox": Differs(BROKEN, "It does.")})
    assert compare([case], [result()], "firefox") == []
    assert len(compare([case], [result()], "chromium")) == 1


def test_an_extension_has_the_expectation_of_its_browser_unless_it_has_its_own():
    case = Case("one", "404", "{plain}/status/404", UNREADABLE, differs={"firefox": Differs(TIMEOUT, "It does.")})
    assert case.expected("chromium-extension") == UNREADABLE
    assert case.expected("firefox-extension") == TIMEOUT
    case = replace(case, permitted=BROKEN)
    assert case.expected("chromium") == UNREADABLE and case.expected("firefox") == TIMEOUT
    assert {case.expected("chromium-extension"), case.expected("firefox-extension")} == {BROKEN}
    case = replace(case, differs={"firefox-extension": Differs(OK, "It does.")})
    assert case.expected("chromium-extension") == BROKEN and case.expected("firefox-extension") == OK


def test_the_extension_can_tell_every_hidden_response():
    hidden = [case for case in CASES if case.page == "http" and case.decision == UNREADABLE]
    assert len(hidden) > 40
    for case in hidden:
        for engine in ("chromium-extension", "firefox-extension"):
            assert case.expected(engine) != UNREADABLE, case.id


def test_forbidden_requests_are_reported():
    assert unexpected_requests([CASE], []) == []
    assert len(unexpected_requests([CASE], ["HEAD cors/status/404"])) == 1


def test_cases_have_unique_names_and_urls():
    assert len(CASES) >= 120
    assert not [id for id, times in Counter(case.id for case in CASES).items() if times > 1]
    known = places({"cors": "http://127.0.0.1:1", "tls": "https://127.0.0.1:2"}, "http://127.0.0.1:3/")
    keys = Counter((case.page, case.pace, case.sent, case.address(known)) for case in CASES)
    assert not [key[:3] for key, times in keys.items() if times > 1]


def test_differing_expectations_differ_and_have_a_reason():
    for case in CASES:
        assert set(case.differs) <= ENGINES
        for differs in case.differs.values():
            assert differs.decision != case.decision and differs.why.endswith("."), case.id


def test_every_raw_response_has_a_case():
    assert {case.path for case in RAW} <= set(re.findall(r"\{raw\}(\S+)", "\n".join(case.url for case in CASES)))


def reasons():
    refused = set(re.findall(r'UrlError\(\s*"([a-z-]+)"', Path(urls.__file__).read_text()))
    return refused | set(verdicts.BLOCKED_REASONS) | {"cancelled"}


def test_every_expectation_is_possible():
    known = {(rule.verdict.value, rule.code) for rule in verdicts.RULES} | {("not-checked", why) for why in reasons()}
    for case in CASES:
        for decision in (case.decision, *(differs.decision for differs in case.differs.values())):
            assert (decision.verdict, decision.rule) in known, case.id


def test_every_verdict_rule_and_reason_is_tested():
    # Fragments are judged from the content of pages: tests/unit/test_fragments.py.
    assert {case.decision.verdict for case in CASES} == set(Verdict) - {Verdict.FRAGMENT_MISSING}
    rules = {case.decision.rule for case in CASES}
    # Browsers do not reveal causes of failures. tests/native/ tests these rules.
    testable = {rule.code for rule in verdicts.RULES} - set(verdicts.FAILURE_REASONS)
    assert rules == (testable | reasons()) - set(ELSEWHERE)
    for reason, file in ELSEWHERE.items():
        assert reason in (Path(__file__).parents[2] / file).read_text()


def test_the_page_of_verdicts_has_the_table_of_the_matrix():
    shown = VERDICTS_PAGE.split(BEGIN + "\n")[1].split(END)[0]
    assert shown == markdown()
