"""Cases that depend on the page: one on https, and one whose host sends a strict content security policy."""

from __future__ import annotations

from .case import BROKEN, NOTHING, OK, UNREADABLE, Case, Decision, Differs, Group, not_checked


def on_https(name: str, does: str, url: str, decision: Decision) -> Case:
    return Case(f"https-{name}", does, url, decision, page="https", sent=decision.verdict != "not-checked")


def under_policy(name: str, does: str, url: str, decision: Decision, sent: bool = True) -> Case:
    differs = {"webkit": _UNTOLD} if decision == not_checked("page-policy") else {}
    return Case(f"policy-{name}", does, url, decision, page="policy", sent=sent, differs=differs)


_UNTOLD = Differs(NOTHING, "It tells neither a worker nor its page of what a worker may not fetch.")


#: The policy that the host of the third page sends with every file.
STRICT = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' {cors}"

PAGES: tuple[Group, ...] = (
    Group(
        "https, or http on this machine from a page on https: the response decides",
        (
            Case("tls-200", "200 over TLS", "{tls}/ok/tls-200", OK),
            Case("tls-404", "404 over TLS", "{tls}/status/404", BROKEN),
            Case("tls-hidden", "404 over TLS, without CORS", "{tls_plain}/status/404", UNREADABLE, permitted=BROKEN),
            on_https("200", "200, from a page on https", "{tls}/ok/x", OK),
            on_https("410", "410, from a page on https", "{tls}/status/410", BROKEN),
            on_https("hidden", "404 without CORS, from a page on https", "{tls_plain}/status/404", UNREADABLE),
            on_https("own", "the page itself, on https", "{site}", OK),
            on_https("redirect", "a redirect on https", "{tls}/redirect/3", OK),
        ),
    ),
    Group(
        "https, or http on this machine from a page on https: the response decides",
        (
            on_https("to-http", "http on 127.0.0.1", "{cors}/ok/x", OK),
            on_https("to-http-404", "http on 127.0.0.1, 404", "{cors}/status/404", BROKEN),
            on_https("to-http-hidden", "http on 127.0.0.1 without CORS", "{plain}/status/404", UNREADABLE),
            on_https("to-localhost", "http on localhost", "http://localhost:{cors_port}/ok/localhost", OK),
            on_https(
                "redirected-to-http",
                "a redirect from https to http on this machine",
                "{tls}/redirect-to?url={cors}/ok/x",
                OK,
            ),
        ),
    ),
    Group(
        "http elsewhere, from a page on https",
        (
            on_https("mixed-name", "http elsewhere", "http://elsewhere.test/", not_checked("mixed-content")),
            on_https(
                "mixed-address", "http on an address elsewhere", "http://192.0.2.1/", not_checked("mixed-content")
            ),
            on_https("mixed-private", "http on a private address", "http://10.0.0.1/", not_checked("mixed-content")),
            on_https(
                "mixed-looks-local",
                "a name that only looks like localhost",
                "http://localhost.elsewhere.test/",
                not_checked("mixed-content"),
            ),
        ),
    ),
    Group(
        "no connection, a connection closed without a response, or a bad certificate",
        (
            on_https("untrusted", "an unknown authority", "{tls_untrusted}/ok/x", NOTHING),
            on_https("expired", "an expired certificate", "{tls_expired}/ok/x", NOTHING),
            on_https("wrong-name", "a certificate for another name", "{tls_wrong_name}/ok/x", NOTHING),
            on_https("no-name", "a name that does not resolve", "https://nowhere.invalid/", NOTHING),
            on_https(
                "redirected-to-mixed",
                "a redirect to http elsewhere",
                "{tls}/redirect-to?url=http://elsewhere.test/",
                NOTHING,
            ),
        ),
    ),
    Group(
        "an address that the content security policy of the page's host forbids, or a redirect to one",
        (
            under_policy(
                "other-origin", "an origin that is not listed", "{host2}/ok/x", not_checked("page-policy"), sent=False
            ),
            under_policy(
                "other-port", "a port that is not listed", "{plain}/status/404", not_checked("page-policy"), sent=False
            ),
            under_policy("refused", "where nothing listens", "{refused}/", not_checked("page-policy"), sent=False),
            under_policy(
                "name",
                "a name that does not resolve",
                "http://nowhere.invalid/",
                not_checked("page-policy"),
                sent=False,
            ),
            under_policy(
                "fragment",
                "an origin that is not listed, with a fragment",
                "{host2}/ok/fragment#part",
                not_checked("page-policy"),
                sent=False,
            ),
            under_policy(
                "redirect",
                "a redirect to an origin that is not listed",
                "{cors}/redirect-to?url={host2}/ok/x",
                not_checked("page-policy"),
            ),
        ),
    ),
    Group(
        "an address that this policy allows: the response decides",
        (
            under_policy("200", "200, where it is allowed", "{cors}/ok/x", OK),
            under_policy("404", "404, where it is allowed", "{cors}/status/404", BROKEN),
            under_policy("closes", "closes, where it is allowed", "{cors}/closes", NOTHING),
            under_policy("own", "the page itself", "{site}", OK),
        ),
    ),
)
