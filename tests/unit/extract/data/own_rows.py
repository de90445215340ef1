"""Results as json-head exports them, and their links."""

from __future__ import annotations

from typing import Any

from json_head.model import Link

ROW_LINKS = [
    Link("https://e.test/a,b", "docs/README.md", 12, 8, "a link", "markdown link"),
    Link("https://e.test/b", "https://e.test/page.html?x=1,2", 3, 1, '=HYPERLINK("https://x.test")', "a href"),
    Link("-not-a-url", None, 7, 2, "@text, with a comma\tand tab".replace("\t", " "), "list"),
    Link("../relative.html#part", "a.html", 1, 2, "", "img src"),
    Link("https://typed.test/"),
]

ROWS: list[dict[str, Any]] = [
    {
        "ok": True,
        "status": 301,
        "headers": {"content-type": "text/html", "link": "<https://header.test/>; rel=next"},
        "url": link.url,
        "final_url": "https://final.test/x",
        "verdict": "ok",
        "rule": "2xx",
        "reason": "See https://reason.test/.",
        "attempts": [{"method": "HEAD", "hops": [{"status": 301, "url": link.url, "location": "https://hop.test/"}]}],
        "source": link.source,
        "line": link.line,
        "column": link.column,
        "text": link.text,
        "found": link.found,
    }
    for link in ROW_LINKS
]
