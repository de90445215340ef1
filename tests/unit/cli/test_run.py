"""What the processes of test_terminal.py show from outside, seen from inside: interruptions, progress, output that fails."""

import asyncio
import builtins
import json
import sys
from pathlib import Path

import pytest
from json_head import Outcome, Policy, outage
from json_head.cli import output, run
from json_head.cli.progress import bar as bars
from json_head.cli.progress import lines as progress
from json_head.cli.progress.watcher import Watcher
from json_head.cli.run import check
from json_head.cli.sources.files import File
from json_head.cli.wanted import Wanted
from json_head.relay.client import Relay
from json_head.transports.fake import FakeTransport, failure, response


class Told(Watcher):
    def __init__(self):
        self.heard = []

    def reading(self, links):
        self.heard.append("reading")

    def outage(self, offline):
        self.heard.append(("outage", offline))


async def test_an_interrupted_check_ends_with_every_link_accounted_for():
    transport = FakeTransport(lambda request: response(200, delay_s=9 if request.url.endswith("slow") else 0))
    wanted = Wanted(["https://a.example/1", "https://a.example/slow"])
    seen = []
    task = asyncio.ensure_future(check(wanted, transport, Told(), seen.append))
    while not seen:
        await asyncio.sleep(0.01)
    task.cancel()
    found = await task
    assert found.interrupted
    assert [row["rule"] for row in found.rows] == ["success", "cancelled"]
    assert transport.under_way == 0


async def test_an_interrupted_relay_leaves_what_was_seen_before():
    def answer(request):
        return failure(Outcome.TIMEOUT) if request.url.endswith("slow") else response(200)

    asked = asyncio.Event()

    def silent(request):
        asked.set()
        return response(200, delay_s=9)

    wanted = Wanted(["https://a.example/slow", "https://a.example/1"], policy=Policy(retries=0))
    relay = Relay("http://relay.example/", FakeTransport(silent))
    task = asyncio.ensure_future(check(wanted, FakeTransport(answer), Told(), relay=relay))
    await asked.wait()
    task.cancel()
    found = await task
    assert found.interrupted and not found.errors
    assert [row["verdict"] for row in found.rows] == ["timeout", "ok"]


async def test_an_outage_is_told(monkeypatch):
    monkeypatch.setattr(outage, "OUTAGE_POLL_S", 0.01)
    transport = FakeTransport(lambda request: response(200) if transport.online else failure(Outcome.FAILED))
    transport.online = False
    told = Told()
    task = asyncio.ensure_future(check(Wanted(["https://a.example/"]), transport, told))
    while not told.heard:
        await asyncio.sleep(0.01)
    transport.online = True
    assert [row["verdict"] for row in (await task).rows] == ["ok"]
    assert told.heard == [("outage", True), ("outage", False)]


def test_a_long_source_is_told_of_while_it_is_read(command):
    told = Told()
    body = b"<a href=/x>x</a>" * 20_000
    transport = FakeTransport(lambda request: response(200, {"content-type": "text/html"}, body=body))
    asyncio.run(check(Wanted(pages=["https://a.example/"]), transport, told))
    assert "reading" in told.heard


def test_the_bar_is_on_a_terminal_only(command, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = command("check", "https://a.example/404", "https://a.example/2")
    assert "Checking, 1 broken" in ran.err
    assert "Checking" not in command("check", "https://a.example/404", "--quiet").err


def test_elsewhere_than_on_a_terminal_a_line_comes_now_and_then(command, monkeypatch):
    monkeypatch.setattr(progress, "LINE_EVERY_S", 0.1)
    command.answer = lambda request: response(
        404 if "404" in request.url else 200, delay_s=0.35 * ("slow" in request.url)
    )
    urls = ("https://a.example/404", "https://b.example/403404", "https://c.example/slow")
    ran = command("check", *urls, "--accept", "403", "--format", "json")
    assert ran.err.startswith("2 of 3 links checked, 2 to fix.\n") and ran.err.endswith("3 links: 2 broken, 1 ok.\n")
    assert set(ran.err.splitlines()[:-1]) == {"2 of 3 links checked, 2 to fix."}
    assert "to fix" not in command("check", *urls, "--quiet", "--format", "json").err
    assert "2 of 3 links checked, 0 to fix." in command("check", *urls, "--fail-on", "none").err
    monkeypatch.setattr(progress, "LINE_EVERY_S", 30.0)
    assert "to fix" not in command("check", *urls, "--format", "json").err


def test_a_line_of_progress_has_what_is_known():
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


def test_a_line_of_progress_comes_every_half_minute():
    assert progress.LINE_EVERY_S == 30


async def test_an_interruption_while_files_are_looked_for_leaves_every_link_accounted_for(tmp_path, monkeypatch):
    (tmp_path / "a.md").write_text("[x](a.md)\n" * 5 + "<https://a.example/>\n")
    monkeypatch.setattr(run, "_SLICE_S", 0)
    transport = FakeTransport(lambda request: response(200))

    def seen(row):
        if row["rule"] == "file-found":
            task.cancel()

    task = asyncio.ensure_future(check(Wanted([File(tmp_path / "a.md")]), transport, Told(), seen))
    found = await task
    assert found.interrupted and transport.sent == []
    assert [row["rule"] for row in found.rows] == ["file-found", *["cancelled"] * 5]


def test_the_bar_says_when_it_waits_for_the_network(capsys, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with bars.Bar() as bar:
        bar.reading(3)
        bar.checking(5)
        bar.outage(True)
    assert "Waiting for the network" in capsys.readouterr().err


@pytest.mark.parametrize("format", ["table", "json", "ndjson"])
def test_a_reader_that_has_gone_is_no_error(command, monkeypatch, format):
    def refuse(text):
        if text:
            raise BrokenPipeError

    hung_up = []
    monkeypatch.setattr(output, "hang_up", lambda: hung_up.append(True))
    monkeypatch.setattr(sys.stdout, "write", refuse)
    ran = command("check", "https://a.example/403", "--quiet", "--format", format)
    assert (ran.code, ran.err, hung_up) == (0, "", [True])


def test_a_file_that_cannot_be_written_at_the_end_is_a_sentence(command):
    def answer(request):
        Path("out").unlink()
        Path("out").mkdir()
        return response(200)

    command.answer = answer
    ran = command("check", "https://a.example/", "--output", "out")
    assert (ran.code, ran.err) == (2, "Error: out cannot be written: Is a directory.\n")


def test_without_uvloop_it_runs_on_asyncios_own_loop(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert json.loads(command("head", "https://a.example/").out)[0]["verdict"] == "ok"


def test_ctrl_c_outside_the_event_loop(command, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("json_head.cli.sources.files.expand", interrupt)
    ran = command("check", "-")
    assert (ran.code, ran.err.strip()) == (130, "Interrupted.")


def test_a_bug_in_an_import_is_not_blamed_on_the_installation(monkeypatch):
    import json_head.cli

    real = builtins.__import__

    def refuse(name, *rest):
        if name == "json_head.cli.commands":
            raise ImportError("no such name", name="json_head.cli.options")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ImportError):
        json_head.cli.main()
