"""The command as a process: on a terminal, in a pipe, in a plain locale, and interrupted."""

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

#: The command on a fake network. The last part of a path is the status if it is a number; "slow" takes 0.5 s, "silent"
#: and "reported" never end, and "reported" prints a line once it is requested.
SCRIPT = """
import os, sys
from contextlib import asynccontextmanager
from json_head.cli import network
from json_head.cli import group
from json_head.cli.progress import lines as progress
from json_head.transports.fake import FakeTransport, response

def answer(request):
    last = request.url.rpartition("/")[2]
    if last == "reported":
        print("requested", file=sys.stderr, flush=True)
    delay_s = {"slow": 0.5, "silent": 60, "reported": 60}.get(last, 0)
    return response(int(last) if last.isdigit() else 200, delay_s=delay_s)

@asynccontextmanager
async def open_transport(options):
    yield FakeTransport(answer)

network.open_transport = open_transport
progress.LINE_EVERY_S = float(os.environ.get("LINE_EVERY_S", 30))
group.main()
"""
URLS = ("https://a.example/404", "https://b.example/slow", "https://c.example/200")


def environment(**more):
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    return {**inherited, "PYTHONPATH": str(ROOT / "py"), "TERM": "xterm-256color", **more}


def run(*arguments, stdin=b"", **more):
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        input=stdin, capture_output=True, timeout=LIMIT_S, env=environment(**more), check=False,
    )  # fmt: skip


@contextmanager
def on_a_terminal(*arguments, **more):
    """The process and the other end of its terminal. The process is killed at the end of the block."""
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
        os.close(theirs)  # only now: Linux may discard unread output when the last writer closes
        os.close(ours)


def rest_of_output(process, terminal):
    """The remaining output of a process, until it has ended."""
    text = b""
    deadline = time.monotonic() + LIMIT_S
    while select.select([terminal], [], [], 0.1)[0] or process.poll() is None:
        assert time.monotonic() < deadline, text
        if select.select([terminal], [], [], 0)[0]:
            text += os.read(terminal, 65536)
    return text.decode()


def output_until(terminal, until):
    """The output on a terminal, up to a text."""
    text = b""
    deadline = time.monotonic() + LIMIT_S
    while until not in text:
        assert select.select([terminal], [], [], deadline - time.monotonic())[0], text
        text += os.read(terminal, 65536)
    return text.decode()


def test_a_terminal_gets_colours_and_progress_that_is_cleared():
    with on_a_terminal("check", *URLS) as (process, terminal):
        text = rest_of_output(process, terminal)
        assert process.wait(LIMIT_S) == 1
    assert "Checking, 1 broken" in text and "\x1b[1;31mbroken" in text
    report = text[text.rindex("\x1b[1;31m") :]
    assert "Checking" not in report and "3 links: 1 broken, 2 ok." in report


def test_no_color_is_honoured_on_a_terminal():
    with on_a_terminal("check", *URLS, NO_COLOR="1") as (process, terminal):
        text = rest_of_output(process, terminal)
    assert "broken               404  https://a.example/404\r\n" in re.sub(r"\x1b\[0?m", "", text)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", text)


def test_a_pipe_gets_plain_text():
    ran = run("check", *URLS)
    assert b"\x1b" not in ran.stdout + ran.stderr
    assert ran.stdout.startswith(b"broken               404  https://a.example/404\n")


@pytest.mark.parametrize("format", ["table", "json", "ndjson", "sarif"])
def test_ctrl_c_prints_the_results_so_far(format):
    with on_a_terminal("check", *URLS, "https://d.example/silent", "--format", format) as (process, terminal):
        known = {"ndjson": b'"url": "https://b.example/slow"'}.get(format, b"3/4")
        text = output_until(terminal, known)
        process.send_signal(signal.SIGINT)
        text += rest_of_output(process, terminal)
        assert process.wait(LIMIT_S) == 130
    assert "Interrupted. These are the results so far." in text
    assert "4 links: 1 broken, 1 not-checked (1 cancelled), 2 ok." in text
    assert "https://a.example/404" in text and "Traceback" not in text


def test_ctrl_c_during_head_prints_the_whole_list():
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "head", "https://a.example/404", "https://b.example/reported"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    assert process.stderr.readline() == b"requested\n"
    time.sleep(0.5)  # the other target answers meanwhile
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert [row["verdict"] for row in json.loads(out)] == ["broken", "not-checked"]


