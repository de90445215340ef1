"""URLs that cannot be requested, and odd ones that can."""

from __future__ import annotations

from .case import BROKEN, OK, Case, Group, not_checked


def refused(code: str, *urls: tuple[str, str]) -> tuple[Case, ...]:
    """Cases that must cause no request. A row is a description of the URL, and the URL."""
    return tuple(
        Case(f"{code}-{does.replace(' ', '-').replace(':', '')}", does, url, not_checked(code), sent=False)
        for does, url in urls
    )


def odd(does: str, url: str) -> Case:
    return Case(f"odd-{does.replace(' ', '-')}", does, url, OK)


ADDRESSES: tuple[Group, ...] = (
    Group(
        "a valid URL in an odd spelling: the response to its normal form (URL Standard) decides",
        (
            odd("backslashes", "http:\\\\127.0.0.1:{cors_port}\\ok\\odd-backslashes"),
            odd("one slash", "http:/127.0.0.1:{cors_port}/ok/odd-one-slash"),
            odd("no slash", "http:127.0.0.1:{cors_port}/ok/odd-no-slash"),
            odd("many slashes", "http://///127.0.0.1:{cors_port}/ok/odd-many-slashes"),
            odd("upper case", "HTTP://LOCALHOST:{cors_port}/ok/odd-upper-case"),
            odd("white space around", " \n{cors}/ok/odd-around\t "),
            odd("a NUL in front", "\0{cors}/ok/odd-nul"),
            odd("line breaks inside", "ht\ntp://127.0.0.1:{cors_port}/o\tk/odd-\r\nbreaks"),
            odd("control character in the path", "{cors}/ok/odd-\x01\x7f"),
            odd("spaces in the path", "{cors}/ok/odd with spaces"),
            odd("letters beyond ASCII", "{cors}/ok/odd-bücher-\U0001f4da?q=ä"),
            odd("unpaired surrogate", "{cors}/ok/odd-\ud800-x"),
            odd("percent signs that encode nothing", "{cors}/ok/odd-100%-%zz"),
            odd("encoded slash and NUL", "{cors}/ok/odd%2Fslash%00"),
            odd("quotes and brackets", "{cors}/ok/odd-\"<>`{}|^[]'?a=\"<>`{}|^[]'"),
            odd("dots", "{cors}/a/./b/../../ok/odd-dots"),
            odd("encoded dots", "{cors}/a/%2e%2E/ok/odd-encoded-dots"),
            odd("double slashes in the path", "{cors}/ok//odd//slashes"),
            odd("fragment", "{cors}/ok/odd-fragment#part"),
            odd("empty fragment", "{cors}/ok/odd-empty-fragment#"),
            odd("empty query", "{cors}/ok/odd-empty-query?"),
            odd("question marks", "{cors}/ok/odd-questions??a=?#?"),
            odd("60,000 characters", "{cors}/ok/odd-" + "x" * 60_000),
            odd("port with zeros", "http://127.0.0.1:000{cors_port}/ok/odd-zeros"),
            odd("empty user", "http://@127.0.0.1:{cors_port}/ok/odd-empty-user"),
            odd("IPv4 as one number", "http://2130706433:{cors_port}/ok/odd-number"),
            odd("IPv4 in hexadecimal", "http://0x7f.0x1:{cors_port}/ok/odd-hexadecimal"),
            odd("IPv4 in octal", "http://0177.0.0.01:{cors_port}/ok/odd-octal"),
            odd("IPv4 of two parts", "http://127.1:{cors_port}/ok/odd-short"),
            odd("IPv4 with a dot behind", "http://127.0.0.1.:{cors_port}/ok/odd-dot-behind"),
            odd("percent-encoded host", "http://%31%32%37.0.0.1:{cors_port}/ok/odd-encoded-host"),
            odd("full-width host", "http://１２７。０。０。１:{cors_port}/ok/odd-full-width"),
            odd("localhost", "http://localhost:{cors_port}/ok/odd-localhost"),
            odd("localhost with a dot behind", "http://localhost.:{cors_port}/ok/odd-localhost-dot"),
            odd("name below localhost", "http://www.localhost:{cors_port}/ok/odd-below-localhost"),
            odd("another address of this machine", "{host2}/ok/odd-host2"),
            Case("odd-dots-404", "dots that lead to a 404", "{cors}/ok/../status/404", BROKEN),
            Case("odd-fragment-404", "a 404 with a fragment", "{cors}/status/404?x#part", BROKEN),
        ),
    ),
    Group(
        "no absolute URL, or an impossible host or port",
        refused(
            "invalid-url",
            ("empty", ""),
            ("white space", " \t\n "),
            ("control characters", "\0\x01\x1f"),
            ("a word", "nonsense"),
            ("a number", "42"),
            ("relative path", "ok/relative"),
            ("absolute path", "/ok/absolute"),
            ("scheme-relative", "//127.0.0.1:{cors_port}/ok/x"),
            ("only a query", "?a=b"),
            ("only a fragment", "#part"),
            ("no scheme", "127.0.0.1:{cors_port}/ok/x"),
            ("no scheme with a name", "www.example.test/ok"),
            ("localhost without a scheme", "localhost:{cors_port}/ok/x"),
            ("no colon", "http//127.0.0.1/"),
            ("semicolon", "http;//127.0.0.1/"),
            ("scheme only", "http:"),
            ("no host", "http://"),
            ("no host but a path", "http:///"),
            ("no host but a port", "http://:{cors_port}/ok/x"),
            ("no host but a query", "http://?x"),
            ("space in the host", "http://a b/"),
            ("encoded space in the host", "http://a%20b/"),
            ("encoded NUL in the host", "http://a%00b/"),
            ("encoded slash in the host", "http://a%2fb/"),
            ("angle brackets in the host", "http://<host>/"),
            ("bar in the host", "http://a|b/"),
            ("caret in the host", "http://a^b/"),
            ("surrogate in the host", "http://a\ud800b/"),
            ("soft hyphen for a host", "http://\u00ad/"),
            ("IPv6 without an end", "http://[::1/"),
            ("IPv6 with letters", "http://[::g]/"),
            ("IPv6 with two gaps", "http://[1::2::3]/"),
            ("IPv6 with a zone", "http://[fe80::1%25eth0]/"),
            ("IPv6 without brackets", "http://::1/"),
            ("IPv4 with 256", "http://127.0.0.256/"),
            ("IPv4 of five parts", "http://127.0.0.0.1/"),
            ("IPv4 beyond 32 bits", "http://4294967296/"),
            ("IPv4 with an octal 8", "http://0178.0.0.1/"),
            ("port above 65535", "http://127.0.0.1:99999/"),
            ("port of letters", "http://127.0.0.1:http/"),
            ("negative port", "http://127.0.0.1:-1/"),
            ("two ports", "http://127.0.0.1:80:80/"),
        ),
    ),
    Group(
        "a scheme that leads to no page, such as `mailto:`",
        refused(
            "scheme",
            ("mailto", "mailto:someone@example.test"),
            ("tel", "tel:+123"),
            ("javascript", "javascript:alert(1)"),
            ("JavaScript in capitals", " JAVASCRIPT:alert(1)"),
            ("data", "data:text/plain,hello"),
            ("blob", "blob:{site_origin}/00000000-0000-0000-0000-000000000000"),
            ("about", "about:blank"),
            ("urn", "urn:isbn:9780000000000"),
        ),
    ),
    Group(
        "another scheme than http and https, or a misspelt one",
        refused(
            "other-scheme",
            ("file", "file:///etc/hostname"),
            ("ftp", "ftp://127.0.0.1/"),
            ("ws", "ws://127.0.0.1:{cors_port}/ok/x"),
            ("wss", "wss://127.0.0.1:{tls_port}/ok/x"),
            ("misspelt", "htttp://127.0.0.1:{cors_port}/ok/x"),
            ("view-source", "view-source:{cors}/ok/x"),
        ),
    ),
    Group(
        "a user name or password in the URL",
        refused(
            "credentials",
            ("both", "http://user:pass@127.0.0.1:{cors_port}/ok/x"),
            ("user", "http://user@127.0.0.1:{cors_port}/ok/x"),
            ("password", "http://:pass@127.0.0.1:{cors_port}/ok/x"),
            ("two at signs", "http://a@b@127.0.0.1:{cors_port}/ok/x"),
            ("https", "https://user:pass@127.0.0.1:{tls_port}/ok/x"),
        ),
    ),
    Group(
        "a placeholder of a template, such as `{{ }}`",
        refused(
            "placeholder",
            ("Jinja", "{{ url }}"),
            ("Jinja in a path", "{cors}/ok/{{ id }}"),
            ("Liquid tag", "{% url %}"),
            ("ERB", "{cors}/ok/<%= id %>"),
            ("PHP", "<?php echo $url ?>"),
            ("JavaScript", "{cors}/ok/${id}"),
        ),
    ),
    Group(
        "a port that browsers do not dial",
        refused(
            "blocked-port",
            *((f"port {n}", f"http://127.0.0.1:{n}/") for n in (0, 1, 22, 25, 6000, 6667, 10080)),
            ("https", "https://127.0.0.1:25/"),
        ),
    ),
    Group("a URL of more than 2,097,152 characters", refused("too-long", ("too long", "{cors}/ok/" + "x" * 2_097_152))),
)
