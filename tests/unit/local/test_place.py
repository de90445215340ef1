"""Where relative links of files lead."""

import pytest
from json_head.local.place import Place
from json_head.transports.files.serving import Serving

STATIC = Serving("static")
GITHUB = Serving("github")


@pytest.mark.parametrize(
    ("written", "static", "github"),
    [
        ("b c/é.md?q#f", "file:///site/x/b c/é.md", "file:///site/x/b c/é.md"),
        ("//host/x", None, None),
        ("/y", "file:///site/y", "file:///site/y"),
        ("\\y", "file:///site/y", "file:///site/y"),
        ("/../y", "file:///site/y", "file:///site/y"),
        ("../y", "file:///site/y", "file:///site/y"),
        ("../../y", "file:///site/y", "file:///y"),
        ("#f", "file:///site/x/a.md", "file:///site/x/a.md"),
        ("", "file:///site/x/a.md", "file:///site/x/a.md"),
    ],
)
def test_a_web_server_has_nothing_above_its_root(written, static, github):
    assert Place("file:///site/x/a.md", "file:///site", STATIC).locate(written) == static
    assert Place("file:///site/x/a.md", "file:///site", GITHUB).locate(written) == github


def test_without_a_root_absolute_paths_are_unknown():
    place = Place("file:///site/x/a.md", None, STATIC)
    assert place.locate("/y") is None
    assert place.locate("../../../y") == "file:///y"


def test_a_file_outside_the_root_has_links_to_its_own_folder():
    place = Place("file:///other/a.md", "file:///site", STATIC)
    assert place.locate("../b.md") == "file:///b.md"
    assert place.locate("/b.md") == "file:///site/b.md"
