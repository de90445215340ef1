"""``json-head.toml`` and ``[tool.json-head]``: options that need not be typed."""

import json
import re
import tomllib
from pathlib import Path

import click
import pytest
from json_head.cli import group
from json_head.cli.commands import init
from json_head.transports.fake import response


@pytest.fixture
def folder(command):
    Path("docs/sub").mkdir(parents=True)
    Path("docs/a.md").write_text("[x](https://a.example/404) [y](https://a.example/other)")
    command.answer = lambda request: response(404 if request.url.endswith("404") else 200)
    return Path.cwd()


def urls(ran):
    return [row["url"].rpartition("/")[2] for row in json.loads(ran.out) if row["rule"] != "excluded"]


@pytest.mark.parametrize(("name", "head"), [("json-head.toml", ""), ("pyproject.toml", "[tool.json-head]\n")])
def test_options_are_read_from_the_working_folder_or_above(command, folder, monkeypatch, name, head):
    Path(name).write_text(f'{head}sources = ["docs"]\nexclude = ["other"]\nformat = "json"\nfail-on = "none"\n')
    for where in (".", "docs/sub"):
        monkeypatch.chdir(folder / where)
        ran = command("check")
        assert (urls(ran), ran.code) == (["404"], 0)


def test_the_command_line_takes_precedence(command, folder):
    Path("json-head.toml").write_text('format = "csv"\nfail-on = "none"\ntimeout = 3.5\nquiet = true\n')
    ran = command("check", "docs", "--format", "json", "--fail-on", "broken")
    assert (urls(ran), ran.code, ran.err) == (["404", "other"], 1, "")


def test_another_file_is_named(command, folder):
    Path("json-head.toml").write_text('format = "csv"')
    Path("docs/mine.toml").write_text('format = "json"\nsources = ["a.md"]')
    assert urls(command("check", "--config", "docs/mine.toml")) == ["404", "other"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('formt = "json"', "unknown option: formt. Did you mean format?"),
        ("zzzzz = 1", "unknown option: zzzzz."),
        ('format = ["json", "csv"]', "format cannot have this value"),
        ("format = {a = 1}", "format cannot have this value"),
        ('format = "yaml"', "'yaml' is not one of"),
        ('timeout = "soon"', "'soon' is not a valid float"),
        ("timeout = -1", "is not in the range"),
        ('exclude = "["', "not a regular expression"),
        ("a = ", "cannot be read"),
        ("timeout = true", "timeout cannot have this value"),
        ("timeout = 2020-01-01", "timeout cannot have this value"),
        ("quiet = 3", "quiet cannot have this value"),
        ('offline = "yes"', "offline cannot have this value"),
        ("exclude = [[1]]", "exclude cannot have this value"),
        ("total = 1.5", "'1.5' is not a valid integer"),
        ("max-cache-age = 5", "'5' is not a duration"),
        ("fail-on = 3", "'3' is neither a verdict nor a rule"),
        ("x = " + "[" * 20_000, "cannot be read"),
    ],
)
def test_mistake_in_the_file_is_an_error(command, folder, content, expected):
    Path("json-head.toml").write_text(content)
    ran = command("check", "docs")
    assert ran.code == 2 and expected in ran.err


def test_pyproject_without_a_table_is_no_configuration(command, folder):
    Path("pyproject.toml").write_text("[tool.other]\nx = 1")
    assert command("check", "docs", "--format", "json").code == 1
    ran = command("check", "docs", "--config", "pyproject.toml")
    assert ran.code == 2 and "[tool.json-head]" in ran.err


def test_lists_need_no_commas_in_toml(command, folder):
    Path("docs/c.html").write_text("<a href='https://a.example/third'>x</a>")
    Path("json-head.toml").write_text(
        'fail-on = ["timeout", "restricted"]\nextensions = ["md", "txt"]\nformat = "json"'
    )
    ran = command("check", "docs")
    assert (urls(ran), ran.code) == (["404", "other"], 0)


def test_paths_are_relative_to_the_file(command, folder, monkeypatch):
    Path("json-head.toml").write_text('files-from = ["list.txt"]\nroot = "docs"\nformat = "json"\n')
    Path("list.txt").write_text("docs/a.md\n")
    assert urls(command("check")) == ["404", "other"]


