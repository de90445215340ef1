"""The new address is written in the style of the old one."""

import pytest
from json_head.fixes.decision import Refusal
from json_head.fixes.moved import Moved
from json_head.fixes.style import restyled
from json_head.urls.relative import join
from json_head.urls.target import parse

BASE = "https://a.example/docs/guide/page.html?v=1"


@pytest.mark.parametrize(
    ("written", "goal", "expected"),
    [
        ("../old.html", "https://a.example/docs/new.html", "../new.html"),
        ("old.html#x", "https://a.example/docs/guide/new.html", "new.html#x"),
        ("./old.html", "https://a.example/docs/guide/new.html", "./new.html"),
        ("old.html", "https://a.example/new/deep.html?q=1", "../../new/deep.html?q=1"),
        ("old.html", "https://a.example/docs/guide/a:b", "./a:b"),
        ("old/", "https://a.example/docs/guide/", "./"),
        ("x/old", "https://a.example/docs/guide/x/y/", "x/y/"),
        ("/docs/old", "https://a.example/docs/new", "/docs/new"),
        ("//a.example/old", "https://a.example/new", "//a.example/new"),
        ("//b.example/old", "https://c.example/old", "//c.example/old"),
        ("//b.example/old", "http://c.example/old", "style"),
        ("old.html", "https://b.example/old.html", "style"),
        ("/old.html", "http://a.example/old.html", "style"),
        ("sub", "https://a.example/docs/guide/sub/", "sub/"),
        ("ü/old", "https://a.example/docs/guide/%C3%BC/new", "ü/new"),
        ("https://b.example/ü", "https://b.example/%E4%FF", "https://b.example/%E4%FF"),
        ("https://b.example/ü", "https://b.example/%E2%80%AE", "https://b.example/%E2%80%AE"),
    ],
)
def test_written_style_stays(written, goal, expected):
    new = restyled(written, Moved("moved-permanently", goal, None, ""), BASE)
    if isinstance(new, Refusal):
        assert new.rule == expected
    else:
        assert new == expected
        assert parse(join(new, BASE)).url == goal


def test_relative_link_with_an_unknown_base_is_left():
    assert restyled("x", Moved("https", "https://a.example/x", None, ""), None).rule == "relative"
