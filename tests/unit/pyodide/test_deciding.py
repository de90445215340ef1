"""A person's decisions on links, from message to message."""

import json
import re

import pytest
from json_head.export.decided import WORDS
from json_head.pyodide.store.deciding import TYPES
from json_head.pyodide.store.keeping import Keeping
from json_head.store.decisions.files import FORMATS
from json_head.store.decisions.rules import MAX_REASON, SCOPES

from tests.unit.pyodide.page import Page
from tests.unit.pyodide.tab import A, Tab
from tests.unit.pyodide.test_protocol import PROTOCOL, ROOT

X = f"{A}/x"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "history.db"


async def listed(tab, type="decisions", body=None, **parts):
    (reply,) = await tab.send(type, body, **parts)
    assert (reply["type"], reply["state"]) == ("decisions", tab.worker._keeping.place.state)
    return reply["items"]


async def error_of(tab, body=None, **message):
    reply = await tab.ask({"id": 99, **message}, body)
    assert reply["type"] == "error", reply
    return reply["code"], reply["message"]


async def test_each_change_replies_with_the_whole_list(path):
    tab = Tab(path)
    (first,) = await listed(tab, "decide", url=X, decision="works", scope="address")
    assert first == {
        "id": 1, "url": X, "source": None, "decision": "works", "scope": "address", "reason": None, "until": None,
        "madeAt": first["madeAt"], "active": True,
    }  # fmt: skip
    parts = {"scope": "host", "reason": "Comes back", "until": "2020-01-31"}
    second, same = await listed(tab, "decide", url=X, decision="ignore", **parts)
    assert same == first
    assert (second["url"], second["reason"], second["until"], second["active"]) == (
        "a.example",
        "Comes back",
        "2020-01-31",
        False,
    )
    assert await listed(tab, "undecide", decision=second["id"]) == [first] == await listed(tab)


async def test_decisions_are_kept_and_stay_when_checks_are_deleted(path):
    tab = Tab(path)
    await tab.check(X)
    await listed(tab, "decide", url=X, decision="broken")
    await tab.send("delete-all")
    assert [item["decision"] for item in await listed(Tab(path))] == ["broken"]


async def test_all_decisions_are_deleted_and_checks_stay(path):
    tab = Tab(path)
    await tab.check(X)
    for decision in ("broken", "works"):
        await listed(tab, "decide", url=X, decision=decision)
    assert await listed(tab, "delete-decisions") == []
    assert await listed(Tab(path)) == []
    (reply,) = await tab.send("runs")
    assert len(reply["runs"]) == 1


@pytest.mark.parametrize("format", FORMATS)
async def test_decisions_that_were_not_made_are_exported(path, format):
    tab = Tab(path)
    await listed(tab, "decide", url=f"{A}/made", decision="ignore")
    items = [{"url": X, "decision": "works", "reason": "lychee said: 404"}]
    (reply,) = await tab.send("export-decisions", format=format, items=items)
    text = reply["text"].replace("\\", "")
    assert (X in text, "lychee said: 404" in text, "/made" in text) == (True, True, False)
    assert [item["url"] for item in await listed(tab)] == [f"{A}/made"]


@pytest.mark.parametrize("state", ["unavailable", "taken"])
async def test_decisions_work_in_memory_where_nothing_can_be_kept(path, state):
    tab = Tab(path if state == "taken" else "", state=state)
    await listed(tab, "decide", url=X, decision="broken")
    assert [item["decision"] for item in await listed(tab)] == ["broken"]


async def test_a_page_without_a_store_has_decisions_while_it_is_open():
    page = Page(keeping=Keeping())
    await page.ask({"id": 1, "type": "decide", "url": X, "decision": "works"})
    assert [(reply["type"], reply.get("state")) for reply in page.replies] == [
        ("decisions", "unavailable"),
        ("done", None),
    ]


async def test_a_relative_address_is_decided_on_with_its_source(path):
    (item,) = await listed(Tab(path), "decide", url="b.md", source="a.md", decision="ignore")
    assert (item["url"], item["source"]) == ("b.md", "a.md")


