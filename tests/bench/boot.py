"""The start time of the built page compared with unmodified Pyodide. Both come from one server and alternate in one run.

    python -m tests.bench.boot [-n TIMES] [CASE ...]

Cases: first, later, page, keys, link, preloads, firefox; all of them when none is named. It takes about eight minutes, from the
repository, with the environment of test-in-pyodide.sh. Unmodified Pyodide is in ``tests/bench/stock``: ``loadPyodide``, micropip, the wheels
by their URLs. The server behaves like GitHub Pages (``host.py``), on this machine, by HTTP/1.1. Figures are medians, with the
minimum and maximum in brackets.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests import engines
from tests.bench.support.host import Host, hosted
from tests.bench.support.tab import JOBS, Tab
from tests.browser.support.start import QUIET, ROOT, executable

PYODIDE = ROOT / "scripts" / "node_modules" / "pyodide"
VISIT, VISITS = (Path(__file__).with_name(name) for name in ("visit.html", "visit.js"))
OURS, STOCK, BARE = "json-head/", "stock/", "bare/"
#: A browser writes its caches for later visits (compiled code, above all) some seconds after a page is ready.
STAY_MS = 8000
#: The time for which a browser with a new profile is busy with itself.
SETTLE_MS = 3000
#: The number of visits after which a browser has cached everything of a page.
WARM = 3
FAR_S = 0.05
TARGET_S = 0.1
PRELOADS = re.compile(r' *<link rel="(modulepreload|preload)"[^>]*>\n')

#: Runs in each page before its own scripts. A page queues clicks once its first script has run. A key's time
#: is that from its event's time stamp to the frame after it.
WATCH = """
window.bench = {held: 0, keys: [], tasks: []};
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) bench.tasks.push({ start: startTime, ms: duration });
}).observe({ type: "longtask", buffered: true });
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, ...rest) {
  if (type === "submit" && this === window) bench.held ||= performance.now();
  return listen.call(this, type, ...rest);
};
listen.call(window, "keydown", ({ isTrusted, timeStamp }) => {
  if (isTrusted) requestAnimationFrame(() => setTimeout(() => bench.keys.push(performance.now() - timeStamp)));
}, true);
let client;
Object.defineProperty(window, "jsonHead", {
  get: () => client,
  set(made) {
    client = made;
    window.ready = made.ready.then(() => (bench.ready = performance.now()));
  },
});
listen.call(document, "DOMContentLoaded", () => {
  const rows = document.querySelector("#grid-body");
  if (rows) new MutationObserver(() => {
    if (rows.querySelector("[role=row]")) requestAnimationFrame(() => { bench.row ??= performance.now(); });
  }).observe(rows, { subtree: true, childList: true });
});
"""
READY = "async () => { while (!window.ready) await new Promise((r) => setTimeout(r, 1)); return await ready; }"
#: The page records this time itself.
INTERACTIVE = "performance.getEntriesByName('interactive')[0]?.startTime"
RESPONDED = "performance.getEntriesByType('navigation')[0].responseStart"

Times = list[float]


class Bench:
    def __init__(self, playwright: Playwright, host: Host, times: int) -> None:
        self.playwright = playwright
        self.host = host
        self.times = times

    # The cases

    def first(self) -> None:
        """Each visit has a profile of its own."""
        times: dict[str, Times] = {OURS: [], STOCK: []}
        for _ in range(self.times):
            for way, took in times.items():
                with self.profile() as context:
                    took.append(self.visit(context, way))
        ratio("first visit", times[OURS], times[STOCK], 0.45)

    def later(self) -> None:
        """Both alternate in one profile, in which both have been visited before."""
        times: dict[str, Times] = {OURS: [], STOCK: []}
        with self.profile() as context:
            self.host.sent()
            self.visit(context, OURS, STAY_MS)
            sent = self.host.sent()
            print(f"first visit: {sent.bytes / 1e6:.2f} MB in {len(sent.paths)} responses (target: 5.6)", flush=True)
            for _ in range(WARM):
                for way in times:
                    self.visit(context, way, STAY_MS)
            for _ in range(self.times):
                for way, took in times.items():
                    self.host.sent()
                    took.append(self.visit(context, way))
                    if way == OURS:
                        sent = self.host.sent()
        ratio("later visit", times[OURS], times[STOCK], 0.20)
        print(f"later visit: {sent.bytes / 1e6:.2f} MB in {len(sent.paths)} responses (target: 0)", flush=True)

    def page(self) -> None:
        """Times from the first byte of the HTML, in an idle browser without a debugging protocol."""
        painted, interactive = [], []
        for _ in range(self.times):
            tab = Tab("chromium", executable(self.playwright.chromium), f"{self.host.address}{VISIT.name}?")
            try:
                time.sleep(SETTLE_MS / 1000)
                times = tab.ask({"address": self.host.address + OURS, "stayMs": SETTLE_MS})
            finally:
                tab.close()
            painted.append(times["painted"])
            interactive.append(times["interactive"])
        print(
            f"page interactive: {formatted(interactive)} ms after its HTML begins (target: 100); painted: {formatted(painted)}",
            flush=True,
        )

    def keys(self) -> None:
        """Clicks from the first byte on, and native key events until Python is ready."""
        held, keys, tasks = [], [], []
        for _ in range(self.times):
            with self.profile() as context, opened(context) as page:
                page.wait_for_timeout(SETTLE_MS)
                page.goto(self.host.address + OURS, wait_until="commit")
                page.wait_for_function(f"() => {INTERACTIVE}")
                page.click("#text")
                while not page.evaluate("bench.ready"):
                    page.keyboard.press("a", delay=20)
                    page.wait_for_timeout(50)
                held.append(page.evaluate(f"bench.held - {RESPONDED}"))
                keys.append(max(page.evaluate("bench.keys")))
                tasks.append(max([0, *page.evaluate("bench.tasks.map(({ms}) => ms)")]))
                assert page.input_value("#text").startswith("aa")
        print(f"clicks are queued from {formatted(held)} ms on")
        print(f"a key typed before Python is ready: at most {formatted(keys)} ms to the frame that shows it")
        print(
            f"the longest task of the page's main thread: {formatted(tasks)} ms (0: none of 50 ms or more)", flush=True
        )

    def link(self) -> None:
        """A later visit, until the row is drawn in the page's table."""
        self.host.target_s = TARGET_S
        over = []
        with self.profile() as context:
            for n in range(WARM + self.times):
                with opened(context) as page:
                    page.goto(f"{self.host.address}{OURS}?url={self.host.address}target/{n}")
                    page.wait_for_function("() => bench.row")
                    if n >= WARM:
                        over.append(page.evaluate("bench.row - bench.ready") - 1000 * TARGET_S)
                    else:
                        page.wait_for_timeout(STAY_MS)
        print(
            f"?url=: the verdict is shown {formatted(over)} ms and the target's {1000 * TARGET_S:.0f} after ready (target: 50)",
            flush=True,
        )

    def preloads(self) -> None:
        """The page with and without its preload links, with delayed responses."""
        self.host.delay_s = FAR_S
        times: dict[str, Times] = {OURS: [], BARE: []}
        interactive: dict[str, Times] = {OURS: [], BARE: []}
        for _ in range(self.times):
            for way, took in times.items():
                with self.profile() as context, opened(context) as page:
                    self.host.sent()
                    page.goto(self.host.address + way, wait_until="commit")
                    took.append(page.evaluate(READY))
                    interactive[way].append(page.evaluate(f"{INTERACTIVE} - {RESPONDED}"))
                    paths = self.host.sent().paths
                    assert len(paths) == len(set(paths)), "a file was fetched twice"
        self.host.delay_s = 0
        print(f"each response delayed by {1000 * FAR_S:.0f} ms:")
        ratio("    ready with preloads, over without", times[OURS], times[BARE])
        ratio("    interactive with preloads, over without", interactive[OURS], interactive[BARE])

    def firefox(self) -> None:
        """First visits with profiles of their own, and later ones in the last of these. The page itself reports its time."""
        first: dict[str, Times] = {OURS: [], STOCK: []}
        later: dict[str, Times] = {OURS: [], STOCK: []}
        ready = {OURS: "() => jsonHead.ready.then(() => performance.now())", STOCK: READY}
        try:
            for _ in range(self.times):
                for way, took in first.items():
                    with engines.launch("firefox") as engine:
                        engine.open(self.host.address + way)
                        took.append(engine.call(ready[way]))
            with engines.launch("firefox") as engine:
                for n in range(WARM + self.times):
                    for way, took in later.items():
                        engine.open(self.host.address + way)
                        ms = engine.call(ready[way])
                        if n >= WARM:
                            took.append(ms)
                        else:
                            engine.call("({ms}) => new Promise((resolve) => setTimeout(resolve, ms))", ms=STAY_MS)
        except engines.Unavailable as error:
            return print(f"Firefox is left out: {error}")
        print(f"Firefox {engine.version}")
        ratio("    first visit", first[OURS], first[STOCK], 0.45)
        ratio("    later visit", later[OURS], later[STOCK], 0.20)

    # Steps of the cases

    @contextmanager
    def profile(self) -> Iterator[BrowserContext]:
        """A browser of its own with an empty profile."""
        with TemporaryDirectory() as folder:
            chromium = self.playwright.chromium
            context = chromium.launch_persistent_context(
                folder,
                executable_path=executable(self.playwright.chromium),
                args=QUIET,
                viewport={"width": 1280, "height": 800},
            )
            context.add_init_script(WATCH)
            yield context
            context.close()

    def visit(self, context: BrowserContext, way: str, stay_ms: int = 0) -> float:
        """Milliseconds from the start of the navigation until Python is ready."""
        with opened(context) as page:
            page.goto(self.host.address + way, wait_until="commit")
            took = float(page.evaluate(READY))
            page.wait_for_timeout(stay_ms)
        return took


