"""The examples, options and limits in docs/api.md, docs/relay.md and the Dockerfile agree with the HTTP API."""

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from json_head.asgi import Settings
from json_head.asgi.settings import PREFIX
from json_head.cli.serve import serve_command
from json_head.transports.fake import response

from tests.unit.asgi.client import Client

ROOT = Path(__file__).parents[3]
PAGES = "".join((ROOT / "docs" / name).read_text() for name in ("api.md", "relay.md"))
JAVASCRIPT_PAGE = (ROOT / "docs/javascript.md").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


async def test_the_example_returns_the_documented_json():
    (example,) = re.findall(r"^```console\n(.*?)^```$", PAGES, re.MULTILINE | re.DOTALL)
    serve, curl = (shlex.split(line.removeprefix("$ ")) for line in example.splitlines())
    assert serve[:2] == ["json-head", "serve"]
    with serve_command.make_context("serve", serve[2:]) as context:
        assert (context.params["host"], context.params["port"]) == ("127.0.0.1", 8006)
        origins = context.params["origins"]
    request = urlsplit(curl[1])
    assert (curl[0], request.netloc) == ("curl", "127.0.0.1:8006")
    client = Client(lambda request: response(404 if request.url.endswith("/missing") else 200), origins=origins)
    reply = await client(f"{request.path}?{request.query}", host=request.netloc, origin="https://anywhere.test")
    (above,) = map(json.loads, re.findall(r"^```json\n(.*?)^```$", JAVASCRIPT_PAGE, re.MULTILINE | re.DOTALL))
    assert [list(item) for item in reply.json] == [list(above[0])] * 2
    assert [(item["status"], item["verdict"]) for item in reply.json] == [(200, "ok"), (404, "broken")]


def test_every_documented_option_exists_and_has_help():
    known = {opt for param in serve_command.params for opt in param.opts} | {"--help"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGES)) <= known
    assert all(param.help for param in serve_command.params if isinstance(param, click.Option))
    names = {PREFIX + setting.name.upper() for setting in fields(Settings)}
    assert set(re.findall(r"JSON_HEAD_\w+", PAGES + DOCKERFILE)) <= names


@pytest.mark.parametrize(
    "sentence",
    [
        "at most {0.urls} URLs", "A URL has {0.url_timeout:.0f} seconds", "and a request {0.request_timeout:.0f};",
        "may check {0.client_burst} URLs at once and {0.client_rate:.0f} per second (a page for its links counts as ten)",
        "gets requests for {0.host_burst} URLs at once and {0.host_rate:.0f} per second",
    ],
)  # fmt: skip
def test_documented_limits_match_the_code(sentence):
    assert sentence.format(Settings()) in " ".join(PAGES.split())


def test_the_dockerfile_starts_the_server_without_root():
    (start,) = re.findall(r"^ENTRYPOINT (\[.*\])$", DOCKERFILE, re.MULTILINE)
    program, name, *arguments = json.loads(start)
    assert (program, name) == ("json-head", "serve")
    with serve_command.make_context("serve", arguments) as context:
        assert f"127.0.0.1:{context.params['port']}/healthz" in DOCKERFILE
        assert f"EXPOSE {context.params['port']}" in DOCKERFILE
    assert re.search(r"^USER [1-9]", DOCKERFILE, re.MULTILINE)
