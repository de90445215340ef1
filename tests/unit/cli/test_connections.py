"""Options and variables for connections that can have no effect are named."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("content", "warns"), [(None, True), ("garbage", True), ("-----BEGIN CERTIFICATE-----", False)]
)
def test_file_without_certificates_in_the_environment_is_named(command, monkeypatch, content, warns):
    if content:
        Path("trusted.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", "trusted.pem")
    ran = command("check", "https://a.example/")
    assert ("SSL_CERT_FILE names 'trusted.pem', which has no certificates" in ran.err) is warns
    assert ran.code == 0
    assert "SSL_CERT_FILE" not in command("check", "https://a.example/", "--insecure").err


def test_exception_of_the_proxy_that_matches_nothing_is_refused(command, monkeypatch):
    ran = command("check", "https://a.example/", "--no-proxy", "a.example,*.localhost")
    assert ran.code == 2 and "'*.localhost' matches no host. Write names" in " ".join(ran.err.split())
    monkeypatch.setenv("no_proxy", "*.localhost")
    for value in ("", "a.example,10.0.0.0/8"):
        assert command("check", "https://a.example/", "--no-proxy", value).code == 0
    assert command("check", "https://a.example/").code == 0
