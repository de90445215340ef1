"""Results with redirects, as the engine gives them."""

from json_head.model import Hop, Link, Observation, Outcome, Result
from json_head.transports.redirects import goal
from json_head.urls.target import parse
from json_head.verdicts import judge


def redirected(url, *hops, status=200, via="native", final=None):
    """The row of a link whose server redirects. A hop is a Location, or a Location with a status; the default is 301."""
    chain, at = [], parse(url).url
    for hop in hops:
        location, hop_status = (hop, 301) if isinstance(hop, str) else hop
        chain.append(Hop(hop_status, at, location))
        at = parse(goal(at, hop_status, [location])).url
    seen = Observation(
        Outcome.RESPONSE, via=via, status=status, headers={}, url=final or at, redirected=bool(chain), hops=tuple(chain)
    )
    return Result.of(Link(url, "a.md", 1, 1), judge([seen]), [seen]).to_json()
