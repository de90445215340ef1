import asyncio
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from json_head import Link, Observation, Outcome, Policy, Verdict, _api, audit, head, outage
from json_head.transports.fake import FakeTransport, failure, response
from json_head.urls.target import parse

from tests.unit.engine.clock import in_no_time


def status_by_path(request):
    return response(int(request.url.rsplit("/", 1)[1]))


async def test_head_keeps_the_order_of_its_input_and_answers_each():
    def slow_first(request):
        return response(200, delay_s=0.05 if "first" in request.url else 0)

    urls = ["http://a.example/first", "nonsense", "http://b.example/second", "http://a.example/first"]
    results = await head(urls, transport=FakeTransport(slow_first))
    assert [result.link.url for result in results] == urls
    assert [result.verdict for result in results] == ["ok", "not-checked", "ok", "ok"]


async def test_head_takes_one_string_as_one_url():
    results = await head("http://a.example/200", transport=FakeTransport(status_by_path))
    assert [result.verdict for result in results] == ["ok"]


async def test_nothing_to_check_is_no_error():
    assert await head([], transport=FakeTransport(status_by_path)) == []


async def test_results_come_as_they_complete():
    def answer(request):
        return response(200, delay_s=0.05 if "slow" in request.url else 0)

    links = [Link("http://slow.example/"), Link("http://quick.example/")]
    order = [result.link.url async for result in audit(links, transport=FakeTransport(answer))]
    assert order == ["http://quick.example/", "http://slow.example/"]


async def test_links_are_admitted_while_the_check_runs():
    transport = FakeTransport(lambda request: response(200, delay_s=0.01))
    running = audit("http://host0.example/1", transport=transport)
    urls = {}
    async for result in running:
        urls[result.link_index] = result.link.url
        level = len(result.link.url.split("/")) - 3
        if result.verdict == "ok" and level < 5:
            for host in range(2):
                running.admit(Link(f"{result.link.url.replace('host', f'host{host}')}/{host}"))
            if level == 2:
                running.admit(Link("nonsense"))
    assert len(urls) == 1 + 2 + 4 + 8 + 16 + 2 and sorted(urls) == list(range(len(urls)))
    assert transport.peak == 16


async def test_a_link_admitted_after_a_quiet_time_is_checked():
    transport = FakeTransport(lambda request: response(200, delay_s=0.05 if "slow" in request.url else 0))
    running = audit(["http://slow.example/"], policy=Policy(total=1), transport=transport)
    asyncio.get_running_loop().call_later(0.02, running.admit, Link("http://b.example/"), 7)
    assert [(result.link_index, result.verdict.value) async for result in running] == [(0, "ok"), (7, "ok")]


@pytest.mark.parametrize(
    ("url", "found", "rule"),
    [
        ("a/b.html", "a href", "relative"), ("#top", "a href", "relative"), ("//a.example/", "img src", "relative"),
        ("a/b.html", "", "invalid-url"), ("a/b.html", "list", "invalid-url"), ("www.a.example", "bare url", "invalid-url"),
        ("http://[", "a href", "invalid-url"), (" ht\ntps://[", "a href", "invalid-url"), ("", "a href", "invalid-url"),
        ("mailto:a@b", "a href", "scheme"), ("a/{{ b }}", "a href", "placeholder"),
    ],
)  # fmt: skip
async def test_a_url_without_a_scheme_is_relative_in_a_document(url, found, rule):
    (result,) = [
        result async for result in audit(Link(url, found=found), transport=FakeTransport(lambda request: response(200)))
    ]
    assert (result.verdict, result.rule) == ("not-checked", rule)


async def test_a_url_is_asked_once_however_often_it_occurs():
    transport = FakeTransport(status_by_path)
    links = [Link(f"http://A.example/200#part{n}", line=n) for n in range(50)] + [Link("http://a.example/x/../200")]
    results = [result async for result in audit(links, transport=transport)]
    assert len(transport.sent) == 1
    assert sorted(id(result.link) for result in results) == sorted(map(id, links))


async def test_a_status_is_confirmed_by_get():
    transport = FakeTransport(status_by_path)
    (result,) = await head(["http://a.example/404"], transport=transport)
    assert [request.method for request in transport.sent] == ["HEAD", "GET"]
    assert (result.verdict, len(result.attempts)) == ("broken", 2)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", result.checked_at)
    assert 0 <= (datetime.now(UTC) - datetime.fromisoformat(result.checked_at)).total_seconds() < 60


