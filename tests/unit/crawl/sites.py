"""Sites without a network, and crawls of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from json_head.crawl.crawl import Crawl, Options
from json_head.crawl.scope import Limits
from json_head.policy import Policy
from json_head.store import Store
from json_head.transports.fake import Answer, FakeTransport, response

HTML = {"content-type": "text/html"}
ORIGIN = "http://a.test"


def page(*hrefs: str, head: str = "", headers: Mapping[str, str] = HTML) -> Answer:
    links = "".join(f"<p><a href='{href}'>to {href}</a>" for href in hrefs)
    return response(200, headers, body=f"<!doctype html><head>{head}</head>{links}".encode())


class Site:
    """Pages by path. Other paths of the site are missing; other sites answer with success."""

    def __init__(self, pages: Mapping[str, Answer]) -> None:
        self.pages = dict(pages)
        self.transport = FakeTransport(self._answer)

    def _answer(self, request):
        if not request.url.startswith(ORIGIN + "/"):
            return response(200)
        return self.pages.get(request.url.removeprefix(ORIGIN), response(404))

    def requests(self, *, robots: bool = False) -> Counter[tuple[str, str]]:
        """How often each method and path was requested."""
        sent = ((request.method, request.url.removeprefix(ORIGIN)) for request in self.transport.sent)
        return Counter(item for item in sent if robots or item[1] != "/robots.txt")

    async def crawl(self, *starts: str, store: Store | None = None, run: int | None = None, **settings) -> Crawled:
        store = store or Store.open(":memory:")
        limits = Limits(**{name: settings.pop(name) for name in list(settings) if name in Limits.__slots__})
        options = Options(**{name: settings.pop(name) for name in list(settings) if name in Options.__slots__})
        urls = [ORIGIN + start for start in starts or ("/",)]
        recorder = store.resume(run) if run else store.begin("crawl", " ".join(urls))
        policy = settings.pop("policy", Policy(retries=0))
        crawl = Crawl(urls, limits, options, policy, self.transport, recorder, **settings)
        await crawl.run()
        return Crawled(crawl, store, recorder.run)


class Crawled:
    """A crawl that has ended."""

    def __init__(self, crawl: Crawl, store: Store, run: int) -> None:
        self.crawl, self.store, self.run = crawl, store, run
        self.rows = list(store.rows(run))

    def verdicts(self) -> dict[str, str]:
        """The rules by URL without the origin."""
        return {row["url"].removeprefix(ORIGIN): row["rule"] for row in self.rows}

    def places(self, path: str) -> list[str]:
        """The pages that link to a path."""
        return [(row["source"] or "").removeprefix(ORIGIN) for row in self.rows if row["url"] == ORIGIN + path]
