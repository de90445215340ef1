"""How fast the page groups, filters and sorts a long list: ``python -m tests.bench.table``.

The list is a database of 100,000 links from 2,000 pages to 200 websites, which the page opens. A time is that from a click or a key to the change of
the list.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("scripts", "py")]

from json_head.model import Link, Observation, Outcome, Result
from json_head.store import Store
from json_head.verdicts import judge
from playwright.sync_api import Page, expect

from tests.bench.support.probe import WATCH
from tests.browser.support.screen import Screen
from tests.browser.support.start import built_site, launched

PAGES, HOSTS, BROKEN_EVERY = 2_000, 200, 50
PATIENCE_MS = 300_000
#: The first time of an action may compute what later ones use.
ROUNDS = 4


@contextmanager
def database(links: int) -> Iterator[Path]:
    """A database with a finished check of so many links."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "links.db")
        with Store.open(path) as store:
            recorder = store.begin("check", "https://site.example/")
            for number in range(links):
                recorder.row(row_of(number).to_json(), number=number + 1)
            recorder.finish("finished", [])
        yield path


def row_of(number: int) -> Result:
    status = 404 if number % BROKEN_EVERY == 7 else 200
    url = f"https://host{number % HOSTS}.example/path/{status}/{number}"
    link = Link(url, f"https://site.example/page/{number % PAGES}", number // PAGES + 1, 3, f"Link {number}", "a href")
    observations = [
        Observation(Outcome.RESPONSE, method=method, status=status, url=url, elapsed_ms=number % 997)
        for method in (("HEAD", "GET") if status == 404 else ("HEAD",))
    ]
    return Result.of(link, judge(observations), observations)


def measure(page: Page, links: int) -> None:
    heads = page.locator("#grid-head .sorter:visible")
    kinds: dict[str, list[Callable[[], None]]] = {
        "group": [partial(page.check, f"#grouping input[value={by}]", force=True) for by in ("page", "site", "link")],
        "filter": [partial(page.fill, "#filter", text) for text in ("path/2", "is:broken", "host:host3.example", "")],
        "sort": [heads.nth(number).click for number in range(heads.count())],
    }
    print(f"| {links:,} links | first time, ms | later, median | later, most | tasks of 50 ms or more, later |")
    print("| --- | --- | --- | --- | --- |")
    for kind, actions in kinds.items():
        first = [timed(page, action) for action in actions]
        since = page.evaluate("performance.now()")
        later = [timed(page, action) for _ in range(ROUNDS) for action in actions]
        tasks = page.evaluate("(since) => benchTasks.filter(({start}) => start >= since).map(({ms}) => ms)", since)
        told = f"{len(tasks)}, the longest {max(tasks):.0f} ms" if tasks else "none"
        print(
            f"| {kind} | {', '.join(f'{ms:.0f}' for ms in first)} | {median(later):.0f} | {max(later):.0f} | {told} |",
            flush=True,
        )


def timed(page: Page, action: Callable[[], None]) -> float:
    """Milliseconds from an action to the change of the list."""
    page.evaluate("benchClicks.splice(0)")
    action()
    page.evaluate("async () => { while (!benchClicks.length) await new Promise(requestAnimationFrame); }")
    page.wait_for_timeout(150)  # what comes after the change belongs to this action
    return float(page.evaluate("benchClicks[0]"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=100_000, help="links (%(default)s)")
    links = parser.parse_args().n
    with database(links) as file, built_site() as site, launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(WATCH)
        page.goto(site)
        page.set_input_files("#files", file)
        screen = Screen(page)
        expect(screen.tab_number("all")).to_have_text(f"{links:,}", timeout=PATIENCE_MS)
        expect(page.locator("#cancel")).to_be_hidden(timeout=PATIENCE_MS)
        screen.show_all()
        page.wait_for_timeout(1000)
        measure(page, links)


if __name__ == "__main__":
    main()
