"""``jsonHead.head``: what is said of each kind of answer, and what was asked for it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.support.app import App
from tests.servers.launch import Targets

#: Origin and path, then what is to be said: verdict, rule, status. The table of docs/verdicts.md, row by row.
SAID = [
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
QUICK = {"backoff_s": 0.01, "timeout_s": 1.5, "retries": 2}


@pytest.fixture(scope="module")
def said(common: App, serving: Targets) -> dict[str, dict]:
    """The results for all of ``SAID``, asked for at once, by origin and path."""
    serving.reset()
    urls = [getattr(serving, origin) + path for origin, path, *_ in SAID]
    results = common.head(urls, **QUICK)
    return {origin + path: result for (origin, path, *_), result in zip(SAID, results, strict=True)}


@pytest.mark.parametrize(("origin", "path", "verdict", "rule", "status"), SAID, ids=lambda value: str(value))
def test_verdict(said: dict[str, dict], origin: str, path: str, verdict: str, rule: str, status: int | None) -> None:
    result = said[origin + path]
    assert (result["verdict"], result["rule"], result.get("status")) == (verdict, rule, status), result
    assert result["ok"] is (status is not None)
    assert ("error" in result) is (status is None)


def test_order_keys_and_headers(app: App, targets: Targets) -> None:
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


def test_json_heads_keys_when_no_answer_was_read(app: App, targets: Targets) -> None:
    (result,) = app.head([targets.refused + "/"])
    assert list(result)[:3] == ["ok", "error", "url"]
    assert result["ok"] is False


def test_repeated_headers_are_joined(app: App, targets: Targets) -> None:
    (result,) = app.head([targets.cors + "/headers/repeated"])
    assert result["headers"]["x-repeated"] == "one, two, three"
    assert result["headers"]["cache-control"] == "no-store, max-age=0"


def test_only_what_cors_exposes_is_read(app: App, targets: Targets) -> None:
    exposed, hidden = app.head([targets.cors + "/headers/exposed", targets.cors + "/headers/hidden"])
    assert (exposed["headers"]["etag"], exposed["headers"]["x-exposed"]) == ('"abc"', "yes")
    assert not {"etag", "x-hidden"} & set(hidden["headers"])


def test_redirects_are_told(app: App, targets: Targets) -> None:
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
        ("cors", "echo", "ok"),  # it echoes "null", which is what the browser sends after a hop between others' origins
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


def test_broken_needs_to_be_said_twice(app: App, targets: Targets) -> None:
    gone, fine = app.head([targets.cors + "/status/404", targets.cors + "/head-404-get-200"])
    assert [(attempt["method"], attempt["status"]) for attempt in gone["attempts"]] == [("HEAD", 404), ("GET", 404)]
    assert [(attempt["method"], attempt["status"]) for attempt in fine["attempts"]] == [("HEAD", 404), ("GET", 200)]
    assert targets.seen().counts == {
        "HEAD cors/status/404": 1,
        "GET cors/status/404": 1,
        "HEAD cors/head-404-get-200": 1,
        "GET cors/head-404-get-200": 1,
    }


def test_what_get_would_not_clear_up_is_asked_once(app: App, targets: Targets) -> None:
    app.head([f"{targets.cors}/status/{code}" for code in (200, 451)])
    assert targets.seen().counts == {f"HEAD cors/status/{code}": 1 for code in (200, 451)}


def test_401_is_confirmed_by_one_get(app: App, targets: Targets) -> None:
    app.head([targets.cors + "/status/401"])
    assert targets.seen().counts == {"HEAD cors/status/401": 1, "GET cors/status/401": 1}


def test_get_asks_for_one_byte(app: App, targets: Targets) -> None:
    app.head([targets.cors + "/head-405"])
    (get,) = (seen for seen in targets.seen().arrivals if seen["method"] == "GET")
    assert get["headers"]["range"] == "bytes=0-0"


def test_retries_are_counted_and_spaced(app: App, targets: Targets) -> None:
    url = targets.cors + "/flaky/retry/3"
    (result,) = app.head([url], retries=2, backoff_s=0.2)
    assert result["verdict"] == "ok", result
    assert [attempt["status"] for attempt in result["attempts"]] == [503, 503, 503, 200]
    at = [seen["at"] for seen in targets.seen().arrivals]
    # HEAD, its confirmation at once, then two tries after half to one and a half of 0.2 s and of 0.4 s.
    assert at[2] - at[1] >= 0.1
    assert at[3] - at[2] >= 0.2


def test_retry_after_is_honoured(app: App, targets: Targets) -> None:
    (result,) = app.head([targets.cors + "/retry-after/1/once"])
    assert result["verdict"] == "ok", result
    first, second = (seen["at"] for seen in targets.seen().arrivals)
    assert second - first >= 1


def test_requests_carry_nothing_of_the_user(app: App, targets: Targets) -> None:
    app.page.context.add_cookies([{"name": "secret", "value": "1", "url": targets.cors}])
    app.head([targets.cors + "/status/404", targets.plain + "/status/404"])
    arrivals = targets.seen().arrivals
    assert {seen["method"] for seen in arrivals} == {"HEAD", "GET"}  # no preflight
    for seen in arrivals:
        assert not {"cookie", "referer", "authorization"} & set(seen["headers"]), seen


def test_urls_that_are_not_sent(app: App, targets: Targets) -> None:
    given = {
        "nonsense": "invalid-url",
        "": "invalid-url",
        "foo/bar": "invalid-url",
        "http://": "invalid-url",
        "//127.0.0.1/x": "invalid-url",
        "mailto:someone@example.com": "scheme",
        "javascript:alert(1)": "scheme",
        "data:text/plain,hello": "scheme",
        "file:///etc/passwd": "scheme",
        "ftp://127.0.0.1/": "scheme",
        targets.cors.replace("//", "//user:pass@") + "/ok/x": "credentials",
        "http://127.0.0.1:25/": "blocked-port",
    }
    results = app.head(list(given))
    assert {result["url"]: result["rule"] for result in results} == given
    assert {result["verdict"] for result in results} == {"not-checked"}
    assert all(result["reason"].endswith((".", "?")) for result in results)
    assert targets.seen().requests == 0


def test_nothing_to_check_gives_nothing(app: App) -> None:
    assert app.head([]) == []


def test_a_bad_policy_is_refused(app: App, targets: Targets) -> None:
    error = app.run(
        "({url}) => jsonHead.head([url], {policy: {per_host: 0}}).then(() => null, ({code, message}) => ({code, message}))",
        url=targets.cors + "/ok/x",
    )
    assert error["code"] == "bad-policy"
    assert "per_host" in error["message"]


def test_version(app: App) -> None:
    versions = app.run("async () => ({...(await jsonHead.ready), version: jsonHead.version})")
    assert versions["json_head"] == versions["version"] != ""
