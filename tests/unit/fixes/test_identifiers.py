"""URLs that are names stay as they are."""

import pytest
from json_head.extract import Source
from json_head.fixes.rewrite import IDENTIFIER, Change, links_as_written, rewrite


def left(format, text, old):
    source = Source(text, format=format)
    (link,) = (link for link in links_as_written(source) if link.url == old)
    result = rewrite(source, [Change(link.line, link.column, old, "https://new.example/", "r", "")])
    if result.done:
        return False
    assert result.left[0][1] == IDENTIFIER and result.content == text
    return True


@pytest.mark.parametrize(
    ("url", "is_name"),
    [
        ("http://www.w3.org/1999/xhtml", True),
        ("http://www.w3.org/2000/svg", True),
        ("https://www.w3.org/ns/activitystreams", True),
        ("http://schema.org/Person", True),
        ("http://purl.org/dc/elements/1.1/", True),
        ("http://schemas.microsoft.com/x", True),
        ("http://ns.adobe.com/xap/1.0/", True),
        ("http://json-schema.org/draft-07/schema#", True),
        ("http://www.w3.org/TR/html5/", False),
        ("http://www.w3.org/", False),
        ("http://old.example/schema.org/x", False),
        ("http://schema-organisation.example/", False),
    ],
)
def test_namespace(url, is_name):
    assert left("markdown", f"[x]({url}) text", url) == is_name


@pytest.mark.parametrize(
    ("format", "text", "is_name"),
    [
        ("html", '<link rel="profile" href="@">', True),
        ("html", "<link href=@ rel=profile>", True),
        ("html", '<link rel="schema.DC" href="@">', True),
        ("html", '<link rel="stylesheet" href="@"><link rel="profile" href="x">', False),
        ("html", '<script type="application/ld+json">{"@id": "@"}</script>'.replace('"@id"', '"&id"'), True),
        ("html", '<script type="application/ld+json">{"url": "@"}</script>', False),
        ("json", '{"id": "@"}', True),
        ("json", '{"$ref": "@"}', True),
        ("json", '{"xmlns": ["@"]}', True),
        ("json", '{"url": "@"}', False),
        ("json", '{"ids": "@"}', False),
        ("feed", "<rss><channel><item><guid>@</guid></item></channel></rss>", True),
        ("feed", "<rss><channel><item><link>@</link></item></channel></rss>", False),
        ("xml", '<r xmlns:rdf="x"><a rdf:resource="@"/></r>', True),
    ],
)
def test_place_of_a_name(format, text, is_name):
    url = "http://old.example/x"
    assert left(format, text.replace("@", url).replace("&id", "@id"), url) == is_name


def test_relative_links_are_no_names():
    text = "[x](ns/../Ns.md)"
    result = rewrite(Source(text, format="markdown"), [Change(1, 5, "ns/../Ns.md", "ns/../ns.md", "r", "")])
    assert result.content == "[x](ns/../ns.md)"
