"""Rules that the page has, too: they give what the package's own rules give."""

import json
import subprocess
from itertools import product
from pathlib import Path

import pytest
from json_head.cli.commands.recheck import ACCEPTED_DAYS
from json_head.export.decided import WORDS, kind_of
from json_head.export.row import is_section_unseen
from json_head.model import Verdict
from json_head.transports.base import TOKEN

WEB = Path(__file__).parents[3] / "web"
SCRIPT = """
const given = JSON.parse(process.argv[1]);
const { kindOf } = await import(given.kind);
const { sectionWords } = await import(given.section);
const { DAYS } = await import(given.judging);
const { TOKEN } = await import(given.relay);
const kinds = given.pairs.map(([verdict, decision]) => kindOf(verdict, decision || null));
const unseen = given.urls.map((url) => sectionWords({ verdict: "ok", url }) === "section not looked at");
const tokens = given.tokens.filter((token) => TOKEN.test(token));
process.stdout.write(JSON.stringify({ kinds, unseen, days: DAYS, tokens }));
"""
PAIRS = list(product(Verdict, ("", *WORDS)))
URLS = [
    f"https://a.example/{fragment}"
    for fragment in ("", "#", "#top", "#TOP", "#x", "#topping", "#:~:text=x", "#x:~:text=x", "#/x", "#top:~:text=x")
]

TOKENS = ["abc", "a=", "a==", "=a", "a=b", "a.b_c~d+e/f-g", "a b", "a,b", "a\n", "é", "a\u0660", ""]


@pytest.fixture(scope="module")
def page():
    modules = {
        "kind": "page/rows/kind.js",
        "section": "page/details/section.js",
        "judging": "page/triage/judging.js",
        "relay": "page/input/relay.js",
    }
    given = {name: (WEB / path).as_uri() for name, path in modules.items()} | {
        "pairs": PAIRS,
        "urls": URLS,
        "tokens": TOKENS,
    }
    command = ["node", "--input-type=module", "--eval", SCRIPT, json.dumps(given)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_what_there_is_to_do_with_a_link(page):
    assert dict(zip(PAIRS, page["kinds"], strict=True)) == {pair: kind_of(*pair) for pair in PAIRS}


def test_which_sections_nobody_has_looked_at(page):
    expected = [is_section_unseen({"verdict": "ok", "url": url}) for url in URLS]
    assert dict(zip(URLS, page["unseen"], strict=True)) == dict(zip(URLS, expected, strict=True))
    assert {True, False} == set(expected)


def test_for_how_long_a_link_is_accepted(page):
    assert page["days"] == ACCEPTED_DAYS


def test_what_a_token_looks_like(page):
    assert page["tokens"] == [token for token in TOKENS if TOKEN.fullmatch(token)]