@contextmanager
def opened(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


def ratio(what: str, ours: Times, stock: Times, target: float | None = None) -> None:
    wanted = f" (target: {target})" if target else ""
    print(
        f"{what}: {median(ours) / median(stock):.2f}{wanted}: {formatted(ours)} ms over {formatted(stock)} ms",
        flush=True,
    )


def formatted(times: Times) -> str:
    return f"{median(times):.0f} [{min(times):.0f}-{max(times):.0f}]"


def stage(folder: Path) -> None:
    """The built site, the same without preloads, and unmodified Pyodide."""
    shutil.copytree(ROOT / "_site", folder / OURS)
    shutil.copytree(ROOT / "_site", folder / BARE)
    page = folder / BARE / "index.html"
    page.write_text(PRELOADS.sub("", page.read_text()))
    for file in (VISIT, VISITS, JOBS):
        shutil.copy2(file, folder)
    stock = folder / STOCK
    shutil.copytree(Path(__file__).with_name("stock"), stock)
    for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"):
        (stock / "pyodide").mkdir(exist_ok=True)
        shutil.copy2(PYODIDE / name, stock / "pyodide")
    wheels = [*(ROOT / "build/wheels-harness").glob("micropip-*.whl"), *(ROOT / "_site/wheels").glob("*.whl")]
    for wheel in wheels:
        shutil.copy2(wheel, stock)
    (stock / "wheels.json").write_text(json.dumps([wheel.name for wheel in wheels]))


def main() -> None:
    cases: dict[str, Callable[[Bench], None]] = {
        name: getattr(Bench, name) for name in ("first", "later", "page", "keys", "link", "preloads", "firefox")
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=5, help="measurements of each kind (%(default)s)")
    parser.add_argument("cases", nargs="*", choices=[*cases, []], metavar="CASE")
    given = parser.parse_args()
    subprocess.run([sys.executable, str(ROOT / "scripts/build/build.py")], check=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        stage(Path(folder))
        with hosted(Path(folder)) as host:
            bench = Bench(playwright, host, given.n)
            for case in given.cases or cases:
                cases[case](bench)


if __name__ == "__main__":
    main()
