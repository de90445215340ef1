"""Exports as a task list for an issue."""

import re

import pytest
from json_head import Verdict
from json_head.export import About, export
from json_head.export.as_tasks import MAX_LENGTH
from markdown_it import MarkdownIt

from tests.growth import assert_linear
from tests.unit.export.rows import ALL, HOSTILE, row

SITE = About("https://docs.example.org/", "site", "2026-11-28T10:42:00+01:00", 212)


def broken(number, source="https://docs.example.org/a", **more):
    made = row(Verdict.BROKEN, status=404, url=f"https://a.example/{number}", source=source, line=number)
    return made | {"text": f"link {number}"} | more


def test_a_task_has_the_line_the_text_the_address_and_the_problem():
    text = export([broken(57, text="upgrade notes")], "tasks", SITE)
    assert text.startswith("## 1 link to fix on `docs.example.org`\n\n1 link on 212 pages was checked.")
    assert "json-head 1." in text and "28 November 2026, 10:42 (UTC+01:00)." in text
    assert (
        "\n### <https://docs.example.org/a>\n\n- [ ] line 57, `upgrade notes`: <https://a.example/57> not found (404)\n"
        in text
    )


def test_pages_with_most_to_fix_come_first_and_what_many_pages_share_before_them():
    rows = [
        broken(1, "x.md"),
        *(broken(number, "y.md") for number in (3, 2)),
        *(broken(9, f"{page}.md") for page in range(11)),
    ]
    assert re.findall(r"^(### .*|- .*)$", export(rows, "tasks"), re.MULTILINE) == [
        "### On many files",
        "- [ ] `link 9`: <https://a.example/9> not found (404), in 11 files, such as `0.md` line 9",
        "### `y.md`",
        "- [ ] line 2, `link 2`: <https://a.example/2> not found (404)",
        "- [ ] line 3, `link 3`: <https://a.example/3> not found (404)",
        "### `x.md`",
        "- [ ] line 1, `link 1`: <https://a.example/1> not found (404)",
    ]


def test_links_to_look_at_are_a_second_list_folded_if_it_is_long():
    looks = [row(Verdict.TIMEOUT, url=f"https://a.example/t{number}", source="a.md", line=4) for number in range(11)]
    short, long = (export([broken(1), *looks[:number]], "tasks") for number in (10, 11))
    assert "\n### To look at: 10 links\n\n- [ ] <https://a.example/t0> timed out, `a.md` line 4\n" in short
    assert "<details>" not in short
    assert long.index("a.example/1>") < long.index("\n<details><summary>To look at: 11 links</summary>\n\n- [ ]")
    assert long.endswith("\n</details>\n") and long.count("- [ ]") == 12


def test_every_verdict_but_success_and_not_checked_is_a_task():
    assert export(ALL, "tasks").count("- [ ]") == len(Verdict) - 2


def test_links_that_do_not_fail_the_check_are_counted():
    text = export([broken(1), broken(2) | {"accepted": True}, broken(3) | {"known": True}], "tasks")
    assert text.count("- [ ]") == 1 and "\n2 links are left out, because they do not fail the check.\n" in text


@pytest.mark.parametrize("text", ["plain", "Überschrift 日本語 😀"])
@pytest.mark.parametrize("is_broken", [True, False])
def test_a_long_list_fits_into_an_issue_and_what_is_left_out_is_counted(text, is_broken):
    verdict = Verdict.BROKEN if is_broken else Verdict.TIMEOUT
    rows = [
        row(verdict, url=f"https://a.example/{number}", source=f"{text} {number % 50}.md") for number in range(5_000)
    ]
    rows += [row(Verdict.RESTRICTED, url=f"https://a.example/r{number}") for number in range(7)]
    listed = export(rows, "tasks")
    assert MAX_LENGTH - 1_000 < len(listed.encode("utf-16-le")) // 2 <= MAX_LENGTH
    (left,) = re.findall(
        r"^([\d,]+) more tasks are left out, because an issue has no room for more\.$", listed, re.MULTILINE
    )
    assert int(left.replace(",", "")) + listed.count("- [ ]") == 5_007
    assert listed.count("<details>") == listed.count("</details>") == (0 if is_broken else 1)


#: What a text may try: to end its code span, its item or the folded list, to name people, issues and commits, or to be markup.
BREAKING_OUT = [
    "`", "``", "` <b>", "```\n# x", "\n\n# heading", "</details>", "<!--", "@everyone", "#1", "a/b#1", "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
    "[x](javascript:y)", "- [ ] more", "$x$", "&lt;", "\\`", "``` x `", " ", "\u202e", HOSTILE, "x" * 70_000,
]  # fmt: skip


@pytest.mark.parametrize("text", BREAKING_OUT)
def test_no_text_breaks_out_of_its_code_span(text):
    hostile = broken(1, text, text=text) | {"status": text}
    looked_at = row(Verdict.TIMEOUT, url=text, source=text)
    about = About(text, started_at=text, notes=[text], unlisted={text: 3})
    written = export([hostile, looked_at, row(Verdict.OK) | {"verdict": text}], "tasks", about)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(written)
    kinds = {
        "heading_open",
        "heading_close",
        "paragraph_open",
        "paragraph_close",
        "bullet_list_open",
        "bullet_list_close",
    }
    assert {token.type for token in tokens} <= {*kinds, "list_item_open", "list_item_close", "inline"}
    assert sum(token.type == "list_item_open" for token in tokens) == 3
    for inline in (token for token in tokens if token.type == "inline"):
        assert {child.type for child in inline.children} <= {
            "text",
            "text_special",
            "code_inline",
            "link_open",
            "link_close",
        }
        inside = False
        for child in inline.children:
            inside = child.type == "link_open" or (inside and child.type != "link_close")
            if child.type == "text" and not inside:
                assert not re.search("[@#<>&$]", child.content)
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ud800]", written)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/o/r/issues/1",
        "HTTPS://GitHub.com/o/r",
        "https://gist.github.com/x",
        "javascript:alert(1)",
        "a.md",
    ],
)
def test_addresses_on_github_and_others_than_web_addresses_are_no_links(url):
    assert f" `{url}` not found (404)" in export([broken(1, url=url)], "tasks")


def test_time_grows_with_the_number_of_rows():
    def listed(number):
        return [broken(index, f"{index % 100}.md") for index in range(number)]

    assert_linear(lambda rows: export(rows, "tasks"), listed, 4_000)
    assert_linear(lambda rows: export(rows, "html"), listed, 4_000)
