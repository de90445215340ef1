"""The exit codes of json-head check, and the options --fail-on and --accept."""

import re
import signal
from pathlib import Path

import pytest
from json_head import Outcome, Verdict, verdicts
from json_head.cli import group
from json_head.cli.commands import check
from json_head.cli.options import requests as options
from json_head.export.as_junit import _ELEMENT
from json_head.export.as_sarif import LEVELS
from json_head.transports.fake import failure, response
from json_head.urls import target as urls

FAST = ("--backoff", "0", "--retry-after-cap", "0")


@pytest.mark.parametrize(
    ("verdict", "expected"),
    {
        "broken": (response(404), 1),
        "server-error": (response(500), 1),
        "timeout": (failure(Outcome.TIMEOUT), 1),
        "no-answer-seen": (failure(error="dns"), 1),
        "ok": (response(200), 0),
        "restricted": (response(403), 0),
        "rate-limited": (response(429), 0),
        "other-status": (response(418), 0),
        "not-checked": (failure(Outcome.BLOCKED, "host-limit"), 0),
    }.items(),
)
def test_each_verdict_has_an_exit_code(command, verdict, expected):
    answer, code = expected
    command.answer = lambda request: answer
    ran = command("check", "https://a.example/x", *FAST)
    assert ran.out.splitlines()[-1].startswith(f"1 link: 1 {verdict}")
    assert ran.code == code


def test_head_unsupported_exits_with_0(command):
    command.answer = lambda request: response(405) if request.method == "HEAD" else failure()
    ran = command("check", "https://a.example/x")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 link: 1 head-unsupported.")


def test_the_default_failures_are_failures_in_junit_and_sarif():
    (default,) = [p.default for p in check.check_command.params if p.name == "fail_on"]
    failing = options.verdicts(default)
    assert failing == {verdict for verdict, element in _ELEMENT.items() if element in ("failure", "error")}
    assert failing == {verdict for verdict, level in LEVELS.items() if level in ("error", "warning")}


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [
        ("broken", 0), ("restricted", 1), ("broken,restricted", 1), ("none", 0), ("broken, not-checked", 0),
        ("restricted-status", 1), ("dns,restricted-status", 1), ("dns", 0), ("success", 0),
    ],
)  # fmt: skip
def test_fail_on_accepts_verdicts_and_rules(command, fail_on, code):
    assert command("check", "https://a.example/403", "--fail-on", fail_on).code == code


def test_fail_on_accepts_every_rule():
    refused = set(re.findall(r'UrlError\(\s*"([a-z-]+)"', Path(urls.__file__).read_text()))
    assert refused | {rule.code for rule in verdicts.RULES} | set(verdicts.BLOCKED_REASONS) <= options.RULES
    assert options.RULES.isdisjoint(Verdict)
    for rule in ("relative", "excluded", "cancelled", "dns", "gone-twice"):
        assert options.verdicts(rule) == {rule}


@pytest.mark.parametrize(
    ("accept", "code"),
    [
        ("404", 0), ("403", 1), ("400..499", 0), ("400..404", 0), ("404..404", 0), ("405..499", 1), ("400..403", 1),
        ("400..=404", 0), ("200..299,404", 0), ("200..299, 400..403 ,500", 1), ("100..999", 0),
    ],
)  # fmt: skip
def test_accept_takes_statuses_and_ranges(command, accept, code):
    assert command("check", "https://a.example/404", "--accept", accept).code == code


def test_an_accepted_status_keeps_its_verdict_and_exits_with_0(command):
    ran = command("check", "https://a.example/404", "https://a.example/200", "--accept", "404,200", "--format", "json")
    assert ran.code == 0
    assert [(row["verdict"], row.get("accepted")) for row in ran.rows] == [("broken", True), ("ok", None)]
    assert "Its status is accepted." in command("check", "https://a.example/404", "--accept", "404").out


def test_timeouts_are_reported_and_can_be_failed_on(command):
    command.answer = lambda request: failure(Outcome.TIMEOUT)
    ran = command("check", "https://a.example/", *FAST, "--fail-on", "timeout", "--format", "json")
    assert (ran.rows[0]["verdict"], ran.code) == ("timeout", 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Give at least one SOURCE, --page or --sitemap."),
        (["x", "--page", "nonsense"], "--page"),
        (["x", "--base", "ftp://a.example"], "--base"),
        (["x", "--exclude", "("], "'(' is not a regular expression"),
        (["x", "--accept", "4x3"], "'4x3' is neither an HTTP status, such as 403, nor a range, such as 200..299."),
        (["x", "--accept", "403,"], "'' is neither an HTTP status"),
        (["x", "--accept", "200..99"], "'200..99' is neither an HTTP status"),
        (["x", "--accept", "200...299"], "'200...299' is neither an HTTP status"),
        (["x", "--accept", "299..200"], "The range '299..200' ends before it begins."),
        (["x", "--fail-on", "bad"], "'bad' is neither a verdict nor a rule. The verdicts are "),
        (["x", "--fail-on", "none,broken"], "'none' is neither a verdict nor a rule"),
        (["x", "--header", "no colon"], "is not a header, such as"),
        (["x", "--header", "A: b\r\nC: d"], "is not a header, such as"),
        (["x", "--max-cache-age", "soon"], "is not a duration"),
        (["x", "--format", "xlsx"], "--format"),
        (["x", "--total", "0"], "--total"),
        (["x", "--timeout", "nan"], "policy.timeout_s must be a number from 0.01 to 600, not nan."),
        (["x", "-q", "-v"], "Choose one of --quiet and --verbose."),
        (["x", "--output", "no/such/folder"], "cannot be written: No such file or directory."),
        (["x", "--cache", "no/such/folder"], "The cache no/such/folder cannot be used"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_exits_with_2_and_a_sentence(command, arguments, message):
    ran = command("check", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err and "Traceback" not in ran.err


def test_an_internal_error_exits_with_2_and_a_sentence(command):
    def answer(request):
        raise KeyError("x")

    command.answer = answer
    ran = command("check", "https://a.example/")
    assert (ran.code, ran.err) == (2, "Error: internal error in json-head: KeyError: 'x'\n")


def test_an_exception_that_comes_of_a_signal_is_no_internal_error(command, monkeypatch):
    """DuckDB, for example, raises a RuntimeError in the place of KeyboardInterrupt."""

    def answer(request):
        monkeypatch.setattr(group.signals, "received", signal.SIGTERM)
        raise RuntimeError("Query interrupted")

    command.answer = answer
    ran = command("check", "https://a.example/")
    assert (ran.code, ran.err) == (128 + signal.SIGTERM, "Interrupted.\n")


def test_fail_on_accepts_every_verdict(command):
    assert command("check", "https://a.example/", "--fail-on", ",".join(Verdict)).code == 1


def test_accept_can_be_repeated(command):
    urls = ("https://a.example/410", "https://a.example/404")
    assert command("check", *urls, "--accept", "410", "--accept", "404,402").code == 0
