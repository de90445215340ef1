"""docs/ci.md: its YAML is valid by public schemas and passes zizmor, and its commands, inputs and hooks exist."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import click
import pytest
from json_head.cli import group
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/ci.md").read_text()
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
#: The action's own tag moves, so that examples need no new one with each release. All others are pinned by a commit.
ZIZMOR = "rules: {unpinned-uses: {config: {policies: {'NAME/*': ref-pin, '*': hash-pin}}}}\n"


def yaml(text):
    return YAML(typ="safe").load(text)


BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = [block for block in BLOCKS if "jobs" in yaml(block)]
(GITLAB,) = [block for block in BLOCKS if "links" in yaml(block)]
(PRE_COMMIT,) = [block for block in BLOCKS if "repos" in yaml(block)]
ACTION = yaml((ROOT / "action.yml").read_text())


def errors(document, schema):
    """The errors by a schema of SchemaStore or GitLab, which check-jsonschema ships."""
    folder = files("check_jsonschema") / "builtin_schemas/vendor"
    validator = Draft7Validator(json.loads((folder / f"{schema}.json").read_text()))
    return [error.message for error in validator.iter_errors(document)]


def zizmor(*paths, folder):
    (folder / "zizmor.yml").write_text(ZIZMOR)
    program = Path(sys.executable).with_name("zizmor")
    ran = subprocess.run(
        [program, "--offline", "--quiet", "--format=json", "--no-exit-codes", f"--config={folder / 'zizmor.yml'}", *paths],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [(finding["ident"], finding["desc"]) for finding in json.loads(ran.stdout)]


def test_every_block_is_of_a_known_kind():
    assert len(EXAMPLES) == 6 and len(BLOCKS) == 8


@pytest.mark.parametrize(
    ("document", "schema"),
    [
        *((yaml(text), "github-workflows") for text in (*EXAMPLES, *(path.read_text() for path in WORKFLOWS))),
        (ACTION, "github-actions"),
        (yaml(GITLAB), "gitlab-ci"),
        (yaml((ROOT / ".github/dependabot.yml").read_text()), "dependabot"),
    ],
)
def test_yaml_is_valid_by_its_schema(document, schema):
    assert errors(document, schema) == []


def test_schemas_refuse_mistakes():
    assert errors({"on": "push", "jobs": {"a": {"runs-on": "x", "step": []}}}, "github-workflows")
    assert errors(ACTION | {"runs": {"using": "composite"}}, "github-actions")
    assert errors({"links": {"script": 5}}, "gitlab-ci")


def test_zizmor_finds_nothing(tmp_path):
    for number, text in enumerate(EXAMPLES):
        (tmp_path / ".github/workflows").mkdir(parents=True, exist_ok=True)
        (tmp_path / f".github/workflows/{number}.yml").write_text(text)
    assert zizmor(ROOT / "action.yml", *WORKFLOWS, tmp_path / ".github", folder=tmp_path) == []


def test_zizmor_finds_expressions_in_scripts_and_unpinned_actions(tmp_path):
    text = (ROOT / "action.yml").read_text().replace('"$EXIT_CODE"', "${{ inputs.args }}")
    (tmp_path / "action.yml").write_text(re.sub(r"actions/cache/save@\w+", "actions/cache/save@v5", text))
    found = {name for name, _ in zizmor(tmp_path / "action.yml", folder=tmp_path)}
    assert {"template-injection", "unpinned-uses"} <= found


def test_each_action_is_pinned_to_one_commit():
    offered = (ROOT / "web/page/share/workflow.js").read_text()
    texts = [PAGE, offered, (ROOT / "action.yml").read_text(), *(path.read_text() for path in WORKFLOWS)]
    pins = re.findall(r"uses: ([\w-]+/[\w-]+)[\w/-]*@([0-9a-f]{40} # v[0-9.]+)", "\n".join(texts))
    assert len(dict(pins)) == len(set(pins)) >= 5


def steps(*texts):
    return [step for text in texts for job in yaml(text)["jobs"].values() for step in job["steps"]]


def test_examples_use_inputs_of_the_action():
    uses = [step for step in steps(*EXAMPLES) if step.get("uses", "").startswith("NAME/json-head-lite@")]
    assert len(uses) == 4
    for step in uses:
        assert step["with"].keys() <= ACTION["inputs"].keys()


def test_tables_have_every_input_and_output():
    documented = dict(re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", PAGE, re.MULTILINE))
    declared = ACTION["inputs"] | ACTION["outputs"]
    assert {*ACTION["inputs"], *ACTION["outputs"]} == documented.keys()
    for name, text in documented.items():
        default = declared[name].get("default", "")
        assert text.startswith(declared[name]["description"]) or name in ACTION["inputs"]
        assert not default or text.endswith(f" Default: {default}.")


def command_lines():
    scripts = [step["run"] for step in steps(*EXAMPLES) if "run" in step] + yaml(GITLAB)["links"]["script"]
    scripts += re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) + re.findall(
        r"`(json-head (?:check|crawl) .*?)`", PAGE
    )
    lines = [line for script in scripts for line in script.splitlines()]
    return [line[found.start() :] for line in lines if (found := re.search("json-head (?:check|crawl)", line))]


@pytest.mark.parametrize("line", command_lines())
def test_every_command_is_parsed(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, name, *arguments = shlex.split(line)
    command = group.cli.get_command(click.Context(group.cli), name)
    assert command and arguments
    command.make_context(name, arguments)


def test_options_on_the_page_exist():
    command = group.cli.get_command(click.Context(group.cli), "check")
    known = {option for parameter in command.params for option in parameter.opts}
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", prose)) - {"--user"} <= known


def test_the_named_hooks_exist():
    hooks = {hook["id"] for hook in yaml((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for repository in yaml(PRE_COMMIT)["repos"] for hook in repository["hooks"]} <= hooks
    assert hooks == set(re.findall(r"`(json-head(?:-files)?)`(?= checks)", PAGE))
