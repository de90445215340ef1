"""``json-head bulk``: its commands, messages and exit codes, with a cluster that is no more than a thread; and docs/bulk.md."""

from __future__ import annotations

import asyncio
import re
import shlex
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import click
import duckdb
import pytest
from json_head import Policy, __version__
from json_head.bulk import cluster
from json_head.bulk.folder import Folder
from json_head.bulk.lanes import CHUNK, hosts_min
from json_head.bulk.plan import Plan
from json_head.bulk.work import SILENCE_LIMIT
from json_head.cli import group

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/bulk.md").read_text()
COMMANDS = [
    line
    for script in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in script.splitlines()
    if line.startswith("json-head ")
]
EXAMPLES = re.findall(r"^```console\n\$ json-head (.*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LIST = "https://example.com/\nHTTPS://example.com/#top\nhttps://example.com/404\nmailto:me@example.com\n"


class Thread:
    """Stands in for ``cluster.Run``: checks all chunks in order, in a thread as on a worker."""

    failing: str = ""

    def __init__(self, client, job, lanes, estimate):
        self.job, self.lanes, self.estimate = job, lanes, estimate

    async def run(self):
        if self.failing:
            return [self.failing]
        while lane := self.lanes.next_lane():
            while lane:
                chunk = lane.pop()
                await asyncio.to_thread(self.job.check, chunk, self.lanes.previous(chunk))
                self.estimate.done(chunk)
        return []


@pytest.fixture
def clusters(monkeypatch):
    """The arguments with which a cluster was wanted."""
    wanted = []

    @asynccontextmanager
    async def start(argument):
        wanted.append(argument)
        yield None

    monkeypatch.setattr(cluster, "local", start)
    monkeypatch.setattr(cluster, "connected", start)
    monkeypatch.setattr(cluster, "dashboard", lambda client: None)
    monkeypatch.setattr(cluster, "Run", Thread)
    return wanted


@pytest.fixture
def folder(tmp_path, monkeypatch, clusters):
    monkeypatch.chdir(tmp_path)
    Path("urls.txt").write_text(LIST)
    return tmp_path


def test_the_examples_have_the_documented_output(command, folder):
    assert len(EXAMPLES) == 2
    for line, printed in EXAMPLES:
        ran = command(*shlex.split(line))
        assert (ran.out + ran.err, ran.code) == (printed, 0)


def test_a_run_goes_on_with_its_plan(command, folder, clusters):
    assert command("bulk", "plan", "urls.txt", "--out", "run", "--per-host", "2").code == 0
    assert command.sent == [] and clusters == []
    ran = command("bulk", "status", "--out", "run")
    assert (ran.out, ran.code) == ("0 of 3 URLs have a result (0 %), 0 of 1 chunk.\n", 0)
    assert command("bulk", "run", "--out", "run").code == 0
    assert command("bulk", "urls.txt", "--out", "run", "--per-host", "2").code == 0  # nothing is left
    assert len(command.sent) == 1 and clusters == [None]
    assert command("bulk", "status", "--out", "run").out == "3 of 3 URLs have a result (100 %), 1 of 1 chunk.\n"


def test_another_list_or_policy_is_refused(command, folder):
    command("bulk", "plan", "urls.txt", "--out", "run", "--per-host", "2", "--timeout", "5")
    for arguments, message in (
        (["urls.txt"], "made with --per-host 2, with --timeout 5."),
        (["--per-host", "3"], "made with --per-host 2."),
        (["--chunk", "5"], f"made with --chunk {CHUNK}."),
        (["--column", "link"], "made without --column."),
        (["--guard"], "made without --guard."),
        (["--method", "get"], "made with --method HEAD."),
        (["--max-redirects", "2"], "made with --max-redirects 20."),
    ):
        ran = command("bulk", "run", *arguments, "--out", "run")
        assert ran.code == 2 and message in ran.err, arguments
    Path("urls.txt").write_text("https://example.com/\n")
    ran = command("bulk", "urls.txt", "--out", "run", "--per-host", "2", "--timeout", "5")
    assert ran.code == 2 and "made of another list, or the list has changed." in ran.err
    assert "Go on with the same list, options and version, or choose another folder." in ran.err


def test_another_version_is_refused(command, folder):
    command("bulk", "plan", "urls.txt", "--out", "run")
    plan = Plan.load(Folder.of("run"))
    replace(plan, basis=replace(plan.basis, version="9.9.9")).save(Folder.of("run"))
    for arguments in (["run"], ["urls.txt"]):
        ran = command("bulk", *arguments, "--out", "run")
        assert ran.code == 2 and f"made by json-head 9.9.9, and this is {__version__}." in ran.err


def test_verify_fails_if_results_are_missing(command, folder):
    command("bulk", "urls.txt", "--out", "run", "--chunk", "1")
    Path("run/results/chunk-000001.parquet").unlink()
    ran = command("bulk", "verify", "--out", "run")
    assert ran.code == 1 and ran.out.startswith("3 planned, 2 rows, 2 distinct, 1 missing.\n")


def test_results_are_copied_to_sqlite(command, folder):
    command("bulk", "urls.txt", "--out", "run")
    ran = command("bulk", "to-sqlite", "links.db", "--out", "run")
    assert (ran.err, ran.code) == ("3 rows written.\n", 0) and Path("links.db").exists()
    ran = command("bulk", "to-sqlite", "links.db", "--out", "run")
    assert ran.code == 2 and "links.db exists. Choose another file, or delete it." in ran.err


def test_quiet_prints_nothing(command, folder):
    ran = command("bulk", "urls.txt", "--out", "run", "--quiet")
    assert (ran.out, ran.err, ran.code) == ("", "", 0)


def test_a_part_that_failed_is_an_error(command, folder, monkeypatch):
    monkeypatch.setattr(Thread, "failing", "1 lane stopped: no space left")
    ran = command("bulk", "urls.txt", "--out", "run")
    assert ran.code == 2 and "Error: 1 lane stopped: no space left\n" in ran.err
    assert f"To go on: json-head bulk run --out {folder}/run\n" in ran.err
    ran = command("bulk", "run", "--out", "run", "--header-all", "Accept-Language: en", "--workers", "1")
    assert f"To go on, with the same --workers, --header-all: json-head bulk run --out {folder}/run\n" in ran.err


def test_a_plan_keeps_how_requests_are_sent(command, folder):
    own = ("--guard", "--method", "get", "--max-redirects", "2", "--user-agent", "me")
    assert command("bulk", "plan", "urls.txt", "--out", "run", *own).code == 0
    command("bulk", "run", "--out", "run")
    (options,) = command.options
    assert (options.guard, options.method, options.max_redirects, options.user_agent) == (True, "GET", 2, "me")


def test_results_of_another_plan_are_no_results(command, folder):
    command("bulk", "urls.txt", "--out", "run")
    Path("run/results/chunk-000001.parquet").write_bytes(Path("run/results/chunk-000000.parquet").read_bytes())
    ran = command("bulk", "urls.txt", "--out", "run")
    assert ran.code == 2 and f"Error: {folder}/run has 6 results for 3 URLs." in ran.err


def test_the_scheduler_and_workers_are_passed_on(command, folder, clusters):
    command("bulk", "urls.txt", "--out", "1", "--scheduler", "tcp://10.0.0.1:8786")
    command("bulk", "urls.txt", "--out", "2", "--workers", "3")
    assert clusters == ["tcp://10.0.0.1:8786", 3]
    ran = command("bulk", "urls.txt", "--out", "3", "--scheduler", "tcp://10.0.0.1:8786", "--workers", "3")
    assert ran.code == 2 and "--workers is for this machine." in ran.err and not Path("3").exists()


def test_options_of_requests_reach_the_workers(command, folder):
    command("bulk", "urls.txt", "--out", "run", "--method", "get", "--user-agent", "me", "--timeout", "3")
    (options,) = command.options
    assert (options.method, options.user_agent) == ("GET", "me")
    assert {(request.method, request.timeout_s) for request in command.sent[0]} == {("GET", 3.0)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["urls.txt"], "Missing option '--out'"),
        (["nowhere.txt", "--out", "run"], "nowhere.txt does not exist."),
        (["run", "--out", "run"], "has no plan. Make one: json-head bulk LIST --out "),
        (["status", "--out", "run"], "has no plan."),
        (["urls.txt", "--out", "run", "--relay", "https://a.example/"], "No such option '--relay'"),
        (["urls.txt", "--out", "run", "--require-https"], "No such option '--require-https'"),
        (["urls.txt", "--out", "nowhere://run"], "nowhere://run cannot be opened: Protocol not known: nowhere"),
        (["urls.txt", "--out", "urls.txt/run"], "cannot be read or written: Not a directory"),
        (["urls.txt", "--out", ""], "The folder of --out has no name."),
        (["-", "--out", "run"], "not standard input"),
        (["urls.txt", "--out", "run", "--column", "a"], "--column is for CSV and Parquet"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(command, folder, arguments, message):
    ran = command("bulk", *arguments)
    assert ran.code == 2 and message in ran.err and "Traceback" not in ran.err


def test_help_names_all_commands(command):
    assert {"plan", "run", "status", "verify", "to-sqlite"} <= set(command("bulk", "--help").out.split())


@pytest.mark.parametrize("package", ["distributed", "duckdb", "fsspec"])
def test_a_missing_package_of_the_extra_is_named(package, folder):
    script = f"import sys; sys.modules[{package!r}] = None; from json_head.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", script, "bulk", "urls.txt", "--out", "run"],
        capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT / "py")},
    )  # fmt: skip
    assert ran.returncode == 2 and ran.stderr == (
        f"Error: json-head bulk needs {package}, which is not installed. Install it with: pip install 'json-head[bulk]'\n"
    )


