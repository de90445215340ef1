"""The nearest address that works is found by its name, and is none where that would be a guess."""

import pytest
from json_head.fixes.similar import most_similar

S = "https://a.example"


@pytest.mark.parametrize(
    ("broken", "working", "expected"),
    [
        ("/docs/instal.html", ["/docs/install.html", "/docs/about.html"], "/docs/install.html"),
        ("/guide", ["/guides", "/guests"], "/guides"),
        ("/docs/Install.html", ["/docs/install.html"], "/docs/install.html"),
        ("/dosc/install", ["/docs/install", "/blog/install"], "/docs/install"),
        ("/blog/2024/hello-world", ["/articles/hello-world"], "/articles/hello-world"),
        ("/blog/2019/hello-world", ["/blog/2020/hello-world"], "/blog/2020/hello-world"),
        ("/about/", ["/about/us"], None),
        ("/api/users", ["/api/teams"], None),
        ("/page/4", ["/page/3", "/page/5"], None),
        ("/issue-12", ["/issue-13"], None),
        ("/en/x", ["/de/x"], None),
        ("/colour", ["/colours", "/colourx"], None),
        ("/about", ["/about/index.html", "/about/"], "/about/"),
        ("/", ["/home"], None),
        ("/find?q=a", ["/find?q=b"], None),
        ("/find?q=a", ["/fin?q=a"], "/fin?q=a"),
        ("/straße", ["/strasse", "/stra%C3%9Fen"], "/stra%C3%9Fen"),
    ],
)  # fmt: skip
def test_the_nearest_address_has_a_similar_name(broken, working, expected):
    found = most_similar(S + broken, [S + path for path in working])
    assert found == (expected and S + expected)


def test_other_websites_are_never_near():
    assert most_similar(f"{S}/install", ["https://b.example/install", "mailto:a@a.example", "nonsense"]) is None


@pytest.mark.parametrize("url", ["mailto:a@a.example", "", "http://[", f"{S}"])
def test_what_is_no_page_has_no_neighbour(url):
    assert most_similar(url, [f"{S}/install"]) is None
