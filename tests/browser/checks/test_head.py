"""``jsonHead.head``: the verdict on each kind of response, and the requests that lead to it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.support.app import App
from tests.servers.launch import Targets

#: Origin and path, then the expected verdict, rule and status. The table of docs/verdicts.md, row by row.
EXPECTED = [
    ("cors", "/status/200", "ok", "success", 200),
    ("cors", "/status/204", "ok", "success", 204),
    ("cors", "/status/206", "ok", "success", 206),
    ("echo", "/status/200", "ok", "success", 200),
    ("cors", "/status/404", "broken", "gone-twice", 404),
    ("cors", "/status/410", "broken", "gone-twice", 410),
    ("cors", "/status/401", "restricted", "restricted-status", 401),
    ("cors", "/status/403", "restricted", "restricted-status", 403),
    ("cors", "/status/451", "restricted", "restricted-status", 451),
    ("cors", "/status/999", "restricted", "restricted-status", 999),
    ("cors", "/retry-after/0", "rate-limited", "rate-limit", 429),
    ("cors", "/status/405", "other-status", "unusual-status", 405),
    ("cors", "/status/500", "server-error", "server-error-twice", 500),
    ("cors", "/status/503", "server-error", "server-error-twice", 503),
    ("cors", "/status/302", "other-status", "redirect-nowhere", 302),
    ("cors", "/status/418", "other-status", "unusual-status", 418),
    ("cors", "/head-405", "ok", "success", 200),
    ("cors", "/head-404-get-200", "ok", "success", 200),
    ("cors", "/head-500-get-200", "ok", "success", 200),
    ("cors", "/flaky/head/2", "ok", "success", 200),
    ("cors", "/retry-after/0/head", "ok", "success", 200),
    ("cors", "/redirect/3", "ok", "success", 200),
    ("cors", "/redirect/20", "ok", "success", 200),
    ("cors", "/redirect/21", "no-answer-seen", "network-error", None),
    ("cors", "/loop", "no-answer-seen", "network-error", None),
    ("cors", "/closes", "no-answer-seen", "network-error", None),
    ("cors", "/reset", "no-answer-seen", "network-error", None),
    ("cors", "/garbage", "no-answer-seen", "network-error", None),
    ("refused", "/", "no-answer-seen", "network-error", None),
    ("cors", "/silent", "timeout", "clock-ran-out", None),
    ("cors", "/half-headers", "timeout", "clock-ran-out", None),
    ("plain", "/status/200", "answered-unreadable", "opaque", None),
    ("plain", "/status/404", "answered-unreadable", "opaque", None),
    ("plain", "/status/500", "answered-unreadable", "opaque", None),
    ("cors", "/bare/404", "answered-unreadable", "opaque", None),
    ("plain", "/corp", "no-answer-seen", "network-error", None),
]
QUICK = {"backoff_s": 0.01, "retries": 2}


@pytest.fixture(scope="module")
def verdicts(common: App, serving: Targets) -> dict[str, dict]:
    """The results for all of ``EXPECTED``, by origin and path. Only requests that are to time out have a short time limit."""
    serving.reset()
    found: dict[str, dict] = {}
    for times_out, timeout_s in ((True, 1.5), (False, 15)):
        cases = [(origin, path) for origin, path, verdict, *_ in EXPECTED if (verdict == "timeout") is times_out]
        results = common.head([getattr(serving, origin) + path for origin, path in cases], timeout_s=timeout_s, **QUICK)
        found |= {origin + path: result for (origin, path), result in zip(cases, results, strict=True)}
    return found


@pytest.mark.parametrize(("origin", "path", "verdict", "rule", "status"), EXPECTED, ids=lambda value: str(value))
def test_verdict_rule_and_status(
    verdicts: dict[str, dict], origin: str, path: str, verdict: str, rule: str, status: int | None
) -> None:
    result = verdicts[origin + path]
    assert (result["verdict"], result["rule"], result.get("status")) == (verdict, rule, status), result
    assert result["ok"] is (status is not None)
    assert ("error" in result) is (status is None)


def test_results_keep_order_and_have_json_heads_keys(app: App, targets: Targets) -> None:
    slow, fast = targets.cors + "/delay/0.5", targets.cors + "/size/1234"
    first, second, again = app.head([slow, fast, slow])
    assert [first["url"], second["url"], again["url"]] == [slow, fast, slow]
    assert list(second)[:4] == ["ok", "status", "headers", "url"]
    assert second["headers"] == {
        "content-length": "1234",
        "content-type": "application/octet-stream",
        "last-modified": "Tue, 01 Jan 2008 00:00:00 GMT",
    }
    assert targets.seen().counts == {"HEAD cors/delay/0.5": 1, "HEAD cors/size/1234": 1}


def test_failed_request_has_json_heads_error_keys(app: App, targets: Targets) -> None:
    (result,) = app.head([targets.refused + "/"])
    assert list(result)[:3] == ["ok", "error", "url"]
    assert result["ok"] is False


def test_repeated_headers_are_joined(app: App, targets: Targets) -> None:
    (result,) = app.head([targets.cors + "/headers/repeated"])
    assert result["headers"]["x-repeated"] == "one, two, three"
    assert result["headers"]["cache-control"] == "no-store, max-age=0"


def test_only_cors_exposed_headers_are_reported(app: App, targets: Targets) -> None:
    exposed, hidden = app.head([targets.cors + "/headers/exposed", targets.cors + "/headers/hidden"])
    assert (exposed["headers"]["etag"], exposed["headers"]["x-exposed"]) == ('"abc"', "yes")
    assert not {"etag", "x-hidden"} & set(hidden["headers"])


def test_redirects_are_followed_and_reported(app: App, targets: Targets) -> None:
    url = targets.cors + "/redirect/3"
    (result,) = app.head([url])
    assert (result["url"], result["final_url"]) == (url, targets.cors + "/redirect/0")
    assert result["redirected"] is True
    paths = [seen["path"] for seen in targets.seen().arrivals]
    assert paths == ["/redirect/3", "/redirect/2", "/redirect/1", "/redirect/0"]


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("cors", "host2", "ok"),
        ("cors", "echo", "ok"),  # it echoes "null", the browser's Origin after a redirect between two other origins
        ("cors", "plain", "answered-unreadable"),
        ("plain", "cors", "answered-unreadable"),
        ("plain", "echo", "answered-unreadable"),
        ("cors", "refused", "no-answer-seen"),
    ],
)
def test_redirect_to_another_origin(app: App, targets: Targets, first: str, second: str, verdict: str) -> None:
    goal = getattr(targets, second) + "/ok/goal"
    (result,) = app.head([getattr(targets, first) + "/redirect-to?url=" + quote(goal, safe="")])
    assert result["verdict"] == verdict, result
    assert result["final_url"] == (goal if verdict == "ok" else None)


def test_broken_needs_two_matching_responses(app: App, targets: Targets) -> None:
    gone, fine = app.head([targets.cors + "/status/404", targets.cors + "/head-404-get-200"])
    assert [(attempt["method"], attempt["status"]) for attempt in gone["attempts"]] == [("HEAD", 404), ("GET", 404)]
    assert [(attempt["method"], attempt["status"]) for attempt in fine["attempts"]] == [("HEAD", 404), ("GET", 200)]
    assert targets.seen().counts == {
        "HEAD cors/status/404": 1,
        "GET cors/status/404": 1,
        "HEAD cors/head-404-get-200": 1,
        "GET cors/head-404-get-200": 1,
    }


def test_statuses_that_get_cannot_clear_up_are_requested_once(app: App, targets: Targets) -> None:
    app.head([f"{targets.cors}/status/{code}" for code in (200, 451)])
    assert targets.seen().counts == {f"HEAD cors/status/{code}": 1 for code in (200, 451)}


def test_401_is_confirmed_by_one_get(app: App, targets: Targets) -> None:
    app.head([targets.cors + "/status/401"])
    assert targets.seen().counts == {"HEAD cors/status/401": 1, "GET cors/status/401": 1}


def test_get_requests_one_byte(app: App, targets: Targets) -> None:
    app.head([targets.cors + "/head-405"])
    (get,) = (seen for seen in targets.seen().arrivals if seen["method"] == "GET")
    assert get["headers"]["range"] == "bytes=0-0"


def test_retries_are_counted_and_spaced(app: App, targets: Targets) -> None:
    url = targets.cors + "/flaky/retry/3"
    (result,) = app.head([url], retries=2, backoff_s=0.2)
    assert result["verdict"] == "ok", result
    assert [attempt["status"] for attempt in result["attempts"]] == [503, 503, 503, 200]
    at = [seen["at"] for seen in targets.seen().arrivals]
    # HEAD, its confirmation at once, then two retries after 50 to 150 % of 0.2 s and of 0.4 s.
    assert at[2] - at[1] >= 0.1
    assert at[3] - at[2] >= 0.2


def test_retry_after_is_honoured(app: App, targets: Targets) -> None:
    (result,) = app.head([targets.cors + "/retry-after/1/once"])
    assert result["verdict"] == "ok", result
    first, second = (seen["at"] for seen in targets.seen().arrivals)
    assert second - first >= 1


def test_requests_carry_no_credentials_or_referrer(app: App, targets: Targets) -> None:
    app.page.context.add_cookies([{"name": "secret", "value": "1", "url": targets.cors}])
    app.head([targets.cors + "/status/404", targets.plain + "/status/404"])
    arrivals = targets.seen().arrivals
    assert {seen["method"] for seen in arrivals} == {"HEAD", "GET"}  # no preflight
    for seen in arrivals:
        assert not {"cookie", "referer", "authorization"} & set(seen["headers"]), seen


def test_unsupported_urls_are_not_requested(app: App, targets: Targets) -> None:
    given = {
        "nonsense": "invalid-url",
        "": "invalid-url",
        "foo/bar": "invalid-url",
        "http://": "invalid-url",
        "//127.0.0.1/x": "invalid-url",
        "mailto:someone@example.com": "scheme",
        "javascript:alert(1)": "scheme",
        "data:text/plain,hello": "scheme",
        "file:///etc/passwd": "other-scheme",
        "ftp://127.0.0.1/": "other-scheme",
        targets.cors.replace("//", "//user:pass@") + "/ok/x": "credentials",
        "http://127.0.0.1:25/": "blocked-port",
    }
    results = app.head(list(given))
    assert {result["url"]: result["rule"] for result in results} == given
    assert {result["verdict"] for result in results} == {"not-checked"}
    assert all(result["reason"].endswith((".", "?")) for result in results)
    assert targets.seen().requests == 0


def test_empty_list_gives_no_results(app: App) -> None:
    assert app.head([]) == []


def test_invalid_policy_is_refused(app: App, targets: Targets) -> None:
    error = app.run(
        "({url}) => jsonHead.head([url], {policy: {per_host: 0}}).then(() => null, ({code, message}) => ({code, message}))",
        url=targets.cors + "/ok/x",
    )
    assert error["code"] == "bad-policy"
    assert "per_host" in error["message"]


def test_version_is_the_pythons(app: App) -> None:
    versions = app.run("async () => ({...(await jsonHead.ready), version: jsonHead.version})")
    assert versions["json_head"] == versions["version"] != ""
