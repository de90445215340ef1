"""The built page under load: real Chromium, real servers on up to 200 loopback addresses, figures on standard output.

``python -m tests.bench.overload [-n URLS] [--many URLS] [CASE ...]``, from the repository, with the environment of
test-in-pyodide.sh. Cases: one-host, many-hosts, slow-host, limits, dead-host, many-urls; all of them when none is named.
Peaks and requests are the servers' counts. ``page`` in a case's name means that the list is pasted into the form (of
many-urls: chosen as a file) and the page's own table shows the results. The other cases call ``jsonHead.audit``.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

sys.path[:0] = [str(Path(__file__).parents[2] / folder) for folder in ("scripts", "py")]
from json_head import Policy
from playwright.sync_api import Page

from tests.bench.support.probe import WATCH, Probe, probed_site
from tests.browser.support.app import App
from tests.browser.support.screen import Screen
from tests.browser.support.start import launched
from tests.servers.launch import Crowd, CrowdSeen, crowd, most_within

HOSTS = 200
PATIENCE_S = 900
#: In the cases with many hosts one URL in this number is broken, so that the filter has something to find.
BROKEN_EVERY = 50

AUDIT = """async ({urls, policy, slow}) => {
  const started = performance.now();
  const results = [];
  let othersDone = 0;
  for await (const {url, verdict, attempts} of jsonHead.audit(urls, {policy})) {
    results.push([url, verdict, attempts.length]);
    if (!slow || !url.startsWith(slow)) othersDone = performance.now() - started;
  }
  return {results, ms: performance.now() - started, othersDone};
}"""


@dataclass(frozen=True, slots=True)
class Run:
    """One check as the page measured it."""

    results: list[list[Any]]
    seconds: float
    others_s: float
    """The time of the last result of the other hosts, in seconds."""


class Bench:
    def __init__(self, page: Page, probe: Probe, hosts: Crowd, urls: int, many: int) -> None:
        self.page = page
        self.app = App(page)
        self.probe = probe
        self.hosts = hosts
        self.url = hosts.url
        self.urls = urls
        self.many = many
        self.policy = Policy()

    # The cases

    def one_host(self) -> None:
        urls = [self.url(1, f"/ok/{n}") for n in range(self.urls)]
        self.tell("one-host", urls, self.audit(urls))

    def many_hosts(self) -> None:
        urls = self.spread(self.urls)
        self.tell("many-hosts", urls, self.audit(urls))
        self.in_page("many-hosts, page", urls)

    def slow_host(self) -> None:
        """Runs with and without the slow host alternate, so that a busy machine slows both alike."""
        share = self.urls // HOSTS
        quick = [self.url(2 + n % (HOSTS - 1), f"/ok/{n}") for n in range(share * (HOSTS - 1))]
        slow = [self.url(1, f"/delay/2/{n}") for n in range(share)]
        alone, among = [], []
        for _ in range(3):
            alone.append(self.audit(quick).others_s)
            run = self.audit([url for pair in zip(slow, quick, strict=False) for url in pair] + quick[share:], slow[0])
            among.append(run.others_s)
        self.tell("slow-host", slow + quick, run)
        self.ratio(f"{len(slow)} URLs of a host that takes 2 s", alone, among)

    def limits(self) -> None:
        others = [self.url(2 + n % (HOSTS - 1), f"/ok/{n}") for n in range(2 * HOSTS)]
        for retry_after, field in (("1", "Retry-After: 1"), ("-", "no Retry-After")):
            limited = [self.url(1, f"/limit/100/{retry_after}/{n}") for n in range(140)]
            run = self.audit(limited + others, limited[0])
            seen = self.tell(f"limits, {field}", limited + others, run, lambda url: "")
            verdicts = Counter(verdict for url, verdict, _ in run.results if "/limit/" in url)
            requests = seen.times_of("/limit/")
            refused = seen.refusals["127.0.0.1"]
            print(
                f"    the host that turns to 429: {dict(verdicts)}, {sum(requests)} requests, at most {max(requests)} per URL (policy"
                f" 1 + {self.policy.retries}), {len(refused)} answered 429, at most {most_within(refused, 0.5)} of them in half a"
                f" second; the others ended after {run.others_s:.1f} s"
            )

    def dead_host(self) -> None:
        """A host that never responds, with a fifth of all URLs, and a time limit that lets the run end."""
        quick = [self.url(2 + n % (HOSTS - 1), f"/ok/{n}") for n in range(self.urls * 4 // 5)]
        dead = [self.url(1, f"/silent/{n}") for n in range(self.urls // 5)]
        policy = {"timeout_s": 0.2, "retries": 0}
        alone, among = [], []
        for _ in range(2):
            alone.append(self.audit(quick).others_s)
            run = self.audit(dead + quick, dead[0], **policy)
            among.append(run.others_s)
        self.tell(
            "dead-host (0.2 s, no retries)", dead + quick, run, lambda url: "timeout" if "silent" in url else "ok"
        )
        self.ratio(f"{len(dead)} URLs of a host that never answers", alone, among)

    def many_urls(self) -> None:
        urls = self.spread(self.many)
        before = self.probe.worker_heap(), self.probe.worker_wasm()
        self.in_page("many-urls, page", urls, as_file=True)
        self.tell("many-urls, again", urls, self.audit(urls))
        print(f"    before both, the worker had {before[0]:.1f} MB JavaScript heap and {before[1]:.1f} MB WebAssembly")

    # Steps of the cases

    def spread(self, count: int) -> list[str]:
        kinds = ["/status/404/" if n % BROKEN_EVERY == 7 else "/ok/" for n in range(count)]
        return [self.url(1 + n % HOSTS, f"{kind}{n}") for n, kind in enumerate(kinds)]

    def audit(self, urls: list[str], slow: str = "", **policy: Any) -> Run:
        self.hosts.reset()
        origin = "{0.scheme}://{0.netloc}/".format(urlsplit(slow)) if slow else ""
        self.since = self.probe.now()
        outcome = self.page.evaluate(AUDIT, {"urls": urls, "policy": policy, "slow": origin})
        return Run(outcome["results"], outcome["ms"] / 1000, outcome["othersDone"] / 1000)

    def in_page(self, name: str, urls: list[str], *, as_file: bool = False) -> None:
        """Paste the list and click the button, or choose it as a file, and use the filter during the check."""
        self.hosts.reset()
        page, probe = self.page, self.probe
        screen = Screen(page)
        text = "\n".join(urls)
        if as_file:
            with TemporaryDirectory() as folder:
                file = Path(folder, "urls.txt")
                file.write_text(text)
                self.since = probe.now()
                page.set_input_files("#files", file)
                page.wait_for_timeout(500)  # by then the file has been read
        else:
            screen.start()
            page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
            page.focus("#text")
            page.keyboard.press("Control+V")
            page.wait_for_timeout(300)
            self.since = probe.now()  # the time of the paste is the browser's own
            page.click("#check-text")
        probe.clicks()
        started = time.monotonic()
        turns = 0
        while page.locator("#cancel").is_visible() or not page.locator("#bar[aria-valuenow]").count():
            self.use_filter(turns)
            turns += 1
            if time.monotonic() - started > PATIENCE_S:
                raise TimeoutError(f"{name} did not end.")
        seconds = time.monotonic() - started
        page.fill("#filter", "")
        screen.show_all()
        page.wait_for_timeout(300)
        numbers = {
            "all": "#tabs [data-tab=all]",
            **{verdict: f"#chips [data-verdict={verdict}]" for verdict in ("ok", "broken")},
        }
        shown = {
            name: int(page.locator(f"{selector} .number").inner_text().replace(",", ""))
            for name, selector in numbers.items()
        }
        expected = Counter(map(verdict_of, urls))
        results: list[list[Any]] = []
        wrong = sum(abs(shown[verdict] - expected[verdict]) for verdict in ("ok", "broken"))
        clicks = probe.clicks()
        tasks = probe.long_tasks(self.since)
        self.tell(name, urls, Run(results, seconds, 0), shown=shown["all"], wrong=wrong)
        print(
            f"    {len(clicks)} clicks and keys in the toolbar meanwhile: {median(clicks):.0f} ms to the change (median),"
            f" {clicks[-1]:.0f} ms at most\n    main-thread tasks of 50 ms or more: {tasks_told(tasks)}"
        )
        self.scroll()
        print(f"    main-thread tasks of 50 ms or more while scrolling: {tasks_told(probe.long_tasks(self.since))}")

    def scroll(self) -> None:
        """Scroll through the list in 400 steps, by wheel, scroll bar and keys. ``since`` becomes the time of the first."""
        page = self.page
        page.wait_for_timeout(1000)
        self.since = self.probe.now()
        page.mouse.move(400, 500)
        for _ in range(200):
            page.mouse.wheel(0, 1500)
            page.wait_for_timeout(16)
        for n in range(100):
            page.evaluate("(share) => scrollTo(0, document.documentElement.scrollHeight * share)", (n * 37 % 100) / 100)
            page.wait_for_timeout(16)
        page.focus("#grid")
        for n in range(100):
            page.keyboard.press("End" if n % 10 == 9 else "Home" if n % 10 == 5 else "PageDown")
            page.wait_for_timeout(16)
        page.wait_for_timeout(300)

    def use_filter(self, turn: int) -> None:
        """Use the filter as an impatient user does: click the chips, one after another, and type a few keys in the filter."""
        page = self.page
        chips = page.locator("#chips .chip:visible")
        match turn % 4:
            case 0 | 1 if (count := chips.count()) > 1:
                chips.nth(turn % count).click()
            case 2:
                page.locator("#filter").press_sequentially("0.0.1", delay=60)
            case 3:
                page.fill("#filter", "")
                Screen(page).show_all()
        page.wait_for_timeout(250)

    def tell(
        self,
        name: str,
        urls: list[str],
        run: Run,
        expected: Callable[[str], str] | None = None,
        *,
        shown: int | None = None,
        wrong: int | None = None,
    ) -> CrowdSeen:
        """Print a case's figures; gives the servers' counts."""
        seen = self.hosts.seen()
        requests = sum(seen.times.values())
        if wrong is None:
            wanted = expected or verdict_of
            wrong = sum(verdict != (wanted(url) or verdict) for url, verdict, _ in run.results)
        got = len(run.results) if shown is None else shown
        twice = got - len(set(urls)) if shown is not None else got - len({url for url, *_ in run.results})
        now, most = self.probe.renderer()
        print(f"{name}: {len(urls)} URLs on {len({urlsplit(url).netloc for url in urls})} hosts")
        print(
            f"    {got} results, {wrong} false, {twice} duplicates, {requests} requests ({requests / len(urls):.2f} per URL)"
        )
        print(
            f"    at most {seen.most_per_host} at once per host (policy {self.policy.per_host}) and {seen.peak['all']} in all"
            f" (policy {self.policy.total}), {seen.open} left open"
        )
        print(f"    {run.seconds:.1f} s, {requests / run.seconds:.0f} requests/s")
        print(
            f"    page: {self.probe.page_heap():.1f} MB JavaScript heap; worker: {self.probe.worker_heap():.1f} MB JavaScript heap, {self.probe.worker_wasm():.1f} MB WebAssembly;"
            f" page and worker: {now:.0f} MB resident, {most:.0f} MB at most",
            flush=True,
        )
        return seen

    def ratio(self, what: str, alone: list[float], among: list[float]) -> None:
        print(
            f"    the quick hosts alone {seconds(alone)} s, beside {what} {seconds(among)} s: {min(among) / min(alone):.2f} times"
        )


def tasks_told(tasks: list[tuple[float, float]]) -> str:
    longest = ", ".join(f"{ms:.0f} ms after {at:.1f} s" for ms, at in tasks[:4])
    return f"{len(tasks)}, the longest {longest}" if tasks else "none"


def verdict_of(url: str) -> str:
    return "broken" if "/status/404/" in url else "ok"


def seconds(times: Iterable[float]) -> str:
    return " / ".join(f"{time:.2f}" for time in times)


def main() -> None:
    cases = ("one-host", "many-hosts", "slow-host", "limits", "dead-host", "many-urls")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=5000, help="URLs a case (%(default)s)")
    parser.add_argument("--many", type=int, default=50_000, help="URLs of the case many-urls (%(default)s)")
    parser.add_argument("cases", nargs="*", choices=[*cases, []], metavar="CASE")
    given = parser.parse_args()
    with (
        crowd(HOSTS) as hosts,
        probed_site() as site,
        launched() as browser,
        browser.new_context(viewport={"width": 1280, "height": 800}) as context,
    ):
        context.add_init_script(WATCH)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        print(f"Chromium {browser.version}, policy: {Policy().total} at once, {Policy().per_host} per host", flush=True)
        for case in given.cases or cases:
            page = context.new_page()
            probe = Probe(browser, page)
            page.goto(site)
            bench = Bench(page, probe, hosts, given.n, given.many)
            bench.app.wait_until_ready()
            getattr(bench, case.replace("-", "_"))()
            page.close()


if __name__ == "__main__":
    main()
