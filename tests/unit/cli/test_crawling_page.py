"""docs/crawling.md: its examples print what it says, and its rules and numbers are those of the code."""

import re
import shlex
from pathlib import Path

import click
import pytest
from json_head.cli import group
from json_head.crawl import robots, traps
from json_head.crawl.frontier import MAX_TARGETS
from json_head.crawl.rules import RULES, Action
from json_head.crawl.scope import MAX_PAGES
from json_head.extract import MAX_BYTES
from json_head.gather.links import MAX_SITEMAPS
from json_head.policy import Policy

from tests.unit.crawl import example

PAGE = (Path(__file__).parents[3] / "docs/crawling.md").read_text()
EXAMPLES = re.findall(r"^```console\n\$ json-head (.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
#: Rules that apply to pages after they have been read, by what they say of their links.
AFTERWARDS = {"canonical", "noindex"}


@pytest.mark.parametrize(("line", "printed"), EXAMPLES)
def test_examples_have_the_documented_output(command, line, printed):
    command.answer = example.answer
    ran = command(*shlex.split(line))
    assert ran.out + ran.err == printed
    assert ran.code == (1 if "broken" in printed else 0)


def test_the_page_has_examples():
    assert len(EXAMPLES) == 2


def test_the_table_has_every_rule_with_its_action():
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*) \| (.*) \|$", PAGE, re.MULTILINE)
    words = {Action.READ: "read", Action.CHECK: "checked", Action.LEAVE_OUT: "left out"}
    documented = {name: text.partition(",")[0] for name, _, text in rows}
    actions = {name: "read" if name in AFTERWARDS else words[rule.action] for name, rule in RULES.items()}
    assert documented == actions


def test_numbers_are_those_of_the_code():
    numbers = {
        "of more than {} characters": traps.MAX_LENGTH,
        "with more than {} folders": traps.MAX_SEGMENTS,
        "a row of more than {} pages of one kind": traps.MAX_CHAIN,
        "more than {} clicks from a start: calendars": traps.MAX_CLICKS,
        "{} numbered ones are read": traps.MAX_NUMBERED,
        "; {} for dates, random names": traps.MAX_VARIANTS,
        "sitemaps after the first {}": MAX_SITEMAPS,
        "links after the first {} URLs": MAX_TARGETS,
        "beyond {} different URLs": MAX_TARGETS,
        "{} pages are read": MAX_PAGES,
        "at most {} s.": int(robots.MAX_DELAY_S),
        "At most {} requests are sent to a host": Policy().per_host,
        "larger than {} MB": MAX_BYTES // 1_000_000,
    }
    for words, number in numbers.items():
        assert words.format(f"{number:,}") in PAGE, words
    repeated = re.findall(r"such as `(/a/b\S*)`", PAGE)
    assert [traps.flaw(f"https://a.example{path}") for path in repeated] == ["repeated-path"]


def test_the_sentences_on_traps_have_their_numbers():
    assert f"more than {traps.MAX_CHAIN} pages of the same kind, or {traps.MAX_CLICKS} pages" in RULES["endless"].reason
    variants = RULES["too-many-variants"]
    assert all(
        f"t least {traps.MAX_VARIANTS} pages of the same kind" in text for text in (variants.reason, variants.note)
    )


def test_the_table_of_options_has_all_that_choose_pages():
    """Those that robots.txt, nofollow and noindex have are in a section of their own."""
    parameters = group.cli.get_command(click.Context(group.cli), "crawl").params
    names = {"include", "exclude", "depth", "max_pages", "subdomains", "external", "sitemaps"}
    chosen = {(parameter.secondary_opts or parameter.opts)[0] for parameter in parameters if parameter.name in names}
    table = PAGE.partition("| option | effect |")[2].partition("\n\n")[0]
    assert (
        set(re.findall(r"^\| .*?(?= \| )", table, re.MULTILINE)) and set(re.findall(r"`(--[a-z-]+)", table)) == chosen
    )
    assert {"`--no-robots`", "`--nofollow`", "`--noindex`"} <= set(re.findall(r"`--[a-z-]+`", PAGE))
