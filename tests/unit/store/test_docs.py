"""docs/store.md agrees with the schema, and its examples have the documented output."""

import re
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from json_head.model import Hop, Observation, Outcome
from json_head.store import Store
from json_head.store.changes import changes
from json_head.store.queries.saved import SAVED
from json_head.transports.fake import Answer, response

from tests.unit.cli.conftest import command  # noqa: F401

PAGE = (Path(__file__).parents[3] / "docs/store.md").read_text()
_ROW = re.compile(r"^\| ((?:`\w+`(?:, )?)+) \| [^|]* \| ([^|]*) \|$", re.MULTILINE)

GUIDE = "<https://example.com/> <https://example.com/gone> <http://old.example.net/>"
FAQ = "<https://example.com/gone> <https://example.com/down> <https://example.org/help>"


def names(cell):
    return re.findall(r"`(\w+)`", cell)


def test_the_tables_list_every_table_view_and_column(tmp_path):
    path = tmp_path / "s.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as database:
        sql = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'"
        schema = {
            name: [column[1] for column in database.execute(f"PRAGMA table_info({name})")]
            for (name,) in database.execute(sql)
        }
    documented = {}
    for tables, columns in _ROW.findall(PAGE):
        for table in names(tables):
            documented[table] = names(columns)
    schema["fine"] = schema["failed"] = list(dict.fromkeys([*schema["fine"], *schema["failed"]]))
    assert documented == schema


def test_the_words_of_changes_are_documented():
    documented = set(re.findall(r"^\| `(\w+)` \| It ", PAGE, re.MULTILINE))
    words = set(re.findall(r'"(new|still|fixed|gone|unclear)"', Path(changes.__code__.co_filename).read_text()))
    assert documented == words


def test_the_saved_queries_are_documented():
    assert re.findall(r"^\| `(\w+(?:-\w+)+)` \| [^|]* \|$", PAGE, re.MULTILINE) == list(SAVED)


def answer(broken):
    def answer(request):
        if request.url == "http://old.example.net/":
            url = "https://example.net/"
            hops = (Hop(301, request.url, url),)
            return Answer(Observation(Outcome.RESPONSE, status=200, headers={}, url=url, redirected=True, hops=hops))
        return response(broken.get(request.url, 200))

    return answer


def test_the_examples_have_the_documented_output(command):  # noqa: F811
    Path("docs").mkdir()
    Path("docs/guide.md").write_text(GUIDE)
    Path("docs/faq.md").write_text(FAQ)
    arguments = ("check", "docs", "--db", "links.db", "--retries", "0")
    command.answer = answer({"https://example.com/gone": 404, "https://example.org/help": 404})
    assert command(*arguments).code == 1
    command.answer = answer({"https://example.com/gone": 404, "https://example.com/down": 500})
    assert command(*arguments).code == 1
    with Store.open("links.db") as store:
        store.decisions.decide("example.com", "ignore", scope="host", reason="Comes back with the next release")
    examples = re.findall(r"^```console\n\$ (json-head (?:query|decisions) .*)\n((?:.*\n)*?)^```$", PAGE, re.MULTILINE)
    assert len(examples) == 7
    for line, printed in examples:
        ran = command(*shlex.split(line)[1:])
        assert (ran.code, ran.err, ran.out) == (0, "", printed)
