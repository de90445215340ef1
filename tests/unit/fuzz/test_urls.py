"""Any string is a URL that can be requested or is refused with a reason, and resolving is idempotent."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from json_head.extract.resolve import MAX_BASE, resolve
from json_head.urls.target import DEFAULT_PORTS, UrlError, parse

from tests.unit.fuzz.samples import bases, urls

CODES = {"too-long", "placeholder", "invalid-url", "scheme", "credentials"}


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


@given(urls, st.sampled_from(["https://example.com/a/b?c#d", "http://h"]))
def test_resolved_relative_links_stay_on_http(text: str, base: str) -> None:
    """A relative link never becomes a URL with a scheme other than http and https."""
    once = resolve(text, base)
    assert once is not None
    with suppress(UrlError):
        assert parse(once).scheme in DEFAULT_PORTS
