"""The command as a process: on a terminal, in a pipe, in a plain locale, interrupted."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LIMIT_S = 30

#: The command on a network of a table: what has a number for its last part answers with that, "slow" after a while.
SCRIPT = """
import os, sys
from contextlib import asynccontextmanager
from json_head.cli import commands, network
from json_head.cli.progress import lines as progress
from json_head.transports.fake import FakeTransport, response

def answer(request):
    last = request.url.rpartition("/")[2]
    if last == "told":
        print("asked", file=sys.stderr, flush=True)
    delay_s = {"slow": 0.5, "silent": 60, "told": 60}.get(last, 0)
    return response(int(last) if last.isdigit() else 200, delay_s=delay_s)

@asynccontextmanager
async def open_transport(asked):
    yield FakeTransport(answer)

network.open_transport = open_transport
progress.LINE_EVERY_S = float(os.environ.get("LINE_EVERY_S", 30))
commands.main()
"""
URLS = ("https://a.example/404", "https://b.example/slow", "https://c.example/200")


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**kept, "PYTHONPATH": str(ROOT / "py"), "TERM": "xterm-256color", **more}


def run(*arguments, stdin=b"", **more):
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        input=stdin, capture_output=True, timeout=LIMIT_S, env=environment(**more), check=False,
    )  # fmt: skip


@contextmanager
def on_a_terminal(*arguments, **more):
    """The process and the terminal's other end; the process is gone at the end of the block."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**more), start_new_session=True,
    )  # fmt: skip
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        os.close(theirs)  # not before, since Linux may discard what is unread when the last writer closes
        os.close(ours)


def shown_at_the_end(process, terminal):
    """The rest of what a process writes, until it has ended."""
    seen = b""
    deadline = time.monotonic() + LIMIT_S
    while select.select([terminal], [], [], 0.1)[0] or process.poll() is None:
        assert time.monotonic() < deadline, seen
        if select.select([terminal], [], [], 0)[0]:
            seen += os.read(terminal, 65536)
    return seen.decode()


def shown(terminal, until):
    """What comes out of a terminal, up to a text."""
    seen = b""
    deadline = time.monotonic() + LIMIT_S
    while until not in seen:
        assert select.select([terminal], [], [], deadline - time.monotonic())[0], seen
        seen += os.read(terminal, 65536)
    return seen.decode()


def test_a_terminal_has_colour_and_progress_that_is_gone_at_the_end():
    with on_a_terminal("check", *URLS) as (process, terminal):
        seen = shown_at_the_end(process, terminal)
        assert process.wait(LIMIT_S) == 1
    assert "Checking, 1 broken" in seen and "\x1b[1;31mbroken" in seen
    report = seen[seen.rindex("\x1b[1;31m") :]
    assert "Checking" not in report and "3 links: 1 broken, 2 ok." in report


def test_no_color_is_honoured_on_a_terminal():
    with on_a_terminal("check", *URLS, NO_COLOR="1") as (process, terminal):
        seen = shown_at_the_end(process, terminal)
    assert "broken               404  https://a.example/404\r\n" in re.sub(r"\x1b\[0?m", "", seen)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", seen)


def test_a_pipe_has_plain_text():
    ran = run("check", *URLS)
    assert b"\x1b" not in ran.stdout + ran.stderr
    assert ran.stdout.startswith(b"broken               404  https://a.example/404\n")


@pytest.mark.parametrize("format", ["table", "json", "ndjson", "sarif"])
def test_ctrl_c_prints_what_is_known(format):
    with on_a_terminal("check", *URLS, "https://d.example/silent", "--format", format) as (process, terminal):
        known = {"ndjson": b'"url": "https://b.example/slow"'}.get(format, b"3/4")
        seen = shown(terminal, known)
        process.send_signal(signal.SIGINT)
        seen += shown_at_the_end(process, terminal)
        assert process.wait(LIMIT_S) == 130
    assert "Interrupted: this is what was known by then." in seen
    assert "4 links: 1 broken, 1 not-checked (1 cancelled), 2 ok." in seen
    assert "https://a.example/404" in seen and "Traceback" not in seen


def test_ctrl_c_while_head_waits_prints_the_whole_list():
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "head", "https://a.example/404", "https://b.example/told"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    assert process.stderr.readline() == b"asked\n"
    time.sleep(0.5)  # for the answer of the other one
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert [row["verdict"] for row in json.loads(out)] == ["broken", "not-checked"]