def test_help_needs_no_package_of_the_extra():
    script = (
        "import sys\nfor name in ('distributed', 'duckdb', 'pyarrow', 'publicsuffixlist', 'fsspec'): sys.modules[name] = None\n"
        "from json_head.cli import main; main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "bulk", "run", "--help"],
        capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT / "py")},
    )  # fmt: skip
    assert ran.returncode == 0 and "--scheduler" in ran.stdout


@pytest.mark.parametrize("line", COMMANDS)
def test_every_documented_command_is_parsed(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program, name, *arguments = shlex.split(line, comments=True)
    bulk = group.cli.get_command(click.Context(group.cli), name)
    assert program == "json-head" and name == "bulk"
    with bulk.make_context(name, list(arguments)) as context:
        subcommand, command, rest = bulk.resolve_command(context, [*context._protected_args, *context.args])
        command.make_context(subcommand, rest, parent=context)


def test_documented_options_exist():
    bulk = group.cli.get_command(click.Context(group.cli), "bulk")
    known = {option for command in bulk.commands.values() for parameter in command.params for option in parameter.opts}
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", prose)) - {"--nthreads"} <= known


def test_the_documented_queries_run_in_duckdb(command, folder):
    command("bulk", "urls.txt", "--out", "run")
    (block,) = re.findall(r"^```sql\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    with duckdb.connect() as database:
        answers = [database.execute(query).fetchall() for query in block.split(";\n")[:3]]
        database.execute(block.split(";\n")[3])
    assert answers == [
        [("broken", 1), ("not-checked", 1), ("ok", 1)],
        [("https://example.com/404", 404)],
        [(None, 1), ("text/html", 2)] if answers[2][0][0] is None else [("text/html", 2), (None, 1)],
    ]
    assert Path("again.csv").read_text().strip() == "url"


def test_documented_numbers_are_those_of_the_code():
    policy = Policy()
    assert f"at least {hosts_min(policy.total, policy.per_host)} with the defaults, and at least {CHUNK:,} URLs" in PAGE
    assert f"one Parquet file for each chunk of {CHUNK:,} URLs" in PAGE
    assert f"After {SILENCE_LIMIT} URLs in a row" in PAGE
    assert f"{8 * 64 + 256} by default, {8 * 256 + 256:,} with `--total 256`" in PAGE


def costs(urls, hosts):
    """The cost model of the page: its constants are measurements and estimates, which it names."""
    cpu_h = (urls * 120e-6 + hosts * 4 * 0.78e-3) / 3600
    gigabytes = (urls * 1e3 + hosts * 4 * 5e3) / 1e9
    silent_s = 0.03 * hosts * 9 * 3 * 10
    slot_s = 0.3 * urls + silent_s
    chunks = urls / CHUNK
    return [
        f"{cpu_h:.1f}", f"{gigabytes:,.0f}", f"{slot_s:,.0f}", f"{slot_s / 86_400:,.0f}", f"{-(-slot_s // (86_400 * 64)):.0f}",
        f"{hosts / 1_000 / 3600:.{1 if hosts > 10**6 else 2}f}", f"{chunks:,.0f}", f"{chunks * 3.2e-3 / 60:.1f}",
    ]  # fmt: skip


def test_the_documented_costs_follow_from_their_model():
    rows = re.findall(r"^\| [^|]+ \| ([0-9.,]+) \| ([0-9.,]+) \|$", PAGE, re.MULTILINE)
    assert [small for small, _ in rows] == costs(10**7, 10**5)
    assert [large for _, large in rows] == costs(10**9, 10**7)
    without_giving_up_s = 0.03 * 10**9 * 3 * 10
    assert f"{round(without_giving_up_s / 86_400, -2):,.0f} more requests under way" in PAGE
