"""A website with a page that a script builds (relative links below a base element, a web component, frames), and one with links of odd kinds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

from tests.servers.sockets import in_thread

#: Links of the page, and the addresses that they lead to: one of ten is missing.
LINKS, ADDRESSES = 2000, 100
BROKEN = ADDRESSES // 10

PAGE = f"""<!doctype html>
<title>An application</title>
<base href="/docs/">
<main></main>
<web-component></web-component>
<iframe src="/frame"></iframe>
<iframe src="@elsewhere@/frame"></iframe>
<script>
  addEventListener("DOMContentLoaded", () => {{
    const shadow = document.querySelector("web-component").attachShadow({{ mode: "open" }});
    shadow.append(Object.assign(document.createElement("a"), {{ href: "gone-in-component", textContent: "In a component" }}));
    for (let number = 0; number < {LINKS}; number++) {{
      const link = document.createElement("a");
      const address = number % {ADDRESSES};
      link.href = (address % 10 ? "page-" : "gone-") + address;
      link.textContent = `Link ${{number}}`;
      document.querySelector("main").append(link, " ");
    }}
  }});
</script>
"""
#: In Latin-1. Its frames are empty: one waits for its server, the other until it is scrolled to.
ODD = """<!doctype html>
<meta charset="iso-8859-1">
<title>Odd links</title>
<p id="links"><a href="/query?q=\xfc">In the page's encoding</a> <a href="/gone">Broken</a>
<p><svg width="200" height="20"><a href="gone-in-svg"><text y="15">In a drawing</text></a></svg>
<p hidden><a href="/gone-hidden">Hidden</a>
<noscript><a href="/gone-without-scripts">Shown without scripts</a></noscript>
<iframe src="/waits"></iframe>
<div style="height: 9000px"></div>
<iframe loading="lazy" src="/frame"></iframe>
"""
FRAME = '<!doctype html><title>A frame</title><p><a href="gone-in-frame">A link in the frame</a>'
#: What is on the screen: its layout must not change.
LAYOUT = """() => JSON.stringify([...document.querySelectorAll("a, iframe"), document.documentElement].map((element) => {
  const {x, y, width, height} = element.getBoundingClientRect();
  return [x, y, width, height, element.scrollWidth, element.scrollHeight];
}))"""


class Application(ThreadingHTTPServer):
    def __init__(self, host: str = "127.0.0.1", elsewhere: str = "") -> None:
        super().__init__((host, 0), _Handler)
        self.origin = f"http://{host}:{self.server_port}"
        self.elsewhere = elsewhere
        self.headers: list[tuple[str, dict[str, str]]] = []
        """Path and header fields of each request, their names in lower case."""
        self.mended: set[str] = set()
        """Paths that are no longer missing."""
        self.ended = Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Application

    def do_HEAD(self) -> None:
        self._respond()

    def do_GET(self) -> None:
        self._respond()

    def _respond(self) -> None:
        self.server.headers.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.path == "/waits" and self.headers["Sec-Fetch-Dest"] == "iframe":
            self.server.ended.wait(60)
            self.close_connection = True
            return
        app = PAGE.replace("@elsewhere@", self.server.elsewhere)
        pages = {"/app": app, "/frame": FRAME, "/odd": ODD, "/notes.txt": f"See {self.server.origin}/gone, please."}
        body = pages.get(self.path, "").encode("latin-1")
        is_missing = "gone" in self.path or "%C3" in self.path
        self.send_response(404 if is_missing and self.path not in self.server.mended else 200)
        self.send_header("Content-Type", "text/plain" if self.path.endswith(".txt") else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "of=the-server")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def application() -> Iterator[Application]:
    """Serve the website. Its responses have no CORS headers."""
    with in_thread(elsewhere := Application("127.0.0.2")), in_thread(app := Application(elsewhere=elsewhere.origin)):
        yield app
        app.ended.set()
