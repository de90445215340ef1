"""Which redirects show the new address of the same page, and which do not."""

import copy

import pytest
from json_head.fixes.decision import Fix, Refusal
from json_head.fixes.moved import Moved, moved, shared_goals
from json_head.fixes.rules import RULES, Knowledge, decide, is_candidate
from json_head.urls.target import parse
from json_head.verdicts import HTTPS_AVAILABLE

from tests.unit.fixes.rows import redirected

A = "https://a.example"


def decision(url, *hops, **options):
    return decide(redirected(url, *hops, **options), url, Knowledge())


@pytest.mark.parametrize(
    ("url", "hops", "rule", "new"),
    [
        # https
        ("http://a.example/x", ["https://a.example/x"], "https", f"{A}/x"),
        ("http://a.example", ["https://a.example/"], "https", A),
        ("HTTP://a.example/x?y#z", ["https://a.example/x?y"], "https", f"{A}/x?y#z"),
        ("http://a.example/x", ["https://a.example/x", ("/today", 302)], "https", f"{A}/x"),
        ("http://a.example/x", [f"{A}/x", f"{A}/login"], "https", f"{A}/x"),
        ("http://a.example/é x", [f"{A}/%C3%A9%20x"], "https", f"{A}/é x"),
        # slash
        (f"{A}/docs", ["/docs/"], "trailing-slash", f"{A}/docs/"),
        (f"{A}/docs?q=1#f", ["/docs/?q=1"], "trailing-slash", f"{A}/docs/?q=1#f"),
        ("http://a.example/docs", [f"{A}/docs/"], "trailing-slash", f"{A}/docs/"),
        ("http://a.example/docs", [f"{A}/docs", "/docs/"], "trailing-slash", f"{A}/docs/"),
        (f"{A}/docs", [("/docs/", 308), ("/docs/1.2/", 302)], "trailing-slash", f"{A}/docs/"),
        # moved
        (f"{A}/old", ["/new"], "moved-permanently", f"{A}/new"),
        (f"{A}/old#part", [("/new", 308)], "moved-permanently", f"{A}/new#part"),
        (f"{A}/old#part", ["/new#other"], "moved-permanently", f"{A}/new#other"),
        (f"{A}/old", ["/mid#kept", "/new"], "moved-permanently", f"{A}/new#kept"),
        (f"{A}/u/old", ["/v/new"], "moved-permanently", f"{A}/v/new"),
        (f"{A}/a/b/", ["/a/b"], "moved-permanently", f"{A}/a/b"),
        (f"{A}/a/index.html", ["/a/"], "moved-permanently", f"{A}/a/"),
        (f"{A}/a/page.php", ["/a/page"], "moved-permanently", f"{A}/a/page"),
        ("https://www.a.example/", [f"{A}/"], "moved-permanently", f"{A}/"),
        (f"{A}/dev/peps/pep-0008/", ["https://peps.b.example/pep-0008/"], "moved-permanently", "https://peps.b.example/pep-0008/"),
        (f"{A}/x/file.pdf", ["https://cdn.example/y/file.pdf"], "moved-permanently", "https://cdn.example/y/file.pdf"),
        (f"{A}/en/x", ["https://b.example/en/x"], "moved-permanently", "https://b.example/en/x"),
        (f"{A}/login/old", ["/login/new"], "moved-permanently", f"{A}/login/new"),
        (f"{A}/ü", ["/ä"], "moved-permanently", f"{A}/ä"),
        (f"{A}/%C3%BC", ["/%C3%A4"], "moved-permanently", f"{A}/%C3%A4"),
    ],
)  # fmt: skip
def test_permanent_redirect_to_the_same_page_gives_its_address(url, hops, rule, new):
    fix = decision(url, *(hop.encode().decode("latin-1") if isinstance(hop, str) else hop for hop in hops))
    assert isinstance(fix, Fix), fix
    assert (fix.rule, fix.url) == (rule, new)
    assert fix.rule in RULES and fix.reason.endswith(".")


