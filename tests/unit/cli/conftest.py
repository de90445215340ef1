"""The command as a function: arguments in, exit code and output out, on a fake network."""

from __future__ import annotations

import io
import json
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from json_head.cli import group, network
from json_head.transports.fake import FakeTransport, response


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def rows(self):
        """The results of a run with --format json."""
        return json.loads(self.out)


@dataclass
class Command:
    """The command. ``answer`` may be replaced: by default the status is the last part of the path if that is a number,
    and 200 otherwise."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    options: list = field(default_factory=list)
    sent: list = field(default_factory=list)

    def __post_init__(self):
        @asynccontextmanager
        async def open_transport(options):
            self.options.append(options)
            transport = FakeTransport(lambda request: self.answer(request))
            self.sent.append(transport.sent)
            yield network.WithGet(transport) if options.method == "GET" else transport

        self.monkeypatch.setattr(network, "open_transport", open_transport)

    @staticmethod
    def answer(request):
        last = request.url.rpartition("/")[2]
        return response(int(last) if last.isdigit() else 200, {"content-type": "text/html"})

    def __call__(self, *arguments, stdin=b""):
        self.monkeypatch.setattr(sys, "argv", ["json-head", *arguments])
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as exit:
            group.main()
        return Ran(exit.value.code, *self.capsys.readouterr())

    @property
    def urls(self):
        """The URLs requested in the last run, without duplicates."""
        return sorted({request.url for request in self.sent[-1]})


@pytest.fixture(autouse=True)
def own_signals():
    """Restores the handlers of signals, which the start of the command replaces: another would end all tests."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, handlers, strict=True):
        signal.signal(number, handler)


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    return Command(monkeypatch, capsys)
