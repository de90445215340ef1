"""The workflow that the page writes is valid by the public schema, passes zizmor, and its options exist."""

from __future__ import annotations

import json
import shlex
import subprocess

import click
import pytest
from json_head.cli import group
from json_head.pyodide.crawling import MAX_PAGES

from tests.unit.ci.test_page import ACTION, ROOT, errors, yaml, zizmor

HOSTILE = "https://a.example/it's?q=${{github.token}}&r=`id`\"$(id)\\#\n  run: id"
POLICY = {"total": 8, "per_host": 2, "rate_per_host": 0.5, "timeout_s": 20, "retries": 0}
ORDERS = [
    {"sources": [{"page": HOSTILE}], "title": "x", "policy": POLICY, "fragments": True},
    {"sources": [{"site": HOSTILE, "maxPages": 500, "external": False}], "title": "x", "policy": POLICY},
    {"sources": [{"page": "https://a.example/"}], "title": "x", "policy": {}},
    {"sources": [{"text": HOSTILE}], "title": "x", "policy": POLICY},
]
SCRIPT = """
import {{ workflowOf }} from {module};
process.stdout.write(workflowOf({order}));
"""


def workflow(order):
    module = json.dumps((ROOT / "web/page/share/workflow.js").as_uri())
    script = SCRIPT.format(module=module, order=json.dumps(order))
    return subprocess.run(
        ["node", "--input-type=module", "--eval", script], capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module", params=ORDERS)
def text(request):
    return workflow(request.param)


def step_of(text):
    """The step that checks links: it is before the one that saves what was found."""
    return yaml(text)["jobs"]["links"]["steps"][-2]


def test_the_workflow_is_valid(text, tmp_path):
    assert errors(yaml(text), "github-workflows") == []
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/link-check.yml").write_text(text)
    assert zizmor(tmp_path / ".github", folder=tmp_path) == []


def test_an_address_is_one_value(text):
    address = step_of(text).get("env", {}).get("ADDRESS")
    assert address is None or (address.startswith("https://a.example/") and not set(address) & set("'\"{}` \n\\"))


def test_inputs_and_options_exist(text):
    step = step_of(text)
    inputs = step.get("with", {})
    assert inputs.keys() <= ACTION["inputs"].keys()
    line = (
        step["run"].replace('"$ADDRESS"', "https://a.example/")
        if "run" in step
        else f"x check {inputs.get('args', '')}"
    )
    _, name, *arguments = shlex.split(line)
    command = group.cli.get_command(click.Context(group.cli), name)
    command.make_context(name, arguments)


def test_a_site_is_read_as_far_as_on_the_page():
    text = workflow({"sources": [{"site": "https://a.example/"}], "title": "x", "policy": {}})
    assert f" --max-pages {MAX_PAGES} " in step_of(text)["run"]
