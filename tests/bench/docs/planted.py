"""The folder ``site``: 19 documents with 48 defects, which defects.csv lists, among correct links that look like defects.

A document has ``127.0.0.1:54321`` where the address of a server belongs. `planted` writes the folder with a real address in its place, which
is as long, so that columns stay the same. The server responds with 404 below ``/gone/``, and with 200 otherwise.
"""

from __future__ import annotations

import csv
import html
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.bench.docs.checkers import (
    AS_JSON,
    TOOLS,
    Reported,
    json_head,
    linkinator,
    lychee,
    read_json_head,
    read_linkinator,
    read_lychee,
    target_of,
)
from tests.bench.support.processes import run

FOLDER = Path(__file__).parent
PLACEHOLDER = "127.0.0.1:54321"
_DOCUMENTS = frozenset((".adoc", ".css", ".html", ".ipynb", ".md", ".mdx", ".rst", ".xhtml", ".xml"))
#: The document whose relative links are resolved against another one, by its `base` element.
_BASES = {"help/index.html": "index.html"}


class Defect(NamedTuple):
    """``url`` is as written, and ``column`` that of its first character. ``kind`` is ``anchor``, ``case`` (only letter case differs), ``file``,
    ``root`` (wrong below the root) or ``web``.
    """

    file: str
    line: int
    column: int
    url: str
    kind: str


def _read() -> tuple[Defect, ...]:
    with (FOLDER / "defects.csv").open(newline="", encoding="utf-8") as table:
        _, *rows = csv.reader(table)
    return tuple(Defect(file, int(line), int(column), url, kind) for file, line, column, url, kind in rows)


DEFECTS = _read()


@contextmanager
def planted(folder: Path) -> Iterator[str]:
    """Write the folder, as a git working copy, and run its server. Gives the server's host and port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        host = f"127.0.0.1:{server.server_port}"
        assert len(host) == len(PLACEHOLDER), host
        shutil.copytree(FOLDER / "site", folder, dirs_exist_ok=True)
        for path in folder.rglob("*"):
            if path.is_file():
                path.write_bytes(path.read_bytes().replace(PLACEHOLDER.encode(), host.encode()))
        (folder / ".git").mkdir()
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def documents(folder: Path) -> list[str]:
    """The documents of the folder, by their paths below it."""
    paths = (path for path in folder.rglob("*") if path.suffix in _DOCUMENTS)
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def is_of(reported: Reported, defect: Defect) -> bool:
    """Whether a checker reported this defect. It may leave out the source, and the fragment if the file is missing."""
    target = target_of(_BASES.get(defect.file, defect.file), html.unescape(defect.url))
    targets = (target,) if defect.kind == "anchor" else (target, target.partition("#")[0])
    return reported.source in (None, defect.file) and reported.target in targets


def compare() -> None:
    """Print the table of all checkers."""
    with TemporaryDirectory() as parent:
        folder = Path(parent, "site").resolve()
        with planted(folder) as host:
            found = {"json-head": list(read_json_head(run(json_head(*AS_JSON), folder).output, _BASES))}
            if TOOLS.exists():
                at_once = ("--host-request-interval", "0ms", "--max-retries", "0")
                found["lychee"] = list(read_lychee(run(lychee(folder, *at_once, *AS_JSON), folder).output, folder))
                found["linkinator"] = list(read_linkinator(run(linkinator(documents(folder)), folder).output))
        print(
            f"\n| {len(DEFECTS)} defects in {len(documents(folder))} files | found | false alarms |\n| --- | --- | --- |"
        )
    for name, reports in found.items():
        links = {report._replace(target=report.target.replace(host, PLACEHOLDER)) for report in reports}
        true = {defect for defect in DEFECTS if any(is_of(link, defect) for link in links)}
        false = {link for link in links if not any(is_of(link, defect) for defect in DEFECTS)}
        print(f"| {name} | {len(true)} | {len(false)} |")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.send_response(404 if self.path.startswith("/gone/") else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""
