"""Values that JavaScript and the form repeat are equal to those of Python."""

import re
from dataclasses import fields
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import pytest
import saved_js
import verdicts_js
from json_head import Link, Observation, Outcome, Policy, Result, Verdict, fragments
from json_head.export import FORMATS
from json_head.extract.label import MAX_TEXT
from json_head.gather.files import MAX_TOTAL
from json_head.model import Fragment, Hop
from json_head.policy import MIN_RATE
from json_head.pyodide.messages import PolicyError, policy_of
from json_head.transports.browser.transport import PER_HOST
from json_head.urls.redirect import KINDS, SAFE_KINDS
from json_head.wording import WORDING

ROOT = Path(__file__).parents[3]
PROTOCOL = (ROOT / "web/client/protocol.js").read_text()


def properties(typedef):
    (block,) = re.findall(rf"@typedef {{object}} {typedef}\n(.*?)\*/", PROTOCOL, re.DOTALL)
    return re.findall(r"@property {.*?} \[?(\w+)", block)


def test_the_verdicts_of_the_page_are_generated_from_the_package():
    assert verdicts_js.OUTPUT.read_text() == verdicts_js.module()
    assert sorted(WORDING) == sorted(Verdict)


def test_the_saved_queries_of_the_page_are_generated_from_the_package():
    assert saved_js.OUTPUT.read_text() == saved_js.module()


def test_the_typedef_of_a_policy_has_its_fields():
    assert properties("Policy") == [field.name for field in fields(Policy)]


def test_the_typedefs_of_a_result_and_an_attempt_have_their_keys():
    read = Result(Link("x"), Verdict.OK, "success", "Fine.", Observation(Outcome.RESPONSE, status=200)).to_json()
    told = Result(Link("x"), Verdict.OK, "success", "Fine.", fragment=Fragment("not-told", "format")).to_json()
    final = Observation(Outcome.RESPONSE, url="https://a.example/", redirected=True)
    moved = Result(Link("http://a.example/"), Verdict.OK, "success", "Fine.", final).to_json()
    unread = Result(Link("x"), Verdict.NOT_CHECKED, "invalid-url", "No.").to_json()
    assert sorted(properties("Result")) == sorted(
        {*read, *told, *moved, *unread, "path", "new", "since", "reported", "decision"}
    )
    attempt = Observation(Outcome.BLOCKED, status=200, error="offline", hops=(Hop(302, "x", "y"),)).to_json()
    assert sorted(properties("Attempt")) == sorted(attempt)


def test_the_kinds_of_redirects_are_those_of_the_package():
    (listed,) = re.findall(r"@typedef {([^{}]*)} RedirectKind", PROTOCOL)
    joined = ["+".join(kinds) for number in (1, 2, 3) for kinds in combinations(SAFE_KINDS, number)]
    assert re.findall(r'"([\w+-]+)"', listed) == joined + [kind for kind in KINDS if kind not in SAFE_KINDS]
    words = (ROOT / "web/page/redirects/list.js").read_text()
    assert tuple(re.findall(r'^  "([a-z-]+)": ".+",$', words, re.MULTILINE)) == KINDS


def test_slots_per_host_are_equal_for_one_tab_and_for_all():
    (shared,) = re.findall(r"^const PER_HOST = (\d+);", (ROOT / "web/worker/slots.js").read_text(), re.MULTILINE)
    assert int(shared) == PER_HOST


def test_the_page_sends_archives_up_to_the_limit():
    (most,) = re.findall(r"^const MAX_ARCHIVE = ([\d_]+);", (ROOT / "web/client/limits.js").read_text(), re.MULTILINE)
    assert int(most) == MAX_TOTAL


def test_the_page_knows_from_which_length_texts_of_links_are_cut():
    (most,) = re.findall(
        r"^const CUT_AT = (\d+);", (ROOT / "web/page/details/textfragment.js").read_text(), re.MULTILINE
    )
    assert int(most) == MAX_TEXT


def test_the_page_has_words_for_each_reason_that_a_fragment_is_not_judged():
    rules = set(re.findall(r'"not-told", "(\w+)"', Path(fragments.__file__).read_text()))
    (table,) = re.findall(
        r"^const UNTOLD = {(.*?)^};", (ROOT / "web/page/details/section.js").read_text(), re.MULTILINE | re.DOTALL
    )
    assert set(re.findall(r"^  (\w+):", table, re.MULTILINE)) == rules


def test_the_ignored_content_security_policy_is_that_of_the_page():
    (own,) = re.findall(r'^const OWN_POLICY = "(.*)";', (ROOT / "web/client/page-fetch.js").read_text(), re.MULTILINE)
    assert own in (ROOT / "index.html").read_text()


def test_formats_of_an_export_are_those_of_the_package():
    (listed,) = re.findall(r"@typedef {(.*?)} ExportFormat", PROTOCOL)
    assert re.findall(r'"(\w+)"', listed) == list(FORMATS)
    offered = re.findall(
        r'^ +\["(\w+)", "[^"]+"\],$', (ROOT / "web/page/results/download.js").read_text(), re.MULTILINE
    )
    assert sorted({*offered} - {"print", "database", "workflow"}) == sorted({*FORMATS} - {"markdown"})


class Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = {}

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if attributes.get("id", "").startswith("policy-"):
            self.found[attributes["id"].removeprefix("policy-")] = {
                n: 0 if attributes[n] == "no limit" else float(attributes[n]) for n in ("min", "max", "placeholder")
            }


@pytest.mark.parametrize(
    ("field", "part"),
    {
        "total": "total",
        "per-host": "per_host",
        "rate": "rate_per_host",
        "timeout": "timeout_s",
        "tries": "retries",
    }.items(),
)
def test_the_form_has_the_defaults_and_limits_of_the_policy(field, part):
    form = Fields()
    form.feed((ROOT / "index.html").read_text())
    attributes = form.found[field]
    (limit,) = (limit.metadata for limit in fields(Policy) if limit.name == part)
    low, high, default = limit["low"], limit["high"], getattr(Policy(), part)
    if field == "tries":  # the first one, and the retries
        low, high, default = low + 1, high + 1, default + 1
    assert attributes["placeholder"] == default
    if part == "rate_per_host":
        low = MIN_RATE  # an empty field is 0
    assert attributes["min"] == low
    assert attributes["max"] == min(high, PER_HOST if part == "per_host" else high)


@pytest.mark.parametrize("per_host", [PER_HOST + 1, 50, 1000])
def test_no_more_requests_to_a_host_than_browsers_send_are_taken(per_host):
    with pytest.raises(PolicyError, match=f"from 1 to {PER_HOST} in a browser"):
        policy_of({"policy": {"per_host": per_host}})
    assert policy_of({"policy": {"per_host": PER_HOST}}).per_host == PER_HOST
