"""Redirects, and the origins to which their targets may be disclosed."""

from __future__ import annotations

from .case import (
    BROKEN,
    NOTHING,
    NOWHERE,
    OK,
    RESTRICTED,
    SERVER_ERROR,
    UNREADABLE,
    UNUSUAL,
    Case,
    Decision,
    Differs,
    Group,
)


def to(
    name: str, does: str, goal: str, decision: Decision, by: str = "{cors}", code: int = 302, **more: object
) -> Case:
    """A case of one hop. The goal may be another hop."""
    return Case(f"to-{name}", does, hop(goal, by) + (f"&code={code}" if code != 302 else ""), decision, **more)  # type: ignore[arg-type]


def hop(goal: str, by: str = "{cors}") -> str:
    return f"{by}/redirect-to?url={goal}"


_ALLOWS_PAGE = "{plain}/answer/200?h=Access-Control-Allow-Origin:{site_origin}"
_PAGE_ALLOWED_HOP = "{plain}/answer/302?h=Access-Control-Allow-Origin:{site_origin}%26h=Location:{cors}/ok/end"
_CREDENTIALS = Differs(
    NOTHING, "It refuses such a redirect whatever the mode; by the Fetch standard `no-cors` may follow it."
)
_OWN_PAGE = Differs(UNREADABLE, "It follows the redirect to a page of its own, and shows that there was a response.")
_EMPTY = "An empty Location counts as none there; by the Fetch standard it is the same URL again, that is, a loop."

REDIRECTS: tuple[Group, ...] = (
    Group(
        "a redirect with CORS headers on every hop: the last response decides",
        (
            *(
                to(f"200-by-{code}", f"{code} to 200", f"/ok/by-{code}", OK, code=code)
                for code in (301, 302, 303, 307, 308)
            ),
            Case("redirects-3", "3 redirects, then 200", "{cors}/redirect/3", OK),
            Case("redirects-20", "20 redirects, then 200", "{cors}/redirect/20", OK),
            to("404", "to 404", "/status/404", BROKEN),
            to("410-elsewhere", "to 410 on another origin", "{host2}/status/410", BROKEN),
            to("403", "to 403", "{host2}/status/403", RESTRICTED),
            to("500", "to 500", "/status/500", SERVER_ERROR),
            to("418", "to 418", "/status/418", UNUSUAL),
            to("other-origin", "to another origin", "{host2}/ok/other", OK),
            to("there-and-back", "to another origin and back", hop("{cors}/ok/back", "{host2}"), OK),
            to("null-echoed", "to an origin that allows `null`, as which the browser then asks", "{echo}/ok/null", OK),
            to("fragment", "to a fragment", "/ok/fragment%23part", OK),
            to("backslashes", "to a Location with backslashes", "{cors}\\ok\\backslashes", OK),
            to("relative", "to a relative Location", "ok/relative", OK),
            to("scheme-relative", "to a Location without a scheme", "//127.0.0.1:{cors_port}/ok/scheme-relative", OK),
            to("dots", "to a Location with dots", "/status/../ok/dots", OK),
            Case(
                "from-page-only",
                "from an origin that allows the page to one that allows all",
                _PAGE_ALLOWED_HOP.replace("%26", "&"),
                OK,
            ),
            to("tls", "from http to https", "{tls}/ok/tls", OK),
            to("http", "from https to http on this machine", "{cors}/ok/http", OK, by="{tls}"),
            Case("to-own-404", "from the page's own server, to its own 404", "{site}web", BROKEN),
        ),
    ),
    Group(
        "a redirect with CORS headers on some hops only, or not for the origin that the redirect gives the request",
        (
            to("hidden", "from CORS to none", "{plain}/ok/x", UNREADABLE, permitted=OK),
            to("hidden-404", "from CORS to a 404 without", "{plain}/status/404", UNREADABLE, permitted=BROKEN),
            to("from-hidden", "from none to CORS", "{cors}/ok/from-hidden", UNREADABLE, permitted=OK, by="{plain}"),
            to(
                "from-hidden-404",
                "from none to a 404 with CORS",
                "{cors}/status/404",
                UNREADABLE,
                permitted=BROKEN,
                by="{plain}",
            ),
            to("hidden-hidden", "from none to none", "/ok/x", UNREADABLE, permitted=OK, by="{plain}"),
            to(
                "middle-hidden",
                "with CORS at both ends, none between",
                hop("{cors}/ok/middle", "{plain}"),
                UNREADABLE,
                permitted=OK,
            ),
            to(
                "page-only",
                "to an origin that allows the page, which by then asks as `null`",
                _ALLOWS_PAGE,
                UNREADABLE,
                permitted=OK,
            ),
            to(
                "credentials",
                "to a URL with user name and password",
                "http://user:pass@127.0.0.1:{cors_port}/ok/user",
                UNREADABLE,
                differs={"chromium": _CREDENTIALS, "chromium-extension": _CREDENTIALS},
                permitted=OK,
            ),
        ),
    ),
    Group(
        "a redirect that leads nowhere: a loop, more than 20 redirects, another scheme, a blocked port, no server",
        (
            Case("redirects-21", "21 redirects, then 200", "{cors}/redirect/21", NOTHING),
            Case("redirects-21-hidden", "21 redirects without CORS", "{plain}/redirect/21", NOTHING),
            Case("loop", "a redirect to itself", "{cors}/loop", NOTHING),
            Case("loop-of-two", "a loop of two", "{cors}/there", NOTHING),
            Case("loop-hidden", "a loop without CORS", "{plain}/loop", NOTHING),
            Case("endless", "always on to another URL", "{cors}/endless/0", NOTHING),
            to("mailto", "to mailto:", "mailto:a@b.test", NOTHING),
            to("data", "to data:", "data:text/plain,x", NOTHING),
            to("javascript", "to javascript:", "javascript:1", NOTHING),
            to("file", "to file:", "file:///etc/hostname", NOTHING),
            to("ftp", "to ftp:", "ftp://127.0.0.1/", NOTHING),
            to("about", "to about:blank", "about:blank", NOTHING, differs={"firefox-extension": _OWN_PAGE}),
            to("blob", "to blob:", "blob:{site_origin}/0", NOTHING),
            to("blocked-port", "to port 25", "http://127.0.0.1:25/", NOTHING),
            to("refused", "to where nothing listens", "{refused}/", NOTHING),
            to("no-name", "to a name that does not resolve", "http://nowhere.invalid/", NOTHING),
            to("bad-url", "to what is no URL", "http://[", NOTHING),
            to("closes", "to a closed connection", "{raw}/closes", NOTHING),
            to("untrusted", "to a bad certificate", "{tls_untrusted}/ok/x", NOTHING),
            Case("locations-differ", "two different Locations", "{raw}/fields/locations-differ", NOTHING),
            Case(
                "location-empty",
                "an empty Location",
                "{raw}/fields/location-empty",
                NOTHING,
                differs={"chromium": Differs(NOWHERE, _EMPTY)},
            ),
        ),
    ),
    Group(
        "a status that is no redirect, with a Location header",
        tuple(
            Case(
                f"location-{code}", f"{code} with a Location", f"{{cors}}/answer/{code}?h=Location:/ok/{code}", decision
            )
            for code, decision in ((200, OK), (201, OK), (300, UNUSUAL), (304, UNUSUAL), (305, UNUSUAL), (404, BROKEN))
        ),
    ),
)
