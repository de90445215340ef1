"""Rows of real Results, for the tests of the store."""

from __future__ import annotations

from hypothesis import strategies as st
from json_head.model import Fragment, Hop, Judgement, Link, Observation, Outcome, Result, Verdict
from json_head.verdicts import judge, judge_fragment, judge_ignored

TEXTS = st.text(st.characters() | st.sampled_from("\x00\ud800\udfff#"), max_size=8)  # lone surrogates, too
URLS = st.sampled_from(
    [
        "https://a.example/x", "https://a.example/x#one", "https://a.example/x#two", "HTTPS://A.example:443/./x#one", "https://a.example/x#",
        "b.md", "b.md#one", "#one", "", "https://[", "mailto:a@a.example", "http://\ud800.example/\x00#\udfff", "https://a.example/\u00e9 ",
    ]
) | TEXTS  # fmt: skip
HOPS = st.lists(st.builds(Hop, st.sampled_from([301, 302]), TEXTS, TEXTS), max_size=2).map(tuple)
OBSERVATIONS = st.builds(
    Observation,
    st.sampled_from(Outcome),
    st.sampled_from(["HEAD", "GET"]),
    st.sampled_from(["cors", "no-cors"]),
    st.sampled_from(["browser", "native", "relay", "file"]),
    st.none() | st.sampled_from([200, 204, 301, 404, 429, 500]),
    st.none() | st.dictionaries(st.sampled_from(["content-type", "x"]), TEXTS, max_size=2),
    st.none() | st.sampled_from(["https://a.example/x", "https://a.example/x/", "http://www.a.example/"]) | TEXTS,
    st.booleans(),
    st.floats(0, 30_000),
    st.none() | st.sampled_from(["dns", "refused"]),
    HOPS,
)
FRAGMENTS = st.sampled_from([Fragment("found"), Fragment("missing"), Fragment("not-told", "route")])
LINKS = st.builds(
    Link,
    URLS,
    st.none() | st.sampled_from(["a.md", "b.md"]) | TEXTS,
    st.none() | st.integers(1, 2**40),
    st.none() | st.integers(1, 2**40),
    TEXTS,
    st.sampled_from(["a href", "markdown link"]),
)


@st.composite
def rows(draw):
    """The JSON of a Result, as the engine makes it, or of a link that was left out."""
    link, observations = draw(LINKS), draw(st.lists(OBSERVATIONS, max_size=3))
    judgement = draw(
        st.sampled_from(
            [judge(observations), judge_ignored(), Judgement(Verdict.NOT_CHECKED, "excluded", "It was excluded.")]
        )
    )
    result = Result.of(link, judgement, observations)
    if "#" in link.url and draw(st.booleans()):
        fragment = draw(FRAGMENTS)
        verdict, rule, reason, _ = judge_fragment(judgement, fragment)
        result = result._replace(verdict=verdict, rule=rule, reason=reason, fragment=fragment)
    result = result._replace(checked_at=draw(st.sampled_from(["2026-11-29T01:00:00.000Z", "2026-11-29T02:00:00.000Z"])))
    return result.to_json() | {key: True for key in draw(st.sets(st.sampled_from(["accepted", "known", "awaited"])))}


def row(url="https://a.example/x", status=200, source="a.md", *, line=1, fragment=None, checked=True, **more):
    """A row with as many observations of a status as its verdict needs."""
    observation = Observation(
        Outcome.RESPONSE, via="native", status=status, headers={"content-type": "text/html"}, url=url, elapsed_ms=1.5
    )
    observations = (observation,) * (1 if status < 400 else 2) if checked else ()
    judgement = judge(observations)
    result = Result.of(Link(url, source, line, 5, "text", "a href"), judgement, observations)
    if fragment:
        verdict, rule, reason, _ = judge_fragment(judgement, Fragment(fragment))
        result = result._replace(verdict=verdict, rule=rule, reason=reason, fragment=Fragment(fragment))
    return result.to_json() | more
