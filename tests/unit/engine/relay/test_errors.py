"""A relay that gives no usable response is an error with a code and a sentence."""

import asyncio
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_head.gather.links import MAX_LINKS
from json_head.model import Hop, Observation, Outcome
from json_head.relay import client as module
from json_head.relay.answers import MAX_NOTES, json_of
from json_head.relay.client import Relay
from json_head.relay.errors import RelayError
from json_head.transports.fake import failure, response

from tests.unit.engine.relay.relays import (
    ADDRESS,
    LINKS,
    Prepared,
    check,
    prepared,
    result,
)


@pytest.mark.parametrize(
    ("answer", "origin", "code", "words"),
    [
        (failure(), "https://p.example", "relay-no-answer", "Either no relay runs there, or it does not accept requests from pages of https://p.example."),
        (failure(), "https://p.example", "relay-no-answer", "json-head serve --origin https://p.example"),
        (failure(Outcome.BLOCKED, "local-address"), "https://p.example", "relay-no-answer", "must also be allowed to reach"),
        (failure(Outcome.BLOCKED, "offline"), "https://p.example", "relay-no-answer", "offline"),
        (failure(Outcome.FAILED, "refused"), None, "relay-no-answer", "Nothing listens at this address"),
        (failure(Outcome.TIMEOUT), None, "relay-timeout", "within 30 seconds"),
        (response(403, body=b'[{"error":"origin-not-allowed"}]'), "https://p.example", "relay-refused", "(origin-not-allowed)"),
        (response(403, body=b'[{"error":"origin-not-allowed"}]'), "https://p.example", "relay-refused", "--origin https://p.example"),
        (response(421, body=b'[{"error":"host-not-allowed"}]'), None, "relay-refused", "json-head serve --name 127.0.0.1"),
        (response(500, body=b'[{"error":"internal-error"}]'), None, "relay-refused", "(internal-error)"),
        (response(404, body=b"<h1>Not Found</h1>"), None, "relay-nonsense", "not JSON, status 404"),
        (response(404, body=b'{"message":"no"}'), None, "relay-nonsense", "an error without a code"),
        (response(403, body=b'[{"error":"<b>markup</b>"}]'), None, "relay-nonsense", "(a code, status 403)"),
        (response(204), None, "relay-nonsense", "not JSON, status 204"),
        (response(200, body=b"<!doctype html>"), None, "relay-nonsense", "not JSON"),
        (response(200, body=b"\xff\xfe[]"), None, "relay-nonsense", "not JSON"),
        (response(200, body=b"9" * 5_000), None, "relay-nonsense", "not JSON"),
        (response(200, body=b"[" * 3_000_000), None, "relay-nonsense", "nested too deep"),
        (response(200, body=b'"' + b'\\"' * 3_000_000), None, "relay-nonsense", "not JSON"),
        (response(200, body=b"[" + b" " * 10_000_001 + b"]"), None, "relay-nonsense", "more than 10,000,000 bytes"),
        (response(200, body=b"[" + b"[]," * 3_000_000 + b"[]]"), None, "relay-nonsense", "more than 20,000 brackets"),
        (response(200, body=b"[" + b"1," * 3_000_000 + b"1]"), None, "relay-nonsense", "more than 20,000 brackets"),
        (response(200, body=b"{}" * 3_000_000), None, "relay-nonsense", "more than 20,000 brackets and commas"),
    ],
)  # fmt: skip
async def test_an_unusable_response_is_an_error_with_a_code_and_a_sentence(answer, origin, code, words):
    with pytest.raises(RelayError) as raised:
        await check(Prepared(answer), [result("http://a.example/")], origin=origin)
    assert raised.value.code == code
    assert words in str(raised.value) and "127.0.0.1:8006" in str(raised.value)
    assert len(str(raised.value)) < 500


async def test_a_response_with_too_many_brackets_is_refused():
    deep = b"[" * 15 + b"]" * 15 + b","
    with pytest.raises(RelayError, match="more than 1,000,000 brackets and commas"):
        await Relay(ADDRESS, prepared(b"[" + deep * 600_000 + b"1]")).links("http://a.example/")


async def test_an_unterminated_string_is_refused_without_backtracking():
    began = time.perf_counter()
    with pytest.raises(RelayError, match="not JSON"):
        await Relay(ADDRESS, prepared(b"1" * 100_000 + b'"\\')).links("http://a.example/")
    assert time.perf_counter() - began < 2


def test_the_longest_responses_of_the_api_are_within_the_limits():
    hops = (Hop(302, "http://a.example/", "/[,]"),) * 21
    attempts = (Observation(Outcome.RESPONSE, status=404, headers={f"x-{n}": "[,]" for n in range(30)}, hops=hops),) * 4
    row = result("http://a.example/", attempts)._replace(final=attempts[-1]).to_json()
    body = json.dumps([row] * module.MAX_URLS).encode()
    assert len(json_of(body, module.ROWS_BYTES, module.ROWS_PARTS)) == module.MAX_URLS
    links = [result("http://a.example/").link._asdict()] * MAX_LINKS
    body = json.dumps({**LINKS, "links": links, "notes": ["[,]"] * MAX_NOTES}).encode()
    assert len(json_of(body, module.LINKS_BYTES, module.LINKS_PARTS)["links"]) == MAX_LINKS


@settings(max_examples=200)
@given(st.binary(max_size=60) | st.text(st.sampled_from('[]{}",:\\0ae '), max_size=40).map(str.encode))
def test_any_bytes_lead_to_a_code_of_the_closed_list(body):
    with pytest.raises(RelayError) as raised:
        asyncio.run(check(prepared(body), [result("http://a.example/404")]))
    assert raised.value.code == "relay-nonsense"
