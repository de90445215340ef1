"""JSONP: the names that may be a callback."""

import json
import time

import pytest
from json_head.asgi.replies import is_callback

from tests.unit.asgi.addresses import query
from tests.unit.asgi.client import Client


async def test_json_p_is_a_script_that_calls_the_function():
    got = await Client()(query("http://a.test/\u2028</script>", callback="a.b_1.$"))
    assert got.headers["content-type"] == "application/javascript; charset=utf-8"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.body.startswith(b"/**/a.b_1.$([{") and got.body.endswith(b"}]);\n") and got.body.isascii()
    assert json.loads(got.body[len("/**/a.b_1.$(") : -3])[0]["url"] == "http://a.test/\u2028</script>"


@pytest.mark.parametrize("name", ["a", "_", "$", "a.b", "jQuery123_456", "A" * 64])
def test_names_of_functions_are_callbacks(name):
    assert is_callback(name)


@pytest.mark.parametrize(
    "name", ["", ".", "a.", ".a", "a..b", "1", "a.1", "a b", "a\n", "a(", "a[0]", "a-b", "é", "ª", "١", "A" * 65, "a;b"]
)
def test_nothing_else_is(name):
    assert not is_callback(name)


def test_a_long_callback_takes_no_time():
    began = time.perf_counter()
    assert not is_callback("a" * 1_000_000) and not is_callback(("a." * 32)[:63] + "!")
    assert time.perf_counter() - began < 0.1
