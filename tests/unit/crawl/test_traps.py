"""The kinds of pages, their chains, and the paths that no page has."""

from __future__ import annotations

import pytest
from json_head.crawl.traps import (
    MAX_CHAIN,
    MAX_CLICKS,
    MAX_EQUAL,
    MAX_SEGMENTS,
    MAX_VARIANTS,
    Traps,
    flaw,
    kind,
    variety,
)

from tests.unit.crawl.simulated import START, hex_of

HOST = START[:-1]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("deep/deep/deep/", None),
        ("deep/deep/deep/deep/", "repeated-path"),
        ("x/a/b/a/b/a/b/", None),
        ("x/a/b/a/b/a/b/a/b", "repeated-path"),
        ("a/1/a/1/a/1/a/1/", "repeated-path"),
        ("a/b/c/a/b/c/a/b/c/a/b/c/x", "repeated-path"),
        ("/".join(f"{letter}/a" for letter in "bcdefg"), "repeated-path"),
        ("/".join(f"{letter}/a" for letter in "bcdef"), None),
        ("x/a/b/c/d/a/b/c/d/a", "repeated-path"),
        ("x/a/b/c/d/a/b/c/d", None),
        ("tiles/0/0/0/0/0/0.png", None),
        ("src/main/java/org/example/example/Example.java", None),
        ("a//////b", "repeated-path"),
        ("/".join(map(str, range(MAX_SEGMENTS))), None),
        ("/".join(map(str, range(MAX_SEGMENTS + 1))), "too-long-path"),
        ("x?" + "y" * 2_000, "too-long-path"),
        ("?a=1&a=1&a=1", None),
        ("?a=1&a=1&a=1&a=1", "repeated-path"),
        ("?f=1&f=2&f=3&f=4&f=5", None),
        ("?a=1&&&&&&b=2", None),
    ],
)
def test_path_is_refused_only_beyond_the_limits(path: str, rule: str | None) -> None:
    assert flaw(START + path) == rule


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/calendar/2026/11", "/calendar/2027/1"),
        ("/calendar/nov-2026", "/calendar/Jan-2027"),
        ("/calendar?m=11", "/calendar?m=12"),
        ("/item/9f86d081884c7d659a2feaa0c55ad015", "/item/a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        ("/item/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/item/e621e1f8-c36c-495a-93fc-0c247a3e6e5f"),
        ("/day/20261128", "/day/20261129"),
        ("/v/aGkPqZbC", "/v/xWmRtYuB"),
        ("/page-9.html", "/page-10.html"),
    ],
)
def test_pages_that_differ_in_numbers_and_random_parts_are_of_one_kind(first: str, second: str) -> None:
    assert kind(HOST + first) == kind(HOST + second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/c-api/list.html", "/c-api/dict.html"),
        ("/wiki/%E6%9D%B1%E4%BA%AC", "/wiki/%E5%A4%A7%E9%98%AA"),
        ("/library/asyncio.html", "/library/sqlite.html"),
        ("/java/AbstractQueuedLongSynchronizer.html", "/java/AbstractOwnableLongSynchronizer.html"),
        ("/tutorial/", "/tutorial/index.html"),
    ],
)
def test_pages_that_differ_in_words_are_of_different_kinds(first: str, second: str) -> None:
    assert kind(HOST + first) != kind(HOST + second)


def test_words_of_parameters_tell_pages_apart() -> None:
    assert variety(START + "?title=Apple") != variety(START + "?title=Pear")
    assert variety(START + "?id=1&view=full") == variety(START + "?view=full&id=2")
    first, second = "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "e621e1f8-c36c-495a-93fc-0c247a3e6e5f"
    assert variety(f"{START}?id={first}") == variety(f"{START}?id={second}") == START + "?id *"
    assert variety(START + "?path=/a") == variety(START + "?path=/a/a/a")


def test_segments_that_were_there_before_are_counted_up_to_the_limit() -> None:
    assert flaw(START + "/".join(f"{at}/x" for at in range(MAX_EQUAL + 1))) is None
    assert flaw(START + "/".join(f"{at}/x" for at in range(MAX_EQUAL + 2))) == "repeated-path"


def test_chain_counts_pages_of_one_kind_in_a_row() -> None:
    traps = Traps()
    assert traps.decide(START + "page/2", 0, None, 7) == (None, 0)
    assert traps.decide(START + "page/2", 8, START, 7) == (None, 0)
    assert traps.decide(START + "page/3", 8, START + "page/2", 7) == (None, 8)
    assert traps.decide(START + "page/3", 121, START + "page/2", MAX_CHAIN) == ("endless", MAX_CHAIN + 1)
    assert traps.decide(START + "page/3", MAX_CLICKS, START, 0) == (None, 0)
    assert traps.decide(START + "page/3", MAX_CLICKS + 1, START, 0) == ("endless", 0)


def test_counts_are_restored_from_urls_and_chains() -> None:
    parent = START + "r/" + hex_of("parent", 0)
    restored = Traps()
    for index in range(MAX_VARIANTS):
        restored.add(START + "r/" + hex_of("child", index), 1)
        restored.add(START + "r/" + hex_of("listed", index), 0)
    assert restored.decide(START + "r/" + hex_of("child", -1), 1, parent, 0) == ("too-many-variants", 1)
    assert restored.decide(START + "r/" + hex_of("child", -1), 1, START, 0) == (None, 0)


@pytest.mark.parametrize("url", ["/" * 2_000, "/a" * 990, "/?" + "a&" * 990, "/?" + "%41" * 660, "/" + "-" * 1_990])
def test_hostile_urls_take_little_time(url: str) -> None:
    for text in (HOST + url, START + "x" + url):
        flaw(text)
        assert len(kind(text)) <= 2_100
        assert len(variety(text)) <= 2_100
