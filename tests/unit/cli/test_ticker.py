"""A line of progress is shown again and again, in its place on a terminal."""

import io
import sys
import threading

import pytest
from json_head.cli.progress import ticker


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(ticker, "LINE_EVERY_S", 0.001)
    monkeypatch.setattr(ticker, "_TERMINAL_EVERY_S", 0.001)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def shown(monkeypatch, stream, lines, *, quiet=False):
    """What is written until all lines were asked for."""
    monkeypatch.setattr(sys, "stderr", stream)
    remaining, end = iter(lines), threading.Event()

    def line():
        text = next(remaining, None)
        if text is None:
            end.set()
        return text or ""

    with ticker.Ticker(line, quiet=quiet):
        assert quiet or end.wait(20)
    return stream.getvalue()


def test_a_log_gets_lines(monkeypatch):
    assert shown(monkeypatch, io.StringIO(), ["1 of 2", "", "2 of 2"]) == "1 of 2\n2 of 2\n"


def test_a_terminal_gets_one_line_which_is_erased(monkeypatch):
    assert shown(monkeypatch, Terminal(), ["1 of 2", "2 of 2"]) == "\r\x1b[K1 of 2\r\x1b[K2 of 2\r\x1b[K"


def test_quiet_shows_nothing(monkeypatch):
    assert shown(monkeypatch, io.StringIO(), ["1 of 2"], quiet=True) == ""


def test_a_closed_stream_is_no_error(monkeypatch):
    stream = Terminal()
    stream.close()
    stream.isatty = lambda: False
    monkeypatch.setattr(Terminal, "getvalue", lambda self: "")
    assert shown(monkeypatch, stream, ["1 of 2"]) == ""
