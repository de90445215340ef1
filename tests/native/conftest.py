"""Fixtures for tests over sockets: a transport, and servers that respond with given bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from json_head.transports.sockets.native import NativeTransport

from tests.native.support.relay import Relay, relay_options, serving
from tests.native.support.wire import Wire, listening


@pytest.fixture
async def transport() -> AsyncIterator[NativeTransport]:
    async with NativeTransport() as transport:
        yield transport


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A server that responds with the bytes of ``wire.answers``, path by path."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(listening())


@pytest.fixture
async def relay(wire: Wire) -> AsyncIterator[Relay]:
    """The HTTP API, which may request ``wire``."""
    async with serving(*relay_options(wire)) as relay:
        yield relay
