"""Decisions as files: lists of links to leave out, and JSON that a colleague can import."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from json_head.cli.sources import lychee
from json_head.store import Store
from json_head.store.decisions import DecisionError, files
from json_head.store.decisions.rules import NoDecisionsError

X = "https://a.example/x.y?a=b+c"
CASES = json.loads((Path(__file__).parents[2] / "decisions.json").read_text("utf-8"))["cases"]
#: Regular expressions find links as they are written: they know no international host names, and no user names.
_NOT_WRITTEN = ("\u00dc", "[0::1]")


@pytest.fixture
def decisions():
    with Store.open(":memory:") as store:
        yield store.decisions


def patterns(decisions, format, folder):
    text = files.export(decisions.all(), format)
    if format == "toml":
        return [re.compile(pattern) for pattern in tomllib.loads(text)["exclude"]]
    (folder / ".lycheeignore").write_text(text, "utf-8")
    return lychee.excluded(folder)


@pytest.mark.parametrize("format", ["toml", "lycheeignore"])
@pytest.mark.parametrize("case", CASES, ids=[case["promise"] for case in CASES])
def test_lists_leave_out_exactly_the_links_of_the_decisions(decisions, case, format, tmp_path):
    for item in case["decisions"]:
        decisions.decide(item["on"], "ignore", scope=item["scope"], source=item.get("source"), until=item.get("until"))
    listed = patterns(decisions, format, tmp_path)
    for url, _, expected in case["links"]:
        if not any(part in url for part in _NOT_WRITTEN):
            is_left_out = expected is not None and "source" not in case["decisions"][expected]
            is_left_out |= url == "mailto:a@a.example" and expected is not None
            assert any(pattern.search(url) for pattern in listed) == is_left_out, url


@pytest.mark.parametrize("format", ["toml", "lycheeignore"])
def test_lists_have_what_is_to_be_ignored_or_works_and_has_not_run_out(decisions, format, tmp_path):
    for word in ("works", "broken", "ignore"):
        decisions.decide(f"https://a.example/{word}", word)
    decisions.decide("https://a.example/old", "ignore", until="2020-01-31")
    listed = patterns(decisions, format, tmp_path)
    assert [pattern.pattern for pattern in listed] == [r"^https://a\.example/ignore$", r"^https://a\.example/works$"]


@pytest.mark.parametrize("format", ["toml", "lycheeignore"])
@pytest.mark.parametrize(
    "url",
    [
        X,
        "https://a.example/it's",
        "https://a.example/a b'\"\\",
        "https://a.example/(\u00e9)",
        "#[x](",
        "https://a.example/ ",
    ],
)
def test_every_character_of_an_address_stands_for_itself(decisions, url, format, tmp_path):
    decisions.decide(url if ":" in url else f"mailto:{url}", "ignore")
    (pattern,) = patterns(decisions, format, tmp_path)
    assert pattern.search(url if ":" in url else f"mailto:{url}")
    assert not pattern.search(f"{url}x")


@pytest.mark.parametrize("format", ["toml", "lycheeignore"])
def test_a_comment_is_one_line(decisions, format, tmp_path):
    decisions.decide(X, "ignore", reason="a\nb = 1\r\u2028\x7f]", until="2999-02-28")
    assert len(patterns(decisions, format, tmp_path)) == 1
    (comment,) = [line for line in files.export(decisions.all(), format).splitlines() if line.lstrip().startswith("#")]
    assert comment.strip().startswith("# ignore, until 2999-02-28: a")


def test_addresses_that_cannot_be_shown_are_in_no_list(decisions):
    decisions.decide("https://a.example/\n", "ignore")
    decisions.decide("https://a.example/\ud800", "ignore")
    assert files.export(decisions.all(), "lycheeignore") == ""
    assert tomllib.loads(files.export(decisions.all(), "toml")) == {"exclude": []}


def test_json_comes_back_as_it_was(decisions):
    decisions.decide(X, "works", until="2020-01-31")
    decisions.decide("b\ud800.md", "broken", source="\u00e9/a.md", reason="\U0001f600 \udfff")
    decisions.decide("https://a.example/docs/", "ignore", scope="prefix")
    decisions.decide(X, "broken", scope="host")
    content = files.export(decisions.all(), "json").encode()
    with Store.open(":memory:") as other:
        assert other.decisions.merge(files.read(content)) == 4
        assert files.export(other.decisions.all(), "json").encode() == content
        assert other.decisions.merge(files.read(b"\xef\xbb\xbf" + content)) == 0
        assert len(other.decisions.all()) == 4


def test_no_decision_is_a_file_too(decisions):
    assert files.read(files.export([], "json").encode()) == []


def item(made_at="2026-11-29T10:00:00.000Z", **parts):
    return {"url": X, "scope": "address", "decision": "works", "made_at": made_at, **parts}


def content(*items, **parts):
    return json.dumps({"kind": "decisions", "version": 1, "decisions": items, **parts}).encode()


def test_of_two_decisions_on_the_same_thing_the_later_one_stays(decisions):
    later, earlier = "2026-11-29T10:00:00.001Z", "2026-11-29T10:00:00.000Z"
    twice = files.read(content(item(later, decision="broken"), item(earlier, decision="works")))
    assert decisions.merge(twice) == 2
    assert [decision.decision for decision in decisions.all()] == ["broken"]
    assert decisions.merge(files.read(content(item(earlier, decision="ignore")))) == 0
    assert decisions.merge(files.read(content(item("2999-01-01T00:00:00.000Z", decision="ignore")))) == 1
    assert [decision.decision for decision in decisions.all()] == ["ignore"]
    decisions.decide(X, "works")
    assert [decision.decision for decision in decisions.all()] == ["works"]


def test_relative_addresses_of_two_sources_are_two(decisions):
    relative = [item(url="b.md", source=source) for source in ("a.md", "c.md")]
    assert decisions.merge(files.read(content(*relative))) == 2
    assert len(decisions.all()) == 2


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "no decisions"),
        (b"\xff", "no decisions"),
        (b"[" * 100_000, "no decisions"),
        (b"[]", "no decisions"),
        (b'{"results": []}', "no decisions"),
        (content(kind="runs"), "no decisions"),
        (content(decisions={}), "no decisions"),
        (content(version=2), "another version"),
        (content(7), "Decision 1 of this file"),
        (content(item(), item(decision="fine")), "Decision 2 of this file"),
        (content(item(made_at="yesterday")), "made_at"),
        (content(item(made_at=None)), "made_at"),
        (content(item(until=[])), "date"),
        (content(item(source={}, url="b.md")), "page or file"),
        (content(item(url=None)), "address"),
    ],
)
def test_other_files_are_an_error(data, expected):
    with pytest.raises(DecisionError, match=expected):
        files.read(data)


def test_a_file_that_is_cut_off_is_told_from_other_files(decisions):
    decisions.decide(X, "works")
    content = files.export(decisions.all(), "json").encode()
    for end in (60, len(content) - 4):
        with pytest.raises(DecisionError, match="cut off or damaged"):
            files.read(content[:end])
    with pytest.raises(NoDecisionsError):
        files.read(b'{"kind": "other", "decisions": [')


def test_a_file_has_a_maximum_number_of_decisions(monkeypatch):
    monkeypatch.setattr(files, "MOST", 1)
    assert len(files.read(content(item()))) == 1
    with pytest.raises(DecisionError, match="more than 1 decisions"):
        files.read(content(item(), item()))
