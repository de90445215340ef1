"""A browser with one tab that nothing looks into, and that fetches from here what it is to do."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.browser.support.start import QUIET

#: What a page needs that takes jobs here.
JOBS = Path(__file__).with_name("jobs.js")
PATIENCE_S = 180


class Tab:
    """A browser without any past, started as a person starts it, on a page that posts to its ``control`` and is given a job for each post.

    What drives a browser for tests has it tell of every request and where in the code it was made, and a stack that goes
    through Python's WebAssembly is long: with that, a `fetch` by the product takes a multiple of the time of one by a loop.
    And whatever is told takes its part of the processor, while a page comes up.

    Args:
        name: chromium or firefox.
        program: the browser's own.
        address: of the page, with a query.

    Raises:
        queue.Empty: it did not come up.
    """

    def __init__(self, name: str, program: str, address: str) -> None:
        self._jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        jobs, answers = self._jobs, self._answers

        class Control(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                body = json.dumps(jobs.get()).encode()
                with suppress(OSError):  # at the end, the browser has gone
                    self.send_response(200)
                    self.send_header("Access-Control-Allow-Origin", "*")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Control)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._profile = TemporaryDirectory(ignore_cleanup_errors=True)
        self._browser = subprocess.Popen(
            [*command(name, program, self._profile.name), f"{address}&control=http://127.0.0.1:{self._server.server_port}/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            self.version: str = self._answer()["ready"]
        except queue.Empty:
            self.close()
            raise

    def ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """What the page has to say of this job.

        Raises:
            RuntimeError: it failed, says the page.
        """
        self._jobs.put(job)
        said = self._answer()
        if "error" in said:
            raise RuntimeError(said["error"])
        return said

    def close(self) -> None:
        os.killpg(self._browser.pid, signal.SIGTERM)
        try:
            self._browser.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._browser.pid, signal.SIGKILL)
            self._browser.wait()
        self._jobs.put({})
        self._server.shutdown()
        self._server.server_close()
        self._profile.cleanup()

    def _answer(self) -> dict[str, Any]:
        return self._answers.get(timeout=PATIENCE_S)


def command(name: str, program: str, profile: str) -> list[str]:
    if name == "firefox":
        return [program, "--headless", "--no-remote", "--profile", profile]
    switches = ("--headless=new", "--no-sandbox", "--no-default-browser-check", "--disable-popup-blocking", *QUIET)
    return [program, *switches, f"--user-data-dir={profile}"]