def test_ctrl_c_before_there_are_links_is_130_too():
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "check", "-"],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    process.stdin.write(b"\n" * 200_000)  # more than a pipe holds: it is reading now
    process.stdin.flush()
    time.sleep(0.5)  # for it to wait for more
    process.send_signal(signal.SIGINT)
    assert process.wait(LIMIT_S) == 130
    assert process.stderr.read() == b"\nInterrupted.\n"
    process.stdin.close()
    process.stderr.close()


ENDING = pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)


@contextmanager
def started(*arguments, **more):
    """The process, which is gone at the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(**more),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def end(process, number):
    """Send a signal; gives the exit code, the output, and the seconds that it took."""
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, out.decode(), err.decode(), time.monotonic() - began


@ENDING
def test_a_signal_ends_a_check_with_what_is_known(number, code):
    with started("check", "https://a.example/404", "https://b.example/told", "--format", "json") as process:
        assert process.stderr.readline() == b"asked\n"
        time.sleep(0.2)  # for the quick one to be known
        returncode, out, err, seconds = end(process, number)
    assert (returncode, seconds < 5) == (code, True)
    assert [row["verdict"] for row in json.loads(out)] == ["broken", "not-checked"]
    assert "Interrupted: this is what was known by then." in err and "Traceback" not in err


@ENDING
def test_a_signal_is_heard_while_a_pipe_is_read(number, code, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with started("check", str(tmp_path / "pipe")) as process:
        descriptor = os.open(tmp_path / "pipe", os.O_WRONLY)  # waits for its reader
        returncode, out, err, seconds = end(process, number)
        os.close(descriptor)
    assert (returncode, out, err.strip(), seconds < 5) == (code, "", "Interrupted.", True)


@ENDING
def test_a_signal_is_heard_while_a_large_file_is_parsed(number, code, tmp_path):
    (tmp_path / "a.html").write_text("<p>" * 6_000_000)
    with started("check", str(tmp_path / "a.html"), LINE_EVERY_S="0.5") as process:
        assert process.stderr.readline() == b"0 links read so far.\n"
        returncode, out, err, seconds = end(process, number)
    assert (returncode, out, err.splitlines()[-1], seconds < 5) == (code, "", "Interrupted.", True)


@pytest.mark.parametrize("ignored", [signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_is_ignored_stays_so(ignored):
    """nohup ignores SIGHUP, and a shell SIGINT in what it runs in the background."""
    before = signal.signal(ignored, signal.SIG_IGN)
    try:
        with started("check", "https://b.example/told", "--timeout", "60") as process:
            assert process.stderr.readline() == b"asked\n"
            process.send_signal(ignored)
            time.sleep(0.5)
            assert process.poll() is None
            assert end(process, signal.SIGTERM)[0] == 143
    finally:
        signal.signal(ignored, before)


@pytest.mark.parametrize("format", ["table", "ndjson", "json"])
def test_a_reader_that_goes_away_is_no_error(format):
    urls = [f"https://a.example/{'x' * 500}/{number}/403" for number in range(2000)]
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "check", "-", "--quiet", "--format", format],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    process.stdin.write("\n".join(urls).encode())
    process.stdin.close()
    process.stdout.read(100)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(LIMIT_S) == 0


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_output_is_utf8_whatever_the_locale(locale, tmp_path):
    name = tmp_path / "ü.md"
    name.write_text("<https://a.example/😀é/404>", encoding="utf-8")
    ran = run("check", str(name), "https://a.example/ö/404", "nö.md", "--exclude", "ß", **locale)
    out = ran.stdout.decode()
    assert "https://a.example/😀é/404\n" in out and "/ü.md:1:2\n" in out and "https://a.example/ö/404\n" in out
    assert ran.stderr.decode() == "Error: There is no file or folder nö.md.\n"
    (row,) = json.loads(run("head", "https://a.example/ö", **locale).stdout.decode())
    assert (row["url"], row["final_url"]) == ("https://a.example/ö", "https://a.example/%C3%B6")


def test_a_file_name_that_is_no_text_is_shown_as_well_as_it_can_be(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.md")).write_text("<https://a.example/404>")
    for format in ("table", "json", "junit", "sarif", "csv", "markdown"):
        ran = run("check", str(tmp_path), "--format", format)
        assert ran.returncode == 1, ran.stderr
        assert b"https://a.example/404" in ran.stdout
        ran.stdout.decode("utf-8", "strict")


def test_it_is_a_module_too():
    ran = subprocess.run(
        [sys.executable, "-m", "json_head.cli", "--version"], capture_output=True, env=environment(), check=True
    )
    assert ran.stdout.startswith(b"json-head ")
