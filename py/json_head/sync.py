"""``head()`` for code without asyncio: ``json_head.sync.head(urls)``.

Where there are threads and sockets, this is the asynchronous ``head()`` on an event loop of its own. Pyodide has neither;
there the URLs are requested one after another, and pyodide-http must be active:
``import pyodide_http; pyodide_http.patch_all()``.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from json_head import _api
from json_head.examination import Examination
from json_head.model import Link, Observation, Result
from json_head.policy import Policy
from json_head.steps import Step, next_step
from json_head.transports import default_transport
from json_head.urls.target import UrlError, parse
from json_head.verdicts import judge_refused

IN_PYODIDE = sys.platform == "emscripten"


def head(urls: Iterable[str], *, policy: Policy | None = None) -> list[Result]:
    """Check URLs and return their Results in the order of ``urls``: one per URL, including repeated ones.

    Inside Pyodide there is no time limit, and a response without CORS headers cannot be distinguished from no response.

    Raises:
        RuntimeError: inside Pyodide, if pyodide-http has not been activated, so that urllib has no network.
    """
    urls = [urls] if isinstance(urls, str) else list(urls)
    if IN_PYODIDE:
        return _one_after_another(urls, policy or Policy())
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_api.head(urls, policy=policy))
    # Notebook cells run inside an event loop, and a thread can run only one loop.
    with ThreadPoolExecutor(1, "json-head") as thread:
        return thread.submit(asyncio.run, _api.head(urls, policy=policy)).result()


def _one_after_another(urls: list[str], policy: Policy) -> list[Result]:
    from json_head.transports.browser.xhr import XhrSender  # imported here, because only Pyodide needs it

    sender = XhrSender()
    results_by_url: dict[str, Result] = {}
    results = []
    for index, url in enumerate(urls):
        link = Link(url)
        try:
            target = parse(url)
            default_transport().refuse(target)
        except UrlError as error:
            results.append(Result.of(link, judge_refused(link, error), link_index=index))
            continue
        if target.url not in results_by_url:
            examination = Examination(target)
            while examination.step:
                time.sleep(examination.step.wait_s)
                _complete(examination.advance(policy, sender, _next_xhr_step))
            results_by_url[target.url] = Result.of(link, examination.judge(), examination.observations)
        results.append(results_by_url[target.url]._replace(link=link, link_index=index))
    return results


def _next_xhr_step(observations: Sequence[Observation], policy: Policy) -> Step | None:
    """The next request. XMLHttpRequest has no ``no-cors`` mode.

    A GET replaces the first ``no-cors`` request, because it may still show more. The second one is skipped.
    """
    step = next_step(observations, policy)
    if step and step.mode == "no-cors":
        return None if step.method == "GET" else Step("GET", wait_s=step.wait_s)
    return step


def _complete(coroutine: Coroutine[object, None, None]) -> None:
    """Run a coroutine that never waits for an event loop."""
    for _ in coroutine.__await__():
        raise RuntimeError("this waits for an event loop")
