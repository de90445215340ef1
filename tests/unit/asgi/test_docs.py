"""The examples, options and limits in docs/api.md, docs/relay.md and the Dockerfile agree with the HTTP API."""

import json
import os
import re
import shlex
import subprocess
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from json_head.asgi import Settings
from json_head.asgi.app import LEAST_RATE, REQUESTS_PER_URL
from json_head.asgi.operation.names import TOKEN_FILE
from json_head.asgi.query import MAX_QUERY
from json_head.asgi.settings import PREFIX
from json_head.cli.commands.serve import serve_command
from json_head.cli.network import RELAY_TOKEN
from json_head.guard import MAX_URL_LENGTH
from json_head.transports.fake import response

from tests.unit.asgi.client import Client
from tests.unit.asgi.operation.operated import Operated

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
    path = f"{request.path}?{request.query}"
    assert (await client(path, host=request.netloc, origin="https://anywhere.test")).status == 403
    reply = await client(path, host=request.netloc, origin="https://your.site")
    (above,) = map(json.loads, re.findall(r"^```json\n(.*?)^```$", JAVASCRIPT_PAGE, re.MULTILINE | re.DOTALL))
    assert [list(item) for item in reply.json] == [list(above[0])] * 2
    assert [(item["status"], item["verdict"]) for item in reply.json] == [(200, "ok"), (404, "broken")]


def test_every_documented_option_exists_and_has_help():
    known = {opt for param in serve_command.params for opt in param.opts} | {"--help"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGES)) <= known
    assert all(param.help for param in serve_command.params if isinstance(param, click.Option))
    names = {PREFIX + setting.name.upper() for setting in fields(Settings)} | {TOKEN_FILE, RELAY_TOKEN}
    assert set(re.findall(r"JSON_HEAD_\w*[A-Z]", PAGES + DOCKERFILE)) <= names


@pytest.mark.parametrize(
    "sentence",
    [
        "after {0.grace:.0f} seconds at most", "at most {0.urls} URLs", "A URL has {0.url_timeout:.0f} seconds", "and a request {0.request_timeout:.0f};",
        "may check {0.client_burst} URLs at once and {0.client_rate:.0f} per second (a page for its links counts as ten)",
        "gets requests for {0.host_burst} URLs at once and {0.host_rate:.0f} per second",
    ],
)  # fmt: skip
def test_documented_limits_match_the_code(sentence):
    assert f"A query may have {MAX_QUERY:,} bytes" in PAGES and f"A URL may have {MAX_URL_LENGTH:,} characters" in PAGES
    assert sentence.format(Settings()) in " ".join(PAGES.split())


def test_documented_rate_of_requests_of_any_kind_matches_the_code():
    burst, rate = REQUESTS_PER_URL * Settings().client_burst, max(LEAST_RATE, REQUESTS_PER_URL * Settings().client_rate)
    assert f"more than {burst} requests of any kind at once, or {rate:.0f} per second" in " ".join(PAGES.split())


async def test_the_documented_fields_are_those_of_a_response():
    client = Operated(client_burst=100, client_rate=5.0)
    await client("/?url=http://a.test/&url=http://b.test/")
    reply = await client("/links?url=http://a.test/")
    (block,) = re.findall(r"^```text\n(RateLimit.*?)^```$", PAGES, re.MULTILINE | re.DOTALL)
    documented = dict(line.lower().split(": ", 1) for line in block.splitlines())
    assert documented == {name: reply.headers[name] for name in documented}


async def test_the_documented_line_has_the_fields_of_the_access_log():
    client = Operated()
    await client("/?url=http://a.test/")
    (line,) = [json.loads(text) for text in re.findall(r"^```json\n(\{.*\})\n```$", PAGES, re.MULTILINE)]
    assert list(line) == ["time", *client.log.lines[0]]


def test_the_documented_files_of_deploy_exist():
    pages = PAGES + (ROOT / "docs/bulk.md").read_text()
    names = re.findall(r"`((?:systemd|compose|kubernetes|bulk)/[A-Za-z.-]+)`", pages)
    assert {ROOT / "deploy" / name for name in names} == {path for path in ROOT.glob("deploy/*/*") if path.is_file()}


def started_by_the_image(tmp_path, *arguments):
    """The command that the image's entry point runs."""
    (program,) = json.loads(re.findall(r"^ENTRYPOINT (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
    (script,) = re.findall(rf"^COPY (\S+) /usr/local/bin/{program}$", DOCKERFILE, re.MULTILINE)
    assert os.access(ROOT / script, os.X_OK)
    fake = tmp_path / "json-head"
    fake.write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    fake.chmod(0o755)
    ran = subprocess.run(
        [ROOT / script, *arguments], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    return ran.stdout.split("\0")[:-1]


@pytest.mark.parametrize("arguments", [[], ["--origin", "https://a.example"], ["serve"], ["serve", "--name", "a b"]])
def test_the_image_serves_unless_another_command_is_given(tmp_path, arguments):
    name, *given = started_by_the_image(tmp_path, *arguments)
    assert name == "serve" and given[2:] == [part for part in arguments if part != "serve"]
    with serve_command.make_context("serve", given) as context:
        assert context.params["host"] == "0.0.0.0"


@pytest.mark.parametrize("arguments", [["check", "docs/", "--format", "junit"], ["head", "https://a.example/$(id)"]])
def test_the_image_runs_other_commands_as_they_are(tmp_path, arguments):
    assert started_by_the_image(tmp_path, *arguments) == arguments


def test_the_dockerfile_starts_the_server_without_root(tmp_path):
    _, *arguments = started_by_the_image(tmp_path)
    with serve_command.make_context("serve", arguments) as context:
        assert f"127.0.0.1:{context.params['port']}/healthz" in DOCKERFILE
        assert f"EXPOSE {context.params['port']}" in DOCKERFILE
    assert re.search(r"^USER [1-9]", DOCKERFILE, re.MULTILINE)
