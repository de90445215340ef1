"""Crawls a site: reads its pages, checks every target that they link to once, and records both in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from json_head.audit import Audit
from json_head.crawl.fragments import judge_fragments
from json_head.crawl.frontier import Frontier, Page
from json_head.crawl.pages import Pages
from json_head.crawl.reading import Reader
from json_head.crawl.remarks import Remarks
from json_head.crawl.requests import PageRequest, may_be_page
from json_head.crawl.robots_files import RobotsFiles
from json_head.crawl.scope import Limits, Scope, split
from json_head.gather.links import Gathered, Run, in_slices
from json_head.model import Result, Verdict
from json_head.policy import Policy
from json_head.relay.client import Relay
from json_head.relay.errors import RelayError
from json_head.store import Recorder
from json_head.store.runs import End
from json_head.transports.base import Transport
from json_head.urls.target import UrlError, parse
from json_head.verdicts import UNDECIDED, judge_ignored

if TYPE_CHECKING:
    from json_head.gather.https import HttpsCheck

#: The formats of pages. Sitemaps and lists of addresses are read too.
_OF_PAGES = frozenset(("html", "xhtml"))


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a crawl besides its limits.

    Args:
        robots: whether robots.txt is heeded.
        sitemaps: whether the sitemaps that robots.txt names are read.
        nofollow: whether links are not followed if their page asks for that, by ``rel=nofollow`` or its robots meta element.
        noindex: whether the links of pages are left out that ask not to be indexed.
    """

    robots: bool = True
    sitemaps: bool = True
    nofollow: bool = False
    noindex: bool = False


