"""`<json-head-links>` compared with a plain loop of HEAD requests in a page, in bytes, requests and time to the first size.

    python -m tests.bench.embed [-n TIMES]

It takes two minutes, from the repository, with the environment of test-in-pyodide.sh. The loop is a module of its own, as embed.js is. Both
pages alternate in one run of Chromium, each with an empty cache, on a network of 10 Mbit/s and 40 ms. Figures are medians, with the
minimum and maximum in brackets; layout shift and tasks over 50 ms are means of a visit.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from playwright.sync_api import Browser

from tests.browser.support.embedder import Embedder, embedder
from tests.browser.support.start import ROOT, built_site, launched

SIZE = 1_340_000
LOOP = """for (const link of document.querySelectorAll('a[href$=".pdf"]')) {
  fetch(link.href, {method: "HEAD"}).then((response) => {
    const bytes = Number(response.headers.get("content-length"));
    if (response.ok && bytes) link.append(` (PDF, ${(bytes / 1e6).toFixed(1)} MB)`);
  });
}
"""
#: Runs before the page's scripts.
WATCH = """
window.bench = {first: 0, shift: 0, long: 0};
addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => {
    if (!bench.first && document.querySelector("a").textContent.includes("MB")) bench.first = performance.now();
  }).observe(document.body, {subtree: true, childList: true});
});
new PerformanceObserver((list) => { for (const {value} of list.getEntries()) bench.shift += value; }).observe({type: "layout-shift", buffered: true});
new PerformanceObserver((list) => { bench.long += list.getEntries().length; }).observe({type: "longtask", buffered: true});
"""
DONE = "async () => { while (!bench.first) await new Promise((later) => setTimeout(later, 5)); await new Promise((later) => setTimeout(later, 800)); return bench; }"
#: As docs/embedding.md has it.
RESERVE = """<style>
a[href$=".pdf"]:not([data-json-head])::after { content: ""; display: inline-block; inline-size: 8em; }
.json-head-size { display: inline-block; min-inline-size: calc(8em - 1ch); }
</style>"""


def visit(browser: Browser, address: str) -> dict[str, float]:
    with browser.new_context(viewport={"width": 1000, "height": 800}) as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        network = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
        session.send("Network.emulateNetworkConditions", network)
        page.add_init_script(WATCH)
        page.goto(address)
        found: dict[str, float] = page.evaluate(DONE)
        return found


def pages(host: Embedder, site: str, count: int) -> dict[str, str]:
    """The address of each page by its name."""
    for number in range(count):
        host.put(
            f"/{number}.pdf", b"", Content_Length=str(SIZE), Content_Type="application/pdf", Cache_Control="no-store"
        )
    links = "".join(
        f'<li><a href="/{number}.pdf">Annual report of the year {number}</a></li>' for number in range(count)
    )
    rows = [
        {"url": f"{host.origin}/{number}.pdf", "verdict": "ok", "status": 200, "headers": {"content-length": str(SIZE)}}
        for number in range(count)
    ]
    host.put("/links.json", json.dumps(rows), Content_Type="application/json")
    script = f'<script type="module" src="{site}embed.js"></script>'
    body = f"<ul>{links}</ul><p>The end of the page.</p>"
    return {
        "loop": host.page("/loop", body, '<script type="module" src="/loop.js"></script>'),
        "embed": host.page("/embed", f"{body}<json-head-links></json-head-links>", script),
        "results": host.page(
            "/results", f'{body}<json-head-links results="/links.json"></json-head-links>', script + RESERVE
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=9, metavar="TIMES")
    times = parser.parse_args().n
    with built_site() as site, embedder() as host, launched() as browser:
        host.put("/loop.js", LOOP, Content_Type="text/javascript")
        script, loop = (ROOT / "_site/embed.js").read_bytes(), LOOP.encode()
        print(f"embed.js: {len(gzip.compress(script, 9)):,} bytes gzipped, the loop {len(gzip.compress(loop, 9)):,}")
        print(
            "| links, page | first size, in ms | ratio to the loop | HEAD requests | layout shift | tasks over 50 ms |"
        )
        print("| --- | --- | --- | --- | --- | --- |")
        for count in (8, 40):
            addresses = pages(host, site, count)
            found: dict[str, list[dict[str, float]]] = {name: [] for name in addresses}
            heads: dict[str, int] = {}
            for _ in range(times):
                for name, address in addresses.items():
                    host.requests.clear()
                    found[name].append(visit(browser, address))
                    heads[name] = len(host.heads())
            base = median(one["first"] for one in found["loop"])
            for name, all_visits in found.items():
                firsts = [one["first"] for one in all_visits]
                times_ms = f"{median(firsts):.0f} ({min(firsts):.0f} to {max(firsts):.0f})"
                shift, tasks = (sum(one[what] for one in all_visits) / times for what in ("shift", "long"))
                print(
                    f"| {count}, {name} | {times_ms} | {median(firsts) / base:.2f} | {heads[name]} | {shift:.3f} | {tasks:.1f} |"
                )


if __name__ == "__main__":
    main()