@pytest.mark.parametrize("format", FORMATS)
async def test_decisions_are_exported(path, format):
    tab = Tab(path)
    await listed(tab, "decide", url=X, decision="ignore")
    (reply,) = await tab.send("export-decisions", format=format)
    assert (reply["type"], reply["extension"]) == ("exported", format)
    assert "a.example" in reply["text"].replace("\\", "")


async def test_an_export_is_imported_by_a_colleague(path, tmp_path):
    tab, colleague = Tab(path), Tab(tmp_path / "other.db")
    await listed(tab, "decide", url=X, decision="ignore")
    await listed(colleague, "decide", url=f"{A}/y", decision="works")
    (exported,) = await tab.send("export-decisions", format="json")
    for added in (1, 0):
        (reply,) = await colleague.send("import-decisions", exported["text"].encode())
        assert reply["added"] == added
        assert [item["url"] for item in reply["items"]] == [X, f"{A}/y"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "decide", "url": X}, "bad-message"),
        ({"type": "decide", "url": 7, "decision": "works"}, "bad-message"),
        ({"type": "decide", "url": X, "decision": []}, "bad-message"),
        ({"type": "decide", "url": X, "decision": "works", "until": 7}, "bad-message"),
        ({"type": "decide", "url": X, "decision": "works", "source": {"text": "x"}}, "bad-message"),
        ({"type": "decide", "url": X, "decision": "fine"}, "bad-decision"),
        ({"type": "decide", "url": X, "decision": "works", "scope": "site"}, "bad-decision"),
        ({"type": "decide", "url": X, "decision": "works", "until": "soon"}, "bad-decision"),
        ({"type": "decide", "url": X, "decision": "works", "reason": "x" * 501}, "bad-decision"),
        ({"type": "undecide"}, "bad-message"),
        ({"type": "undecide", "decision": True}, "bad-message"),
        ({"type": "undecide", "decision": 7}, "bad-decision"),
        ({"type": "undecide", "decision": 2**70}, "bad-row"),
        ({"type": "export-decisions", "format": "csv"}, "bad-message"),
        ({"type": "export-decisions", "format": {}}, "bad-message"),
        ({"type": "export-decisions", "format": "json", "items": "x"}, "bad-message"),
        ({"type": "export-decisions", "format": "json", "items": [7]}, "bad-message"),
        ({"type": "export-decisions", "format": "json", "items": [{"url": X}]}, "bad-decision"),
        ({"type": "import-decisions"}, "no-decisions"),
    ],
)
async def test_what_cannot_be_decided_is_an_error(path, message, code):
    tab = Tab(path)
    assert (await error_of(tab, **message))[0] == code
    assert await listed(tab) == []


async def test_an_import_is_taken_in_whole_or_not_at_all(path):
    tab = Tab(path)
    fine = {"url": X, "scope": "address", "decision": "works", "made_at": "2026-11-29T10:00:00.000Z"}
    body = json.dumps({"kind": "decisions", "version": 1, "decisions": [fine, fine | {"decision": "fine"}]})
    code, message = await error_of(tab, body.encode(), type="import-decisions")
    assert (code, message.startswith("Decision 2 of this file is not valid.")) == ("bad-decision", True)
    assert await listed(tab) == []


def test_the_page_cuts_reasons_at_their_maximum_length():
    (most,) = re.findall(
        r"^const MAX_REASON = (\d+);", (ROOT / "web/page/triage/accepted.js").read_text(), re.MULTILINE
    )
    assert int(most) == MAX_REASON


def quoted(typedef):
    line = next(
        line for line in PROTOCOL.splitlines() if line.removesuffix("}").split("} ")[-1].split()[0:1] == [typedef]
    )
    return {word for word in line.split('"')[1::2]}


def test_the_protocol_has_the_words_of_decisions():
    assert quoted("Word") == set(WORDS)
    assert quoted("Scope") == set(SCOPES)
    assert quoted("DecisionsFormat") == set(FORMATS)
    assert all(f'type: "{type}"' in PROTOCOL for type in TYPES)
