"""Several processes that accept connections from one listening socket."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from prometheus_client.multiprocess import mark_process_dead

from json_head.asgi.operation.metrics import FOLDER

#: A worker that ends with an error in fewer seconds has failed to start, and the next one would fail, too.
STARTING_S = 10.0
_POLL_S = 0.5
_SPAWN = multiprocessing.get_context("spawn")


class Workers:
    """Runs a function in several processes, and replaces those that die.

    SIGTERM and SIGINT end them, and a second one ends them at once.

    Args:
        work: what each process runs. It can be sent to another process.
        takes_hangup: whether the processes handle SIGHUP, which is then passed on.
    """

    def __init__(self, number: int, work: Callable[[], None], *, takes_hangup: bool = False) -> None:
        self._number = number
        self._work = work
        self._signals = ["SIGTERM", "SIGINT", *(["SIGHUP"] if takes_hangup else [])]
        self._processes: dict[SpawnProcess, float] = {}
        self._is_ending = False

    def supervise(self) -> None:
        """Run until a signal ends all processes. Exits with 1 if one does not start."""
        for name in self._signals:
            if number := getattr(signal, name, None):
                signal.signal(number, self._pass_on)
        with tempfile.TemporaryDirectory(prefix="json-head-") as folder:
            os.environ.setdefault(FOLDER, folder)  # the processes count together
            failed = False
            while self._processes or not self._is_ending:
                while not self._is_ending and len(self._processes) < self._number:
                    self._start()
                wait([process.sentinel for process in self._processes], _POLL_S)
                failed |= self._remove_ended()
        if failed:
            sys.exit(1)

    def _start(self) -> None:
        process = _SPAWN.Process(target=_run, args=(self._work,))
        process.start()
        self._processes[process] = time.monotonic()
        if self._is_ending:  # a signal arrived meanwhile, and was not passed on to this one
            process.terminate()

    def _remove_ended(self) -> bool:
        """Forget the processes that have ended. Returns whether one did not start, and ends the others then."""
        failed = False
        for process, started in list(self._processes.items()):
            if process.is_alive():
                continue
            del self._processes[process]
            mark_process_dead(process.pid)  # type: ignore[no-untyped-call]
            if process.exitcode and process.exitcode > 0 and time.monotonic() - started < STARTING_S:
                failed = True
                self._end()
        return failed

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        if number == getattr(signal, "SIGHUP", None):
            for process in self._processes:
                if process.pid and process.is_alive():
                    os.kill(process.pid, number)
        else:
            self._end()

    def _end(self) -> None:
        self._is_ending = True
        for process in self._processes:
            if process.is_alive():
                process.terminate()


def _run(work: Callable[[], None]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        signal.raise_signal(signal.SIGTERM)
