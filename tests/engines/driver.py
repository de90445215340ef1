"""A browser that a process of its own drives. Commands and replies are lines of JSON."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from . import Unavailable
from .calls import PATIENCE_S, CallError, calling, result_of

ROOT = Path(__file__).parents[2]
#: Added to a page's time limit, since the driver may start or end a browser.
SLACK_S = 30


class Driven:
    """The `Engine` of a driver. It understands `open`, `evaluate`, `resize` and `screenshot`, each with one argument, a string.

    Firefox with an extension understands `tab`, `click` and `action`, too.
    """

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name = name
        self.extension: str | None = None
        self.problems: list[str] = []
        self._process = process
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        # A thread, since a pipe has no other way to read a line with a deadline.
        threading.Thread(target=self._read, daemon=True).start()
        about = self._answer(SLACK_S)
        self.version: str = about["version"]
        self.trusts: bool = about["trusts"]

    def open(self, address: str) -> None:
        self._command("open", address)

    def call(self, function: str, **arguments: Any) -> Any:
        return result_of(self._command("evaluate", calling(function, arguments)))

    def resize(self, width: int, height: int) -> None:
        self._command("resize", json.dumps({"width": width, "height": height}))

    def screenshot(self, path: Path) -> None:
        self._command("screenshot", str(path.resolve()))

    def tab(self, number: int) -> None:
        """Turn to a tab, by its number from 0. If there are fewer, a new one is opened."""
        self._command("tab", str(number))

    def click(self, selector: str) -> None:
        """Click an element of the tab, as a person does."""
        self._command("click", selector)

    def press_action(self) -> None:
        """Press the extension's button in the browser while the tab is shown, and turn to the tab that it opens."""
        self._command("action", "")

    def _command(self, command: str, argument: str) -> Any:
        assert self._process.stdin
        try:
            print(json.dumps({"command": command, "argument": argument}), file=self._process.stdin, flush=True)
        except BrokenPipeError as error:
            raise CallError(f"{self.name} has ended") from error
        return self._answer(PATIENCE_S + SLACK_S)

    def _answer(self, patience_s: float) -> Any:
        try:
            line = self._answers.get(timeout=patience_s)
        except queue.Empty:
            # A late reply would be taken for that of the next command, so no further command is sent.
            self._process.terminate()
            raise CallError(f"{self.name} did not answer within {patience_s} s") from None
        if not line:
            raise CallError(f"{self.name} has ended")
        answer = json.loads(line)
        self.problems += answer.get("problems", [])
        if "error" in answer:
            raise CallError(answer["error"])
        return answer["value"]

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")


@contextmanager
def driving(name: str, command: Sequence[str], settings: dict[str, Any]) -> Iterator[Driven]:
    """Run a driver, with its settings as the last argument. It and its browser end when its standard input closes.

    Raises:
        Unavailable: its browser did not start.
    """
    # In a session of its own, so that Ctrl+C reaches only this process. It then closes the driver's input, and the driver cleans up.
    process = subprocess.Popen(
        [*command, json.dumps(settings)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdin and process.stdout
    try:
        try:
            driven = Driven(name, process)
        except CallError as error:
            raise Unavailable(f"{name} does not start: {error}") from error
        yield driven
    finally:
        with suppress(BrokenPipeError):  # the driver ended before it read the last command
            process.stdin.close()
        try:
            process.wait(SLACK_S)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
