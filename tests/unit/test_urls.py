"""Parsing, normalising and refusing URLs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.urls.schemeless import with_scheme
from json_head.urls.target import BLOCKED_PORTS, MAX_LENGTH, UrlError, is_local, is_loopback, parse, refuse_from_page

from tests.growth import assert_linear, repeated

NORMALISED = {
    "https://example.com": "https://example.com/",
    "HTTPS://EXAMPLE.com/Path": "https://example.com/Path",
    "  https://example.com/a \n": "https://example.com/a",
    "https://exa\nmple.com/\ta": "https://example.com/a",
    "https:\\\\example.com\\a\\b": "https://example.com/a/b",
    "https://example.com/a\\b?c\\d": "https://example.com/a/b?c\\d",
    "http:example.com": "http://example.com/",
    "http:///example.com": "http://example.com/",
    "https://example.com:443/": "https://example.com/",
    "http://example.com:0080/": "http://example.com/",
    "http://example.com:/": "http://example.com/",
    "http://example.com:8080": "http://example.com:8080/",
    "https://example.com/a/../b/./c": "https://example.com/b/c",
    "https://example.com/../..": "https://example.com/",
    "https://example.com/a/%2e%2E/b/.": "https://example.com/b/",
    "https://example.com/a b<c>": "https://example.com/a%20b%3Cc%3E",
    "https://example.com/é?ü='": "https://example.com/%C3%A9?%C3%BC=%27",
    "https://example.com/?": "https://example.com/?",
    "https://example.com?a#b": "https://example.com/?a",
    "https://example.com/%zz%41": "https://example.com/%zz%41",
    "https://ex%41mple.com/": "https://example.com/",
    "https://bücher.example/": "https://xn--bcher-kva.example/",
    "https://faß.example/": "https://xn--fa-hia.example/",
    "http://☃.net/": "http://xn--n3h.net/",
    "http://i❤.ws/": "http://xn--i-7iq.ws/",
    "http://ü_b.example/": "http://xn--_b-wka.example/",
    "http://BÜCHER。example/": "http://xn--bcher-kva.example/",
    "https://example.com/a//b/../c": "https://example.com/a//c",
    "https://example.com/web/http://other.example/x": "https://example.com/web/http://other.example/x",
    "http://2130706433/": "http://127.0.0.1/",
    "http://0x7f.1/": "http://127.0.0.1/",
    "http://127.1": "http://127.0.0.1/",
    "http://0": "http://0.0.0.0/",
    "http://017700000001/": "http://127.0.0.1/",
    "http://0000000000000000000000000000000000000000177.0.0.1:9101/g/a": "http://127.0.0.1:9101/g/a",
    "http://0x" + "0" * 5000 + "7f.1/": "http://127.0.0.1/",
    "http://" + "0" * 5000 + "/": "http://0.0.0.0/",
    "http://0x./": "http://0.0.0.0/",
    "http://0xffffffff/": "http://255.255.255.255/",
    "http://037777777777/": "http://255.255.255.255/",
    "http://1.2.3.4./": "http://1.2.3.4/",
    "http://🍄.test/": "http://xn--ei8h.test/",
    "http://XN--N3H.net/": "http://xn--n3h.net/",
    "http://☃.test/": "http://xn--n3h.test/",
    "https://💩.la/a": "https://xn--ls8h.la/a",
    "https://♥♥.example/": "https://xn--g6ha.example/",
    "http://%E2%98%83.test/": "http://xn--n3h.test/",
    "http://f%C3%BC.example/": "http://xn--f-eha.example/",
    "http://xn--a/": "http://xn--a/",
    "http://XN--/": "http://xn--/",
    "https://xn--8i7caa.example/": "https://xn--8i7caa.example/",
    "https://xn--72czcrhaj7cpt0ed1dxb4mb1s1.example/": "https://xn--72czcrhaj7cpt0ed1dxb4mb1s1.example/",
    "http://" + "0" * 50 + "300.0.0.1/": "http://192.0.0.1/",
    "http://0x" + "0" * 50 + "a.0x0.0.1/": "http://10.0.0.1/",
    "http://1." + "0" * 50 + "2/": "http://1.0.0.2/",
    "http://a-.-b.c--d.example/": "http://a-.-b.c--d.example/",
    "http://[::1]:8000/": "http://[::1]:8000/",
    "http://[0:0:0:0:0:0:0:1]/": "http://[::1]/",
    "http://[::ffff:127.0.0.1]/": "http://[::ffff:7f00:1]/",
    "http://@example.com/": "http://example.com/",
    "http://under_score.example/": "http://under_score.example/",
    "https://example.com/\ud800": "https://example.com/%EF%BF%BD",
}


@pytest.mark.parametrize(("text", "expected"), NORMALISED.items())
def test_urls_are_normalised_as_in_a_browser(text, expected):
    assert parse(text).url == expected


REFUSED = {
    "": "invalid-url",
    "nonsense": "invalid-url",
    "/relative": "invalid-url",
    "//example.com/": "invalid-url",
    "example.com": "invalid-url",
    "localhost:8000/a": "invalid-url",
    "http://": "invalid-url",
    "http://?": "invalid-url",
    "http://a b/": "invalid-url",
    "http://a%20b/": "invalid-url",
    "http://a<b/": "invalid-url",
    "http://example.com:99999/": "invalid-url",
    "http://example.com:port/": "invalid-url",
    "http://example.com:" + "9" * 5000: "invalid-url",
    "http://1.2.3.256/": "invalid-url",
    "http://1.2.3.4.5/": "invalid-url",
    "http://0x100000000/": "invalid-url",
    "http://040000000000/": "invalid-url",
    "http://" + "9" * 5000 + "/": "invalid-url",
    "http://0x" + "f" * 5000 + "/": "invalid-url",
    "http://0..0x300/": "invalid-url",
    "http://1_0.1/": "invalid-url",
    "http://+1.1/": "invalid-url",
    "http://xn--a.\u00df/": "invalid-url",
    "http://b\u00fccher.xn--pokxncvks/": "invalid-url",
    "http://\u1e9e.xn--0.com/": "invalid-url",
    "http://a%00b/": "invalid-url",
    "http://a%2fb.example/": "invalid-url",
    "http://\uff05\uff10\uff10.example/": "invalid-url",
    "http://\U0001f469\u200d\U0001f4bb.example/": "invalid-url",
    "http://256.256.256.256/": "invalid-url",
    "http://00000000000000000000000000000000000000400.1/": "invalid-url",
    "http://1.2.3.0xfff/": "invalid-url",
    "http://\u0300a.example/": "invalid-url",
    "http://a\u200db.example/": "invalid-url",
    "http://\u05d0a.example/": "invalid-url",
    "http://" + "\u4e00" * 254 + ".example/": "invalid-url",
    "http://" + "\u4e00." * 600 + "example/": "invalid-url",
    "http://09/": "invalid-url",
    "http://foo.1e/ok.09": None,
    "http://[::1/": "invalid-url",
    "http://[::1%25eth0]/": "invalid-url",
    "http://[nonsense]/": "invalid-url",
    "http://xn--\u0661.example.\u2000/": "invalid-url",
    "mailto:a@b.example": "scheme",
    "javascript:alert(1)": "scheme",
    "data:text/html,hi": "scheme",
    "file:///etc/passwd": "other-scheme",
    "ftp://example.com/": "other-scheme",
    "htp://example.com/": "other-scheme",
    "ws://example.com/": "other-scheme",
    "blob:https://example.com/1": "scheme",
    "tel:123": "scheme",
    "http://user@example.com/": "credentials",
    "http://user:secret@example.com/": "credentials",
    "http://:secret@example.com/": "credentials",
    "http://example.com/" + "a" * MAX_LENGTH: "too-long",
    "https://example.com/{{ id }}/x": "placeholder",
    "https://{{host}}/": "placeholder",
    "{{{ site.url }}}": "placeholder",
    "{% url 'x' %}": "placeholder",
    "{%url x%}": "placeholder",
    "{%- if a %}": "placeholder",
    "{%cache%}": "placeholder",
    "https://example.com/?a=<%= b %>": "placeholder",
    "<?php echo $a ?>": "placeholder",
    "<?= $a ?>": "placeholder",
    "https://example.com/${a}": "placeholder",
    "{{ url_for(": "placeholder",
    "https://example.com/%7B%7B%20id%20%7D%7D": None,
    "https://example.com/?a={%22b%22:{%22c%22:1}}": None,
    "https://example.com/{id}/$a/#b": None,
}


@pytest.mark.parametrize(("text", "code"), REFUSED.items(), ids=lambda value: str(value)[:40])
def test_invalid_urls_are_refused_with_a_code(text, code):
    if code is None:
        parse(text)
        return
    with pytest.raises(UrlError) as error:
        parse(text)
    assert error.value.code == code
    assert 10 < len(error.value.reason) < 400


@pytest.mark.parametrize(
    ("before", "piece", "after"),
    [
        ("", "9", ""),
        ("", "0", "9"),
        ("0x", "f", ""),
        ("", "1.", "1"),
        ("", "é", ""),
        ("", "é.", ""),
        ("[", "1:", "]"),
        ("a:", "9", ""),
        ("", ":", ""),
        ("", "%31", ""),
        ("", "xn--é.", ""),
    ],
)
def test_long_hosts_are_refused_in_linear_time(before, piece, after):
    def run(url):
        with pytest.raises(UrlError) as error:
            parse(url)
        assert error.value.code == "invalid-url"

    assert_linear(run, repeated(piece, f"http://{before}", f"{after}/"), 1_000_000)


def test_a_url_without_a_scheme_is_refused_with_a_suggestion():
    with pytest.raises(UrlError, match=r"Did you mean https://example\.com/a\?"):
        parse("example.com/a")


def test_the_suggestion_for_a_local_address_is_http():
    with pytest.raises(UrlError, match=r"Did you mean http://localhost:8000/a\?"):
        parse("localhost:8000/a")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("example.com", "https://example.com"),
        ("example.com:8080/a?b#c", "https://example.com:8080/a?b#c"),
        ("bücher.example", "https://bücher.example"),
        ("localhost", "http://localhost"),
        ("LocalHost:8000/x", "http://LocalHost:8000/x"),
        ("app.localhost:3000", "http://app.localhost:3000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("192.0.2.1/", "http://192.0.2.1/"),
        ("[2001:db8::1]:80/x", "http://[2001:db8::1]:80/x"),
        *((text, None) for text in (
            "", "word", "about.html", "1.2.3.4", "256.1.1.1:80", "1.2.3:80", "localhost:x", "localhost:123456", "tel:112", "me@example.com",
            "mailto:me@example.com", "https://example.com", "a b.com", "notlocalhost", "[::1]",
        )),
    ],
)  # fmt: skip
def test_a_host_without_a_scheme_gets_one(text, url):
    assert with_scheme(text) == url


@pytest.mark.parametrize("piece", ["a.", "a", "1.", "[", "localhost"])
def test_a_missing_scheme_is_found_in_linear_time(piece):
    assert_linear(with_scheme, repeated(piece, "", "!"), 1_000_000)


def test_long_urls_are_accepted_as_in_browsers():
    assert len(parse("https://example.com/" + "a" * 100_000).url) == 100_020


@given(st.text(max_size=200) | st.text(max_size=80).map(lambda rest: "http://" + rest))
def test_any_text_is_a_target_or_refused_and_normalising_is_idempotent(text):
    try:
        target = parse(text)
    except UrlError as error:
        assert error.code in {"invalid-url", "scheme", "other-scheme", "credentials", "too-long", "placeholder"}
        return
    assert target.url.isascii()
    assert not set(target.url) & set(" <>#\n\t")
    assert parse(target.url) == target


@pytest.mark.parametrize(
    ("target", "page", "code"),
    [
        ("http://example.com:22/", "http://page.example/", "blocked-port"),
        ("https://example.com:6000/", None, "blocked-port"),
        ("http://example.com/", "https://page.example/", "mixed-content"),
        ("http://127.0.0.1/", "https://page.example/", None),
        ("http://sub.localhost/", "https://page.example/", None),
        ("http://[::1]/", "https://page.example/", None),
        ("http://192.168.1.1/", "https://page.example/", "mixed-content"),
        ("http://example.com/", "http://page.example/", None),
        ("https://example.com/", "https://page.example/", None),
    ],
)
def test_requests_forbidden_to_a_page_are_refused(target, page, code):
    page = page and parse(page)
    if code is None:
        refuse_from_page(parse(target), page)
        return
    with pytest.raises(UrlError) as error:
        refuse_from_page(parse(target), page)
    assert error.value.code == code


def test_blocked_ports_are_those_measured_in_browsers():
    assert len(BLOCKED_PORTS) == 83
    assert {0, 22, 25, 6667, 10080} <= BLOCKED_PORTS
    assert not BLOCKED_PORTS & {80, 443, 8000, 8080, 8529}


@pytest.mark.parametrize(
    ("hostname", "loopback", "local"),
    [
        ("localhost", True, True),
        ("a.localhost", True, True),
        ("127.8.9.1", True, True),
        ("[::1]", True, True),
        ("[::ffff:7f00:1]", True, True),
        ("10.0.0.1", False, True),
        ("192.168.0.9", False, True),
        ("169.254.1.1", False, True),
        ("[fe80::1]", False, True),
        ("8.8.8.8", False, False),
        ("example.com", False, False),
    ],
)
def test_loopback_and_local_addresses_are_recognised(hostname, loopback, local):
    assert (is_loopback(hostname), is_local(hostname)) == (loopback, local)