@pytest.mark.parametrize(
    ("url", "hops", "why"),
    [
        (f"{A}/old", [("/new", 302)], "temporary"),
        (f"{A}/old", [("/new", 303)], "temporary"),
        (f"{A}/old", [("/new", 307)], "temporary"),
        (f"{A}/old", ["/mid", ("/new", 302)], "temporary"),
        (f"{A}/old", [("/mid", 302), "/new"], "temporary"),
        ("http://a.example/x", [(f"{A}/x", 302)], "temporary"),
        (f"{A}/docs", [("/docs/", 302)], "temporary"),
        (f"{A}/old/page", ["/"], "home-page"),
        (f"{A}/old/page", ["/index.html"], "home-page"),
        (f"{A}/old/page", ["/home"], "home-page"),
        (f"{A}/old/page", ["https://b.example/"], "home-page"),
        (f"{A}/", ["https://b.example/"], "other-site"),
        (f"{A}/", ["/docs/"], "start-page"),
        (f"{A}/a/b/c", ["/a/b/"], "parent-folder"),
        (f"{A}/a/b/c", ["/A/"], "parent-folder"),
        (f"{A}/a/b/c", ["/x"], "other-page"),
        (f"{A}/abc", ["https://b.example/a/long/title"], "other-site"),
        (f"{A}/report.pdf", ["/reports/all"], "other-kind"),
        (f"{A}/x.zip", ["/x.html"], "other-kind"),
        (f"{A}/a", ["/login"], "detour"),
        (f"{A}/a", ["/users/sign_in"], "detour"),
        (f"{A}/a", ["https://accounts.b.example/a"], "detour"),
        (f"{A}/a", ["/cookie-consent/a"], "detour"),
        (f"{A}/a", ["/404.html"], "detour"),
        (f"{A}/a", ["/errors/NotFound"], "detour"),
        (f"{A}/a", ["/search"], "detour"),
        (f"{A}/a", ["/login", "/b"], "detour"),
        (f"{A}/a", ["/b;jsessionid=1F"], "session"),
        (f"{A}/a", ["/(S(lit3py55t21z5v55vlm25s55))/b"], "session"),
        (f"{A}/a", ["/b?sid=1"], "query"),
        (f"{A}/a?id=1", ["/b"], "query"),
        (f"{A}/a?id=1", ["/b?id=2"], "query"),
        (f"{A}/a", ["/b?utm_source=x", "/b"], "query"),
        (f"{A}/a", ["/b?"], None),
        (f"{A}/x", ["/en/x"], "language"),
        (f"{A}/x", ["/en-US/x"], "language"),
        (f"{A}/en/x", ["/de/x"], "language"),
        (f"{A}/en/x", ["/x"], "language"),
        ("https://en.a.example/x", ["https://de.a.example/x"], "language"),
        (f"{A}/x", ["http://a.example/x"], "not-secure"),
        (f"{A}/x", ["https://127.0.0.1/x"], "local-address"),
        (f"{A}/x", ["https://localhost/x"], "local-address"),
        (f"{A}/x", ["https://192.168.0.1/x"], "local-address"),
        (f"{A}/x", ["/" + "y" * 3000], "unclear"),
    ],
)  # fmt: skip
def test_doubtful_redirect_is_left_to_a_person(url, hops, why):
    refusal = decision(url, *hops)
    if why is None:
        assert isinstance(refusal, Fix)
    else:
        assert isinstance(refusal, Refusal), refusal
        assert refusal.rule == why and refusal.reason.endswith(".")


def test_link_without_a_redirect_or_without_success_is_nothing_to_repair():
    assert decision(f"{A}/x") is None
    assert decision(f"{A}/x", "/y", status=404) is None
    assert decision(f"{A}/x", "/y", status=500) is None
    assert moved({}) is None


def test_browser_that_hides_redirects_shows_nothing_to_repair():
    row = redirected(f"{A}/x", "/y")
    del row["attempts"][0]["hops"]
    assert moved(row).rule == "not-shown"


