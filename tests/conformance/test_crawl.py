"""Documentation in Debian's packages is crawled to its end: every page is read, and nothing is taken for a trap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from json_head import extract
from json_head.model import Link
from json_head.urls.target import UrlError, parse

from tests.conformance.debian import unpacked
from tests.unit.crawl.simulated import START, crawled


def links_in(folder: Path, url: str) -> Iterator[Link]:
    """The links of the file at a URL that can be requested; none if there is no such file, or it is no web page."""
    path = folder / unquote(url.removeprefix(START).partition("?")[0])
    path = path / "index.html" if path.is_dir() else path
    if path.suffix not in (".html", ".htm") or not path.is_file():
        return
    for link in extract.links(extract.Source(path.read_bytes(), media_type="text/html", base=url)):
        try:
            parse(link.url)
        except UrlError:
            continue
        yield link


@pytest.mark.parametrize(
    ("package", "folder", "start", "rules"),
    [
        ("sqlite3-doc", "sqlite3", "", {"page": 1_184, "not-a-page": 109}),
        ("python3.11-doc", "python3.11/html", "index.html", {"page": 528, "not-a-page": 23}),
    ],
)
def test_documentation_is_read_whole(package: str, folder: str, start: str, rules: dict[str, int]) -> None:
    site = unpacked(package) / "usr/share/doc" / folder
    found = crawled(lambda url: links_in(site, url), START + start).rules()
    del found["other-site"]
    assert found == Counter(rules)