def test_ctrl_c_while_reading_links_exits_with_130():
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "check", "-"],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    process.stdin.write(b"\n" * 200_000)  # more than a pipe holds: the command is reading now
    process.stdin.flush()
    time.sleep(0.5)  # the command waits for more input
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
    """The process. It is killed at the end of the block."""
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
    """Send a signal. Returns the exit code, the output, and the seconds until the process ended."""
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, out.decode(), err.decode(), time.monotonic() - began


@ENDING
def test_a_signal_ends_a_check_and_prints_the_results_so_far(number, code):
    with started("check", "https://a.example/404", "https://b.example/reported", "--format", "json") as process:
        assert process.stderr.readline() == b"requested\n"
        time.sleep(0.2)  # the other target answers meanwhile
        returncode, out, err, seconds = end(process, number)
    assert (returncode, seconds < 5) == (code, True)
    assert [row["verdict"] for row in json.loads(out)] == ["broken", "not-checked"]
    assert "Interrupted. These are the results so far." in err and "Traceback" not in err


@ENDING
def test_a_signal_takes_effect_while_a_pipe_is_read(number, code, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with started("check", str(tmp_path / "pipe")) as process:
        descriptor = os.open(tmp_path / "pipe", os.O_WRONLY)  # waits for its reader
        returncode, out, err, seconds = end(process, number)
        os.close(descriptor)
    assert (returncode, out, err.strip(), seconds < 5) == (code, "", "Interrupted.", True)


@ENDING
def test_a_signal_takes_effect_while_a_large_file_is_parsed(number, code, tmp_path):
    (tmp_path / "a.html").write_text("<a>" * 3_000_000)  # seconds, and no link
    with started("check", str(tmp_path / "a.html"), LINE_EVERY_S="0.5") as process:
        assert process.stderr.readline() == b"0 links read so far.\n"
        returncode, out, err, seconds = end(process, number)
    assert (returncode, out, err.splitlines()[-1], seconds < 5) == (code, "", "Interrupted.", True)


@pytest.mark.parametrize("ignored", [signal.SIGHUP, signal.SIGINT])
def test_ignored_signals_stay_ignored(ignored):
    """nohup ignores SIGHUP, and a shell ignores SIGINT for its background processes."""
    before = signal.signal(ignored, signal.SIG_IGN)
    try:
        with started("check", "https://b.example/reported", "--timeout", "60") as process:
            assert process.stderr.readline() == b"requested\n"
            process.send_signal(ignored)
            time.sleep(0.5)
            assert process.poll() is None
            assert end(process, signal.SIGTERM)[0] == 143
    finally:
        signal.signal(ignored, before)


@pytest.mark.parametrize(("format", "code"), [("table", 0), ("ndjson", 141), ("json", 0)])
def test_a_reader_that_closes_the_pipe_is_not_an_error(format, code):
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
    assert process.wait(LIMIT_S) == code


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_output_is_utf8_in_any_locale(locale, tmp_path):
    name = tmp_path / "ü.md"
    name.write_text("<https://a.example/😀é/404>", encoding="utf-8")
    ran = run("check", str(name), "https://a.example/ö/404", "nö.md", "--exclude", "ß", **locale)
    out = ran.stdout.decode()
    assert "https://a.example/😀é/404\n" in out and "/ü.md:1:2\n" in out and "https://a.example/ö/404\n" in out
    assert ran.stderr.decode() == "Error: There is no file or folder nö.md.\n"
    (row,) = json.loads(run("head", "https://a.example/ö", **locale).stdout.decode())
    assert (row["url"], row["final_url"]) == ("https://a.example/ö", "https://a.example/%C3%B6")


def test_a_file_name_that_is_not_utf8_is_printed_as_valid_utf8(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.md")).write_text("<https://a.example/404>")
    for format in ("table", "json", "junit", "sarif", "csv", "markdown"):
        ran = run("check", str(tmp_path), "--format", format)
        assert ran.returncode == 1, ran.stderr
        assert b"https://a.example/404" in ran.stdout
        ran.stdout.decode("utf-8", "strict")


def test_the_command_runs_as_a_module():
    ran = subprocess.run(
        [sys.executable, "-m", "json_head.cli", "--version"], capture_output=True, env=environment(), check=True
    )
    assert ran.stdout.startswith(b"json-head ")
