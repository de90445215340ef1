"""The examples, options and lists in docs/command.md and README.md agree with the command."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
from json_head.cli import group
from json_head.export.as_junit import _ELEMENT
from json_head.export.as_sarif import LEVELS
from json_head.extract.folder import EXTENSIONS, VENDORED
from json_head.fixes.rules import RULES
from json_head.model import Hop, Observation, Outcome
from json_head.transports.fake import Answer, response

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()
PAGE = (ROOT / "docs/command.md").read_text()
#: The pages on the command.
PAGES = {
    name: (ROOT / f"docs/{name}.md").read_text()
    for name in ("command", "networks", "crawling", "fixing", "files", "configuration", "store", "coming-from")
}
#: A row of a table on another link checker, with what corresponds here.
_COMPARED = re.compile(r"^\| .* \| (.*) \|$", re.MULTILINE)
COMMANDS = [
    line
    for text in (*PAGES.values(), README)
    for script in re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for line in script.splitlines()
    if not line.startswith("pip install ")
]


@pytest.mark.parametrize("example", re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
def test_the_examples_have_the_documented_output(command, example):
    line, _, printed = example.partition("\n")
    match = re.fullmatch(r"\$ echo '(.*)' \| json-head (.*)", line)
    command.answer = lambda request: response(404 if request.url.endswith("/missing") else 200)
    ran = command(*shlex.split(match[2]), stdin=f"{match[1]}\n".encode())
    assert (ran.out, ran.err, ran.code) == (printed, "", 1)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_documented_command_is_parsed(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("site").mkdir()
    Path("known.json").touch()
    Path("links.db").touch()
    program, name, *arguments = shlex.split(line.rpartition(" | ")[2], comments=True)
    assert program == "json-head"
    command = group.cli.get_command(click.Context(group.cli), name)
    assert command
    command.make_context(name, arguments)


def test_every_documented_option_exists():
    known = {opt for command in all_commands() for p in command.params for opt in (*p.opts, *p.secondary_opts)}
    ours = "\n".join(_COMPARED.findall(PAGES["coming-from"]))
    for text in (*(text for name, text in PAGES.items() if name != "coming-from"), ours):
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= known


def test_the_example_of_a_repair_has_the_documented_output(command):
    (example,) = re.findall(r"^```console\n(.*?)^```$", PAGES["fixing"], re.MULTILINE | re.DOTALL)
    line, _, printed = example.partition("\n")
    lines = printed.splitlines()
    hunk = lines.index("@@ -1,3 +1,3 @@")
    Path("README.md").write_text("".join(f"{text[1:]}\n" for text in lines[hunk + 1 : -1] if text[0] in " -"))
    command.answer = redirecting
    ran = command(*shlex.split(line.removeprefix("$ json-head ")))
    assert (ran.out + ran.err, ran.code) == (printed, 0)


def redirecting(request):
    url = request.url.replace("http:", "https:")
    hops = (Hop(301, request.url, url),) if url != request.url else ()
    seen = Observation(Outcome.RESPONSE, status=200, headers={}, url=url, redirected=bool(hops), hops=hops)
    return Answer(seen)


def test_the_tables_of_repairs_list_every_rule():
    tables = re.findall(r"^\| ((?:`[a-z-]+`(?:, )?)+) \|", PAGES["fixing"], re.MULTILINE)
    documented = re.findall(r"`([a-z-]+)`", " ".join(tables))
    sources = "".join(path.read_text() for path in (ROOT / "py/json_head/fixes").glob("*.py"))
    refused = set(re.findall(r'Refusal\(\s*"([a-z-]+)"', sources))
    assert sorted(documented) == sorted({*RULES, *refused, "not-written"})


def test_the_documented_configuration_is_valid(tmp_path, monkeypatch):
    of_check, of_crawl = re.findall(r"^```toml\n(.*?)^```$", PAGES["configuration"], re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("json-head.toml").write_text(of_check)
    context = group.cli.commands["check"].make_context("check", [])
    assert context.params["after"] == 3 and len(context.params["accept"]) == 2
    Path("json-head.toml").write_text(of_crawl)
    context = group.cli.get_command(click.Context(group.cli), "crawl").make_context("crawl", [])
    assert context.params["starts"] == ("https://example.com/",) and context.params["robots"] is False
    keys = re.findall(
        r"`([a-z][a-z-]*)`", "\n".join(_COMPARED.findall(PAGES["coming-from"].split("## markdown-link-check")[1]))
    )
    known = {opt.removeprefix("--") for p in group.cli.commands["check"].params for opt in p.opts}
    assert {key for key in keys if key != "json-head"} <= known


def all_commands():
    context = click.Context(group.cli)
    return [group.cli.get_command(context, name) for name in group.cli.list_commands(context)]


def test_links_between_our_own_documents_work(command, monkeypatch):
    monkeypatch.chdir(ROOT)
    documents = sorted(path.name for path in ROOT.glob("*.md"))
    ran = command("check", "docs", *documents, "py/README.md", "--offline", "--format", "json")
    rows = [row for row in ran.rows if row["rule"] not in ("web-link", "scheme")]
    assert len(rows) > 50 and [row["url"] for row in rows if row["verdict"] != "ok"] == []


def test_documented_lists_match_the_code():
    assert set(re.findall(r"`\.(\w+)`", PAGE)) <= EXTENSIONS
    (vendored,) = re.findall(r"vendored \((.*?)\)", PAGE)
    assert set(re.findall(r"`([\w.-]+)`", vendored)) == VENDORED
    (warnings,) = re.findall(r"is an error; (.*?) are warnings", PAGE)
    warned = set(re.findall(r"`([\w-]+)`", warnings))
    assert warned == {verdict for verdict, level in LEVELS.items() if level == "warning"}
    same = {"error": "failure", "warning": "error", "note": "skipped"}
    assert {verdict: same[level] for verdict, level in LEVELS.items()} == _ELEMENT


def test_every_option_has_help():
    for command in group.cli.commands.values():
        assert all(param.help for param in command.params if isinstance(param, click.Option))


def test_the_example_of_a_second_opinion(command):
    (example,) = re.findall(r"^```console\n(.*?)^```$", PAGES["coming-from"], re.MULTILINE | re.DOTALL)
    _, (line, _, printed) = (command.partition("\n") for command in example.split("$ ")[1:])
    messages = {"gone": ("404 Not Found", 3, 7), "login": ("403 Forbidden", 5, 1)}
    findings = [
        {"url": f"https://example.com/{name}", "status": {"text": f"Rejected status code: {text}"}, "span": {"line": line, "column": column}}
        for name, (text, line, column) in messages.items()
    ]  # fmt: skip
    Path("lychee.json").write_text(json.dumps({"total": 2, "error_map": {"docs/a.md": findings}}))
    command.answer = lambda request: response(404 if request.url.endswith("gone") else 200)
    ran = command(*shlex.split(line)[1:])
    assert ran.out + ran.err == printed
    assert Path(".lycheeignore").read_text().endswith("\n^https://example\\.com/login$\n")