def test_redirects_of_another_url_are_not_taken_for_those_of_the_link():
    row = redirected(f"{A}/x", "/y") | {"url": f"{A}/z"}
    assert moved(row).rule == "unclear"


@pytest.mark.parametrize(
    "value", [None, 1, "x", [], {}, [None], [{}], [{"status": 301}], [{"url": 5, "status": 301, "location": ""}]]
)
def test_rows_from_outside_with_wrong_redirects_are_refused(value):
    row = redirected(f"{A}/x", "/y")
    row["attempts"][0]["hops"] = value
    assert not isinstance(moved(row), Moved)
    for attempts in (value, [value]):
        assert not isinstance(moved(row | {"attempts": attempts}), Moved)


def test_address_to_which_several_pages_are_redirected_is_a_catch_all():
    rows = [redirected(f"{A}/{name}", "/about") for name in ("x", "y")]
    shared = shared_goals(rows)
    assert shared == {f"{A}/about"}
    assert {moved(row, shared).rule for row in rows} == {"catch-all"}
    same = [redirected(url, f"{A}/new") for url in (f"{A}/x", "http://www.a.example/x/", f"{A}/x.html", f"{A}/x#y")]
    assert shared_goals(same) == frozenset()
    one_way = [redirected(f"{A}/x", "/y", "/new"), redirected(f"{A}/y", "/new")]
    assert shared_goals(one_way) == frozenset()
    temporary = [redirected(f"{A}/x", "/new"), redirected(f"{A}/y", ("/new", 302))]
    assert shared_goals(temporary) == frozenset()


HOSTILE = [
    "/y\r\nSet-Cookie: a", "/y\x00", '/y" onclick="x', "/y'><script>alert(1)</script>", "/y) [z](javascript:x", "/y`x`", "/y|z",
    "/y\x1b[31m", "/y{{x}}", "/y<%= x %>", "/\xe9\xff", "/y#\"'><b>\x80", "/y\u202ez".encode().decode("latin-1"), "/y z",
    "javascript:alert(1)", "data:text/html,x", "//", "https://", "https://a.example:99999/", "https://user:pw@a.example/y", "\\\\evil", "?", "#", "",
]  # fmt: skip


@pytest.mark.parametrize("location", HOSTILE)
def test_hostile_location_gives_a_plain_url_or_none(location):
    hop = {"status": 301, "url": f"{A}/x", "location": location}
    for final in (f"{A}/y", location, f"{A}{location}"):
        row = copy.deepcopy(redirected(f"{A}/x", "/y"))
        row["attempts"][0]["hops"] = [hop]
        row["final_url"] = final
        fix = decide(row, f"{A}/x", Knowledge())
        if isinstance(fix, Fix):
            assert fix.url.isascii() and fix.url.isprintable() and not set(fix.url) & set(' "<>'), fix.url
            assert parse(fix.url).scheme == "https"


@pytest.mark.parametrize(
    ("url", "hops", "new"),
    [
        ("http://a.example/x?y#z", [], f"{A}/x?y#z"),
        ("HTTP://a.example", [], A),
        ("http://a.example/x", [(f"{A}/x", 302)], f"{A}/x"),
        ("http://a.example/x", [("/today", 302)], f"{A}/x"),
        ("http://a.example/x", ["/new/x"], "http://a.example/new/x"),
        ("http://a.example/x", [(f"{A}/today", 302)], None),
        ("http://a.example:8080/x", [(f"{A}/x", 302)], None),
    ],
)
def test_link_that_works_with_https_is_rewritten(url, hops, new):
    row = redirected(url, *hops) | {"rule": HTTPS_AVAILABLE}
    fix = decide(row, url, Knowledge())
    assert new == (fix.url if isinstance(fix, Fix) else None)
    assert is_candidate(row)
    assert not isinstance(decide(row | {"rule": "success"}, url, Knowledge()), Fix) or hops == ["/new/x"]
