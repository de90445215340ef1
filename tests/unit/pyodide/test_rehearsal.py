"""What is gone through before Python's memory is kept is a check as the page has them, and leaves nothing behind."""

import asyncio

from json_head.pyodide.rehearsal import rehearse


def test_each_url_has_its_verdict():
    replies = rehearse()
    assert [reply["type"] for reply in replies if reply["type"] != "results"] == ["found", "plan", "done"]
    results = [item for reply in replies if reply["type"] == "results" for item in reply["items"]]
    assert {item["url"]: item["verdict"] for item in results} == {
        "https://ok.example/a?b=c": "ok",
        "https://gone.example/a#b": "broken",
        "https://hidden.example/": "answered-unreadable",
    }


async def test_the_loop_that_runs_is_the_one_that_ran():
    running = asyncio.get_running_loop()
    rehearse()
    assert asyncio.get_running_loop() is running
    assert len(asyncio.all_tasks()) == 1
