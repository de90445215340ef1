"""URLs of real style sheets are those in tinycss2's tokens. tests/unit/extract/html/test_css.py has made-up style sheets."""

from __future__ import annotations

from pathlib import Path

import pytest
from json_head.extract.css import style_links
from json_head.extract.position import normalise_newlines

from tests.conformance import debian
from tests.conformance.conftest import Record
from tests.conformance.css_oracle import oracle

ROOT = Path(__file__).parents[2]


def assert_same(sheets: list[Path]) -> int:
    count = 0
    for sheet in sheets:
        text = normalise_newlines(sheet.read_text("utf-8", "replace"))
        expected = oracle(text)
        assert [written.url for written in style_links(text) if written] == expected, sheet
        count += len(expected)
    return count


@pytest.mark.parametrize("package", ["fonts-font-awesome", "libjs-jquery-ui", "sphinx-rtd-theme-common"])
def test_style_sheets_of_debian_have_the_urls_that_tinycss2_finds(package: str, record: Record) -> None:
    sheets = sorted(sheet for sheet in debian.unpacked(package).rglob("*.css") if not sheet.is_symlink())
    assert sheets
    record(f"tinycss2 on {len(sheets)} style sheets of {package}, URLs", assert_same(sheets), 0)


def test_own_style_sheets_have_the_urls_that_tinycss2_finds(record: Record) -> None:
    sheets = sorted((ROOT / "web").rglob("*.css"))
    assert sheets
    record(f"tinycss2 on {len(sheets)} style sheets of this repository, URLs", assert_same(sheets), 0)