async def test_no_more_requests_at_once_than_the_policy_allows():
    transport = FakeTransport(lambda request: response(200, delay_s=0.005))
    urls = [f"http://host{n % 10}.example/{n}" for n in range(200)]
    await head(urls, policy=Policy(total=8, per_host=2), transport=transport)
    assert transport.peak == 8
    transport = FakeTransport(lambda request: response(200, delay_s=0.005))
    await head([f"http://one.example/{n}" for n in range(50)], policy=Policy(per_host=3), transport=transport)
    assert transport.peak == 3


@pytest.mark.parametrize(("hosts", "tasks"), [(100, 16), (2, 8)])
async def test_tasks_do_not_grow_with_the_number_of_urls(hosts, tasks):
    """There are as many as can be at work: by the policy in all, or by that of each host."""
    most = 0

    def answer(request):
        nonlocal most
        most = max(most, len(asyncio.all_tasks()))
        return response(200)

    urls = [f"http://host{n % hosts}.example/{n}" for n in range(10_000)]
    results = await head(urls, policy=Policy(total=16, per_host=4), transport=FakeTransport(answer))
    assert len(results) == 10_000
    assert most <= tasks + 2  # this test, and the canary's


async def test_a_slow_host_holds_up_no_other():
    def answer(request):
        return response(200, delay_s=0.2 if "slow" in request.url else 0.001)

    links = [Link(f"http://slow.example/{n}") for n in range(20)] + [
        Link(f"http://quick{n}.example/") for n in range(50)
    ]
    order = [result.link.url async for result in audit(links, policy=Policy(total=8), transport=FakeTransport(answer))]
    assert not any("slow" in url for url in order[:50])


async def test_retries_wait_without_holding_a_slot():
    answers = {"http://flaky.example/": [503, 503, 200]}

    def answer(request):
        return response(answers[request.url].pop(0)) if request.url in answers else response(200)

    policy = Policy(total=1, backoff_s=0.05)
    links = [Link("http://flaky.example/"), Link("http://fine.example/")]
    results = [result async for result in audit(links, policy=policy, transport=FakeTransport(answer))]
    assert [(r.link.url, r.verdict.value) for r in results] == [
        ("http://fine.example/", "ok"),
        ("http://flaky.example/", "ok"),
    ]


def test_a_rate_spaces_every_request_also_those_that_follow_on_one_another():
    """Of 30 URLs on one host, 10 are confirmed by a GET, 10 hidden (a no-cors HEAD tells), 10 asked again after a 503."""
    sent = []

    def answer(request):
        sent.append((asyncio.get_running_loop().time(), request))
        if "hidden" in request.url:
            return failure(Outcome.OPAQUE if request.mode == "no-cors" else Outcome.FAILED)
        return response(404 if "gone" in request.url else 503, delay_s=0.3)

    urls = [f"http://a.example/{kind}/{n}" for kind in ("gone", "hidden", "down") for n in range(10)]
    policy = Policy(rate_per_host=5)
    results = in_no_time(head(urls, policy=policy, transport=FakeTransport(answer)))
    assert [result.verdict.value for result in results] == (
        ["broken"] * 10 + ["answered-unreadable"] * 10 + ["server-error"] * 10
    )
    times = [time for time, _ in sent]
    assert len(times) == 20 + 20 + 40  # HEAD and GET say 503, and the GET is asked twice more
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2 - 1e-9


def test_a_url_that_was_begun_is_finished_before_others_of_its_host_begin():
    """So that results come from the start on, however long the list."""
    policy = Policy(rate_per_host=1)
    transport = FakeTransport(lambda request: response(404))
    in_no_time(head([f"http://a.example/{n}" for n in range(3)], policy=policy, transport=transport))
    assert [(request.url[-1], request.method) for request in transport.sent] == [
        (name, method) for name in "012" for method in ("HEAD", "GET")
    ]


def test_a_rate_holds_up_no_other_host():
    def answer(request):
        sent.append((asyncio.get_running_loop().time(), request.url))
        return response(200)

    sent = []
    urls = [f"http://many.example/{n}" for n in range(50)] + [f"http://host{n}.example/" for n in range(50)]
    in_no_time(head(urls, policy=Policy(total=2, rate_per_host=1), transport=FakeTransport(answer)))
    assert max(time for time, url in sent if "many" not in url) == 0
    assert max(time for time, _ in sent) == pytest.approx(49)


