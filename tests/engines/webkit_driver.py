"""``python -m tests.engines.webkit_driver SETTINGS``: WebKitGTK for ``webkit.py``, in a process of its own.

It ends when standard input closes, and it then ends the screen, the driver and the browser, for which WebDriver has no command.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Remote, WebKitGTKOptions

from .calls import PATIENCE_S

START_S = 20


def main(settings: dict[str, Any]) -> None:
    # When this process is no longer needed, the exception interrupts any wait.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    commands: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(commands,), daemon=True).start()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        port = stack.enter_context(_processes(settings, home))
        try:
            web = _session(settings, port)
        except WebDriverException as error:
            _answer(error=error.msg or str(error))
            return
        stack.callback(_quit, web)
        _answer(value={"version": web.capabilities["browserVersion"], "trusts": False})
        while True:
            command = json.loads(commands.get())
            try:
                value = _obey(web, command["command"], command["argument"])
            except WebDriverException as error:
                _answer(error=error.msg or str(error))
            else:
                _answer(value=value)


def _listen(commands: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        commands.put(line)
    os.kill(os.getpid(), signal.SIGTERM)


def _answer(**reply: Any) -> None:
    with suppress(BrokenPipeError):
        print(json.dumps(reply), flush=True)


@contextmanager
def _processes(settings: dict[str, Any], home: Path) -> Iterator[int]:
    """The screen and WebDriver's server, in one process group with all their children; gives the server's port."""
    reads, writes = os.pipe()
    screen = [settings["screen"], "-displayfd", str(writes), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    silent = subprocess.DEVNULL
    group = subprocess.Popen(screen, pass_fds=[writes], process_group=0, stdin=silent, stdout=silent, stderr=silent)
    server = None
    try:
        os.close(writes)
        with open(reads) as numbers:
            display = ":" + numbers.readline().strip()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {
            **os.environ,
            "DISPLAY": display,
            "GDK_BACKEND": "x11",
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
            "NO_AT_BRIDGE": "1",  # no accessibility bus
            "GSETTINGS_BACKEND": "memory",
            "HOME": str(home),
            **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA", "STATE")},
        }
        server = subprocess.Popen(
            [settings["driver"], f"--port={port}"],
            env=environment, process_group=group.pid, stdin=silent, stdout=silent, stderr=silent,
        )  # fmt: skip
        _wait_for(port, server)
        yield port
    finally:
        os.killpg(group.pid, signal.SIGKILL)  # the group's number stays reserved until its first process is waited for
        group.wait()
        if server:
            server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(START_S * 20):
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError("WebKitWebDriver does not answer")


def _session(settings: dict[str, Any], port: int) -> Remote:
    options = WebKitGTKOptions()
    options.binary_location = settings["browser"]
    options.add_argument("--automation")
    web = Remote(f"http://127.0.0.1:{port}", options=options)
    web.set_page_load_timeout(PATIENCE_S)
    web.set_script_timeout(PATIENCE_S)
    _resize(web, settings["width"], settings["height"])
    return web


def _resize(web: Remote, width: int, height: int) -> None:
    # The window includes the browser's own frame, and the size is that of the page.
    web.set_window_size(width, height)
    wide, high = web.execute_script("return [innerWidth, innerHeight]")
    web.set_window_size(2 * width - wide, 2 * height - high)


def _quit(web: Remote) -> None:
    with suppress(Exception):  # the processes are ended in any case
        web.quit()


def _obey(web: Remote, command: str, argument: str) -> str | None:
    if command == "open":
        # WebKitGTK does not report a failed load: it stays on the old page, or shows an error in a blank page.
        web.get("about:blank")
        web.get(argument)
        if web.execute_script("return location.href") == "about:blank":
            raise WebDriverException(f"{argument} did not load")
    elif command == "evaluate":
        return web.execute_async_script(f"const done = arguments[arguments.length - 1]; {argument}.then(done)")
    elif command == "resize":
        _resize(web, **json.loads(argument))
    elif command == "screenshot":
        Path(argument).write_bytes(web.get_screenshot_as_png())
    return None


main(json.loads(sys.argv[1]))
