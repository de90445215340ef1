"""A folder whose links can be repaired, and the server that they lead to."""

from json_head.model import Hop, Observation, Outcome
from json_head.transports.fake import Answer
from json_head.transports.redirects import goal
from json_head.urls.target import parse

A = "https://a.example"
MOVED = {
    "http://a.example/x": [(301, f"{A}/x")],
    f"{A}/docs": [(301, "/docs/")],
    f"{A}/old": [(308, "/new")],
    f"{A}/gone-home": [(301, "/")],
    f"{A}/today": [(302, "/2026-01-01")],
}


def redirecting(request):
    hops, url = [], request.url
    for status, location in MOVED.get(url, []):
        hops.append(Hop(status, url, location))
        url = parse(goal(url, status, [location])).url
    status = 404 if "/404" in url else 200
    seen = Observation(Outcome.RESPONSE, status=status, headers={}, url=url, redirected=bool(hops), hops=tuple(hops))
    return Answer(seen._replace(via="native"))


TEXT = f"""# Hello World

[https](http://a.example/x) [slash]({A}/docs#f) [moved]({A}/old "t") [fine]({A}/fine)
[home]({A}/gone-home) [today]({A}/today) [broken]({A}/404)
[anchor](#Hello-World) [file](SUB/b.md#second_part) [no](nowhere.md)
"""
FIXED = (
    TEXT.replace("http://a", "https://a")
    .replace("/docs#f", "/docs/#f")
    .replace("/old ", "/new ")
    .replace("#Hello-World", "#hello-world")
    .replace("SUB/b.md#second_part", "sub/b.md#second-part")
)
