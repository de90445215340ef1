"""A browser with one tab without a debugging protocol. The tab fetches its jobs from this process."""

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

#: The script of a page that takes jobs.
JOBS = Path(__file__).with_name("jobs.js")
PATIENCE_S = 180


class Tab:
    """A browser with an empty profile, started as a user does, on a page that posts to its ``control`` and gets a job for each post.

    A test driver makes the browser report every request with its stack, and a stack that goes
    through Python's WebAssembly is long. With a driver, a `fetch` by the product takes a multiple of the time of one by a loop.
    The reports also take processor time while a page starts.

    Args:
        name: chromium or firefox.
        program: the browser's executable.
        address: the page's, with a query.

    Raises:
        queue.Empty: the browser did not start.
    """

    def __init__(self, name: str, program: str, address: str) -> None:
        self._jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        jobs, answers = self._jobs, self._answers

        class Control(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answers.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                body = json.dumps(jobs.get()).encode()
                with suppress(OSError):  # at the end the browser has exited
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
        """The page's result of this job.

        Raises:
            RuntimeError: the job failed.
        """
        self._jobs.put(job)
        report = self._answer()
        if "error" in report:
            raise RuntimeError(report["error"])
        return report

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
