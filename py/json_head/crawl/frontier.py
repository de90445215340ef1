"""The targets that a crawl has found: each has one id, is decided on, and is admitted to the audit once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from json_head.audit import Audit
from json_head.crawl.pages import Pages
from json_head.crawl.robots_files import RobotsFiles
from json_head.crawl.rules import RULES, WITHOUT_ROBOTS, Action, Cuts, Decision
from json_head.crawl.scope import PAGE_LINKS, split
from json_head.extract import SITEMAP_LOC
from json_head.gather.links import MAX_SITEMAPS
from json_head.model import Judgement, Link, Result, Verdict
from json_head.store import Place, Recorder, StoredTarget
from json_head.urls.syntax import has_scheme
from json_head.urls.target import UrlError, parse
from json_head.verdicts import not_sent

#: Targets of one crawl.
MAX_TARGETS = 100_000


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is queued or under way.

    ``depth`` is in clicks from a start; ``chain``: see :mod:`json_head.crawl.traps`. ``is_sitemap``: whether it may be a sitemap, until it
    is read; then whether it is one.
    """

    id: int
    url: str
    depth: int
    chain: int
    is_start: bool = False
    is_sitemap: bool = False


class Frontier:
    """Decides on targets and admits them.

    Args:
        heeds_robots: whether robots.txt is heeded.
        reads_sitemaps: whether the sitemaps that it names are read.
        cuts: those of the crawl so far, if it is resumed.
        on_result: is called with the results of targets that are left out.
    """

    def __init__(
        self,
        pages: Pages,
        robots: RobotsFiles,
        recorder: Recorder,
        audit: Audit,
        on_result: Callable[[Result], object],
        *,
        heeds_robots: bool,
        reads_sitemaps: bool,
        cuts: Iterable[tuple[str, int, str]] = (),
    ) -> None:
        self._pages = pages
        self._robots = robots
        self._recorder = recorder
        self._audit = audit
        self._on_result = on_result
        self._heeds_robots = heeds_robots
        self._reads_sitemaps = reads_sitemaps
        self._ids: dict[str, int] = {}
        """By normalised URL."""
        self._relative = 0
        """The number of targets without a scheme, each of which belongs to one source."""
        self._aliases: dict[str, int] = {}
        """By the URL of a link, if that is not normalised."""
        self._changeable: dict[int, str] = {}
        """Targets that another link may turn into pages, with the rule that keeps them from being read."""
        self._checked: set[int] = set()
        """Those of them that have a result."""
        self._promoted: dict[int, tuple[Page, Link]] = {}
        """Those that are read as pages once they have a result."""
        self._queue: dict[int, Page] = {}
        self._origins: set[str] = set()
        self._sitemaps = 0
        self.starts: set[int] = set()
        self.cuts = Cuts(cuts)

    def __len__(self) -> int:
        return len(self._ids) + self._relative

    def page(self, id: int) -> Page | None:
        """The page with this id; ``None`` if the target is no page, or its links are known."""
        return self._queue.get(id)

    def close(self, id: int) -> Page | None:
        """Remove a page that has been read, or cannot be."""
        return self._queue.pop(id, None)

    async def add_start(self, url: str) -> None:
        """Add a start.

        Raises:
            UrlError: it cannot be requested.
        """
        url = parse(url).url
        self._pages.scope.add_start(url)
        await self._prepare(url)
        decision = None
        id = self._ids.get(url)
        if id is None:
            decision = self._decide(url, "", depth=0)
            id = self._ids[url] = self._recorder.target(url, depth=0, page=decision.action is Action.READ)
        elif id in self.starts:
            return
        self.starts.add(id)
        self._recorder.place(self._recorder.source(None), (id, None, None, None, None, "", ""))
        if decision:  # otherwise it is a sitemap that robots.txt names, and is queued already
            self._admit(Page(id, url, 0, 0, is_start=True), decision, Link(url))

    async def restore(self, targets: Sequence[StoredTarget], starts: Sequence[str]) -> None:
        """Add the targets of a crawl that is resumed, and admit those without a result.

        Raises:
            UrlError: a start cannot be requested.
        """
        start_urls = {parse(start).url for start in starts}
        for target in targets:
            if target.url in start_urls:
                self.starts.add(target.id)
                self._pages.scope.add_start(target.url)
                if target.page >= 2 and target.final_url:
                    self._pages.scope.add_start(target.final_url)
        refused = {target.id for target in targets if target.base or not _can_be_requested(target.url)}
        for target in targets:
            if target.base:
                self._relative += 1
                continue
            self._ids[target.url] = target.id
            if target.id in refused:
                continue
            if target.page:
                self._pages.restore(target.url, target.chain, target.final_url)
            else:
                self._pages.restore_checked(target.url)
        for target in targets:
            is_refused = target.id in refused
            if not is_refused:
                await self._prepare(target.url)
            if not target.page and not target.is_done:
                self._audit.admit(target.link, target.id)
            elif target.page and not target.is_done:
                depth = target.depth or 0
                page = Page(target.id, target.url, depth, target.chain, target.id in self.starts, depth == 0)
                self._read(page, target.link)
            if not target.page and not is_refused and self._pages.scope.region(target.url) == "folder":
                self._changeable[target.id] = target.rule or ""
                if target.is_done:
                    self._checked.add(target.id)

    async def find(
        self, links: Iterable[Link], parent: Page, source: int, is_nofollow: Callable[[str], bool]
    ) -> list[Place]:
        """The places of a page's links. New targets are admitted.

        Args:
            source: the id of the page as a source.
            is_nofollow: whether a URL is not to be followed from this page.
        """
        places: list[Place] = []
        # A hyperlink to a page decides, even if `link rel=next` names the page first.
        for link in sorted(links, key=_is_no_hyperlink):
            address, hash_sign, name = link.url.partition("#")
            id = self._ids.get(address)
            written = None
            if id is None:
                id = self._aliases.get(address)
                if id is None:
                    id = await self._add(link, address, parent, source, is_nofollow)
                if id is None:
                    continue
                if address not in self._ids:
                    written = link.url
            if id in self._changeable and link.found in PAGE_LINKS:
                self._reconsider(id, link, address, parent, is_nofollow)
            fragment = self._recorder.fragment(id, name) if hash_sign else None
            places.append((id, fragment, written, link.line, link.column, link.text, link.found))
        return places

    def add_arrival(self, url: str, page: Page) -> int | None:
        """Add the URL at which a redirected page arrived. Its id; ``None`` if the target is known already."""
        if url in self._ids or len(self) >= MAX_TARGETS:
            return None
        id = self._ids[url] = self._recorder.target(url, depth=page.depth, chain=page.chain, page=1)
        return id

    def settle(self, id: int) -> None:
        """Note that a target has its result. One that turned out to be a page meanwhile is read now."""
        if id in self._changeable:
            self._checked.add(id)
        if promoted := self._promoted.pop(id, None):
            self._read(*promoted)

    async def _add(
        self, link: Link, address: str, parent: Page, source: int, is_nofollow: Callable[[str], bool]
    ) -> int | None:
        """Add the target of a link. ``None`` if there are too many."""
        try:
            url = parse(address).url
        except UrlError:
            return self._add_refused(link, address, source)
        await self._prepare(url)
        if (id := self._ids.get(url)) is None:
            if self._is_full(url):
                return None
            if link.found == SITEMAP_LOC:
                id = self._add_sitemap(url)
            else:
                depth = parent.depth if parent.is_sitemap else parent.depth + 1
                decision = self._decide(url, link.found, depth=depth, parent=parent, is_nofollow=is_nofollow(address))
                id = self._recorder.target(url, depth=depth, chain=decision.chain, page=decision.action is Action.READ)
                self._ids[url] = id
                self._admit(Page(id, url, depth, decision.chain), decision, link._replace(url=url))
        if url != address:
            self._aliases[address] = id
        return id

    def _is_full(self, url: str) -> bool:
        """Whether there is no room for a further target, which is counted then."""
        if len(self) < MAX_TARGETS:
            return False
        self.cuts.add("too-many-targets", url)
        return True

    def _add_refused(self, link: Link, address: str, source: int) -> int | None:
        """Add a target that cannot be requested. Without a scheme, it is another target in each source."""
        if self._is_full(address):
            return None
        is_absolute = has_scheme(address)
        id = self._recorder.target(address, 0 if is_absolute else source)
        if is_absolute:
            self._ids[address] = id
        else:
            self._relative += 1
        self._audit.admit(link._replace(url=address), id)
        return id

    def _add_sitemap(self, url: str) -> int:
        self._sitemaps += 1
        is_read = self._sitemaps <= MAX_SITEMAPS
        if not is_read:
            self.cuts.add("too-many-sitemaps", url)
        id = self._ids[url] = self._recorder.target(url, depth=0, page=is_read)
        page = Page(id, url, 0, 0, is_sitemap=True)
        if is_read:
            self._read(page, Link(url))
        else:
            self._audit.admit(Link(url), id)
        return id

    def _reconsider(self, id: int, link: Link, address: str, parent: Page, is_nofollow: Callable[[str], bool]) -> None:
        """Decide once more on a target that was no page before, because another link leads to it."""
        url = address if address in self._ids else parse(address).url
        depth = parent.depth if parent.is_sitemap else parent.depth + 1
        decision = self._decide(url, link.found, depth=depth, parent=parent, is_nofollow=is_nofollow(address))
        if decision.action is not Action.READ:
            return
        rule = self._changeable.pop(id)
        if rule in RULES and RULES[rule].note:
            self.cuts.remove(rule)
        page = Page(id, url, depth, decision.chain)
        self._recorder.promote(id, depth, decision.chain)
        if id in self._checked:
            self._checked.discard(id)
            self._read(page, link._replace(url=url))
        else:
            self._promoted[id] = page, link._replace(url=url)

    def _decide(
        self, url: str, found: str, *, depth: int, parent: Page | None = None, is_nofollow: bool = False
    ) -> Decision:
        is_listed = parent is None or parent.is_sitemap
        return self._pages.decide(
            url,
            found=found,
            depth=depth,
            parent=None if is_listed or parent is None else parent.url,
            parent_chain=parent.chain if parent else 0,
            nofollow=is_nofollow,
        )

    async def _prepare(self, url: str) -> None:
        """Read the robots.txt of a URL of the site, if it is the first of its origin: its rate and its sitemaps count from now on."""
        origin = split(url)[0]
        if origin in self._origins or self._pages.scope.region(url) == "other":
            return
        if not (self._heeds_robots or self._reads_sitemaps):
            return
        robots = await self._robots.of(url)
        if origin in self._origins:  # another page was faster
            return
        self._origins.add(origin)
        if robots.delay_s and self._heeds_robots:
            self._audit.space(parse(url).host, robots.delay_s)
        for sitemap in robots.sitemaps if self._reads_sitemaps else ():
            if sitemap not in self._ids:
                self._add_sitemap(sitemap)

    def _admit(self, page: Page, decision: Decision, link: Link) -> None:
        if RULES[decision.rule].note:
            self.cuts.add(decision.rule, page.url)
        if decision.may_change:
            self._changeable[page.id] = decision.rule
        match decision.action:
            case Action.READ:
                self._read(page, link)
            case Action.CHECK:
                self._audit.admit(link, page.id)
            case Action.LEAVE_OUT:
                reason = decision.reason
                if decision.rule in WITHOUT_ROBOTS:
                    reason = f"{reason} {self._robots.read[split(page.url)[0]].cause}".rstrip()
                is_silent = decision.rule == "site-silent"  # a request was sent: that for robots.txt
                judgement = Judgement(Verdict.NOT_CHECKED, decision.rule, reason if is_silent else not_sent(reason))
                self._on_result(Result.of(link, judgement, link_index=page.id))

    def _read(self, page: Page, link: Link) -> None:
        self._queue[page.id] = page
        self._audit.admit(link, page.id, is_page=True)


def _can_be_requested(url: str) -> bool:
    try:
        parse(url)
    except UrlError:
        return False
    return True


def _is_no_hyperlink(link: Link) -> bool:
    return link.found not in PAGE_LINKS
