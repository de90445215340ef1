"""Every response names its request, by the client's own id if that is a plain token."""

import pytest

from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.operation.operated import Operated

PATH = path_for("http://a.test/")


@pytest.mark.parametrize("given", ["a", "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "x" * 64, "Root=1-67891233:abc"])
async def test_a_plain_id_is_returned_and_logged(given):
    client = Operated()
    reply = await client(PATH, x_request_id=given)
    assert reply.headers["x-request-id"] == given == client.log.lines[0]["id"]


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", 'a"b', "a\xe9", "a\tb", "a{b}", ["a", "b"]])
async def test_any_other_id_is_replaced(given):
    client = Operated()
    ids = [(await client(PATH, x_request_id=given)).headers["x-request-id"] for _ in range(2)]
    assert [len(id) for id in ids] == [32, 32] and ids[0] != ids[1]


async def test_refusals_have_an_id_too():
    assert (await Operated()("/nothing", x_request_id="a")).headers["x-request-id"] == "a"


async def test_pages_of_allowed_origins_may_read_the_new_fields():
    fields = {"Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-ID"}
    for settings in ({}, {"client_burst": 1, "client_rate": 0.01}):
        client = Operated(origins=("https://page.test",), **settings)
        await client(PATH, origin="https://page.test")
        reply = await client(PATH, origin="https://page.test")
        assert set(reply.headers["access-control-expose-headers"].split(", ")) == fields
        assert "access-control-expose-headers" not in (await client(PATH)).headers
