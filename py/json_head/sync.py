"""``head()`` for code without asyncio: ``json_head.sync.head(urls)``, based on urllib.

Where there are threads, this uses the same engine. Pyodide has no threads; there the URLs are requested one after
another, and pyodide-http must be active: ``import pyodide_http; pyodide_http.patch_all()``.
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
    """Check URLs and return their Results in the order of ``urls``: one per URL, including repeated ones.

    Inside Pyodide there is no time limit, and a response without CORS headers cannot be distinguished from no response.

    Raises:
        RuntimeError: inside Pyodide, if pyodide-http has not been activated, so that urllib has no network.
    """
    urls = [urls] if isinstance(urls, str) else list(urls)
    policy = policy or Policy()
    if blocking.IN_BROWSER:
        return _one_after_another(urls, policy)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_in_threads(urls, policy))
    # Notebook cells run inside an event loop, and a thread can run only one loop.
    with ThreadPoolExecutor(1, "json-head") as outer:
        return outer.submit(asyncio.run, _in_threads(urls, policy)).result()


async def _in_threads(urls: list[str], policy: Policy) -> list[Result]:
    with ThreadPoolExecutor(min(policy.total, MAX_THREADS), "json-head-sync") as threads:
        return await head_async(urls, policy=policy, transport=_Threads(threads))


class _Threads:
    """urllib as a transport of the engine. The time limit of a request starts when a thread takes it."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads

    def refuse(self, target: Target) -> None:
        """Refuses nothing: these threads may send requests that a browser would block."""

    async def observe(self, request: Request) -> Observation:
        return await asyncio.get_running_loop().run_in_executor(self._threads, blocking.send, request)

    async def is_online(self) -> bool:
        return True

    async def close(self) -> None:
        """Does nothing: the creator of the thread pool closes it."""


def _one_after_another(urls: list[str], policy: Policy) -> list[Result]:
    if urllib.request.OpenerDirector.open.__module__ == "urllib.request":
        raise RuntimeError(
            "urllib has no network inside Pyodide until pyodide-http gives it one: pyodide_http.patch_all()"
        )
    results_by_url: dict[str, Result] = {}
    results = []
    for url in urls:
        try:
            target = parse(url)
            default_transport().refuse(target)
        except UrlError as error:
            results.append(Result(Link(url), Verdict.NOT_CHECKED, error.code, error.reason))
            continue
        if target.url not in results_by_url:
            results_by_url[target.url] = _check(target.url, policy)
        results.append(results_by_url[target.url]._replace(link=Link(url)))
    return results


def _check(url: str, policy: Policy) -> Result:
    observations: list[Observation] = []
    while step := next_step(observations, policy):
        method = step.method
        if step.mode == "no-cors":
            # XMLHttpRequest has no such mode. A GET replaces the first no-cors request, because it may still show more;
            # the second one is skipped.
            if method == "GET":
                break
            method = "GET"
        time.sleep(step.wait_s)
        observations.append(blocking.send(Request(url, method, timeout_s=policy.timeout_s, whole=step.whole)))
    judgement = judge(observations)
    return Result(
        Link(url),
        judgement.verdict,
        judgement.rule,
        judgement.reason,
        judgement.final,
        tuple(observations),
        timestamp(),
    )
