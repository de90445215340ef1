"""The asynchronous interface: :func:`audit` and :func:`head`."""

from __future__ import annotations

from collections.abc import Iterable

from json_head.audit import Audit
from json_head.model import Link, Result
from json_head.policy import Policy
from json_head.transports import default_transport
from json_head.transports.base import Sender


def audit(
    links: Iterable[Link | str] | Link | str, *, policy: Policy | None = None, transport: Sender | None = None
) -> Audit:
    """Check links: ``async for result in audit(links)``.

    Args:
        links: :class:`~json_head.model.Link` objects, as ``extract.links`` gives them, or URLs, or a single one of
            either.
        policy: limits of politeness and patience; the defaults of :class:`~json_head.policy.Policy` if omitted.
        transport: the network; it stays open. If omitted, a :func:`~json_head.transports.default_transport` is used,
            and closed at the end.
    """
    if isinstance(links, (str, Link)):
        links = [links]
    as_links = (link if isinstance(link, Link) else Link(link) for link in links)
    return Audit(as_links, policy or Policy(), transport or default_transport(), closes_transport=transport is None)


async def head(urls: Iterable[str], *, policy: Policy | None = None, transport: Sender | None = None) -> list[Result]:
    """Check URLs and return their Results in the order of ``urls``: one per URL, including repeated ones.

    A string counts as one URL, not as an iterable of characters.
    """
    results = [result async for result in audit(urls, policy=policy, transport=transport)]
    return sorted(results, key=lambda result: result.link_index)
