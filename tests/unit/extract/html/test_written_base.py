"""The `base` element as written, for callers who know where the document is."""

import pytest
from json_head.extract.html.links import written_base


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<p>x", None),
        ("<base target=x>", None),
        ("<base href=../a?b&amp;c>", "../a?b&c"),
        ("<base target=x><base href=a/><base href=b/>", "a/"),
        ("<!-- <base href=a/> --><script>'<base href=b/>'</script><template><base href=c/></template>", None),
        ("<svg><base href=a/></svg>", None),
        ("<base href=''>", ""),
        ("<base href='{{ base }}'>", "{{ base }}"),
    ],
)
def test_first_base_element_with_an_href_counts(text, written):
    assert written_base(text) == written


def test_base_with_an_unknown_entity_is_a_placeholder():
    text = "<html xmlns='http://www.w3.org/1999/xhtml'><base href='&nothing;/'/></html>"
    assert written_base(text, xml=True) == "{{}}"