def test_init_writes_every_option_with_its_default(command, folder):
    plain = command("check", "docs", "--format", "json")
    ran = command("init")
    assert (ran.code, ran.out) == (0, "") and "Wrote json-head.toml." in ran.err
    text = Path("json-head.toml").read_text()
    assert urls(command("check", "docs", "--format", "json")) == urls(plain)
    lines = re.findall(r"^#([a-z-]+ = .*)$", text, re.MULTILINE)
    examples = ("serve-like", *init._ARGUMENTS, *init._EXAMPLES)
    defaults = [line for line in lines if line.partition(" ")[0] not in examples]
    written = tomllib.loads("\n".join(defaults))
    assert {"exclude", "fail-on", "timeout", "hidden", "index", "after", "max-pages", "nofollow"} <= written.keys()
    assert written["external"] is written["robots"] is written["sitemaps"] is True
    Path("json-head.toml").write_text("\n".join(defaults))
    again = command("check", "docs", "--format", "json")
    assert (urls(again), again.code) == (urls(plain), plain.code)
    Path("known-links.json").write_text("[]")
    for line in lines:
        Path("json-head.toml").write_text(line)
        context_of("check", "docs").close()
        with context_of("crawl", "https://a.example/") as context:
            assert context.params["starts"] == ("https://a.example/",)


def context_of(name, *arguments):
    with click.Context(group.cli) as parent:
        return group.cli.get_command(parent, name).make_context(name, list(arguments), parent=parent)


def test_commands_share_a_file_with_options_that_only_one_of_them_has(command, folder):
    Path("json-head.toml").write_text(
        'sources = ["docs"]\nstarts = ["https://a.example/"]\nhidden = true\nsitemaps = true\nexternal = false\ndepth = 3\nformat = "json"\n'
    )
    assert urls(command("check")) == ["404", "other"]
    with context_of("crawl") as context:
        chosen = [context.params[name] for name in ("starts", "external", "depth", "format")]
    assert chosen == [("https://a.example/",), False, 3, "json"]
    with context_of("crawl", "--external", "--depth", "1") as context:
        assert (context.params["external"], context.params["depth"]) == (True, 1)
    ran = command("crawl", "--max-pages", "0")
    assert "--max-pages" in ran.err


@pytest.mark.parametrize(
    ("content", "expected"),
    [("depht = 3", "unknown option: depht. Did you mean depth?"), ("resume = true", "unknown option: resume.")],
)
def test_mistake_is_an_error_of_every_command(command, folder, content, expected):
    Path("json-head.toml").write_text(content)
    for arguments in (["check", "docs"], ["crawl", "https://a.example/"]):
        ran = command(*arguments)
        assert ran.code == 2 and expected in ran.err


def test_init_leaves_a_configuration_as_it_is(command, folder):
    Path("json-head.toml").write_text("quiet = true\n")
    ran = command("init")
    assert ran.code == 2 and "is there already" in ran.err
    assert Path("json-head.toml").read_text() == "quiet = true\n"


def test_the_exclude_list_of_lychee_is_read(command, folder):
    Path(".lycheeignore").write_text("# no\n\n  other$  \n")
    assert urls(command("check", "docs", "--format", "json")) == ["404"]
    Path(".lycheeignore").write_text("fine\n[x\n")
    ran = command("check", "docs")
    assert ran.code == 2 and ".lycheeignore:2 is not a regular expression" in ran.err


def test_numbers_are_read_as_on_the_command_line(command, folder):
    Path("json-head.toml").write_text('accept = [404, "500..503"]\nexclude = [1]\nformat = "json"\nper-host = 2')
    ran = command("check", "docs")
    assert (urls(ran), ran.code) == (["404", "other"], 0)
    Path("json-head.toml").write_text('accept = 404\nformat = "json"')
    assert command("check", "docs").code == 0


@pytest.mark.parametrize("name", ["json-head.toml", "pyproject.toml"])
def test_a_byte_order_mark_does_not_matter(command, folder, name):
    head = "[tool.json-head]\n" if name == "pyproject.toml" else ""
    Path(name).write_text(f'{head}format = "json"', encoding="utf-8-sig")
    assert urls(command("check", "docs")) == ["404", "other"]


def test_other_content_of_pyproject_does_not_matter(command, folder):
    Path("pyproject.toml").write_text("tool = 3")
    assert urls(command("check", "docs", "--format", "json")) == ["404", "other"]


def test_sources_are_found_below_a_folder_that_looks_like_a_pattern(command, folder, monkeypatch):
    Path("x[1]").mkdir()
    Path("x[1]/a.md").write_text("[x](https://a.example/other)")
    monkeypatch.chdir("x[1]")
    Path("json-head.toml").write_text('sources = ["*.md"]\nformat = "json"')
    assert urls(command("check")) == ["other"]
