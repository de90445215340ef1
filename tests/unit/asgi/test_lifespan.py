"""Start and end of the app, and the modules that it needs."""

import json
import subprocess
import sys
from pathlib import Path

import json_head
from json_head.asgi import App, Settings

from tests.unit.asgi.client import Client


async def test_the_app_opens_and_closes_its_transport_with_the_server():
    app, sent = App(Settings()), []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive():
        return next(messages)

    async def send(message):
        sent.append((message["type"], app._transport is not None))

    await app({"type": "lifespan"}, receive, send)
    assert sent == [("lifespan.startup.complete", True), ("lifespan.shutdown.complete", False)]


async def test_the_app_does_not_close_a_given_transport():
    client = Client()
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive():
        return next(messages)

    async def send(message):
        pass

    await client.app({"type": "lifespan"}, receive, send)
    assert not client.network.closed


def test_the_app_needs_neither_aiohttp_nor_a_server_package():
    """Pyodide has none of these packages."""
    code = """if True:
        import sys
        sys.modules |= dict.fromkeys(["aiohttp", "uvicorn", "uvloop", "httptools", "click"])
        import asyncio
        from json_head.asgi import WITHIN_A_BROWSER, App
        from json_head.transports.fake import FakeTransport, response
        app = App(WITHIN_A_BROWSER, FakeTransport(lambda request: response(200)), guarded=False)
        async def send(message):
            print(message.get("status") or message["body"].decode())
        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"url=http://a.test/"}
        asyncio.run(app(scope, asyncio.Event().wait, send))
    """
    here = {"PYTHONPATH": str(Path(json_head.__file__).parents[1])}
    process = subprocess.run([sys.executable, "-c", code], env=here, capture_output=True, text=True, check=True)
    status, _, body = process.stdout.partition("\n")
    assert (status, [item["status"] for item in json.loads(body)]) == ("200", [200])
