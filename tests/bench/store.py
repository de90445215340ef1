"""How fast a store takes results, in CPython on the disk and in Chromium in OPFS: ``python -m tests.bench.store``.

Each result comes with its place. The order of their addresses matters: with those of a website one after another, a batch changes few pages of
the database, and with those of all websites mixed many. The times are those of the clock, medians of three runs.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("scripts", "py")]

from tests.bench.support import write_results
from tests.bench.support.probe import Probe, probed_site
from tests.browser.support.app import App
from tests.browser.support.start import launched

#: Where the worker mounts OPFS, and the file of the store.
OPFS = "/history/history.db"


def in_cpython() -> dict[str, list[float]]:
    with TemporaryDirectory(dir=ROOT / "build") as folder:
        return write_results.measure(str(Path(folder, "store.db")))


def in_chromium() -> dict[str, list[float]]:
    script = Path(write_results.__file__).read_text()
    with probed_site() as address, launched() as browser:
        page = browser.new_context(service_workers="block").new_page()
        probe = Probe(browser, page)
        page.goto(address)
        app = App(page)
        app.wait_until_ready()
        state = app.run("async () => (await jsonHead.history.list()).state")
        if state != "kept":
            raise SystemExit(f"Chromium keeps no history here: {state}.")
        measured: dict[str, list[float]] = json.loads(
            probe.run_python(f"{script}\nimport json\njson.dumps(measure({OPFS!r}))")
        )
        return measured


def main() -> None:
    print("| runtime | order of the addresses | µs a result | longest batch, in ms |")
    print("| --- | --- | --- | --- |")
    for runtime, measure in ((f"CPython {platform.python_version()}", in_cpython), ("Chromium, OPFS", in_chromium)):
        for order, (each_us, batch_ms) in measure().items():
            print(f"| {runtime} | {order.replace('_', ' ')} | {each_us:.0f} | {batch_ms:.0f} |", flush=True)


if __name__ == "__main__":
    main()
