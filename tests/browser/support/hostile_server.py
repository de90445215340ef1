"""A server with any response that a test sets, headers and redirects included, on a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.sockets import in_thread

Headers = list[tuple[str, bytes]]


@dataclass
class Hostile:
    """The response at each path, as status, headers and body. Any other path gives an empty 200."""

    address: str
    responses: dict[str, tuple[int, Headers, bytes]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def page(self, name: str, media_type: str, text: str) -> str:
        """Serve a text; gives its address."""
        path = f"/page/{name}"
        self.responses[path] = (200, [("Content-Type", media_type.encode())], text.encode("utf-8", "replace"))
        return self.address + path


@contextmanager
def serve_hostile() -> Iterator[Hostile]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            hostile.requests.append(self.path)
            status, headers, body = hostile.responses.get(self.path, (200, [], b""))
            lines = [
                f"HTTP/1.1 {status} x".encode(),
                b"Access-Control-Allow-Origin: *",
                b"Access-Control-Expose-Headers: *",
            ]
            lines += [name.encode("ascii") + b": " + value for name, value in headers]
            lines += [b"Content-Length: %d" % len(body)]
            self.wfile.write(b"\r\n".join(lines) + b"\r\n\r\n" + (b"" if self.command == "HEAD" else body))

        do_GET = do_HEAD = answer

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hostile = Hostile(f"http://127.0.0.1:{server.server_port}")
    with in_thread(server):
        yield hostile
