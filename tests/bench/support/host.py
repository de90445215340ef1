"""A static host like GitHub Pages: gzip, a cache time of ten minutes, validators. It counts its responses and can delay them."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from serve import StaticHandler, StaticServer

from tests.servers.sockets import in_thread

#: The types of files that such a host compresses.
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".wasm"}


@dataclass(slots=True)
class Sent:
    """The responses since the last call of ``Host.sent``."""

    bytes: int = 0
    """The size of the contents as sent."""
    paths: list[str] = field(default_factory=list)
    """One path for each response, 304 and errors included."""


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    headers: dict[str, str]


class Host:
    """Serves a folder. Any path below ``/target`` gives 200 after ``target_s``."""

    def __init__(self, folder: Path) -> None:
        self.delay_s = 0.0
        """The delay of each response, for the distance of a host."""
        self.target_s = 0.0
        self._files = {f"/{path.relative_to(folder)}": read(path) for path in folder.rglob("*") if path.is_file()}
        self._sent = Sent()
        self._lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.host = self
        self.address = f"http://127.0.0.1:{self.server.server_port}/"

    def sent(self) -> Sent:
        """The responses since the last call."""
        with self._lock:
            sent, self._sent = self._sent, Sent()
        return sent

    def find(self, url: str) -> File | None:
        path = unquote(urlsplit(url).path)
        return self._files.get(path + "index.html" if path.endswith("/") else path)

    def note(self, path: str, size: int) -> None:
        with self._lock:
            self._sent.bytes += size
            self._sent.paths.append(path)


class Server(StaticServer):
    host: Host


class Handler(StaticHandler):
    server: Server
    caching = "max-age=600"
    disable_nagle_algorithm = True  # otherwise each body would wait until the browser acknowledges the headers

    def do_HEAD(self) -> None:
        time.sleep(self.server.host.target_s)
        self.send_response(200 if self.path.startswith("/target") else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        host = self.server.host
        time.sleep(host.delay_s)
        file = host.find(self.path)
        fresh = file is not None and self.headers["If-None-Match"] == file.headers["ETag"]
        content = file.content if file and not fresh else b""
        self.send_response(304 if fresh else 200 if file else 404)
        for name, value in (file.headers if file else {}).items():
            self.send_header(name, value)
        if not fresh:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        host.note(self.path, len(content))


def read(path: Path) -> File:
    content = path.read_bytes()
    headers = {
        "Content-Type": StaticHandler.extensions_map.get(path.suffix, "application/octet-stream"),
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:16]}"',
    }
    if path.suffix in COMPRESSED:
        content = gzip.compress(content, 9)
        headers["Content-Encoding"] = "gzip"
    return File(content, headers)


@contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    host = Host(folder)
    with in_thread(host.server):
        yield host
