"""``head()`` for code without asyncio: ``json_head.sync.head(urls)``, on urllib.

The same engine where there are threads. Inside Pyodide, where there are none, the URLs are asked one after another, and
pyodide-http has to be there: ``import pyodide_http; pyodide_http.patch_all()``.
"""

from __future__ import annotations

import asyncio
import time
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from json_head.audit import head as head_async
from json_head.model import Link, Observation, Policy, Request, Result, Verdict, timestamp
from json_head.steps import next_step
from json_head.transports import blocking, default_transport
from json_head.urls.target import Target, UrlError, parse
from json_head.verdicts import judge

MAX_THREADS = 32


def head(urls: Iterable[str], *, policy: Policy | None = None) -> list[Result]:
    """Check URLs and give their Results in the order of ``urls``, one for each, repeated ones included.

    Inside Pyodide there is no time limit, and a server that answers without CORS headers can't be told from one that does
    not answer.

    Raises:
        RuntimeError: inside Pyodide, if urllib has no network there, because pyodide-http is not in place.
    """
    urls = [urls] if isinstance(urls, str) else list(urls)
    policy = policy or Policy()
    if blocking.IN_BROWSER:
        return _one_after_another(urls, policy)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_in_threads(urls, policy))
    # A notebook's cells run within an event loop, and there is one to a thread at most.
    with ThreadPoolExecutor(1, "json-head") as outer:
        return outer.submit(asyncio.run, _in_threads(urls, policy)).result()


async def _in_threads(urls: list[str], policy: Policy) -> list[Result]:
    with ThreadPoolExecutor(min(policy.total, MAX_THREADS), "json-head-sync") as threads:
        return await head_async(urls, policy=policy, transport=_Threads(threads))


class _Threads:
    """urllib as the engine's transport. A request's clock starts when a thread takes it."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads

    def refuse(self, target: Target) -> None:
        """Nothing is: what a browser would not send is sent from here."""

    async def observe(self, request: Request) -> Observation:
        return await asyncio.get_running_loop().run_in_executor(self._threads, blocking.send, request)

    async def is_online(self) -> bool:
        return True

    async def close(self) -> None:
        """Whoever made the threads ends them."""


def _one_after_another(urls: list[str], policy: Policy) -> list[Result]:
    if urllib.request.OpenerDirector.open.__module__ == "urllib.request":
        raise RuntimeError(
            "urllib has no network inside Pyodide until pyodide-http gives it one: pyodide_http.patch_all()"
        )
    known: dict[str, Result] = {}
    results = []
    for url in urls:
        try:
            target = parse(url)
            default_transport().refuse(target)
        except UrlError as refused:
            results.append(Result(Link(url), Verdict.NOT_CHECKED, refused.code, refused.reason))
            continue
        if target.url not in known:
            known[target.url] = _check(target.url, policy)
        results.append(known[target.url]._replace(link=Link(url)))
    return results


def _check(url: str, policy: Policy) -> Result:
    observations: list[Observation] = []
    while step := next_step(observations, policy):
        method = step.method
        if step.mode == "no-cors":
            # XMLHttpRequest has no such mode. In place of the first probe GET may still show more; then nothing is left.
            if method == "GET":
                break
            method = "GET"
        time.sleep(step.wait_s)
        observations.append(blocking.send(Request(url, method, timeout_s=policy.timeout_s, whole=step.whole)))
    said = judge(observations)
    return Result(Link(url), said.verdict, said.rule, said.reason, said.final, tuple(observations), timestamp())
