"""Interruptions, progress and failing output, tested within the process. test_terminal.py tests them from outside."""

import asyncio
import builtins
import json
import re
import sys
import threading
from pathlib import Path

import pytest
from json_head import Outcome, Policy, outage
from json_head.cli.printing import output
from json_head.cli.progress import bar as bars
from json_head.cli.progress import lines as progress
from json_head.cli.progress.watcher import Watcher
from json_head.cli.run import check
from json_head.cli.sources.files import File
from json_head.cli.wanted import Wanted
from json_head.gather import slices
from json_head.relay.client import Relay
from json_head.transports.fake import FakeTransport, failure, response


class Recorder(Watcher):
    def __init__(self):
        self.events = []

    def reading(self, links):
        self.events.append("reading")

    def outage(self, offline):
        self.events.append(("outage", offline))


async def test_an_interrupted_check_has_a_row_for_every_link():
    transport = FakeTransport(lambda request: response(200, delay_s=9 if request.url.endswith("slow") else 0))
    wanted = Wanted(["https://a.example/1", "https://a.example/slow"])
    completed = []
    task = asyncio.ensure_future(check(wanted, transport, Recorder(), completed.append))
    while not completed:
        await asyncio.sleep(0.01)
    task.cancel()
    found = await task
    assert found.interrupted
    assert [row["rule"] for row in found.rows] == ["success", "cancelled"]
    assert transport.under_way == 0


async def test_an_interrupted_relay_leaves_the_earlier_results():
    def answer(request):
        return failure(Outcome.TIMEOUT) if request.url.endswith("slow") else response(200)

    requested = asyncio.Event()

    def silent(request):
        requested.set()
        return response(200, delay_s=9)

    wanted = Wanted(["https://a.example/slow", "https://a.example/1"], policy=Policy(retries=0))
    relay = Relay("http://relay.example/", FakeTransport(silent))
    task = asyncio.ensure_future(check(wanted, FakeTransport(answer), Recorder(), relay=relay))
    await requested.wait()
    task.cancel()
    found = await task
    assert found.interrupted and not found.errors
    assert [row["verdict"] for row in found.rows] == ["timeout", "ok"]


async def test_an_outage_is_reported(monkeypatch):
    monkeypatch.setattr(outage, "OUTAGE_POLL_S", 0.01)
    transport = FakeTransport(lambda request: response(200) if transport.online else failure(Outcome.FAILED))
    transport.online = False
    recorder = Recorder()
    task = asyncio.ensure_future(check(Wanted(["https://a.example/"]), transport, recorder))
    while not recorder.events:
        await asyncio.sleep(0.01)
    transport.online = True
    assert [row["verdict"] for row in (await task).rows] == ["ok"]
    assert recorder.events == [("outage", True), ("outage", False)]


def test_progress_is_reported_while_a_long_source_is_read(command):
    recorder = Recorder()
    body = b"<a href=/x>x</a>" * 20_000
    transport = FakeTransport(lambda request: response(200, {"content-type": "text/html"}, body=body))
    asyncio.run(check(Wanted(pages=["https://a.example/"]), transport, recorder))
    assert "reading" in recorder.events


