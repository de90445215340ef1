"""Result and Policy as JSON."""

import pytest
from json_head import Link, Observation, Outcome, Policy, Verdict
from json_head.model import Result


def test_result_as_json_has_the_keys_of_json_head_first():
    observation = Observation(
        Outcome.RESPONSE,
        status=404,
        headers={"content-type": "text/html"},
        url="http://a.example/b",
        redirected=True,
        elapsed_ms=1.234,
    )
    link = Link("http://a.example/", "page.html", 3, 9, "a text", "a href")
    as_json = Result(
        link, Verdict.BROKEN, "gone-twice", "Gone.", observation, (observation, observation), "2026-01-01T00:00:00.000Z"
    ).to_json()
    assert list(as_json)[:4] == ["ok", "status", "headers", "url"]
    assert as_json == {
        "ok": True, "status": 404, "headers": {"content-type": "text/html"}, "url": "http://a.example/",
        "verdict": "broken", "rule": "gone-twice", "reason": "Gone.", "final_url": "http://a.example/b", "redirected": True,
        "redirect": {"kind": "page", "safe": False},
        "method": "HEAD", "via": "browser",
        "attempts": [{"method": "HEAD", "mode": "cors", "via": "browser", "outcome": "response", "status": 404, "elapsed_ms": 1.2}] * 2,
        "elapsed_ms": 2.5, "checked_at": "2026-01-01T00:00:00.000Z",
        "source": "page.html", "line": 3, "column": 9, "text": "a text", "found": "a href",
    }  # fmt: skip
    as_json = Result(Link("x"), Verdict.NOT_CHECKED, "invalid-url", "No.").to_json()
    assert list(as_json)[:3] == ["ok", "error", "url"]
    assert (as_json["ok"], as_json["error"], as_json["final_url"], as_json["attempts"]) == (
        False,
        "invalid-url",
        None,
        [],
    )


@pytest.mark.parametrize(
    ("final", "verdict", "expected"),
    [
        ({"redirected": True, "url": "https://a.example/"}, Verdict.OK, {"kind": "https", "safe": True}),
        ({"redirected": True, "url": "https://a.example/"}, Verdict.FRAGMENT_MISSING, {"kind": "https", "safe": True}),
        ({"redirected": True, "url": "https://a.example/"}, Verdict.BROKEN, {"kind": "https", "safe": False}),
        ({"redirected": True, "url": "http://a.example/"}, Verdict.OK, None),  # to set a cookie, for example
        ({"redirected": True, "url": None}, Verdict.OK, None),
        ({"redirected": False, "url": "https://a.example/"}, Verdict.OK, None),
    ],
)
def test_only_a_redirect_to_another_address_is_in_the_json(final, verdict, expected):
    observation = Observation(Outcome.RESPONSE, status=200, headers={}, **final)
    as_json = Result(Link("http://a.example"), verdict, "success", "Fine.", observation).to_json()
    assert as_json.get("redirect") == expected
    assert Result(Link("x"), Verdict.NOT_CHECKED, "invalid-url", "No.").redirect is None


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
def test_a_policy_value_out_of_range_is_named_in_the_error(data):
    with pytest.raises(ValueError, match=next(iter(data))):
        Policy.from_json(data)


def test_omitted_policy_values_have_their_defaults():
    assert Policy.from_json({"timeout_s": 3}) == Policy(timeout_s=3)
