"""JSONP: the script and the names of callbacks."""

import json

import pytest
from json_head.asgi.replies import is_callback

from tests.growth import assert_linear, repeated
from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.client import Client


async def test_jsonp_is_a_script_that_calls_the_function():
    reply = await Client()(path_for("http://a.test/\u2028</script>", callback="a.b_1.$"))
    assert reply.headers["content-type"] == "application/javascript; charset=utf-8"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.body.startswith(b"/**/a.b_1.$([{") and reply.body.endswith(b"}]);\n") and reply.body.isascii()
    assert json.loads(reply.body[len("/**/a.b_1.$(") : -3])[0]["url"] == "http://a.test/\u2028</script>"


@pytest.mark.parametrize("name", ["a", "_", "$", "a.b", "jQuery123_456", "A" * 64])
def test_names_of_functions_are_accepted_as_callbacks(name):
    assert is_callback(name)


@pytest.mark.parametrize(
    "name", ["", ".", "a.", ".a", "a..b", "1", "a.1", "a b", "a\n", "a(", "a[0]", "a-b", "é", "ª", "١", "A" * 65, "a;b"]
)
def test_other_names_are_refused_as_callbacks(name):
    assert not is_callback(name)


def test_long_names_of_callbacks_are_refused_quickly():
    assert not is_callback("a" * 1_000_000) and not is_callback(("a." * 32)[:63] + "!")
    assert_linear(is_callback, repeated("a."), 1_000_000)
