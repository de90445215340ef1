"""A host of another site's pages, which embed json-head lite, and a record of the requests it gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.sockets import in_thread


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. Without a ``Content-Length`` of its own, it gets the body's."""

    body: bytes
    status: int
    headers: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Received:
    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Embedder:
    """Serves what was `put` there. ``requests`` are those so far."""

    origin: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Received] = field(default_factory=list)

    def put(self, path: str, body: str | bytes = b"", **given: str | int | None) -> str:
        """Serve this body; gives the URL. ``status`` is the response's, all else its headers, written with underscores; None leaves one out."""
        content = body if isinstance(body, bytes) else body.encode()
        media_type = "text/html; charset=utf-8" if isinstance(body, str) else "application/octet-stream"
        status = int(given.pop("status", 200) or 200)
        headers = {name.replace("_", "-"): None if value is None else str(value) for name, value in given.items()}
        standard = {"Content-Type": media_type, "Content-Length": str(len(content))}
        self.answers[path] = Answer(content, status, {**standard, **headers})
        return self.origin + path

    def page(self, path: str, body: str, head: str = "", **headers: str | int | None) -> str:
        """Serve a page with this body; gives its URL."""
        html = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Downloads</title>{head}</head><body>{body}</body></html>'
        return self.put(path, html, **headers)

    def heads(self) -> list[str]:
        """The paths that were requested by HEAD, in order."""
        return [request.path for request in self.requests if request.method == "HEAD"]


@contextmanager
def embedder(address: str = "127.0.0.1") -> Iterator[Embedder]:
    """A host at this loopback address."""
    host = Embedder()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host.requests.append(
                Received(self.command, self.path, {name.lower(): value for name, value in self.headers.items()})
            )
            answer = host.answers.get(self.path.partition("?")[0], Answer(b"", 404, {"Content-Length": "0"}))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if value is not None:
                    self.send_header(name, value)
            if answer.headers.get("Content-Length") is None:
                self.send_header("Connection", "close")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(answer.body)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer((address, 0), Handler)
    server.daemon_threads = True
    with in_thread(server):
        host.origin = f"http://{address}:{server.server_port}"
        yield host
