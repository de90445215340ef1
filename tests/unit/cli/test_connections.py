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
