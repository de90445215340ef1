"""The message that reads another link checker's report."""

import json

import pytest

from tests.unit.pyodide.page import Page

URL = "https://a.example/gone"
OWN = [
    {
        "url": URL,
        "verdict": "timeout",
        "reason": "No reply came.",
        "source": "a.md",
        "line": 3,
        "column": 7,
        "text": "A",
    }
]
OTHER = {"links": [{"url": URL, "status": 404, "state": "BROKEN"}]}
PLACE = {"source": "a.md", "line": 3, "column": 7, "text": "A"}
NOWHERE = {"source": None, "line": None, "column": None, "text": ""}


@pytest.mark.parametrize(
    ("report", "program", "item"),
    [
        (OWN, "json-head", {"url": URL, **PLACE, "message": "No reply came.", "verdict": "timeout"}),
        (OTHER, "linkinator", {"url": URL, **NOWHERE, "message": "status 404", "verdict": ""}),
    ],
)
async def test_findings_are_listed_with_what_the_report_says(report, program, item):
    page = Page()
    await page.ask({"id": 1, "type": "report"}, json.dumps(report).encode())
    reply = page.replies[0]
    assert (reply["type"], reply["program"], reply["items"]) == ("report", program, [item])
    assert reply["withoutAddress"] == 0


async def test_a_report_that_is_cut_off_is_refused_as_damaged():
    page = Page()
    end = await page.ask({"id": 1, "type": "report"}, json.dumps(OTHER).encode()[:-3])
    assert (end["type"], end["code"]) == ("error", "damaged-report")


async def test_other_files_are_refused():
    page = Page()
    end = await page.ask({"id": 1, "type": "report"}, b"# A page")
    assert (end["type"], end["code"]) == ("error", "no-report")
