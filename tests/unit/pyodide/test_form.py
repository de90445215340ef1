"""The defaults that the page's form names are those of the package."""

import re
from pathlib import Path

import pytest
from json_head.policy import Policy
from json_head.pyodide.crawling import MAX_PAGES
from json_head.pyodide.messages import MOST_PAGES

FORM = (Path(__file__).parents[3] / "index.html").read_text("utf-8")


def attributes(id):
    """The attributes of a field."""
    (field,) = re.findall(rf'<input id="{id}"[^>]*>', FORM)
    return dict(re.findall(r'([a-z]+)="([^"]*)"', field))


@pytest.mark.parametrize(
    ("id", "default"),
    [
        ("policy-total", Policy().total),
        ("policy-per-host", Policy().per_host),
        ("policy-timeout", Policy().timeout_s),
        ("policy-tries", 1 + Policy().retries),
        ("max-pages", MAX_PAGES),
    ],
)
def test_a_field_names_the_default(id, default):
    assert float(attributes(id)["placeholder"]) == default


def test_no_more_pages_can_be_entered_than_are_read():
    assert attributes("max-pages")["max"] == str(MOST_PAGES)
