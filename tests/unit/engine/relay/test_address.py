"""The address of a relay."""

import pytest
from json_head.relay.client import Relay
from json_head.relay.errors import RelayError
from json_head.transports.fake import FakeTransport, response
from json_head.urls.target import parse

from tests.unit.engine.relay.relays import Prepared, prepared, result, row_of


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://127.0.0.1:8006", "http://127.0.0.1:8006/?url="),
        (" HTTPS://A.example/relay// ", "https://a.example/relay/?url="),
        ("http://[::1]:8006/#x", "http://[::1]:8006/?url="),
    ],
)
async def test_address_may_have_a_path(address, base):
    transport = prepared([row_of("http://a.example/")])
    async for _ in Relay(address, transport).ask([result("http://a.example/")]):
        pass
    assert transport.requests == [base + "http%3A%2F%2Fa.example%2F"]


@pytest.mark.parametrize(
    "address",
    ["", "127.0.0.1:8006", "//a.example", "ftp://a.example/", "http://u:p@a.example/", "http://a.example/?b", "http://a b/",
     "javascript:alert(1)", "http://a.example/" + "a" * 2_000, "http://a.example:99999/"],
)  # fmt: skip
def test_an_invalid_address_is_refused(address):
    with pytest.raises(RelayError) as raised:
        Relay(address, Prepared(response(200)))
    assert raised.value.code == "relay-invalid" and len(str(raised.value)) < 300


def test_an_address_that_the_page_cannot_request_is_refused():
    network = FakeTransport(lambda request: response(200), page=parse("https://page.example/"))
    with pytest.raises(RelayError, match="A secure page"):
        Relay("http://relay.example/", network)
    with pytest.raises(RelayError, match="port 6000"):
        Relay("http://127.0.0.1:6000/", network)
    assert Relay("http://127.0.0.1:8006/", network).name == "127.0.0.1:8006"
