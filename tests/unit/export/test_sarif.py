"""Exports as SARIF, which are valid by its schema."""

import json
from pathlib import Path

import pytest
from json_head import Verdict
from json_head.export import export
from jsonschema import Draft7Validator

from tests.unit.export.rows import ALL, HOSTILE, row

#: The schema by OASIS, unchanged.
SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text())


def run(rows):
    log = json.loads(export(rows, "sarif"))
    errors = list(Draft7Validator(SCHEMA).iter_errors(log))
    assert not errors, errors[0]
    return log["runs"][0]


def test_sarif_is_valid_for_any_rows():
    strange = {"url": None, "line": -1, "column": "x", "status": "404", "verdict": 5, "source": 7, "rule": None}
    for rows in ([], ALL, [strange], [{}], [row(Verdict.BROKEN, url=HOSTILE, reason=HOSTILE, source=HOSTILE)]):
        run(rows)


def test_the_schema_rejects_an_invalid_level():
    log = json.loads(export(ALL, "sarif"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert list(Draft7Validator(SCHEMA).iter_errors(log))


def test_each_result_has_a_rule_with_help():
    log_run = run([*ALL, *ALL])
    rules = log_run["tool"]["driver"]["rules"]
    assert len(log_run["results"]) == 2 * len(rules) == 2 * (len(Verdict) - 1)
    for result in log_run["results"]:
        rule = rules[result["ruleIndex"]]
        assert (rule["id"], rule["defaultConfiguration"]["level"]) == (result["ruleId"], result["level"])
        assert rule["help"]["text"] and rule["fullDescription"]["text"]


def test_ok_and_excluded_results_are_omitted():
    rows = [row(Verdict.OK, status=200), row(Verdict.NOT_CHECKED, "excluded"), row(Verdict.NOT_CHECKED, "relative")]
    assert [result["ruleId"] for result in run(rows)["results"]] == ["relative"]


def test_only_what_is_surely_wrong_is_an_error():
    levels = {result["properties"]["verdict"]: result["level"] for result in run(ALL)["results"]}
    assert {verdict for verdict, level in levels.items() if level == "error"} == {"broken", "fragment-missing"}
    assert levels["timeout"] == "warning"
    assert levels["restricted"] == levels["not-checked"] == "note"


@pytest.mark.parametrize(
    ("source", "artifact"),
    [
        ("docs/ä b#1.md", {"uri": "docs/%C3%A4%20b%231.md", "uriBaseId": "%SRCROOT%"}),
        ("../a.md", {"uri": "../a.md", "uriBaseId": "%SRCROOT%"}),
        ("a:b.md", {"uri": "a%3Ab.md", "uriBaseId": "%SRCROOT%"}),
        ("/etc/a b.md", {"uri": "file:///etc/a%20b.md"}),
        ("C:/docs/a b.md", {"uri": "file:///C:/docs/a%20b.md"}),
        ("https://a.example/é?q=%20", {"uri": "https://a.example/%C3%A9?q=%20"}),
    ],
)
def test_sources_are_artifact_locations(source, artifact):
    (result,) = run([row(Verdict.BROKEN, source=source, line=12, column=8)])["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": artifact,
        "region": {"startLine": 12, "startColumn": 8},
    }


def test_columns_are_counted_in_code_points():
    assert run(ALL)["columnKind"] == "unicodeCodePoints"


def test_placeholders_and_links_in_messages_are_escaped():
    (result,) = run([row(Verdict.BROKEN, url="https://[::1]/{0}", reason="[a](1)")])["results"]
    assert result["message"]["text"] == r"https://\[::1\]/{{0}}: \[a\](1)"


def test_an_accepted_result_is_suppressed():
    (result,) = run([row(Verdict.RESTRICTED) | {"accepted": True}])["results"]
    assert result["suppressions"][0]["kind"] == "external"
