"""Limits of a connection, tested on uvicorn's protocol with a fake transport."""

import asyncio
import re

import pytest
from json_head.asgi import Settings
from json_head.asgi import serve as serving
from json_head.asgi.serve import MAX_HEAD, MAX_WAITING, Config, Patient
from uvicorn.server import ServerState

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Connection(asyncio.Transport):
    """A fake transport that records the bytes written and how it was closed."""

    def __init__(self, address):
        super().__init__({"peername": (address, 1), "sockname": ("192.0.2.2", 2)})
        self.written = []
        self.end = None

    @property
    def responses(self):
        """The bytes written, split before each response."""
        return [response for response in re.split(rb"(?=HTTP/1\.1 )", b"".join(self.written)) if response]

    def write(self, data):
        if not self.end:
            self.written.append(bytes(data))

    def close(self):
        self.end = self.end or "closed"

    def abort(self):
        self.end = "aborted"

    def is_closing(self):
        return self.end is not None

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass


class Server:
    def __init__(self, **settings):
        self.config = Config(Settings(**settings))
        self.config.load()
        self.state = ServerState()

    def connect(self, address="192.0.2.1"):
        protocol = Patient(self.config, self.state, {})
        connection = Connection(address)
        protocol.connection_made(connection)
        return protocol, connection


async def settled(server):
    while server.state.tasks:
        await asyncio.gather(*server.state.tasks)
        await asyncio.sleep(0)


async def exchange(data, **settings):
    server = Server(**settings)
    protocol, connection = server.connect()
    protocol.data_received(data)
    await settled(server)
    end = connection.end
    protocol.connection_lost(None)
    connection.end = end
    return connection


async def test_a_response_to_get_has_a_head_and_a_body():
    connection = await exchange(GET)
    (reply,) = connection.responses
    assert reply.startswith(b"HTTP/1.1 200 OK\r\n") and reply.endswith(b'\r\n\r\n{"ok":true}\n')
    assert connection.end is None


@pytest.mark.parametrize("data", [GET.replace(b"GET", b"HEAD"), GET.replace(b"GET /healthz", b"OPTIONS *")])
async def test_a_response_to_head_or_options_has_no_body(data):
    (reply,) = (await exchange(data)).responses
    assert reply.startswith(b"HTTP/1.1 20") and reply.endswith(b"\r\n\r\n")


async def test_connection_close_closes_after_the_response():
    connection = await exchange(GET.replace(b"Host", b"Connection: close\r\nHost"))
    assert len(connection.responses) == 1 and connection.end == "closed"


@pytest.mark.parametrize("filling", [b"a" * 2 * MAX_HEAD, b"a\r\nX: " * (MAX_HEAD // 3)])
async def test_the_size_of_a_request_head_is_limited(filling):
    start = GET[:-4] + b"\r\nX: "
    small = await exchange(start + filling[:30_000] + b"\r\n\r\n")
    large = await exchange(start + filling + b"\r\n\r\n")
    assert small.written[0].startswith(b"HTTP/1.1 200") and not small.end
    assert large.written[0].startswith(b"HTTP/1.1 400") and large.end == "closed"


async def test_the_size_of_the_head_is_limited_per_request():
    server = Server()
    protocol, connection = server.connect()
    request = GET[:-4] + b"\r\nX: " + b"a" * (MAX_HEAD // 2) + b"\r\n\r\n"
    for _ in range(5):
        protocol.data_received(request)
        await settled(server)
    assert connection.end is None
    assert [response[:12] for response in connection.responses] == [b"HTTP/1.1 200"] * 5


async def test_pipelined_requests_are_limited_in_number():
    for waiting, end in ((MAX_WAITING, None), (MAX_WAITING + 1, "aborted")):
        connection = await exchange(GET * (1 + waiting))
        assert connection.end == end
        assert len(connection.responses) == (1 + waiting if not end else 0)


async def test_an_invalid_request_during_a_response_aborts_the_connection():
    connection = await exchange(GET + b"nonsense\r\n\r\n")
    assert connection.end == "aborted" and not any(b" 400 " in part for part in connection.written)
    connection = await exchange(b"nonsense\r\n\r\n")
    assert connection.end == "closed" and b" 400 " in connection.written[0]


@pytest.mark.parametrize("field", [b"Content-Length: 9", b"Transfer-Encoding: chunked"])
async def test_a_request_with_a_body_closes_the_connection(field):
    server = Server()
    protocol, connection = server.connect()
    protocol.data_received(GET.replace(b"Host", field + b"\r\nHost"))
    protocol.data_received(b"zz\r\nno chunk, and longer than declared")
    await settled(server)
    assert connection.written[0].startswith(b"HTTP/1.1 200") and connection.end == "closed"


async def test_connections_are_limited_in_number():
    server = Server(connections=2)
    connections = [server.connect(f"192.0.2.{number}")[1] for number in range(3)]
    assert [connection.end for connection in connections] == [None, None, "aborted"]


async def test_a_client_leaves_connections_for_others():
    server = Server(connections=40)
    connected = [server.connect() for _ in range(40)]
    assert [connection.end for _, connection in connected] == [None] * 20 + ["aborted"] * 20
    assert [server.connect("192.0.2.2")[1].end for _ in range(5)] == [None] * 5
    for protocol, _ in connected:
        protocol.connection_lost(None)
    assert [server.connect()[1].end for _ in range(15)] == [None] * 15


async def test_all_connections_may_come_from_a_proxy():
    server = Server(connections=4, proxies=("192.0.2.0/24",))
    assert [server.connect()[1].end for _ in range(5)] == [None] * 4 + ["aborted"]


async def test_idle_connections_are_aborted(monkeypatch):
    monkeypatch.setattr(serving, "IDLE_S", 0.1)
    server = Server()
    protocol, connection = server.connect()
    protocol.data_received(GET[:-2])
    await asyncio.sleep(0.05)
    protocol.data_received(b"\r\n")
    await settled(server)
    answered = asyncio.get_running_loop().time()
    while not connection.end:
        await asyncio.sleep(0.01)
    assert connection.end == "aborted" and asyncio.get_running_loop().time() - answered > 0.08
