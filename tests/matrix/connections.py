"""Responses that only some pages may read, malformed responses, and targets that never respond."""

from __future__ import annotations

from .case import BROKEN, NOTHING, OK, UNREADABLE, UNUSUAL, Case, Decision, Differs, Group


def allows(name: str, does: str, fields: str, decision: Decision) -> Case:
    return Case(f"allows-{name}", does, f"{{plain}}/answer/200?{fields}", decision, permitted=OK)


def policy(name: str, origin: str, status: int, value: str, decision: Decision, **differs: Differs) -> Case:
    does = f"{status}, Cross-Origin-Resource-Policy: {value}, without CORS, on {'this' if origin == 'plain' else 'another'} site"
    return Case(
        f"corp-{name}",
        does,
        f"{{{origin}}}/answer/{status}?h=Cross-Origin-Resource-Policy:{value}",
        decision,
        differs=differs,
        permitted=OK if status == 200 else BROKEN,
    )


def raw(path: str, does: str, decision: Decision, permitted: Decision | None = None, **differs: Differs) -> Case:
    """``differs`` is by engine; an underscore in its name stands for the hyphen of an extension's."""
    own = {name.replace("_", "-"): each for name, each in differs.items()}
    return Case("raw" + path.replace("/", "-"), does, "{raw}" + path, decision, differs=own, permitted=permitted)


_ACAO = "h=Access-Control-Allow-Origin:"

# The engines' treatment of bytes that no standard defines. Where the verdict is "ok" or "broken", the browser reported such a
# status, and nothing shows that the response was malformed.
_NO_SITE = Differs(NOTHING, "It counts no two IP addresses as one site, not even the same one.")
_TAKEN_FOR_200 = Differs(OK, "It takes a status line without a number for 200.")
_DIGITS = "It reads the digits and leaves the rest."
_OLD_HTTP = Differs(UNREADABLE, "It takes this for HTTP/0.9, where there is nothing but a body.")
_OLD_HTTP_READ = Differs(OK, "It takes this for HTTP/0.9, where there is nothing but a body, and counts that as 200.")
_CUT_OFF = "It takes a header block that was cut off by a close for the whole of it"
_CUT_HIDDEN = Differs(UNREADABLE, _CUT_OFF + ", and the CORS headers had yet to come.")
_CUT_READ = Differs(OK, _CUT_OFF + ".")
_CUT_IN_STATUS = Differs(UNUSUAL, "It reads the digits that came.")
# WebKitGTK's HTTP is libsoup's.
_SOUP_NUMBERS = Differs(NOTHING, "libsoup takes no status below 100.")

SHARING: tuple[Group, ...] = (
    Group(
        "CORS headers that allow this page",
        (
            allows("all", "allows all origins", _ACAO + "*", OK),
            allows("page", "allows the page's origin", _ACAO + "{site_origin}", OK),
            allows(
                "all-and-more",
                "allows all origins, methods and headers",
                _ACAO + "*&h=Access-Control-Allow-Methods:*&h=Access-Control-Allow-Headers:*",
                OK,
            ),
            allows(
                "all-and-credentials",
                "allows all, and credentials, which nobody sends",
                _ACAO + "*&h=Access-Control-Allow-Credentials:true",
                OK,
            ),
            allows(
                "all-private",
                "allows all, and CORP same-origin, which CORS does not heed",
                _ACAO + "*&h=Cross-Origin-Resource-Policy:same-origin",
                OK,
            ),
            Case("echo", "names the origin that asks", "{echo}/ok/echo", OK),
            Case("echo-404", "names the origin that asks, at a 404", "{echo}/status/404", BROKEN),
            Case("own", "the page's own server", "{site}", OK),
            Case("own-404", "the page's own server's 404", "{site}missing", BROKEN),
        ),
    ),
    Group(
        "any status without CORS headers, or with wrong ones",
        (
            allows("other", "allows another origin", _ACAO + "https://elsewhere.test", UNREADABLE),
            allows("other-port", "allows another port", _ACAO + "{cors}", UNREADABLE),
            allows("null", "allows null", _ACAO + "null", UNREADABLE),
            allows("slash", "allows the page's origin with a slash behind", _ACAO + "{site_origin}/", UNREADABLE),
            allows("twice", "allows all, twice", f"{_ACAO}*&{_ACAO}*", UNREADABLE),
            allows("list", "a list of origins", _ACAO + "{site_origin}, https://elsewhere.test", UNREADABLE),
            allows("empty", "allows the empty origin", _ACAO, UNREADABLE),
            allows("host", "allows a host without a scheme", _ACAO + "127.0.0.1", UNREADABLE),
            allows("methods-only", "allows methods and no origin", "h=Access-Control-Allow-Methods:*", UNREADABLE),
        ),
    ),
    Group(
        "any status without CORS headers, or with wrong ones",
        (
            policy("same-site-here", "plain", 200, "same-site", UNREADABLE, chromium=_NO_SITE),
            policy("cross-origin", "plain2", 200, "cross-origin", UNREADABLE),
            policy("nonsense", "plain2", 200, "nonsense", UNREADABLE),
        ),
    ),
    Group(
        "Cross-Origin-Resource-Policy that hides the response from this page, without CORS headers",
        (
            policy("same-origin", "plain", 200, "same-origin", NOTHING),
            policy("same-origin-404", "plain2", 404, "same-origin", NOTHING),
            policy("same-site", "plain2", 200, "same-site", NOTHING),
        ),
    ),
)

