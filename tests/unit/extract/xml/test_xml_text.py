"""Decoding the text of XML elements."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links
from json_head.extract.xml.feed import _MAX_URL
from json_head.extract.xml.text import XmlText

from tests.growth import assert_linear, repeated


def test_cdata_sections_and_references_are_decoded_with_their_places() -> None:
    content = XmlText("a&amp;b<![CDATA[<c>]]><!-- d --><?e f?>g")
    assert content.text == "a&b<c>g"
    assert [content.place(offset) for offset in range(7)] == [0, 1, 6, 16, 17, 18, 39]


@pytest.mark.parametrize("opening", ["<![CDATA[", "<!--", "<?"])
def test_truncated_content_is_read_in_linear_time(opening: str) -> None:
    assert_linear(lambda raw: XmlText(raw).text, repeated(opening), 1_000_000)


def test_a_link_longer_than_the_limit_is_truncated() -> None:
    text = (
        "<rss><channel><item><link><![CDATA[http://a"
        + "<![CDATA[" * (_MAX_URL // 9)
        + "]]></link></item></channel></rss>"
    )
    [link] = links(Source(text, "a.rss"))
    assert link.url.startswith("http://a<![CDATA[")
    assert (link.line, link.column) == (1, 36)
