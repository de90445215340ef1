"""A static host that can stop, and that can switch to a site's next release."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from release import make_release
from serve import StaticHandler, StaticServer

from tests.browser.support.start import PREFIX, ROOT, release

Edit = Callable[[bytes], bytes]


class Handler(StaticHandler):
    # As GitHub Pages does.
    caching = "max-age=600"

    def __init__(self, *args: Any, host: Host, **kwargs: Any) -> None:
        self.host = host
        super().__init__(*args, directory=str(host.folder), **kwargs)

    def translate_path(self, path: str) -> str:
        self.directory = str(self.host.folder)  # a connection may be older than the current folder
        return super().translate_path(path)

    def do_GET(self) -> None:
        self.host.requests.append(self.path.removeprefix(PREFIX))
        super().do_GET()


class _Server(StaticServer):
    def __init__(self, *args: Any) -> None:
        self._connections: list[socket.socket] = []
        super().__init__(*args)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.append(connection)
        return connection, address

    def hang_up(self) -> None:
        """End connections that browsers keep open for further requests."""
        for connection in self._connections:
            with suppress(OSError):  # the connection has ended already
                connection.shutdown(socket.SHUT_RDWR)


class Host:
    """Serves the current `folder`. `requests` are the requested addresses, relative to the site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requests: list[str] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}{PREFIX}"

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self._port), partial(Handler, host=self, prefix=PREFIX))
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening. `start` begins again at the same address."""
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server.hang_up()
            self._server = None


@contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    host = Host(folder)
    host.start()
    try:
        yield host
    finally:
        host.stop()


def next_release(folder: Path, edits: Mapping[str, Edit]) -> Path:
    """The built site with edited files, as a release of its own. The names of the files are those of the repository."""
    shutil.copytree(ROOT / "_site", folder)
    shutil.rmtree(folder / "web")  # its modules forward to the current release
    old = release(folder)
    for path in old.iterdir():
        path.rename(folder / path.name)
    old.rmdir()
    for page in ("index.html", "api/index.html", "sw.js"):
        shutil.copy2(ROOT / page, folder / page)
    # The built embed.js is one file, in which the old release's folder is named.
    (folder / "embed.js").write_text((folder / "embed.js").read_text().replace(f'"{old.name}/', '"'))
    for name, edit in edits.items():
        path = folder / name
        path.write_bytes(edit(path.read_bytes()))
    make_release(folder)
    return folder
