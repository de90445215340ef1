"""The address of the same page with https."""

import pytest
from json_head.urls.https import https_url


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("http://a.example", "https://a.example/"),
        ("HTTP://A.example:80/x?y=http://z#part", "https://a.example/x?y=http://z"),
        ("http://[::1]/", "https://[::1]/"),
        ("http://a.example:8080/", None),
        ("http://a.example:443/", None),
        ("https://a.example/", None),
        ("ftp://a.example/", None),
        ("/x", None),
        ("", None),
    ],
)
def test_only_addresses_on_the_standard_port_of_http_have_one(url, secure):
    assert https_url(url) == secure
