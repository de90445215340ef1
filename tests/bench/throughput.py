"""Checks per second, compared with a plain JavaScript loop: ``python -m tests.bench.throughput [--rounds N] [--engine NAME] [CASE ...]``.

The product is ``jsonHead.audit`` on the built page, from the call to the end of its iteration. The loop is ``loop.js``, a module worker
of the same page: the same URLs, limits and options of `fetch`, and per URL the same data, posted in the same batches. They alternate
in one tab of a browser without a debugging protocol. Cases:

    no-delay    1,000 URLs on 4 hosts that respond at once
    delay       2,000 URLs on 50 hosts that respond after 50 ms
    memory      the memory after 10,000 results, and after ten checks in a row (Chromium only, by its debugging protocol)

The servers are one process with little work; see ``plain.py``.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2] / folder) for folder in ("scripts", "py")]
from json_head import Policy
from json_head.pyodide.batches import BATCH_MOST, BATCH_S
from playwright.sync_api import sync_playwright

from tests.bench.support.probe import MB, Probe, probed_site
from tests.bench.support.tab import JOBS, Tab
from tests.browser.support.app import App
from tests.browser.support.start import executable, launched
from tests.engines.firefox import executable as firefox
from tests.servers.launch import helper

PAGE, SCRIPT, LOOP = (Path(__file__).with_name(name) for name in ("throughput.html", "throughput.js", "loop.js"))
#: Hosts, URLs, milliseconds until each response, and the greatest allowed ratio of the product's time to the loop's.
CASES = {"no-delay": (4, 1000, 0, 1.25), "delay": (50, 2000, 50, 1.05)}
KEPT, IN_A_ROW = 10_000, 10


class Hosts:
    """The servers. Every URL that it makes is new."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._made = 0

    def urls(self, count: int, hosts: int, delay_ms: int) -> list[str]:
        self._made += count
        numbers = range(self._made - count, self._made)
        return [f"http://127.0.0.{1 + n % hosts}:{self._port}/{delay_ms}/{n}" for n in numbers]


def program(engine: str) -> str:
    if engine == "firefox":
        return firefox()
    with sync_playwright() as playwright:
        return executable(playwright.chromium)


def run(tab: Tab, who: str, urls: list[str], limits: dict[str, Any]) -> float:
    """The time of a run, in seconds."""
    outcome = tab.ask({"who": who, "urls": urls, **limits})
    if outcome.get("right") != len(urls):
        raise AssertionError(f"{who}: of {len(urls)} results some are wrong: {outcome}")
    return float(outcome["ms"]) / 1000


def compare(name: str, tab: Tab, hosts: Hosts, rounds: int) -> None:
    """Both alternate, in changing order, after one uncounted run of each."""
    on, count, delay_ms, most = CASES[name]
    policy = Policy()
    limits = {"total": policy.total, "perHost": policy.per_host, "batchMs": BATCH_S * 1000, "batchMost": BATCH_MOST}

    times: dict[str, list[float]] = {"product": [], "loop": []}
    for turn in range(rounds + 1):
        for who in ("product", "loop") if turn % 2 else ("loop", "product"):
            seconds = run(tab, who, hosts.urls(count, on, delay_ms), limits)
            if turn:
                times[who].append(seconds)
    ratios = sorted(one / other for one, other in zip(times["product"], times["loop"], strict=True))
    print(
        f"{name}: {count:,} URLs on {on} hosts, {delay_ms} ms each: json-head {median(times['product']):.2f} s, the loop"
        f" {median(times['loop']):.2f} s; ratio {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), at most {most};"
        f" {count / median(times['product']):,.0f} checks a second",
        flush=True,
    )


KEEP = """async ({urls}) => {
  window.benchKept = [];
  for await (const result of jsonHead.audit({urls})) benchKept.push(result);
}"""


@dataclass(frozen=True, slots=True)
class Memory:
    """MB of JavaScript objects in the page and the worker after a collection, MB of WebAssembly, and Python's containers."""

    page: float
    worker: float
    wasm: float
    objects: int

    @classmethod
    def of(cls, probe: Probe) -> Memory:
        return cls(probe.page_heap(), probe.worker_heap(), probe.worker_wasm(), probe.worker_objects())

    def __str__(self) -> str:
        return f"page {self.page:.2f} MB, worker {self.worker:.2f} MB, WebAssembly {self.wasm:.1f} MB, Python {self.objects:,} containers"


def memory(address: str, hosts: Hosts) -> None:
    with launched() as browser, browser.new_page() as page:
        probe = Probe(browser, page)
        page.goto(address)
        App(page).wait_until_ready()

        def audit(count: int) -> Memory:
            page.evaluate(KEEP, {"urls": hosts.urls(count, 4, 0)})
            time.sleep(1)  # closed pages have ended by then
            return Memory.of(probe)

        audit(1)  # loads all modules
        page.evaluate("benchKept = []")
        before = Memory.of(probe)
        after = audit(KEPT)
        print(f"memory, before: {before}\n    {KEPT:,} results: {after}")
        for what, bytes in (
            ("the page, which keeps it", after.page - before.page),
            ("the worker", after.worker - before.worker),
        ):
            print(f"    left per result in {what}: {bytes * MB / KEPT:,.0f} bytes")
        page.evaluate("benchKept = []")
        for turn in range(1, IN_A_ROW + 1):
            audit(CASES["no-delay"][1])
            page.evaluate("benchKept = []")
            print(f"    after audit {turn} of {CASES['no-delay'][1]:,} more: {Memory.of(probe)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each that count (%(default)s)")
    parser.add_argument("--engine", default="chromium", choices=("chromium", "firefox"), help="default: %(default)s")
    parser.add_argument("cases", nargs="*", choices=[*CASES, "memory", []], metavar="CASE")
    given = parser.parse_args()
    cases = given.cases or [*CASES, *(["memory"] if given.engine == "chromium" else [])]
    hosts_needed = str(max(hosts for hosts, *_ in CASES.values()))
    with (
        helper(sys.executable, "-m", "tests.bench.support.plain", hosts_needed) as port,
        probed_site(PAGE, SCRIPT, LOOP, JOBS) as address,
    ):
        hosts = Hosts(port)
        if compared := [case for case in cases if case != "memory"]:
            tab = Tab(given.engine, program(given.engine), f"{address}{PAGE.name}?snapshot=off")
            try:
                print(f"{tab.version}, medians of {given.rounds}", flush=True)
                for case in compared:
                    compare(case, tab, hosts, given.rounds)
            finally:
                tab.close()
        if "memory" in cases:
            memory(address, hosts)


if __name__ == "__main__":
    main()
