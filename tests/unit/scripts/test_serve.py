"""The local server for the site."""

import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from serve import make_server

SERVE = Path(__file__).parents[3] / "scripts" / "serve.py"


@pytest.fixture
def address(tmp_path):
    for name in ("a.html", "a.js", "a.mjs", "a.wasm", "a.json", "a.whl", "a.css", "a.svg"):
        (tmp_path / "site").mkdir(exist_ok=True)
        (tmp_path / "site" / name).write_text(name)
    (tmp_path / "secret.txt").write_text("secret")
    server = make_server(tmp_path / "site", prefix="/repo-name/")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def get(url, **headers):
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.json", "application/json"),
        ("a.svg", "image/svg+xml"),
        ("a.whl", "application/zip"),
    ],
)
def test_files_have_their_media_types(address, name, media_type):
    with get(f"{address}/repo-name/{name}?query") as response:
        assert response.headers["Content-Type"] == media_type
        assert response.read().decode() == name


@pytest.mark.parametrize(
    "path", ["/a.html", "/repo-name/../secret.txt", "/repo-name/%2e%2e/secret.txt", "/repo-name/", "/repo-name/nope"]
)
def test_paths_outside_the_site_are_not_found(address, path):
    with pytest.raises(urllib.error.HTTPError) as error:
        get(address + path)
    assert error.value.code == 404
    error.value.close()


def test_unmodified_files_are_answered_with_304(address):
    with get(f"{address}/repo-name/a.js") as response:
        modified = response.headers["Last-Modified"]
    with pytest.raises(urllib.error.HTTPError) as error:
        get(f"{address}/repo-name/a.js", **{"If-Modified-Since": modified})
    assert error.value.code == 304
    error.value.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "99999"], "can't listen"),
        (["--host", "192.0.2.1"], "can't listen"),
        (["--port", "x"], "invalid int"),
        (["--nope"], "unrecognized"),
    ],
)
def test_wrong_usage_ends_with_a_message(arguments, message):
    process = subprocess.run(
        [sys.executable, SERVE, *arguments], capture_output=True, text=True, timeout=20, check=False
    )
    assert process.returncode not in (0, None)
    assert message in process.stderr and "Traceback" not in process.stderr


def test_a_port_in_use_ends_with_a_suggestion():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = subprocess.run(
            [sys.executable, SERVE, "--port", str(port)], capture_output=True, text=True, timeout=20, check=False
        )
    assert process.returncode == 1
    assert process.stderr.count("\n") == 1
    assert f"port {port}: Address already in use. Try ./serve.sh --port {port + 1}\n" in process.stderr


def test_a_port_is_suggested_only_for_errors_of_the_port():
    def message(*arguments):
        command = [sys.executable, SERVE, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stderr

    assert message("--port", "99999").endswith("port must be 0-65535. Try ./serve.sh --port 8529\n")
    assert "Try" not in message("--host", "192.0.2.1", "--port", "0")


def test_option_check_starts_no_server():
    process = subprocess.run(
        [sys.executable, SERVE, "--check", "--port", "0"], capture_output=True, text=True, timeout=20, check=False
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


def test_the_server_prints_its_url_and_stops_on_sigterm():
    with subprocess.Popen([sys.executable, SERVE, "--port", "0"], stdout=subprocess.PIPE, text=True) as server:
        line = server.stdout.readline()
        server.terminate()
        assert server.wait(5) == 0
    readme = (SERVE.parents[1] / "README.md").read_text()
    assert re.sub(r":\d+/", ":8529/", line) in readme