async def test_a_cancel_ends_the_wait_for_a_rate():
    transport = FakeTransport(lambda request: response(200))
    running = audit([f"http://a.example/{n}" for n in range(9)], policy=Policy(rate_per_host=1), transport=transport)
    asyncio.get_running_loop().call_later(0.05, running.cancel)
    results = [result async for result in running]
    assert [result.rule for result in results] == ["success"] + ["cancelled"] * 8
    assert len(transport.sent) == 1


def refusing_after(allowed, headers, times=None):
    """A transport whose host answers so many requests, and then nothing but 429."""

    def answer(request):
        if len(transport.sent) <= allowed:
            return response(200, delay_s=0.01)
        if times is not None:
            times.append(asyncio.get_running_loop().time())
        return response(429, headers, delay_s=0.01)

    transport = FakeTransport(answer)
    return transport


async def timed(work):
    started = asyncio.get_running_loop().time()
    return await work, asyncio.get_running_loop().time() - started


@pytest.mark.parametrize("headers", [{"retry-after": "1"}, {}])
def test_a_host_that_has_had_enough_gets_pauses_and_no_storm(headers):
    refused = []
    transport = refusing_after(100, headers, refused)
    policy = Policy(backoff_s=2)
    results = in_no_time(head([f"http://a.example/{n}" for n in range(140)], policy=policy, transport=transport))
    assert Counter(result.verdict for result in results) == {"ok": 100, "rate-limited": 40}
    asked = Counter(request.url for request in transport.sent)
    assert Counter(asked.values()) == {1: 100, 3: 4}
    assert len(refused) == 12
    assert 1 + sum(later - earlier > 0.9 for earlier, later in pairwise(refused)) == 3  # bursts of at most four at once


@pytest.mark.parametrize("links", [24, 100, 5_000])
def test_a_host_that_only_answers_429_is_given_up_after_its_retries(links):
    transport = refusing_after(0, {"retry-after": "3600"})
    urls = [f"http://a.example/{n}" for n in range(links)]
    results, seconds = in_no_time(timed(head(urls, transport=transport)))
    assert {result.verdict for result in results} == {"rate-limited"}
    assert Counter(result.rule for result in results) == {"rate-limit": 4, "host-rate-limited": links - 4}
    assert len(transport.sent) == 4 * 3
    assert [request.method for request in transport.sent] == ["HEAD"] * 8 + ["GET"] * 4
    policy = Policy()
    assert seconds == pytest.approx(policy.retries * policy.retry_after_cap_s, abs=1)


def test_a_link_of_a_host_that_was_given_up_says_that_it_was_not_requested():
    results = in_no_time(head([f"http://a.example/{n}" for n in range(9)], transport=refusing_after(0, {})))
    (last,) = [result for result in results if result.link.url.endswith("/8")]
    assert last.reason == (
        "Not requested: its host asked to slow down, and refused 3 other links in a row. Check it again later."
    )
    assert (last.attempts, last.final, last.checked_at) == ((), None, None)
    as_json = last.to_json()
    assert (as_json["ok"], as_json["error"], as_json["verdict"]) == (False, "host-rate-limited", "rate-limited")


def test_no_other_host_is_given_up_with_one():
    def answer(request):
        return response(429) if "busy" in request.url else response(200, delay_s=5)

    urls = [f"http://{host}.example/{n}" for n in range(20) for host in ("busy", "fine")]
    results = in_no_time(head(urls, transport=FakeTransport(answer)))
    assert Counter((result.link.url[7:11], result.verdict.value) for result in results) == {
        ("busy", "rate-limited"): 20,
        ("fine", "ok"): 20,
    }


@pytest.mark.parametrize("fine", [3, 7, 20])
def test_one_other_response_between_refusals_keeps_a_host(fine):
    """Every third request is answered, whichever it is; so no three targets in a row are refused."""
    transport = FakeTransport(lambda request: response(200 if not len(transport.sent) % 3 else 429))
    urls = [f"http://a.example/{n}" for n in range(fine * 3)]
    results = in_no_time(head(urls, policy=Policy(retries=0, per_host=1), transport=transport))
    assert Counter(result.rule for result in results) == {"success": fine, "rate-limit": 2 * fine}