def test_the_progress_bar_is_shown_on_a_terminal_only(command, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = command("check", "https://a.example/404", "https://a.example/2")
    assert "Checking, 1 broken" in ran.err
    assert "Checking" not in command("check", "https://a.example/404", "--quiet").err


def test_lines_of_progress_are_printed_outside_a_terminal(command, monkeypatch):
    printed = threading.Event()
    verdicts = []
    count = progress.Lines.result

    def count_and_wait(lines, row):
        count(lines, row)
        verdicts.append(row["verdict"])
        if lines.line.startswith("2 of 3 ") and progress.LINE_EVERY_S < 1:
            assert printed.wait(60)

    def print_line(line, **options):
        print(line, **options)
        if line.startswith("2 of 3 "):
            printed.set()

    monkeypatch.setattr(progress.Lines, "result", count_and_wait)
    monkeypatch.setattr(progress, "print", print_line, raising=False)
    monkeypatch.setattr(progress, "LINE_EVERY_S", 0.01)
    urls = ("https://a.example/404", "https://b.example/404", "https://c.example/403")
    arguments = ("check", *urls, "--accept", "403", "--format", "json")
    ran = command(*arguments)
    *lines, summary = ran.err.splitlines()
    assert f"2 of 3 links checked, {verdicts[:2].count('broken')} to fix." in lines
    assert all(re.fullmatch(r"0 links read so far\.|[0-3] of 3 links checked, [0-2] to fix\.", line) for line in lines)
    assert summary == "3 links: 2 broken, 1 restricted."
    printed.clear()
    assert "2 of 3 links checked, 0 to fix." in command(*arguments, "--fail-on", "none").err
    assert "to fix" not in command(*arguments, "--fail-on", "none", "--quiet").err
    monkeypatch.setattr(progress, "LINE_EVERY_S", 30.0)
    assert "to fix" not in command(*arguments).err


def test_a_line_of_progress_has_the_counts():
    lines = progress.Lines(lambda row: row["verdict"] == "broken")
    assert lines.line == "0 links read so far."
    lines.reading(12_000)
    assert lines.line == "12,000 links read so far."
    lines.checking(5_000)
    for _ in range(1_200):
        lines.result({"verdict": "ok"})
    for _ in range(4):
        lines.result({"verdict": "broken"})
    assert lines.line == "1,204 of 5,000 links checked, 4 to fix."
    lines.outage(True)
    assert lines.line == "1,204 of 5,000 links checked, 4 to fix. Waiting for the network."


def test_lines_of_progress_are_half_a_minute_apart():
    assert progress.LINE_EVERY_S == 30


async def test_an_interruption_during_the_check_of_files_gives_every_link_a_row(tmp_path, monkeypatch):
    (tmp_path / "a.md").write_text("[x](a.md)\n" * 5 + "<https://a.example/>\n")
    monkeypatch.setattr(slices, "SLICE_S", 0)
    transport = FakeTransport(lambda request: response(200))

    def completed(row):
        if row["rule"] == "file-found":
            task.cancel()

    task = asyncio.ensure_future(check(Wanted([File(tmp_path / "a.md")]), transport, Recorder(), completed))
    found = await task
    assert found.interrupted and transport.sent == []
    assert [row["rule"] for row in found.rows] == ["file-found", *["cancelled"] * 5]


def test_the_progress_bar_shows_an_outage(capsys, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with bars.Bar() as bar:
        bar.reading(3)
        bar.checking(5)
        bar.outage(True)
    assert "Waiting for the network" in capsys.readouterr().err


@pytest.mark.parametrize(("format", "code"), [("table", 0), ("json", 0), ("ndjson", 141)])
def test_a_closed_pipe_is_not_an_error(command, monkeypatch, format, code):
    def refuse(text):
        if text:
            raise BrokenPipeError

    hung_up = []
    monkeypatch.setattr(output, "hang_up", lambda: hung_up.append(True))
    monkeypatch.setattr(sys.stdout, "write", refuse)
    ran = command("check", "https://a.example/403", "--quiet", "--format", format)
    assert (ran.code, ran.err, hung_up) == (code, "", [True])


def test_an_output_file_that_cannot_be_written_is_an_error(command):
    def answer(request):
        Path("out").mkdir()
        return response(200)

    command.answer = answer
    ran = command("check", "https://a.example/", "--output", "out")
    assert (ran.code, ran.err) == (2, "Error: out cannot be written: Is a directory.\n")


def test_the_command_runs_without_uvloop(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert json.loads(command("head", "https://a.example/").out)[0]["verdict"] == "ok"


def test_ctrl_c_outside_the_event_loop_exits_with_130(command, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("json_head.cli.sources.files.expand", interrupt)
    ran = command("check", "-")
    assert (ran.code, ran.err.strip()) == (130, "Interrupted.")


def test_an_import_error_in_our_own_modules_is_raised(monkeypatch):
    import json_head.cli

    real = builtins.__import__

    def refuse(name, *rest):
        if name == "json_head.cli.group":
            raise ImportError("no such name", name="json_head.cli.options.requests")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ImportError):
        json_head.cli.main()


def test_output_of_the_last_run_in_the_folder_is_no_source(command, tmp_path):
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs/page.md"
    page.write_text("<https://a.example/old>")
    for _ in range(2):
        command("check", "docs", "--format", "json", "--output", "docs/links.json")
    page.write_text("<https://a.example/new>")
    command("check", "docs", "--format", "json", "--output", "docs/links.json")
    assert command.urls == ["https://a.example/new"]
