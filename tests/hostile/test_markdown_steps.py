"""Markdown is parsed in short steps, with the same links as in one step."""

from __future__ import annotations

import sys
import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from json_head.extract import Link, Source, TooLargeError, links, read
from json_head.extract.markdown import steps as markdown_steps

from tests.growth import assert_linear

LINES = st.sampled_from(
    ["- [a](b)", "- a", "-", "- ", "* [a](b)", "*", "+ a", "1. [a](b)", "2. [c][r]", "3) a", "7. a", "  - [n](m)", "    - [o](p)",
     " - [i](j)", "   - b", "- - [x](y)", "[p](q)", "  [s](t)", "    [u](v)", "", "", "```", "  ```", "~~~", "> [k](l)", "> - [w](z)", "- > [e](f)",
     "<div>", "</div>", "<!--", "-->", "[r]: /u", "  [r]: /w", "- [r]: /v", "***", "- - -", "===", "---", "# h", "- # [h](g)", "$$", "[^f]: [y](x)",
     "    https://h.example/", "\t- [t](u)", "|a|", "- ```", "<A b='c'", "to='d'>"]
)  # fmt: skip


def links_of(text: str) -> list[Link]:
    return list(links(Source(text, format="markdown")))


@given(st.lists(LINES, max_size=30).map(lambda lines: "\n".join(("x", "", *lines))))
@example("- a\n2. [b](c)\n- [d](e)")
@example("- ```\n- [a](b)\n```\n- [c](d)")
@example("- a\n-\n\n  [b](c)\n- d")
def test_list_parsed_in_steps_has_the_same_links(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown_steps, "_LIST_LINES", sys.maxsize)
        whole = links_of(text)
        patch.setattr(markdown_steps, "_LIST_LINES", 1)
        assert links_of(text) == whole


def test_long_list_is_read_to_its_end() -> None:
    lines = [f"- [a{n}](/{n})\n  - b\n" for n in range(10_500)]
    assert [link.url for link in links_of("".join(lines))] == [f"/{n}" for n in range(10_500)]


@pytest.mark.parametrize(
    "text",
    [
        "> a\n" * 10_001,
        "> > > a\n" * 5_000,
        "a\n" * 10_001,
        "- a\n" + "  b\n" * 10_001,
        "- a\n" + "  - b\n" * 10_001,
        "- " * 40 + "a\n" + "  - b\n" * 9_980,
        "[^a]: b\n" + "    c\n" * 10_001,
    ],
)
def test_block_above_the_line_limit_is_refused(text: str) -> None:
    with pytest.raises(
        TooLargeError, match=r"^The Markdown has a list, quote or paragraph with more than 10,000 lines\. "
    ):
        links_of(text)


def test_lines_of_nested_blocks_are_limited_in_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_steps, "MAX_NESTED_LINES", 2_000)
    assert links_of(("- " * 20 + "a\n") * 95) == []
    with pytest.raises(TooLargeError, match=r"^The Markdown has more than 2,000 lines in its lists and quotes\. "):
        links_of(("- " * 20 + "a\n") * 101)


def test_long_table_is_read_to_its_end() -> None:
    rows = [f"| [a](/{n}) | b |\n" for n in range(10_500)]
    assert [link.url for link in links_of("| a | b |\n|---|---|\n" + "".join(rows))] == [f"/{n}" for n in range(10_500)]


@pytest.mark.parametrize("text", ["```\n" + "a\n" * 50_000 + "```\n", "<div>\n" + "a\n" * 50_000, "    a\n" * 50_000])
def test_long_code_and_html_are_accepted(text: str) -> None:
    assert [link.url for link in links_of(text + "\n\n[a](b)")] == ["b"]


@pytest.mark.usefixtures("own_heap")
@pytest.mark.parametrize(
    "part",
    ["- a\n", "- " * 40 + "a\n", "> a\n\n", "a\n\n", "# a\n", "[a](b) ", "![[]()", "[[]", "`a``", "<b c='d'>", "[a]: b\n", "*a* [b](c)\n\n"],
)  # fmt: skip
def test_every_step_is_short(part: str) -> None:
    """A cancel waits for the end of a step, and Python is about four times slower in a browser."""
    text = part * min(150_000 // len(part), 20_000 // (part.count("- ") or 1))
    for _ in range(3):
        stamps = [time.process_time()]
        stamps += (time.process_time() for _ in read(Source(text, format="markdown"))[1])
        if (longest := max(end - begin for begin, end in pairwise([*stamps, time.process_time()]))) < 0.25:
            return
    pytest.fail(f"{longest:.3f} s")


def test_columns_in_a_long_line_are_right_and_take_linear_time() -> None:
    def make(count: int) -> str:
        return "x\n" + "[a](b) " * count + "\n" + "[a](c) " * count

    last = links_of(make(20_000))[-1]
    assert (last.line, last.column) == (3, 7 * 19_999 + 5)
    assert_linear(links_of, make, 20_000)
