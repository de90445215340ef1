"""A check is recorded while it runs."""

import asyncio

from json_head.cli.history.recording import Recording, difference
from json_head.cli.progress.watcher import Watcher
from json_head.cli.run import check
from json_head.cli.wanted import Wanted
from json_head.export import About
from json_head.store import Store
from json_head.store.runs import Run
from json_head.transports.fake import FakeTransport, response


async def test_an_interrupted_check_is_stored_with_its_results(tmp_path):
    transport = FakeTransport(lambda request: response(404, delay_s=9 if request.url.endswith("slow") else 0))
    wanted = Wanted(
        ["https://a.example/1", "https://a.example/slow"], recording=Recording(tmp_path / "s.db", "a", About())
    )
    completed = []
    task = asyncio.ensure_future(check(wanted, transport, Watcher(), completed.append))
    while not completed:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.7)
    with Store.open(tmp_path / "s.db", creates=False) as store:
        assert store.run(1).state == "unfinished"
        assert [row["url"] for row in store.rows(1)] == ["https://a.example/1"]
    task.cancel()
    found = await task
    with Store.open(tmp_path / "s.db", creates=False) as store:
        assert store.run(1).state == "interrupted"
        assert list(store.rows(1)) == found.rows
        assert [row["rule"] for row in found.rows] == ["gone-twice", "cancelled"]


async def test_an_interrupted_run_is_not_compared_with(tmp_path):
    with Store.open(tmp_path / "s.db") as store:
        store.begin("check", "a").finish("interrupted")
    recording = Recording(tmp_path / "s.db", "a", About())
    assert recording.store.last("check", "a") is None
    found = await check(
        Wanted(["https://a.example/"], recording=recording), FakeTransport(lambda request: response(404)), Watcher()
    )
    assert found.difference == "" and "new" not in found.rows[0]


def run(**counts):
    counts = {"new": 0, "still": 0, "fixed": 0, "gone": 0, "unclear": 0, "oldest": None} | counts
    return Run(2, "check", "a", None, "2026-11-29T", None, "finished", 1, "2026-11-28T", {}, {}, [], [], "1", counts)


def test_differences_are_a_sentence():
    assert difference(run()) == "Since 2026-11-28: 0 new, 0 fixed."
    assert difference(run(new=1200, fixed=1, gone=2, unclear=3, still=4, oldest="2026-11-03T01:02:03.000Z")) == (
        "Since 2026-11-28: 1,200 new, 1 fixed, 2 no longer linked, 3 undecided now, 4 still failing, the oldest since 2026-11-03."
    )
    assert difference(run()._replace(previous_at=None)) == ""
