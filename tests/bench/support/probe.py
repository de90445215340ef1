"""The cost of a page under load: memory of its worker and renderer, long tasks of its main thread, time from click to change."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.support.start import ROOT, release, served

MB = 1_000_000

#: Runs in the page from its start on. A click's time is that from its event's time stamp until the grid
#: has been redrawn, which sets ``aria-rowcount`` each time.
WATCH = """
window.benchTasks = [];
window.benchClicks = [];
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) benchTasks.push({ start: startTime, ms: duration });
}).observe({ type: "longtask", buffered: true });
let asked = 0;
const note = (event) => { if (event.isTrusted && event.target.closest(".tab-row, #toolbar, #grid-head")) asked = event.timeStamp; };
addEventListener("click", note, true);
addEventListener("input", note, true);
addEventListener("DOMContentLoaded", () => {
  const grid = document.querySelector("#grid");
  if (grid) new MutationObserver(() => {
    if (asked) benchClicks.push(performance.now() - asked);
    asked = 0;
  }).observe(grid, { attributeFilter: ["aria-rowcount"] });
});
"""


#: The worker does not expose Pyodide, and the protocol's own search for objects crashes the page (Chromium 156).
HELD = "self.benchPyodide"


@contextmanager
def probed_site(*more: Path) -> Iterator[str]:
    """Serve the built site with these files, and with a line in its worker that exposes Pyodide to a probe; gives the address."""
    subprocess.run([sys.executable, str(ROOT / "scripts/build/build.py")], check=True)
    with TemporaryDirectory() as folder:
        site = Path(folder, "site")
        shutil.copytree(ROOT / "_site", site)
        with (release(site) / "webworker.js").open("a") as worker:
            worker.write(f"{HELD} = pyodide;\n")
        for file in more:
            shutil.copy2(file, site)
        with served(site) as address:
            yield address


class Probe:
    """Inspects one page through the browser's debugging protocol, by its own sessions beside Playwright's."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self._page = page
        self._browser = browser.new_browser_cdp_session()
        self._session = page.context.new_cdp_session(page)
        self._worker = ""
        self._answers: dict[int, dict[str, Any]] = {}
        self._sent = 0
        self._session.on("Target.attachedToTarget", self._attached)
        self._session.on("Target.receivedMessageFromTarget", self._received)
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False}
        self._session.send("Target.setAutoAttach", attach)

    def now(self) -> float:
        """The page's clock, in milliseconds."""
        return float(self._page.evaluate("performance.now()"))

    def long_tasks(self, since: float) -> list[tuple[float, float]]:
        """The tasks of the main thread of 50 ms or more that began after this time: their milliseconds, and seconds since then."""
        tasks = self._page.evaluate("benchTasks")
        return sorted(
            ((task["ms"], (task["start"] - since) / 1000) for task in tasks if task["start"] >= since), reverse=True
        )

    def page_heap(self) -> float:
        """MB of JavaScript objects in the page, after a collection."""
        self._session.send("HeapProfiler.collectGarbage")
        return float(self._session.send("Runtime.getHeapUsage")["usedSize"]) / MB

    def clicks(self) -> list[float]:
        """Milliseconds from each click or key beside the grid to the change in it, since the last call."""
        return sorted(self._page.evaluate("benchClicks.splice(0)"))

    def worker_heap(self) -> float:
        """MB of JavaScript objects in the worker, after a collection."""
        self._ask("HeapProfiler.collectGarbage")
        return float(self._ask("Runtime.getHeapUsage")["usedSize"]) / MB

    def worker_wasm(self) -> float:
        """MB of WebAssembly memory, which holds Python. It never shrinks, so this is also its peak."""
        return float(self._evaluate(f"{HELD}._module.HEAP8.byteLength")) / MB

    def worker_objects(self) -> int:
        """The number of Python's containers in the worker, after a collection."""
        return int(self.run_python("import gc; gc.collect(); len(gc.get_objects())"))

    def run_python(self, code: str) -> Any:
        """Run code in the worker, and return its last value, if it is a text or a number."""
        return self._evaluate(f"{HELD}.runPython({json.dumps(code)})")

    def _evaluate(self, expression: str) -> Any:
        answer = self._ask("Runtime.evaluate", expression=expression)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["result"]["description"])
        return answer["result"]["value"]

    def renderer(self) -> tuple[float, float]:
        """MB of the page's process, worker included: resident now, and the peak so far."""
        processes = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        sizes = [resident(process["id"]) for process in processes if process["type"] == "renderer"]
        return max(sizes)

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._sent += 1
        message = json.dumps({"id": self._sent, "method": method, "params": params})
        self._session.send("Target.sendMessageToTarget", {"message": message, "sessionId": self._worker})
        ends = time.monotonic() + 60
        while self._sent not in self._answers:
            if time.monotonic() > ends:
                raise TimeoutError(f"The worker did not answer {method}.")
            self._page.wait_for_timeout(5)
        answer = self._answers.pop(self._sent)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _attached(self, event: dict[str, Any]) -> None:
        if event["targetInfo"]["type"] == "worker":
            self._worker = event["sessionId"]

    def _received(self, event: dict[str, Any]) -> None:
        answer = json.loads(event["message"])
        if "id" in answer:
            self._answers[answer["id"]] = answer


def resident(pid: int) -> tuple[float, float]:
    """Resident MB of a process, now and at its peak."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    now, most = (int(fields[name].split()[0]) * 1024 / MB for name in ("VmRSS", "VmHWM"))
    return now, most
