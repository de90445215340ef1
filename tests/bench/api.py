"""The response time of ``api/`` in the service worker: ``python -m tests.bench.api [--rounds 5]``.

Times are in milliseconds, from a page's fetch to the end of the response, for one URL on this machine: after the browser has stopped the service
worker (cold), and when Python is ready (warm). They alternate with a HEAD request that the page itself sends to its host.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).parents[2] / folder) for folder in ("scripts", "scripts/build", "py")]

from tests.browser.checks.test_api import GET, api_query, stop_service_workers
from tests.browser.support.host import hosted
from tests.browser.support.start import ROOT, built_site, launched
from tests.servers.launch import running

PLAIN = "async (url) => { const began = performance.now(); await fetch(url, {method: 'HEAD', cache: 'no-store'}); return performance.now() - began; }"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    cold: list[float] = []
    warm: list[float] = []
    plain: list[float] = []
    with (
        built_site(),
        hosted(ROOT / "_site") as host,
        running() as targets,
        launched() as browser,
        browser.new_context() as context,
    ):
        page = context.new_page()
        page.goto(host.address + "api/")
        page.wait_for_function("() => navigator.serviceWorker.controller")
        address = host.address + "api/" + api_query([targets.cors + "/status/200"])
        for _ in range(rounds):
            stop_service_workers(page)
            cold.append(page.evaluate(GET, address)["elapsed"])
            warm.append(page.evaluate(GET, address)["elapsed"])
            plain.append(page.evaluate(PLAIN, host.address + "sw.js"))
    for name, seen in (("cold", cold), ("warm", warm), ("a HEAD request", plain)):
        print(
            f"{name}: {median(seen):.0f} ms ({min(seen):.0f} to {max(seen):.0f}), {median(seen) / median(plain):.1f} times"
        )


if __name__ == "__main__":
    main()
