"""Fixtures shared by the tests of the transports."""

import pytest

from tests.unit.transports.fake_browser import batched, plain


@pytest.fixture(params=["response", "ask", "batched"])
def fetch_of(request):
    """Each way to send a request, as a function that takes a Browser."""
    return {
        "response": plain,
        "ask": lambda browser: plain(browser).ask,
        "batched": lambda browser: batched(browser).ask,
    }[request.param]
