"""``json_head.sync`` inside Pyodide, with a stand-in for the urllib of pyodide-http."""

import io
import subprocess
import sys
import urllib.request
from http.client import HTTPResponse
from pathlib import Path

import pytest
from json_head import Policy, sync
from json_head.transports.base import GET_ACCEPT
from json_head.urls.target import Target, UrlError

PACKAGE = Path(sync.__file__).parents[1]
POLICY = Policy(retries=1, backoff_s=0.0)


class JsException(Exception):
    """Pyodide raises this for JavaScript errors. It is not an OSError."""


class Socket:
    def __init__(self, data):
        self.makefile = lambda mode: io.BytesIO(data)


class Page:
    """The refusals of the browser's transport."""

    def refuse(self, target: Target) -> None:
        if target.port == 22:
            raise UrlError("blocked-port", "Browsers do not.")


@pytest.fixture
def requests(monkeypatch):
    """The requests that were sent: (method, path, headers). The path determines the response."""
    sent = []

    def urlopen(request, *args, **kwargs):
        method, path = request.get_method(), request.selector
        sent.append((method, path, dict(request.header_items())))
        status = path.strip("/").split("/")[0 if method == "HEAD" else -1]
        if status == "network-error":
            raise JsException("NetworkError")
        response = HTTPResponse(Socket(f"HTTP/1.1 {status}\nX-Mine: yes\n\n".encode()))
        response.begin()
        return response

    urlopen.__module__ = "pyodide_http._urllib"
    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", urlopen)
    monkeypatch.setattr(sync, "IN_PYODIDE", True)
    monkeypatch.setattr(sync, "default_transport", Page)
    return sent


def test_importing_the_package_does_not_load_urllib():
    code = "import sys, json_head; a = 'urllib.request' in sys.modules; json_head.sync.head; print(a, hasattr(json_head, 'x'))"
    process = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE, capture_output=True, text=True, check=True)
    assert process.stdout == "False False\n"


def test_urls_are_requested_one_by_one_and_results_are_in_order(requests):
    urls = ["http://a.example/200", "nonsense", "http://a.example/404", "http://a.example:22/", "http://a.example/200"]
    results = sync.head(urls, policy=POLICY)
    assert [result.link.url for result in results] == urls
    assert [(result.verdict.value, result.rule) for result in results] == [
        ("ok", "success"), ("not-checked", "invalid-url"), ("broken", "gone-twice"), ("not-checked", "blocked-port"),
        ("ok", "success"),
    ]  # fmt: skip
    assert [(method, path) for method, path, _ in requests] == [("HEAD", "/200"), ("HEAD", "/404"), ("GET", "/404")]


def test_no_header_needs_a_preflight(requests):
    sync.head("http://a.example/404", policy=POLICY)
    assert [headers for _, _, headers in requests] == [{}, {"Accept": GET_ACCEPT, "Range": "bytes=0-0"}]


def test_a_response_has_no_final_url(requests):
    as_json = sync.head("http://a.example/200")[0].to_json()
    assert (as_json["headers"], as_json["via"], as_json["final_url"], as_json["redirected"]) == (
        {"x-mine": "yes"},
        "browser",
        None,
        False,
    )


def test_a_network_error_is_confirmed_by_get_and_has_no_cause(requests):
    results = sync.head(["http://a.example/network-error", "http://a.example/network-error/200"], policy=POLICY)
    assert [(result.verdict.value, result.rule) for result in results] == [
        ("no-answer-seen", "network-error"), ("ok", "success"),
    ]  # fmt: skip
    assert "It doesn't say why" in results[0].reason
    assert [method for method, _, _ in requests] == ["HEAD", "GET"] * 2


def test_a_server_error_is_retried(requests):
    assert sync.head("http://a.example/500", policy=POLICY)[0].rule == "server-error-twice"
    assert [method for method, _, _ in requests] == ["HEAD", "GET", "GET"]


def test_a_missing_pyodide_http_is_named_in_the_error(monkeypatch):
    monkeypatch.setattr(sync, "IN_PYODIDE", True)
    with pytest.raises(RuntimeError, match="pyodide_http"):
        sync.head("http://a.example/")