def test_a_request_under_way_that_is_answered_lets_its_host_go_on():
    """Three are refused while the fourth is under way: what waits has ended, and its own retry is still sent."""

    def answer(request):
        if request.url.endswith("/slow"):
            return response(404, delay_s=3)
        return response(429)

    transport = FakeTransport(answer)
    urls = ["http://a.example/slow", *(f"http://a.example/{n}" for n in range(10))]
    results = in_no_time(head(urls, policy=Policy(retries=0), transport=transport))
    assert (results[0].verdict, len(results[0].attempts)) == ("broken", 2)
    assert Counter(result.rule for result in results[1:]) == {"rate-limit": 3, "host-rate-limited": 7}


def test_a_link_that_waits_for_its_retry_keeps_what_was_observed_of_it():
    """A timeout while others are refused: it is not asked again, and its verdict does not say that it was silent."""

    def answer(request):
        if request.url.endswith("/silent"):
            return response(200, delay_s=99)
        return response(429, {"retry-after": "9"})

    urls = ["http://a.example/silent", *(f"http://a.example/{n}" for n in range(3))]
    policy = Policy(timeout_s=1, backoff_s=60, retries=1, retry_after_cap_s=1)
    (silent, *others) = in_no_time(head(urls, policy=policy, transport=FakeTransport(answer)))
    assert {result.rule for result in others} == {"rate-limit"}
    assert (silent.verdict.value, silent.rule, len(silent.attempts)) == ("rate-limited", "host-rate-limited", 1)
    assert silent.reason.startswith("No further request was sent: ") and silent.checked_at


async def test_a_cancel_is_heard_while_a_host_with_many_links_is_given_up():
    transport = FakeTransport(lambda request: response(429))
    running = audit([f"http://a.example/{n}" for n in range(50_000)], policy=Policy(retries=0), transport=transport)
    results = []
    async for result in running:
        results.append(result)
        if len(results) == 100:
            running.cancel()
    assert len(results) == 50_000
    assert {result.rule for result in results} == {"rate-limit", "host-rate-limited", "cancelled"}


async def test_the_clock_starts_when_a_request_is_sent():
    """Twenty requests of 50 ms, one at a time, with 80 ms each: none may time out for the time it waited in line."""
    transport = FakeTransport(lambda request: response(200, delay_s=0.05))
    policy = Policy(total=1, timeout_s=0.08, retries=0)
    results = await head([f"http://a.example/{n}" for n in range(20)], policy=policy, transport=transport)
    assert {result.verdict for result in results} == {"ok"}


async def test_a_request_that_takes_too_long_is_a_timeout():
    transport = FakeTransport(lambda request: response(200, delay_s=1))
    (result,) = await head(["http://a.example/"], policy=Policy(timeout_s=0.02, retries=0), transport=transport)
    assert result.verdict == "timeout"


async def test_cancel_sends_nothing_more_and_accounts_for_every_link():
    transport = FakeTransport(lambda request: response(200, delay_s=0.02))
    links = [Link(f"http://a.example/{n}") for n in range(100)]
    running = audit(links, policy=Policy(per_host=2), transport=transport)
    results = []
    async for result in running:
        results.append(result)
        if len(results) == 4:
            running.cancel()
            sent = len(transport.sent)
    assert len(results) == 100
    rest = results[4:]
    assert {(r.verdict.value, r.rule) for r in rest} == {("not-checked", "cancelled")}
    await asyncio.sleep(0.05)
    assert len(transport.sent) == sent
    assert transport.under_way == 0


async def test_a_cancelled_link_keeps_what_was_seen_of_it():
    running = audit(["http://a.example/503"], policy=Policy(backoff_s=60), transport=FakeTransport(status_by_path))
    asyncio.get_running_loop().call_later(0.02, running.cancel)
    (result,) = [result async for result in running]
    assert (result.rule, result.final) == ("cancelled", None)
    assert [(attempt.method, attempt.status) for attempt in result.attempts] == [("HEAD", 503), ("GET", 503)]


async def test_cancel_before_the_start_and_twice():
    transport = FakeTransport(status_by_path)
    running = audit(["http://a.example/200", "nonsense"], transport=transport)
    running.cancel()
    running.cancel()
    results = [result async for result in running]
    assert sorted(result.rule for result in results) == ["cancelled", "invalid-url"]
    assert transport.sent == []


