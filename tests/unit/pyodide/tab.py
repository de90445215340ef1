"""A tab of the page with a store."""

from json_head.pyodide.store.keeping import Keeping, Place
from json_head.transports.fake import response

from tests.unit.pyodide.page import Page

A = "http://a.example"


def statuses(**by_path):
    """Answers with a status for each path, and 200 for the others."""
    return lambda request: response(by_path.get(request.url.rsplit("/", 1)[1], 200))


def keeping_in(path, room=1e9, state="kept"):
    async def place():
        return Place(state, str(path), room)

    return Keeping(place)


class Tab(Page):
    """A page with a store, and the messages that it sends for a check."""

    def __init__(self, path, answer=None, room=1e9, state="kept"):
        super().__init__(answer or statuses(), keeping_in(path, room, state))
        self.id = 0

    async def send(self, type, body=None, **parts):
        """Send a message; return its replies without the last, which has to be ``done``."""
        self.id += 1
        ending = await self.ask({"id": self.id, "type": type, **parts}, body)
        assert ending["type"] == "done", ending
        return [reply for reply in self.replies if reply["id"] == self.id][:-1]

    async def check(self, *urls, source="s", end=True):
        """Check URLs in a new run; return its id."""
        keep = {"source": source, "options": {"title": f"Title of {source}"}}
        replies = await self.send("audit", source={"urls": list(urls)}, keep=keep)
        (run,) = [reply["run"] for reply in replies if reply["type"] == "kept"]
        if end:
            await self.send("finish", run=run, complete=True, notes=[])
        return run

    async def runs(self):
        (reply,) = await self.send("runs")
        return reply["runs"]

    async def rows(self, run, **parts):
        return [item for reply in await self.send("rows", run=run, **parts) for item in reply["items"]]
