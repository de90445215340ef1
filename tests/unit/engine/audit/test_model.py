"""Result and Policy as JSON."""

import pytest
from json_head import Link, Observation, Outcome, Policy, Verdict


def test_a_result_as_json_has_json_heads_keys_first():
    from json_head.model import Result

    seen = Observation(
        Outcome.RESPONSE,
        status=404,
        headers={"content-type": "text/html"},
        url="http://a.example/b",
        redirected=True,
        elapsed_ms=1.234,
    )
    link = Link("http://a.example/", "page.html", 3, 9, "a text", "a href")
    said = Result(link, Verdict.BROKEN, "gone-twice", "Gone.", seen, (seen, seen), "2026-01-01T00:00:00.000Z").to_json()
    assert list(said)[:4] == ["ok", "status", "headers", "url"]
    assert said == {
        "ok": True, "status": 404, "headers": {"content-type": "text/html"}, "url": "http://a.example/",
        "verdict": "broken", "rule": "gone-twice", "reason": "Gone.", "final_url": "http://a.example/b", "redirected": True,
        "method": "HEAD", "via": "browser",
        "attempts": [{"method": "HEAD", "mode": "cors", "via": "browser", "outcome": "response", "status": 404, "elapsed_ms": 1.2}] * 2,
        "elapsed_ms": 2.5, "checked_at": "2026-01-01T00:00:00.000Z",
        "source": "page.html", "line": 3, "column": 9, "text": "a text", "found": "a href",
    }  # fmt: skip
    said = Result(Link("x"), Verdict.NOT_CHECKED, "invalid-url", "No.").to_json()
    assert list(said)[:3] == ["ok", "error", "url"]
    assert (said["ok"], said["error"], said["final_url"], said["attempts"]) == (False, "invalid-url", None, [])


@pytest.mark.parametrize(
    "data",
    [
        {"total": 0},
        {"total": 257},
        {"total": 1.5},
        {"total": "8"},
        {"total": True},
        {"timeout_s": 0},
        {"rate_per_host": -1},
        {"rate_per_host": 1e-300},
        {"retries": -1},
        {"speed": 1},
        {"timeout_s": float("nan")},
    ],
)
def test_a_policy_out_of_range_is_refused_by_name(data):
    with pytest.raises(ValueError, match=next(iter(data))):
        Policy.from_json(data)


def test_a_policy_keeps_the_defaults_of_what_is_left_out():
    assert Policy.from_json({"timeout_s": 3}) == Policy(timeout_s=3)