async def test_leaving_the_loop_ends_the_requests():
    transport = FakeTransport(lambda request: response(200, delay_s=0.01 if request.url.endswith("/0") else 5))
    running = audit([f"http://a.example/{n}" for n in range(10)], transport=transport).__aiter__()
    await anext(running)
    await running.aclose()
    assert transport.under_way == 0


async def test_a_fault_of_our_own_is_raised_and_not_swallowed():
    def answer(request):
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        await head(["http://a.example/"], transport=FakeTransport(answer))


async def test_what_the_page_may_not_ask_is_not_asked():
    transport = FakeTransport(status_by_path, page=parse("https://page.example/"))
    results = await head(["http://a.example/200", "https://a.example:25/"], transport=transport)
    assert [(result.verdict.value, result.rule) for result in results] == [
        ("not-checked", "mixed-content"),
        ("not-checked", "blocked-port"),
    ]
    assert transport.sent == []


async def test_a_browser_that_hides_the_answer():
    def answer(request):
        return failure(Outcome.OPAQUE) if request.mode == "no-cors" else failure()

    (result,) = await head(["http://a.example/"], transport=FakeTransport(answer))
    assert result.verdict is Verdict.ANSWERED_UNREADABLE
    assert [attempt.mode for attempt in result.attempts] == ["cors", "no-cors"]


async def test_a_dead_target_is_blamed_only_once_the_canary_has_answered():
    transport = FakeTransport(lambda request: failure())
    results = await head([f"http://dead{n}.example/" for n in range(200)], transport=transport)
    assert {result.verdict for result in results} == {"no-answer-seen"}
    assert 1 <= transport.canaries < 20


async def test_an_outage_is_waited_out_and_blamed_on_no_target(monkeypatch):
    monkeypatch.setattr(outage, "OUTAGE_POLL_S", 0.02)
    transport = FakeTransport(lambda request: answer(request))

    def answer(request):
        if len(transport.sent) == 100:
            transport.online = False
            asyncio.get_running_loop().call_later(0.3, setattr, transport, "online", True)
        if not transport.online:
            return failure() if len(transport.sent) % 2 else failure(Outcome.BLOCKED, "offline")
        if "hidden" in request.url:
            return failure(Outcome.OPAQUE if request.mode == "no-cors" else Outcome.FAILED)
        return failure() if "dead" in request.url else response(404 if "gone" in request.url else 200, delay_s=0.001)

    kinds = {"fine": "ok", "gone": "broken", "dead": "no-answer-seen", "hidden": "answered-unreadable"}
    links = [Link(f"http://host{n % 7}.example/{kind}/{n}") for n in range(100) for kind in kinds]
    running = audit(links, policy=Policy(total=16), transport=transport)
    told = []
    running.on_outage = told.append
    async for result in running:
        assert result.verdict == kinds[result.link.url.split("/")[3]], result
    assert told == [True, False]


async def test_nothing_is_sent_during_an_outage_and_a_cancel_says_offline():
    transport = FakeTransport(lambda request: failure())
    transport.online = False
    running = audit([f"http://a.example/{n}" for n in range(50)], transport=transport)
    results = []

    async def collect():
        async for result in running:
            results.append(result)

    task = asyncio.ensure_future(collect())
    await asyncio.sleep(0.05)
    sent = len(transport.sent)
    await asyncio.sleep(0.05)
    assert len(transport.sent) == sent < 50
    running.cancel()
    await asyncio.wait_for(task, 1)
    assert {(r.verdict.value, r.rule) for r in results} == {("not-checked", "offline")}


async def test_a_missing_dependency_of_sockets_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "aiohappyeyeballs", None)
    for module in ("native", "heads"):
        monkeypatch.delitem(sys.modules, f"json_head.transports.sockets.{module}", raising=False)
    with pytest.raises(ImportError, match=r"pip install json-head"):
        await head(["http://a.example/"])


async def test_a_transport_is_closed_by_whoever_made_it(monkeypatch):
    own, given = (FakeTransport(lambda request: response(200)) for _ in range(2))
    monkeypatch.setattr(_api, "default_transport", lambda: own)
    await head(["http://a.example/"])
    await head(["http://a.example/"], transport=given)
    assert (own.closed, given.closed) == (True, False)


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


@pytest.mark.parametrize("one", [Link("nonsense"), "nonsense"])
async def test_a_single_link_is_one(one):
    assert [result.rule async for result in audit(one, transport=FakeTransport({}))] == ["invalid-url"]
