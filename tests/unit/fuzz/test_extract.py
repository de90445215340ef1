"""For any source, links have correct places, or an ExtractError is raised."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head import extract
from json_head.extract import ExtractError, Format, Link, Source, decode, errors, links
from json_head.extract.position import normalise_newlines
from json_head.extract.resolve import resolve

from tests.unit.fuzz.places import is_at_place
from tests.unit.fuzz.samples import bases, contents, texts

FORMATS = get_args(Format)


def read(source: Source) -> tuple[Format | None, list[Link]]:
    found: list[Link] = []
    try:
        format_, given_links = extract.read(source)
        found.extend(link for link in given_links if link)
    except ExtractError as error:
        assert str(error)[0].isupper() and str(error).endswith(".")
        assert error.code in get_args(errors.Code)
        return None, found
    return format_, found


@pytest.mark.parametrize("format_", FORMATS)
@given(content=texts)
def test_links_of_any_source_have_correct_places(format_: Any, content: str) -> None:
    text = normalise_newlines(content.removeprefix("\ufeff"))
    lines = text.split("\n")
    _, found = read(Source(content, format=format_))
    for link in found:
        assert link.line and link.column and link.found and link.source is None
        assert len(link.text) <= 200
        line = lines[link.line - 1]
        assert link.column <= len(line) + 1
        rest = "\n".join((line[link.column - 1 :], *lines[link.line :]))
        assert is_at_place(link, rest, format_), (link, rest)


@pytest.mark.parametrize("format_", [format_ for format_ in FORMATS if format_ != "notebook"])
@given(content=texts)
def test_links_are_in_the_order_of_the_source(format_: Any, content: str) -> None:
    """Definitions of Markdown are last, in the order of the document. Attributes of an HTML tag are in our own order.

    The links of a notebook, which is excluded here, are in the order of its cells, with the outputs of a cell first.
    """
    _, found = read(Source(content, format=format_))
    definitions = [link for link in found if link.found in ("markdown definition", "markdown reference")]
    assert found[len(found) - len(definitions) :] == definitions
    others = found[: len(found) - len(definitions)]
    if format_ == "html" or any(link.found.split()[0] not in ("markdown", "bare") for link in others):
        others = [link for link in others if link.found == "a href"]
    for ordered in (definitions, others):
        for a, b in pairwise(ordered):
            assert (a.line, a.column) <= (b.line, b.column)


@pytest.mark.parametrize("format_", ["html", "markdown", "sitemap"])
@given(content=texts, base=bases, other=bases)
def test_absolute_urls_do_not_depend_on_the_base(
    format_: Any, content: str, base: str | None, other: str | None
) -> None:
    for link in read(Source(content, format=format_, base=base))[1]:
        if re.match(r"https?://", link.url, re.IGNORECASE):
            assert resolve(link.url, other) == link.url


@given(
    content=contents,
    media_type=st.none()
    | st.sampled_from(["text/html", "text/markdown", "text/xml; charset=utf-16", 'text/plain;charset="shift_jis"'])
    | st.text(max_size=30),
    name=st.none() | st.sampled_from(["a.md", "a.xml.gz", "a.HTML", "https://[/x.md"]) | st.text(max_size=20),
    base=bases,
)
def test_any_bytes_with_any_name_and_type_are_read_or_refused(
    content: bytes, media_type: str | None, name: str | None, base: str | None
) -> None:
    source = Source(content, name, media_type, base)
    format_, found = read(source)
    assert format_ is None or format_ in FORMATS
    if found:
        text, _ = decode(source)
        lines = normalise_newlines(text).split("\n")
        assert all(link.line and link.column and link.column <= len(lines[link.line - 1]) + 1 for link in found)


@given(contents)
def test_decoding_is_deterministic(content: bytes) -> None:
    """The decoded text can also be encoded again."""
    try:
        text, encoding = decode(Source(content))
    except ExtractError:
        return
    assert text and not text.isspace()
    assert decode(Source(content)) == (text, encoding)
    text.encode("utf-8", "surrogatepass")
    "".encode(encoding)


@given(texts)
def test_bytes_have_the_links_of_their_text(content: str) -> None:
    content = content.encode("utf-8", "replace").decode()
    as_bytes = b"\xef\xbb\xbf" + content.removeprefix("\ufeff").encode()
    assert (
        read(Source(as_bytes, media_type="text/html; charset=latin1", format="text"))
        == read(Source(content, format="text"))
        or "\0" in content[:8000]
    )


def test_error_codes_are_documented() -> None:
    assert all(code in (errors.__doc__ or "") for code in get_args(errors.Code))
    assert list(links(Source("x", format="text"))) == []
