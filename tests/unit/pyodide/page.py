"""The page's end of the messages to the worker, and a stand-in network."""

import asyncio
import json

from json_head.pyodide.worker import Worker
from json_head.transports.fake import FakeTransport, failure, response

HTML = {"content-type": "text/html"}


def answers(request):
    if request.url.endswith("/page"):
        return response(
            200, HTML, body=b'<a href="/200">fine</a> <a href="/404">gone</a> <a href="mailto:x@y.example">mail</a>'
        )
    if request.url.endswith("/hidden"):
        return failure()
    return response(int(request.url.rsplit("/", 1)[1]), delay_s=0.01)


class Page:
    """The page: sends messages, records replies, and asserts that each request has exactly one final reply."""

    def __init__(self, answer=answers, keeping=None):
        self.replies = []
        self.bodies = []
        self.transport = FakeTransport(answer)
        self.worker = Worker(self.take, self.transport, None, keeping)

    def take(self, reply, body=None):
        if body is not None:
            self.bodies.append(body)
        assert json.loads(json.dumps(reply)) == reply, "a reply is JSON"
        self.replies.append(reply)

    async def ask(self, message, body=None):
        self.worker.receive(message, body)
        return await self.ending(message["id"])

    async def ending(self, id):
        async with asyncio.timeout(10):
            while not (
                ends := [r for r in self.replies if r["id"] == id and r["type"] in ("done", "error", "cancelled")]
            ):
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.002)
        assert len(ends) == 1
        assert [r for r in self.replies if r["id"] == id][-1] is ends[0]
        return ends[0]

    def results(self, id=1):
        return [
            item
            for reply in self.replies
            if reply["id"] == id and reply["type"] == "results"
            for item in reply["items"]
        ]

    def indexed(self, id=1):
        """The results as ``(index, result)``. Asserts that no index occurs twice."""
        batches = [reply for reply in self.replies if reply["id"] == id and reply["type"] == "results"]
        pairs = [pair for batch in batches for pair in zip(batch["indexes"], batch["items"], strict=True)]
        assert len({index for index, _ in pairs}) == len(pairs)
        return pairs

    def all(self, type):
        return [reply for reply in self.replies if reply["type"] == type]
