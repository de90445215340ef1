"""Any URL has one decision and any robots.txt an answer, whatever a site consists of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from json_head.crawl.keys import page_key
from json_head.crawl.pages import Pages
from json_head.crawl.robots import Robots
from json_head.crawl.rules import RULES
from json_head.crawl.scope import Limits, Scope
from json_head.urls.target import UrlError, parse

PARTS = (
    "/ / // a b .. . ; ;jsessionid=1 ? & = % %2F %E3 é 東 (S( )) index.html index .php 0 12 2026 -11 nov - _ * $ [ ] \\ sid= page= "
    "9f86d081884c7d659a2feaa0c55ad015 \u2028 \ud800"
).split(" ")
HOSTS = ("a.example", "www.a.example", "b.a.example:81", "127.0.0.1", "[::1]", "localhost")

paths = st.lists(st.sampled_from(PARTS), max_size=14).map("".join)
urls = st.builds("http://{}/{}".format, st.sampled_from(HOSTS), paths)
parameters = st.lists(st.sampled_from(("a=1", "b=2", "c", "d=%2F", "e=é")), unique=True, max_size=5)


def requested(texts: list[str]) -> list[str]:
    found = []
    for text in texts:
        try:
            found.append(parse(text).url)
        except UrlError:
            continue
    return found


@given(
    texts=st.lists(urls, min_size=1, max_size=8), subdomains=st.booleans(), found=st.sampled_from(("a href", "img src"))
)
def test_every_url_has_a_decision_which_is_repeated(texts: list[str], subdomains: bool, found: str) -> None:
    scope = Scope(subdomains=subdomains)
    scope.add_start("http://www.a.example/")
    pages = Pages(scope, Limits(max_pages=5))
    parent = None
    for url in requested(texts):
        decision = pages.decide(url, found=found, depth=1, parent=parent, parent_chain=1)
        assert decision.rule in RULES
        assert pages.decide(url, found=found, depth=1, parent=parent, parent_chain=1).action is decision.action
        if decision.rule == "page":
            pages.arrived(url, url, texts[-1])
            parent = url
    assert len(pages) <= 5


@given(path=paths, first=parameters, data=st.data())
def test_order_of_parameters_and_a_session_id_do_not_change_the_key(
    path: str, first: list[str], data: st.DataObject
) -> None:
    second = data.draw(st.permutations([*first, "PHPSESSID=abc"]))
    found = requested([f"http://a.example/{path}?{'&'.join(both)}" for both in (first, second)])
    if len(found) == 2 and "?" not in path:
        assert page_key(found[0]).key == page_key(found[1]).key
        assert page_key(found[1]).has_session


@given(
    lines=st.lists(st.one_of(st.binary(max_size=30), urls.map(lambda url: url.encode("utf-8", "replace"))), max_size=8)
)
def test_any_robots_txt_has_an_answer_that_survives_as_json(lines: list[bytes]) -> None:
    body = b"User-agent: *\n" + b"\nDisallow: /".join(lines) + b"\nSitemap: ".join(lines)
    robots = Robots.of(200, body)
    restored = Robots.from_json(robots.to_json())
    for url in requested(["http://a.example/", "http://a.example/a%E3?b=*", "http://a.example//b$"]):
        assert robots.allows(url) is restored.allows(url)
    assert 0 <= robots.delay_s <= 60
