"""The API does not tell which names exist in its network."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import asynccontextmanager

import pytest
from json_head.asgi import App, Settings
from json_head.transports.sockets import permitted

from tests.native.support.wire import listening, moved
from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.client import Client

OUTSIDE = "127.0.0.9"
#: The addresses of names. A name that is not here does not exist.
ADDRESSES = {
    "inside.test": ["10.0.0.1"], "two.test": ["10.0.0.1", "169.254.169.254"], "own.test": ["127.0.0.1"],
    "denied.test": [OUTSIDE], "below.denied.test": [OUTSIDE],
}  # fmt: skip
NAMES = ("missing.test", *ADDRESSES)
STEP_S = 0.2


@pytest.fixture(autouse=True)
def names(monkeypatch):
    def look_up(host, port, *args, **kwargs):
        if host not in ADDRESSES:
            time.sleep(STEP_S / 4)
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ADDRESSES[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(permitted, "FAILURE_STEP_S", STEP_S)


@asynccontextmanager
async def client_over_sockets(*ports):
    client = Client()
    client.app = App(Settings(ports=(80, *ports), allow=(OUTSIDE,), deny=("denied.test",)))
    try:
        yield client
    finally:
        await client.app._transport.close()


async def shown_for(client, path, name):
    """The response for a name, without the name and the time."""
    item = (await client(path)).json
    item = item[0] if isinstance(item, list) else item
    return str({**item, "checked_at": ""}).replace(name, "NAME")


async def test_links_to_forbidden_names_get_the_response_of_a_missing_name():
    async with client_over_sockets() as client:
        shown = {await shown_for(client, path_for(f"http://{name}/a"), name) for name in NAMES}
    assert len(shown) == 1 and "'error': 'dns'" in shown.pop()


async def test_pages_of_forbidden_names_get_the_response_of_a_missing_name():
    async with client_over_sockets() as client:
        shown = {await shown_for(client, f"/links?url=http://{name}/a", name) for name in NAMES}
    assert len(shown) == 1 and "page-no-answer" in shown.pop()


async def test_redirects_to_forbidden_names_get_the_response_of_a_missing_name():
    async with listening(OUTSIDE) as outside, client_over_sockets(int(outside.origin.rpartition(":")[2])) as client:
        for name in NAMES:
            outside.answers[f"/{name}"] = moved(f"http://{name}/")
        shown = {await shown_for(client, path_for(f"{outside.origin}/{name}"), name) for name in NAMES}
    assert len(shown) == 1 and "'error': 'dns'" in shown.pop()


@pytest.mark.parametrize("path", ["/?url=", "/links?url="])
async def test_forbidden_and_missing_names_get_no_response_before_the_same_time(path):
    loop = asyncio.get_running_loop()
    async with client_over_sockets() as client:
        for name in NAMES:
            began = loop.time()
            await client(f"{path}http://{name}/")
            assert loop.time() - began >= STEP_S * 0.99
