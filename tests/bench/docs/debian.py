"""The documentation of SQLite and of Python in Debian's packages, as folders. The fragments that are missing in them are known."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from tests.bench.docs.checkers import AS_JSON, TOOLS, failing_rows, json_head, lychee, target_of
from tests.bench.support.processes import Ran, run
from tests.conformance.debian import together, unpacked


class Documentation(NamedTuple):
    package: str
    folder: str
    missing: dict[str, int]
    """The number of links to each missing fragment. A browser does not find these either."""
    broken: tuple[int, int]
    """The numbers of broken URLs, and of pairs of a page and a broken URL on it."""
    urls: int
    """The number of URLs that a crawl from index.html requests, besides robots.txt."""
    needs: tuple[str, ...] = ()
    """The packages with files to which symbolic links of this one lead."""


def _fragments(counts: dict[int, dict[str, str]]) -> dict[str, int]:
    return {
        f"{page}#{name}": n for n, pages in counts.items() for page, names in pages.items() for name in names.split()
    }


SQLITE = Documentation(
    "sqlite3-doc",
    "usr/share/doc/sqlite3",
    _fragments(
        {
            1: {
                "fileformat.html": "varint_format",
                "fts5.html": "content_and_contentless_tables data_doclist_index",
                "lang.html": "conflict",
                "opcode.html": "AggReset Callback ColumnName Commit IdxPut IdxRecno ListRead ListReset ListRewind ListWrite MakeIdxKey MemLoad "
                "MemStore MoveTo NewRecno OpenTemp PutIntKey Recno VerifyCookie",
                "session/intro.html": "limitations",
                "sitemap.html": "pindex",
                "tclsqlite.html": "preupdate",
            },
            2: {
                "lang_expr.html": "hexFunc randomblobFunc zeroblob",
                "news.html": "2022-05-06",
                "pragma.html": "pragma_show_datatypes",
            },
        }
    ),
    broken=(427, 1_184),
    urls=1_293,
)
PYTHON = Documentation(
    "python3.11-doc",
    "usr/share/doc/python3.11/html",
    _fragments({2: {"glossary.html": "index-19 index-20"}}),
    broken=(1, 17),
    urls=551,
    needs=("libjs-jquery", "libjs-underscore"),
)


def folder_of(documentation: Documentation) -> Path:
    return unpacked(documentation.package) / documentation.folder


def as_installed(documentation: Documentation) -> Path:
    """The folder as it is when the packages that it needs are installed, too."""
    return together(documentation.package, *documentation.needs) / documentation.folder


def missing_fragments(output: str, top: str = "") -> dict[str, int]:
    """The number of links to each missing fragment in json-head's JSON. ``top`` is the address of the folder, if it was checked over HTTP."""
    rows = [row for row in failing_rows(output) if row["verdict"] == "fragment-missing"]
    if top:
        return dict(Counter(unquote(row["url"].removeprefix(top)) for row in rows))
    return dict(Counter(target_of(row["source"], row["url"]) for row in rows))


def missing_over_http(documentation: Documentation) -> dict[str, int]:
    """The same, where links lead to a web server that serves the folder."""
    folder = folder_of(documentation)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        top = f"http://127.0.0.1:{server.server_port}/"
        options = ("--base", top, "--include", f"^{top}", "--fragments", *AS_JSON)
        return missing_fragments(run(json_head(*options), folder).output, top)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Does nothing: standard error is for the bench."""


def compare() -> None:
    """Print the table of json-head and lychee."""
    print(
        "\n| Debian's package | missing fragments, places | as known | over HTTP | json-head: CPU time, memory | lychee |"
    )
    print("| --- | --- | --- | --- | --- | --- |")
    for documentation in (SQLITE, PYTHON):
        folder = folder_of(documentation)
        found = missing_fragments(run(json_head("--offline", *AS_JSON), folder).output)
        known = "yes" if found == documentation.missing else "no"
        same = "the same" if missing_over_http(documentation) == found else "others"
        theirs = _cost(run(lychee(folder, "--offline"), folder)) if TOOLS.exists() else ""
        ours = _cost(run(json_head("--offline"), folder))
        print(
            f"| {documentation.package} | {len(found)}, {sum(found.values())} | {known} | {same} | {ours} | {theirs} |",
            flush=True,
        )


def _cost(ran: Ran) -> str:
    return f"{ran.cpu_s:.1f} s, {ran.peak_mb:.0f} MB"
