"""The later start of the extension's page, compared with that of the page on a website: ``python -m tests.bench.extension [-n TIMES]``.

Both are in one browser of their own, and visits alternate. Figures are medians in milliseconds, from the navigation until Python is
ready, with the minimum and maximum in brackets. It takes a minute, from the repository, with the environment of test-in-pyodide.sh.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path[:0] = [str(SCRIPTS), str(SCRIPTS / "build")]

from tests.browser.support.start import built_site
from tests.engines import Engine, launch

READY = """async () => {
  while (!window.jsonHead) await new Promise((later) => setTimeout(later, 1));
  await jsonHead.ready;
  const ms = performance.now();
  return { ms, snapshot: jsonHead.boot.snapshot };
}"""
#: Waits until a snapshot is stored, from which later visits start, and the browser has cached what it compiled.
STAY = """async () => {
  while (!(await caches.keys()).some((name) => name.startsWith("json-head snapshot "))) await new Promise((later) => setTimeout(later, 100));
  await new Promise((later) => setTimeout(later, 3000));
}"""
WARM = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.extension", description=__doc__, allow_abbrev=False)
    parser.add_argument("-n", type=int, default=11, metavar="TIMES", help="visits to each, 11 by default")
    times: int = parser.parse_args().n
    with built_site() as site:
        for browser in ("chromium", "firefox"):
            with launch(f"{browser}-extension", permitted=()) as engine:
                assert engine.extension
                addresses = {"website": site, "extension": engine.extension}
                starts = measured(engine, addresses, times)
            for kind, found in starts.items():
                print(f"{browser}, {kind}: {median(found):.0f} ms [{min(found):.0f} to {max(found):.0f}]", flush=True)


def measured(engine: Engine, addresses: dict[str, str], times: int) -> dict[str, list[float]]:
    for address in addresses.values():
        for _ in range(WARM):
            engine.open(address)
            engine.call(READY)
            engine.call(STAY)
    starts: dict[str, list[float]] = {kind: [] for kind in addresses}
    for _ in range(times):
        for kind, address in addresses.items():
            engine.open(address)
            visit = engine.call(READY)
            assert visit["snapshot"] == "used", visit
            starts[kind].append(visit["ms"])
    return starts


if __name__ == "__main__":
    main()
