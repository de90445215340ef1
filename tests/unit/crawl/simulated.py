"""Crawls a site that a function invents, in the order in which links are found, without a network."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from json_head.crawl.pages import Pages
from json_head.crawl.rules import Action, Decision
from json_head.crawl.scope import PAGE_LINKS, Limits, Scope
from json_head.model import Link
from json_head.urls.relative import join
from json_head.urls.target import parse

START = "https://site.example/"

#: The links of the page at a URL. A string is a hyperlink as it is written.
Site = Callable[[str], Iterable[str | Link]]


@dataclass
class Crawled:
    """The pages that were read, in order, and the last decision on each URL that was found."""

    pages: Pages
    read: list[str] = field(default_factory=list)
    decisions: dict[str, Decision] = field(default_factory=dict)

    def rules(self) -> Counter[str]:
        return Counter(decision.rule for decision in self.decisions.values())


def crawled(site: Site, start: str = START, limits: Limits | None = None) -> Crawled:
    """Crawl a site to its end."""
    scope = Scope()
    scope.add_start(start)
    pages = Pages(scope, limits or Limits())
    result = Crawled(pages)
    result.decisions[start] = pages.decide(start, found="", depth=0)
    queue = deque([(start, 0, 0)])
    while queue:
        url, depth, chain = queue.popleft()
        result.read.append(url)
        for link in site(url):
            if isinstance(link, str):
                link = Link(join(link, url), found="a href")
            target = parse(link.url).url
            earlier = result.decisions.get(target)
            if earlier and not (earlier.may_change and link.found in PAGE_LINKS):
                continue
            decision = pages.decide(target, found=link.found, depth=depth + 1, parent=url, parent_chain=chain)
            result.decisions[target] = decision
            if decision.action is Action.READ:
                queue.append((target, depth + 1, decision.chain))
    return result


def hex_of(seed: str, index: int, length: int = 12) -> str:
    """A random number in hexadecimal, always the same for a seed and an index."""
    return random.Random(f"{seed} {index}").randbytes(length).hex()
