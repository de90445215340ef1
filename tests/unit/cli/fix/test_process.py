"""``json-head fix`` as a process: on a terminal, in a pipe, and killed at any moment."""

import os
import pty
import random
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
LIMIT_S = 30
TEXT = "# One\n\n[x](#One) \x1b[31m\u202ered\n"


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT / "py"), "TERM": "xterm-256color"}


def run(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "json_head.cli", "fix", *arguments],
        cwd=folder, input=b"y\n", capture_output=True, timeout=LIMIT_S, env=environment(), check=False,
    )  # fmt: skip


def on_a_terminal(folder, answer):
    """The exit code, and all that is shown while the question is answered."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "json_head.cli", "fix", "a.md"],
        cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment(), start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, is_answered, ends = b"", False, time.monotonic() + LIMIT_S
    try:
        while time.monotonic() < ends:
            if not select.select([ours], [], [], 0.1)[0]:
                continue
            try:
                part = os.read(ours, 65_536)
            except OSError:  # the process has closed the terminal
                break
            if not part:
                break
            shown += part
            if b"[y/N]" in shown and not is_answered:
                os.write(ours, answer)
                is_answered = True
        return process.wait(LIMIT_S), shown.decode()
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(TEXT)
    return path


@pytest.mark.parametrize(("answer", "code", "is_changed"), [(b"y\n", 0, True), (b"n\n", 1, False), (b"\n", 1, False)])
def test_terminal_is_asked(page, answer, code, is_changed):
    ended, shown = on_a_terminal(page.parent, answer)
    assert (ended, page.read_text()) == (code, TEXT.replace("#One", "#one") if is_changed else TEXT)
    assert "Change 1 file? [y/N]" in shown


def test_terminal_gets_no_control_characters_of_a_file(page):
    _, shown = on_a_terminal(page.parent, b"n\n")
    assert "+[x](#one) \ufffd[31m\ufffdred" in shown
    assert "\x1b[31m" not in shown and "\u202e" not in shown


def test_pipe_gets_the_exact_diff_and_is_not_asked(page):
    ran = run(page.parent, "a.md")
    assert ran.returncode == 1 and page.read_text() == TEXT
    assert "+[x](#one) \x1b[31m\u202ered\n".encode() in ran.stdout
    subprocess.run(["git", "apply"], cwd=page.parent, input=ran.stdout, check=True)
    assert page.read_text() == TEXT.replace("#One", "#one")


def test_each_file_is_old_or_new_after_a_kill_at_any_moment(tmp_path):
    chosen = random.Random(18)
    folder = tmp_path / "docs"
    folder.mkdir()
    old = f"# One\n\n[x](#One)\n{'text ' * 200}\n"
    new = old.replace("#One", "#one")
    paths = [folder / f"{number:03}.md" for number in range(60)]

    def reset():
        for path in paths:
            path.write_text(old)

    def start():
        return subprocess.Popen(
            [sys.executable, "-m", "json_head.cli", "fix", "docs", "--yes", "--quiet"],
            cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(),
        )  # fmt: skip

    reset()
    process = start()
    while paths[0].read_text() == old and process.poll() is None:
        time.sleep(0.002)
    began = time.monotonic()
    process.wait(LIMIT_S)
    duration = time.monotonic() - began
    assert all(path.read_text() == new for path in paths)
    partly = 0
    for _ in range(10):
        reset()
        process = start()
        while paths[0].read_text() == old and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chosen.random() * duration * 0.9)
        process.kill()
        process.wait()
        contents = [path.read_text() for path in paths]
        assert set(contents) <= {old, new}
        partly += len(set(contents)) == 2
    assert partly >= 3  # otherwise the moments say nothing
    assert run(tmp_path, "docs", "--yes").returncode == 0
    assert all(path.read_text() == new for path in paths)
    assert all(path.name.startswith(".json-head-") for path in folder.iterdir() if path not in paths)
