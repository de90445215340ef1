"""Results with every verdict, as JSON, for the tests of exports."""

from json_head import Link, Observation, Outcome, Result, Verdict


def row(verdict, rule="some-rule", *, url="https://a.example/x", status=None, reason="It is so.", **place):
    link = Link(url, place.get("source"), place.get("line"), place.get("column"), "text", "a href")
    observation = None
    if status is not None:
        observation = Observation(Outcome.RESPONSE, via="native", status=status, headers={}, url=url, elapsed_ms=1500)
    return Result(link, verdict, rule, reason, observation, (observation,) if observation else ()).to_json()


ALL = [row(verdict, f"rule-{verdict}", source="docs/a.md", line=3, column=5) for verdict in Verdict]
#: A URL with all characters that are special in some format.
HOSTILE = "https://a.example/|`*_[x](javascript:y)<b>&{0}\\]]>\"'\x1b[31m\u202e\x00\r\n\ud800😀é"
