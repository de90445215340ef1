"""The access log: its fields, and how it is written."""

import asyncio
import json
import os
import threading
from datetime import datetime

import pytest
from json_head.asgi.operation import access_log
from json_head.asgi.operation.access_log import AccessLog
from json_head.transports.fake import response

from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.operation.operated import TOKEN, Operated


async def test_a_line_tells_who_requested_which_hosts_with_which_outcome():
    client = Operated()
    await client(
        path_for("http://a.test/p?q=1", "http://A.test/x", "https://b.test:8443/#f", "nonsense"), address="2001:db8::1"
    )
    (line,) = client.log.lines
    assert line.pop("ms") >= 0 and len(line.pop("id")) == 32
    assert line == {
        "client": "2001:db8::1", "request": "heads", "hosts": ["a.test", "b.test", "invalid"], "status": 200, "outcome": "answered",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "kind", "status", "outcome"),
    [
        ("/links?url=http://a.test/", "links", 200, "answered"), ("/nothing", "other", 404, "not-found"),
        (path_for("http://a.test/") + "&format=x", "heads", 400, "invalid-format"), ("/links", "links", 400, "one-url"),
    ],
)  # fmt: skip
async def test_outcomes_are_the_codes_of_refusals(path, kind, status, outcome):
    client = Operated()
    await client(path)
    assert [client.log.lines[0][name] for name in ("request", "status", "outcome")] == [kind, status, outcome]


async def test_a_client_that_disconnects_is_logged_as_such():
    client, gone = Operated(lambda request: response(200, delay_s=60)), asyncio.Event()
    running = asyncio.ensure_future(client(path_for("http://a.test/"), disconnected=gone))
    await asyncio.sleep(0.1)
    gone.set()
    await running
    assert (client.log.lines[0]["outcome"], client.log.lines[0]["status"]) == ("disconnected", 0)


async def test_no_path_query_or_secret_is_logged():
    client = Operated(tokens=(TOKEN,))
    for url in (
        "http://a.test/secret?secret#secret",
        "http://me:secret@a.test/",
        "secret",
        "http://a.test:99999/secret",
    ):
        await client(path_for(url) + "&secret=secret", authorization=f"Bearer {TOKEN}", cookie="secret")
        await client(path_for(url), authorization="Bearer secret-secret-secret")
    text = json.dumps(client.log.lines)
    assert len(client.log.lines) == 8 and "secret" not in text and TOKEN not in text


async def test_an_address_that_a_client_made_up_is_cut():
    client = Operated()
    await client(path_for("http://a.test/"), address="x" * 10_000)
    assert client.log.lines[0]["client"] == "x" * 64


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_monitoring_is_not_logged(path):
    client = Operated()
    await client(path)
    assert not client.log.lines


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_lines_are_appended_with_their_time(tmp_path):
    path = tmp_path / "access.log"
    path.write_text("{}\n")
    log = AccessLog(str(path))
    for number in range(3):
        log.write(number=number)
    log.close()
    assert [line.get("number") for line in lines_of(path)] == [None, 0, 1, 2]
    assert all(datetime.fromisoformat(line["time"]).tzinfo for line in lines_of(path)[1:])


def test_a_new_file_is_hidden_from_other_users(tmp_path):
    AccessLog(str(tmp_path / "access.log")).close()
    assert (tmp_path / "access.log").stat().st_mode & 0o007 == 0


def test_reopening_goes_on_in_a_new_file(tmp_path):
    path = tmp_path / "access.log"
    log = AccessLog(str(path))
    log.write(number=1)
    log.reopen()
    log.close()
    path.rename(tmp_path / "old")
    log = AccessLog(str(tmp_path / "old"))
    log._path = str(path)
    log.write(number=2)
    log.reopen()
    log.write(number=3)
    log.close()
    assert [line["number"] for line in lines_of(tmp_path / "old")] == [1, 2]
    assert [line["number"] for line in lines_of(path)] == [3]


def test_a_slow_disk_blocks_nobody_and_missing_lines_are_counted(tmp_path, monkeypatch):
    release, writing = threading.Event(), threading.Event()
    write = os.write

    def slowly(descriptor, data):
        writing.set()
        release.wait()
        return write(descriptor, data)

    monkeypatch.setattr(access_log, "MAX_WAITING", 5)
    monkeypatch.setattr(access_log.os, "write", slowly)
    log = AccessLog(str(tmp_path / "access.log"))
    log.write(number=0)
    writing.wait(10)
    for number in range(1, 20):
        log.write(number=number)  # it would wait for ever if it waited for the disk
    assert log.dropped == 14
    release.set()
    while log._queue.qsize():
        pass
    log.write(number=20)
    log.close()
    lines = lines_of(tmp_path / "access.log")
    assert [line["number"] for line in lines] == [0, 1, 2, 3, 4, 5, 20] and lines[-1]["dropped_before"] == 14


def test_a_full_disk_tears_no_later_line(tmp_path, monkeypatch):
    write, results = os.write, [5, OSError()]

    def fail(descriptor, data):
        if not results:
            return write(descriptor, data)
        result = results.pop(0)
        if isinstance(result, OSError):
            raise result
        return write(descriptor, data[:result])

    monkeypatch.setattr(access_log.os, "write", fail)
    log = AccessLog(str(tmp_path / "access.log"))
    log.write(number=1)
    while not log.dropped:
        pass
    log.write(number=2)
    log.close()
    torn, whole = (tmp_path / "access.log").read_text().splitlines()
    assert len(torn) == 5 and json.loads(whole)["number"] == 2 and log.dropped == 1


def test_a_pipe_that_nobody_reads_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="No such device"):
        AccessLog(str(tmp_path / "pipe"))


def test_a_pipe_whose_reader_stops_blocks_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr(access_log, "CLOSING_S", 0.1)
    monkeypatch.setattr(access_log, "MAX_WAITING", 5)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    log = AccessLog(str(tmp_path / "pipe"))
    while not log.dropped:
        log.write(text="x" * 1_000)  # it would wait for ever if it waited for the reader
    log.reopen()
    log.close()
    os.close(reader)


@pytest.mark.parametrize("path", ["/dev/null", "/dev/stdout"])
def test_devices_are_accepted(path):
    log = AccessLog(path)
    log.write(number=1)
    log.close()
    assert not log.dropped
