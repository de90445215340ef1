"""Any string is a URL that can be requested or is refused with a reason, and resolving is idempotent."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from json_head.extract.resolve import MAX_BASE, resolve, resolver
from json_head.urls.target import DEFAULT_PORTS, UrlError, parse

from tests.unit.fuzz.samples import bases, urls

CODES = {"too-long", "placeholder", "invalid-url", "scheme", "other-scheme", "credentials"}


@given(urls)
def test_any_string_is_a_target_or_refused_and_normalising_is_idempotent(text: str) -> None:
    try:
        once = parse(text)
    except UrlError as refused:
        assert refused.code in CODES
        assert refused.reason[0].isupper() and len(refused.reason) < 500
        return
    assert parse(once.url) == once
    assert once.url.isascii() and once.url.isprintable() and "#" not in once.url
    assert once.scheme in DEFAULT_PORTS and 0 <= once.port <= 65535
    assert once.url.startswith(f"{once.scheme}://{once.hostname}")


@given(urls, bases, st.sampled_from(["utf-8", "cp1252", "gb18030", "iso2022_jp"]))
def test_resolving_a_link_is_idempotent(text: str, base: str | None, encoding: str) -> None:
    once = resolve(text, base, encoding)
    if once is not None:
        assert resolve(once, base, encoding) == once
        assert len(once) <= 9 * len(text) + MAX_BASE


#: References and paths of bases of the characters that decide how they are joined.
_SHORT = st.text("ab.é/#?~-_%\\: ", max_size=9)
#: Segments that lead upwards, and further ones.
_SEGMENTS = st.lists(st.sampled_from(["../", "../", "a/", "/", "./", ".."]), max_size=9).map("".join)


@given(
    st.lists(st.one_of(_SHORT, urls, st.tuples(_SEGMENTS, _SHORT).map("".join)), max_size=5),
    st.one_of(
        bases,
        _SEGMENTS.map("https://h.example/".__add__),
        _SHORT.map("https://h.example/".__add__),
        _SHORT.map("HTTP:h".__add__),
        _SHORT,
    ),
    st.sampled_from(["utf-8", "cp1252"]),
)
def test_links_of_one_document_are_resolved_like_single_ones(texts: list[str], base: str | None, encoding: str) -> None:
    resolve_link = resolver(base, encoding)
    for text in [*texts, *texts]:
        assert resolve_link(text) == resolve(text, base, encoding)


@given(urls, st.sampled_from(["https://example.com/a/b?c#d", "http://h"]))
def test_resolved_relative_links_stay_on_http(text: str, base: str) -> None:
    """A relative link never becomes a URL with a scheme other than http and https."""
    once = resolve(text, base)
    assert once is not None
    with suppress(UrlError):
        assert parse(once).scheme in DEFAULT_PORTS
