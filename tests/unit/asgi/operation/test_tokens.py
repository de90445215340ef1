"""Requests need a token once the API has tokens."""

import hmac

import pytest
from json_head.asgi.operation.tokens import Tokens, read_tokens

from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.operation.operated import OTHER_TOKEN, TOKEN, Operated

PATH = path_for("http://a.test/")


@pytest.fixture
def client():
    return Operated(tokens=(TOKEN, OTHER_TOKEN), origins=("https://page.test",))


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer {OTHER_TOKEN}", f"BEARER  {TOKEN}"])
async def test_each_token_is_accepted(client, authorization):
    assert (await client(PATH, authorization=authorization)).json[0]["status"] == 200


@pytest.mark.parametrize(
    "path", ["/", PATH, path_for("http://a.test/") + "&format=ndjson", "/links?url=http://a.test/"]
)
async def test_a_request_without_a_token_gets_a_challenge(client, path):
    reply = await client(path)
    assert (reply.status, reply.json["error"]) == (401, "token-required")
    assert reply.headers["www-authenticate"] == 'Bearer realm="json-head"'
    assert not client.network.sent


@pytest.mark.parametrize(
    "authorization",
    [
        f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN} {TOKEN}",
        [f"Bearer {TOKEN}", f"Bearer {TOKEN}"], "Bearer \xe9",
    ],
)  # fmt: skip
async def test_other_tokens_are_refused(client, authorization):
    reply = await client(PATH, authorization=authorization)
    assert (reply.status, reply.json["error"]) == (401, "token-invalid")
    assert 'error="invalid_token"' in reply.headers["www-authenticate"]
    assert not client.network.sent


async def test_pages_may_send_a_token_and_read_a_refusal(client):
    headers = {"origin": "https://page.test", "access-control-request-method": "GET"}
    preflight = await client(PATH, "OPTIONS", **headers, access_control_request_headers="authorization")
    assert (preflight.status, preflight.headers["access-control-allow-headers"]) == (204, "Authorization")
    refusal = await client(PATH, origin="https://page.test")
    assert (refusal.status, refusal.headers["access-control-allow-origin"]) == (401, "https://page.test")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_monitoring_needs_no_token(client, path):
    assert (await client(path)).status == 200


async def test_a_token_changes_nothing_for_a_server_without_tokens():
    assert (await Operated()(PATH, authorization="Bearer x")).status == 200


@pytest.mark.parametrize("token", [TOKEN, OTHER_TOKEN, "other"])
def test_every_token_is_compared_in_constant_time(monkeypatch, token):
    compared, compare = [], hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *digests: compared.append(digests) or compare(*digests))
    assert Tokens([TOKEN, OTHER_TOKEN]).knows(token) is (token != "other")
    assert [{len(digest) for digest in digests} for digests in compared] == [{32}, {32}]


def test_a_file_has_a_token_on_each_line(tmp_path):
    path = tmp_path / "tokens"
    path.write_text(f"# of the docs team\n{TOKEN}\r\n\n  {OTHER_TOKEN}  \n")
    assert read_tokens(path) == [TOKEN, OTHER_TOKEN]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no token"),
        ("# none\n", "no token"),
        (f"{TOKEN}\nshort\n", "line 2"),
        ("with spaces in it\n", "line 1"),
        ("é" * 20, "line 1"),
    ],
)
def test_an_invalid_file_is_an_error_without_the_token(tmp_path, text, message):
    path = tmp_path / "tokens"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as raised:
        read_tokens(path)
    assert "short" not in str(raised.value) and TOKEN not in str(raised.value)
