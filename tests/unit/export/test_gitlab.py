"""Exports as GitLab Code Quality."""

import json

import pytest
from json_head import Verdict
from json_head.export import export
from jsonschema import Draft7Validator

from tests.unit.export.rows import ALL, HOSTILE, row

#: What GitLab requires of an entry: docs.gitlab.com, "Code Quality report format".
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1, "not": {"pattern": r"^\./"}},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}  # fmt: skip


def entries(rows):
    text = export(rows, "gitlab")
    found = json.loads(text)
    Draft7Validator(SCHEMA).validate(found)
    fingerprints = [entry["fingerprint"] for entry in found]
    assert len(set(fingerprints)) == len(fingerprints)
    return found


def broken(url="https://a.example/", **place):
    return row(Verdict.BROKEN, url=url, **{"source": "docs/a.md", "line": 3, "column": 5} | place)


def fingerprints(*rows):
    return [entry["fingerprint"] for entry in entries(rows)]


def test_finding_has_its_place_and_reason():
    (entry,) = entries([broken(reason="It is gone.")])
    assert entry["location"] == {"path": "docs/a.md", "lines": {"begin": 3}}
    assert entry["description"] == "https://a.example/: It is gone."
    assert (entry["check_name"], entry["severity"]) == ("json-head broken", "major")


@pytest.mark.parametrize(
    "row",
    [
        {"verdict": "broken"},
        {"verdict": "broken", "url": None, "line": "x", "source": 7, "reason": None},
        {"verdict": "timeout", "line": True, "source": ""},
        {"verdict": "broken", "line": -5},
        broken(HOSTILE, source=HOSTILE, reason=HOSTILE),
    ],
)
def test_any_row_is_valid(row):
    (entry,) = entries([row])
    assert "\n" not in entry["description"] + entry["location"]["path"]


def test_only_findings_are_reported():
    reported = {entry["check_name"].removeprefix("json-head ") for entry in entries(ALL)}
    assert reported == {"broken", "fragment-missing", "server-error", "no-answer-seen", "timeout", "other-status"}
    assert entries([broken() | {"accepted": True}, broken() | {"known": True}, {}]) == []


def test_fingerprints_stay_when_lines_move():
    before = fingerprints(broken("https://a.example/1", line=3), broken("https://a.example/2", line=9))
    after = fingerprints(broken("https://a.example/1", line=30), broken("https://a.example/2", line=90, column=1))
    assert before == after


def test_equal_links_of_a_file_are_told_apart():
    twice = fingerprints(broken(line=3), broken(line=9))
    assert twice == fingerprints(broken(line=4), broken(line=10)) and twice[0] == fingerprints(broken(line=9))[0]


def test_fingerprints_differ_by_path_url_and_verdict():
    other = row(Verdict.TIMEOUT, url="https://a.example/", source="docs/a.md", line=3)
    assert len(set(fingerprints(broken(), broken(source="docs/b.md"), broken("https://b.example/"), other))) == 4


@pytest.mark.parametrize(
    ("source", "path"),
    [("./docs/../a.md", "a.md"), ("https://a.example//x/../", "https://a.example//x/../"), (None, "links")],
)
def test_path_is_relative_or_an_address(source, path):
    (entry,) = entries([broken(source=source)])
    assert entry["location"]["path"] == path
