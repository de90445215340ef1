"""Fixtures for tests of what goes over sockets: one transport, and servers that answer with given bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from json_head.transports.sockets.native import NativeTransport

from tests.native.support.relay import Relay, may_ask, serving
from tests.native.support.wire import Wire, listening


@pytest.fixture
async def transport() -> AsyncIterator[NativeTransport]:
    async with NativeTransport() as transport:
        yield transport


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A server that answers what ``wire.answers`` says, path by path."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(listening())


@pytest.fixture
async def relay(wire: Wire) -> AsyncIterator[Relay]:
    """The HTTP API, which may ask ``wire``."""
    async with serving(*may_ask(wire)) as relay:
        yield relay