ODD: tuple[Group, ...] = (
    Group(
        "odd but readable HTTP",
        (
            raw("/good", "200", OK),
            raw("/line/no-reason", "no reason phrase", OK),
            raw("/line/no-reason-404", "404 and nothing behind it", BROKEN),
            raw("/line/long-reason", "a reason phrase of 10,000 letters", OK),
            raw("/line/reason-404", "200 with the reason 404 Not Found", OK),
            raw("/line/http-1.0", "HTTP/1.0", OK),
            raw(
                "/line/lower-case",
                "http/1.1 in lower case",
                OK,
                permitted=OK,
                firefox=_OLD_HTTP,
                webkit=Differs(NOTHING, "libsoup wants HTTP in capitals, as RFC 9112 2.3 has it."),
            ),
            raw("/line/bare-newlines", "LF for CRLF", OK),
            raw("/line/empty-before", "an empty line first", OK),
            raw("/fields/40-kb", "headers of 40 KB", OK),
            raw(
                "/fields/200-kb",
                "headers of 200 KB",
                OK,
                webkit=Differs(NOTHING, "libsoup takes fewer: 40 KB pass, 200 KB do not."),
            ),
            raw("/fields/500", "500 header fields", OK),
            raw("/fields/type-twice", "two Content-Types", OK),
            raw("/fields/length-twice", "the same Content-Length twice", OK),
            raw("/fields/length-letters", "a Content-Length of letters", OK),
            raw("/fields/length-negative", "a negative Content-Length", OK),
            raw("/fields/no-colon", "a line without a colon", OK),
            raw("/fields/no-name", "a field without a name", OK),
            raw("/fields/folded", "a folded field", OK),
            raw("/fields/bare-cr", "a CR in a field", OK),
            raw("/fields/latin-1", "Latin-1 in a field", OK),
            raw("/fields/chunked-and-length", "a length, and chunks", OK),
            raw("/fields/unknown-coding", "a Content-Encoding that nobody knows", OK),
            raw("/early/100", "100 first", OK),
            raw("/early/103", "103 first", OK),
            raw("/early/102-404", "102 first, then 404", BROKEN),
            raw("/body/of-head", "a body to HEAD", OK),
            raw("/body/of-204", "204 with a body", OK),
            raw("/body/no-length", "no length", OK),
            Case("coding-lies", "says gzip, and is not", "{cors}/answer/200?h=Content-Encoding:gzip", OK),
        ),
    ),
    Group(
        "any other status",
        (
            Case(
                "closes-after-head-405", "HEAD 405 with half a body, and GET the same", "{raw}/body/short-405", UNUSUAL
            ),
            raw("/line/status-0", "0", UNUSUAL, webkit=_SOUP_NUMBERS),
            raw("/line/status-42", "42", UNUSUAL, webkit=_SOUP_NUMBERS),
            raw("/line/status-99", "99", UNUSUAL, webkit=_SOUP_NUMBERS),
            raw("/line/status-600", "600", UNUSUAL),
        ),
    ),
    Group(
        "a response that is not HTTP, or ends before its headers do",
        (
            raw("/line/status-1000", "1000", NOTHING, chromium=Differs(UNUSUAL, _DIGITS)),
            raw("/line/status-2000", "2000", NOTHING, chromium=Differs(UNUSUAL, _DIGITS)),
            raw("/line/negative", "-200", NOTHING, chromium=_TAKEN_FOR_200),
            raw(
                "/line/status-404-letters",
                "404x",
                NOTHING,
                chromium=Differs(BROKEN, _DIGITS),
                webkit=Differs(BROKEN, _DIGITS),
            ),
            raw("/line/letters", "letters for a status", NOTHING, chromium=_TAKEN_FOR_200),
            raw("/line/no-status", "no status", NOTHING, chromium=_TAKEN_FOR_200, firefox=_TAKEN_FOR_200),
            raw("/line/http-0.9", "HTTP/0.9", NOTHING, firefox=_OLD_HTTP, firefox_extension=_OLD_HTTP_READ),
            raw(
                "/line/shoutcast",
                "ICY 200 OK",
                NOTHING,
                chromium=_OLD_HTTP,
                chromium_extension=_OLD_HTTP_READ,
                firefox=Differs(OK, "It knows this way to say 200 from radio streams."),
                webkit=Differs(OK, "libsoup knows this way to say 200 from radio streams."),
            ),
            raw("/line/garbage", "garbage", NOTHING, firefox=_OLD_HTTP, firefox_extension=_OLD_HTTP_READ),
            raw(
                "/fields/300-kb", "headers of 300 KB", NOTHING, firefox=Differs(OK, "It takes up to 384 KB of headers.")
            ),
            raw("/fields/600-kb", "headers of 600 KB", NOTHING),
            raw(
                "/fields/lengths-differ",
                "two different Content-Lengths",
                NOTHING,
                webkit=Differs(OK, "libsoup takes one of the two, against RFC 9112 6.3."),
            ),
            raw("/fields/nul", "a NUL in a field", NOTHING),
            raw(
                "/early/101",
                "101, unasked",
                NOTHING,
                firefox=Differs(UNUSUAL, "It hands a 101 over like any other status."),
            ),
            raw("/early/103-closes", "103 and no more", NOTHING),
            raw(
                "/closes/in-status-line",
                "closes in the status line",
                NOTHING,
                chromium=_CUT_HIDDEN,
                chromium_extension=_CUT_IN_STATUS,
                firefox=_CUT_HIDDEN,
                firefox_extension=_CUT_IN_STATUS,
            ),
            raw(
                "/closes/in-headers",
                "closes in a header field",
                NOTHING,
                chromium=_CUT_HIDDEN,
                chromium_extension=_CUT_READ,
                firefox=_CUT_HIDDEN,
                firefox_extension=_CUT_READ,
            ),
            raw(
                "/closes/before-headers-end",
                "closes before the headers end",
                NOTHING,
                chromium=_CUT_READ,
                firefox=_CUT_READ,
                webkit=_CUT_READ,
            ),
            raw("/resets/in-headers", "resets in the headers", NOTHING),
        ),
    ),
    Group(
        "no connection, a connection closed without a response, or a bad certificate",
        (
            raw("/closes", "closes without an answer", NOTHING),
            raw("/resets", "resets", NOTHING),
            Case("hangs-up", "closes before it was asked", "{hangs_up}/", NOTHING),
            Case("closes-hidden", "closes, without CORS", "{plain}/closes", NOTHING),
            Case("refused", "nothing listens there", "{refused}/", NOTHING),
            Case(
                "head-silent-get-closes",
                "HEAD is silent, GET closes",
                "{host6}/head/silent/get/closes",
                NOTHING,
                pace="again",
            ),
            Case("ipv6-refused", "an IPv6 address where nothing listens", "http://[::1]:{refused_port}/", NOTHING),
            Case("no-name", "a name that does not resolve", "http://nowhere.invalid/", NOTHING),
            Case(
                "no-international-name", "an international name that does not resolve", "http://bücher.test/", NOTHING
            ),
            Case(
                "no-long-name",
                "a name of 300 letters",
                "http://" + "a" * 60 + ("." + "b" * 60) * 4 + ".invalid/",
                NOTHING,
            ),
            Case("no-long-label", "a name with a label of 70 letters", "http://" + "a" * 70 + ".invalid/", NOTHING),
            Case("no-underscore-name", "a name with an underscore", "http://no_where.invalid/", NOTHING),
        ),
    ),
    Group(
        "no connection, a connection closed without a response, or a bad certificate",
        (
            Case("untrusted", "a certificate of an authority that nobody knows", "{tls_untrusted}/ok/x", NOTHING),
            Case("expired", "a certificate that has expired", "{tls_expired}/ok/x", NOTHING),
            Case("wrong-name", "a certificate for another name", "{tls_wrong_name}/ok/x", NOTHING),
            Case("untrusted-404", "a bad certificate before a 404", "{tls_untrusted}/status/404", NOTHING),
            Case("tls-to-http", "https to a server of plain http", "https://127.0.0.1:{cors_port}/ok/x", NOTHING),
            Case("http-to-tls", "http to a server of TLS", "http://127.0.0.1:{tls_port}/ok/x", NOTHING),
            Case("tls-to-nothing", "https to where nothing listens", "https://127.0.0.1:{refused_port}/", NOTHING),
        ),
    ),
)