class Crawl:
    """One crawl, whose results are in the store.

    ``on_result`` is called with each result, one for each target. ``link_index`` is the target's id in the store.
    ``errors`` are sentences about starts that could not be read, and about the relay; ``notes`` are those about what was left out, and why.

    Args:
        recorder: that of a new run, or of one that is resumed.
        relay: reads the pages that cannot be read from here, and checks other targets whose verdict is undecided.
        https: finds out, once all targets are checked, which of those with http work with https, too.
        accept: statuses that are no failures.
        run: runs the extraction of a page.
        reading_s: see :func:`~json_head.gather.links.gather_page`.
    """

    def __init__(
        self,
        starts: Sequence[str],
        limits: Limits,
        options: Options,
        policy: Policy,
        transport: Transport,
        recorder: Recorder,
        *,
        relay: Relay | None = None,
        https: HttpsCheck | None = None,
        accept: Iterable[int] = (),
        run: Run = in_slices,
        reading_s: float | None = None,
    ) -> None:
        self._starts = starts
        self._options = options
        self._transport = transport
        self._recorder = recorder
        self._accept = frozenset(accept)
        self._remarks = Remarks()
        self._https = https
        self._reader = Reader(self._remarks, relay, run, reading_s)
        self._scope = Scope(subdomains=limits.subdomains)
        self._pages = Pages(self._scope, limits, self._refuses if options.robots else lambda url: None)
        robots, cuts = recorder.state()
        self._robots = RobotsFiles(transport, robots)
        self.audit = Audit((), policy, transport, crawler=self)
        self._frontier = Frontier(
            self._pages,
            self._robots,
            recorder,
            self.audit,
            self._record,
            heeds_robots=options.robots,
            reads_sitemaps=options.sitemaps,
            cuts=cuts,
        )
        self._recorded: set[int] = set()
        """Pages whose results were stored with their links, and are still to be delivered."""
        self._relayed: dict[int, Result] = {}
        """The results of pages that the relay was asked for, to be delivered instead of those without it."""
        self._undecided: dict[int, Result] = {}
        """Results that the relay is to decide, by target."""
        self._part: asyncio.Task[None] | None = None
        self.pages_read = 0
        """The number of pages that were read. Sitemaps, and content that could not be understood, do not count."""
        self._pages_unread = 0
        self.known = 0
        """The number of targets that had a result before this crawl was resumed."""
        self.on_result: Callable[[Result], object] = lambda result: None
        self.errors = self._remarks.errors
        self.notes = self._remarks.notes

    @property
    def targets(self) -> int:
        """The number of targets found so far."""
        return len(self._frontier)

    @property
    def has_failed(self) -> bool:
        """Whether no page could be read, so that nothing is known about the links of the site."""
        return not self.pages_read and self._pages_unread > 0

    def cancel(self) -> None:
        """End the crawl. What is known by then is stored, so that it can be resumed."""
        self.audit.cancel()
        if self._part:
            self._part.cancel()

    async def run(self) -> None:
        """Crawl to the end, or until :meth:`cancel` is called.

        Raises:
            StoreError: the results cannot be stored.
            UrlError: a start cannot be requested.
        """
        await self._unless_cancelled(self._start())
        async for result in self.audit:
            self._undecided.pop(result.link_index, None)  # the target is read as a page after all
            if result.rule == "cancelled":
                continue  # a resumed crawl checks the target
            result = self._relayed.pop(result.link_index, result)
            if result.link_index in self._recorded:
                self._recorded.remove(result.link_index)
                self.on_result(result)
            elif self._reader.relay and result.verdict in UNDECIDED:
                self._undecided[result.link_index] = result
                self._frontier.settle(result.link_index)
            else:
                self._record(result)
        if self._reader.relay and self._undecided and not self.audit.cancelled:
            await self._unless_cancelled(self._ask(self._reader.relay))
        for result in self._undecided.values():
            self._record(result)
        if self._https and not self.audit.cancelled:
            await self._unless_cancelled(self._try_https(self._https))
        self._recorder.accept(self._accept)
        judge_fragments(self._recorder)
        self.notes += self._summary()
        state: End = "interrupted" if self.audit.cancelled else "failed" if self.has_failed else "finished"
        self._recorder.finish(state, self.errors + self.notes)

    async def _unless_cancelled(self, part: Coroutine[Any, Any, None]) -> None:
        """Run a part of the crawl, which :meth:`cancel` ends."""
        self._part = asyncio.ensure_future(part)
        try:
            await asyncio.wait((self._part,))
        finally:
            self._part.cancel()  # if this task was cancelled; otherwise the part is done
        if not self._part.cancelled():
            self._part.result()

    async def _start(self) -> None:
        if targets := self._recorder.targets():
            self.known = sum(target.is_done for target in targets)
            # The destination of a redirect is a target of its own.
            self.pages_read = len({target.final_url or target.url for target in targets if target.page == 2})
            await self._frontier.restore(targets, self._starts)
        for start in self._starts:
            await self._frontier.add_start(start)

    async def _ask(self, relay: Relay) -> None:
        """Check undecided targets by the relay."""
        undecided = list(self._undecided.values())
        try:
            async for position, result in relay.ask(undecided):
                self._record(result)
                del self._undecided[undecided[position].link_index]
        except RelayError as error:
            self.errors.append(str(error))

    async def _try_https(self, https: HttpsCheck) -> None:
        """Find out which targets with http work with https, and store that."""
        for origin, robots in self._robots.read.items():
            if robots.delay_s and self._options.robots:
                https.space(f"{origin}/", robots.delay_s)
        insecure = [(id, row) for id, row in self._recorder.working() if https.add(row)]
        await https.run()
        judged = ((id, https.judged(row)) for id, row in insecure)
        self._recorder.rejudge((id, row["rule"], row["reason"]) for id, row in judged)

    # The next two methods are called by the audit.

    def request(self, index: int) -> PageRequest:
        """The sender of the requests for a page."""
        page = self._frontier.page(index)
        return PageRequest(self._transport, is_sitemap=page is not None and _may_be_sitemap(page))

    async def read(self, result: Result, body: bytes | None) -> None:
        """Admit the links of a page, and store them with its result."""
        page = self._frontier.page(result.link_index)
        assert page
        if body is not None:
            self._frontier.close(page.id)
            gathered = await self._reader.read(page, result, body)
        elif self._reader.relay and result.verdict in UNDECIDED:
            result = self._relayed[page.id] = await self._reader.ask_relay(result)
            if not _is_page(page, result):
                return
            self._frontier.close(page.id)
            gathered = await self._reader.read_by_relay(page)
        else:
            return
        final = result.final
        assert final
        final_url = _normalised(final.url or page.url)
        is_nofollow = self._follow_rule(gathered)
        links = gathered.links
        page = replace(page, is_sitemap=gathered.format == "sitemap")
        if not page.is_sitemap and not self._is_followed(page, final_url, gathered):
            links = []
        source = self._recorder.source(gathered.source)
        ignored = [links[index] for index in gathered.ignored] if links else []
        followed = [link for index, link in enumerate(links) if index not in gathered.ignored] if ignored else links
        places = await self._frontier.find(followed, page, source, is_nofollow)
        anchors = None if gathered.anchors is None else gathered.anchors.ids | gathered.anchors.names
        self._recorder.set_state(self._robots.to_json(), list(self._frontier.cuts))
        # Nothing is awaited from here on: the page is stored as a whole or not at all.
        self._recorder.places(source, places)
        for link in ignored:
            self._recorder.row(Result.of(link, judge_ignored()).to_json())
        self._recorder.result(page.id, result.to_json())
        is_page = gathered.format in _OF_PAGES
        self._recorder.page_read(page.id, anchors, is_page=is_page)
        self._recorded.add(page.id)
        self.pages_read += is_page
        self._pages_unread += not gathered.format
        if final_url != page.url and (arrival := self._frontier.add_arrival(final_url, page)) is not None:
            response = final._replace(redirected=False, hops=())
            arrived = result._replace(link=result.link._replace(url=final_url), final=response)
            self._recorder.result(arrival, arrived.to_json())
            self._recorder.page_read(arrival, anchors, is_page=is_page)
            self.on_result(arrived)

    def _refuses(self, url: str) -> str | None:
        """The rule by which robots.txt forbids to request a URL of the site. The frontier has read the file of its origin before."""
        robots = self._robots.read[split(url)[0]]
        if robots.allows(url):
            return None
        if not robots.has_failed:
            return "robots"
        return "site-silent" if robots.status is None else "robots-failed"

    def _follow_rule(self, gathered: Gathered) -> Callable[[str], bool]:
        """Tells which links of a page are not followed."""
        if not self._options.nofollow:
            return lambda url: False
        if "nofollow" in gathered.page.robots:
            return lambda url: True
        nofollow = {url.partition("#")[0] for url in gathered.page.nofollow}
        return lambda url: url in nofollow

    def _is_followed(self, page: Page, final_url: str, gathered: Gathered) -> bool:
        """Whether the links of a page that arrived belong to the crawl."""
        if page.is_start:
            self._scope.add_start(final_url)  # a start may redirect: to https, to www., or to a folder
        decision = self._pages.arrived(page.url, final_url, gathered.page.canonical)
        if decision:
            self._frontier.cuts.add(decision.rule, page.url)
        elif (
            final_url != page.url
            and self._options.robots
            and split(final_url)[0] in self._robots.read
            and self._refuses(final_url)
        ):
            self._frontier.cuts.add(
                "robots", final_url
            )  # the redirect has been followed, since nobody knew where it leads
        elif self._options.noindex and "noindex" in gathered.page.robots:
            self._frontier.cuts.add("noindex", page.url)
        else:
            return True
        return False

    def _record(self, result: Result) -> None:
        """Store a result, and deliver it."""
        self._recorder.result(result.link_index, result.to_json())
        page = self._frontier.close(result.link_index)
        is_start = result.link_index in self._frontier.starts
        if page:
            self._pages.failed(page.url)
        if is_start or (page and not page.is_sitemap):
            self._pages_unread += 1
        if page and _is_page(page, result) and result.final and result.final.method == "HEAD":
            self._remarks.add_unread(
                page, "The page exists, but it did not arrive as a whole, so its links are unknown."
            )
        elif is_start:
            self._remarks.add_start(result)
        self._frontier.settle(result.link_index)
        self.on_result(result)

    def _summary(self) -> list[str]:
        notes = self._frontier.cuts.notes() + self._remarks.end() + self._reader.end()
        for origin, robots in self._robots.read.items():
            notes += [f"{origin}: {note}" for note in robots.notes]
        return notes


def _may_be_sitemap(page: Page) -> bool:
    return page.is_sitemap or page.is_start


def _is_page(page: Page, result: Result) -> bool:
    """Whether the server responded with success, and with a page."""
    headers = result.final.headers if result.final else None
    return result.verdict is Verdict.OK and may_be_page(headers or {}, is_sitemap=_may_be_sitemap(page))


def _normalised(url: str) -> str:
    try:
        return parse(url).url
    except UrlError:
        return url
