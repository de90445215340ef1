"""Serve a folder like a static host: correct media types, cache validators, and no access outside the folder."""

from __future__ import annotations

import argparse
import errno
import signal
import socket
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class StaticHandler(SimpleHTTPRequestHandler):
    """Serves the files below ``directory`` at URLs below ``prefix``."""

    protocol_version = "HTTP/1.1"
    # Browsers revalidate each time and get 304, so that a new build is visible at once.
    caching = "no-cache"
    # Set here because the system's table of media types differs between machines.
    extensions_map = {  # noqa: RUF012 (as in the base class)
        **SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        ".zip": "application/zip",
    }

    def __init__(self, *args: Any, prefix: str = "/", **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.prefix):
            return str(Path(self.directory, "not below the prefix"))
        return super().translate_path("/" + path.removeprefix(self.prefix))

    def list_directory(self, path: Any) -> None:
        self.send_error(404)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", self.caching)
        # Allows pages of other sites to start the worker, as GitHub Pages does.
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class StaticServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A browser that disconnects during a download is not an error.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def make_server(directory: Path, host: str = "127.0.0.1", port: int = 0, prefix: str = "/") -> ThreadingHTTPServer:
    """Create a server that is already listening; call ``serve_forever`` on it.

    Raises:
        OSError: the port is in use, or the address is not this machine's.
    """

    class Server(StaticServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    return Server((host, port), partial(StaticHandler, directory=str(directory), prefix=prefix))


def explain(error: Exception, port: int) -> str:
    """The reason why the server can't listen, with a suggestion of another port if that would help."""
    reason = str(getattr(error, "strerror", "") or error).rstrip(".") + "."
    if isinstance(error, OverflowError) or getattr(error, "errno", 0) in (errno.EADDRINUSE, errno.EACCES):
        reason += f" Try ./serve.sh --port {port + 1 if 1023 <= port < 65535 else 8529}"
    return reason


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="./serve.sh", description="Build json-head lite and serve it.", allow_abbrev=False
    )
    parser.add_argument("--port", type=int, default=8529, metavar="N")
    parser.add_argument("--host", default="127.0.0.1", help="default: this machine only")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)  # used by serve.sh before the build
    options = parser.parse_args()
    site = Path(__file__).resolve().parent.parent / "_site"
    try:
        server = make_server(site, options.host, options.port)
    except (OSError, OverflowError, UnicodeError) as error:
        sys.exit(f"json-head lite: can't listen on {options.host} port {options.port}: {explain(error, options.port)}")
    if options.check:
        return server.server_close()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    url_host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"json-head lite is at http://{url_host}:{server.server_port}/ (Ctrl+C stops it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
