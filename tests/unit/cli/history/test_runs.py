"""Runs that are recorded with --db: what is new, and the commands that read them."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from json_head.export import FORMATS
from json_head.store import Store
from json_head.transports.fake import response

X, Y, Z = (f"https://a.example/{name}" for name in "xyz")


@pytest.fixture
def check(command):
    """Runs a check of X, Y and Z with --db, of which some are broken."""

    def check(*broken, arguments=()):
        command.answer = lambda request: response(404 if request.url in broken else 200)
        return command("check", X, Y, Z, "--db", "runs.db", *arguments)

    return check


def test_the_summary_says_what_is_new(check):
    assert check(X, Y).out.endswith("3 links: 2 broken, 1 ok.\n")
    ran = check(X, Z)
    day = Store.open("runs.db").run(1).started_at[:10]
    assert ran.out.endswith(
        f"3 links: 2 broken, 1 ok. Since {day}: 1 new, 1 fixed, 1 still failing, the oldest since {day}.\n"
    )
    assert ran.out.count("New since the last run.") == 1
    assert check().out.endswith(f"3 links: 3 ok. Since {day}: 0 new, 2 fixed.\n")


def test_a_recorded_run_is_that_which_was_printed(check):
    check(X)
    printed = check(X, Y, arguments=("--format", "json")).rows
    with Store.open("runs.db") as store:
        assert sorted(store.rows(2), key=lambda row: row["url"]) == printed
    assert [(row["url"], row.get("new", False), "since" in row) for row in printed] == [
        (X, False, True), (Y, True, True), (Z, False, False),
    ]  # fmt: skip


def test_the_order_is_that_of_the_sources(command):
    for name in "cab":
        Path(f"{name}.md").write_text("".join(f"[x](https://a.example/{name}/{number})\n" for number in range(3)))
    printed = command("check", "c.md", "a.md", "b.md", "--db", "runs.db", "--format", "json").rows
    assert command("export", "last", "--db", "runs.db").rows == printed


@pytest.mark.parametrize("name", ["last", "1", "runs.db"])
def test_only_what_is_new_fails_with_a_run_as_baseline(check, name):
    check(X)
    baseline = ("--baseline", name)
    assert check(X, arguments=baseline).code == 0
    ran = check(X, Y, arguments=baseline)
    assert (ran.code, "2 broken, 1 ok; 1 not new." in ran.out) == (1, True)


def test_a_first_run_has_no_baseline(check):
    assert check(X, arguments=("--baseline", "last")).code == 1
    assert check(X, arguments=("--baseline", "last")).code == 0


def test_a_link_that_worked_in_the_last_run_is_new_again(check):
    for broken, code in (((X,), 1), ((), 0), ((X,), 1)):
        assert check(*broken, arguments=("--baseline", "last")).code == code


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("check", X, "--baseline", "last"), "--baseline last needs --db"),
        (("check", X, "--db", "runs.db", "--baseline", "7"), "has no run 7"),
        (("check", X, "--db", "runs.db", "--baseline", "last-9"), "There is no run last-9"),
        (("check", X, "--db", "no/runs.db"), "The store no/runs.db cannot be used"),
        (("runs",), "Give the file of the runs with --db"),
        (("runs", "--db", "no.db"), "The store no.db cannot be used: there is no such file."),
        (("runs", "--db", "text.db"), "it is not a store of json-head"),
        (("runs", "--db", "runs.db", "--delete", "9"), "has no run 9"),
        (("runs", "--db", "runs.db", "--delete", "1", "--rename", "1", "x"), "Choose one of"),
        (("show", "x", "--db", "runs.db"), "'x' is no run"),
        (("show", "999999999999999999", "--db", "runs.db"), "has no run 999999999999999999"),
        (("export", "last-3", "--db", "runs.db"), "There is no run last-3: the store has 1 run."),
        (("export", "last", "--db", "runs.db", "--output", "no/x.json"), "no/x.json cannot be written"),
        (("diff", "1", "2", "--db", "runs.db"), "has no run 2"),
        (("query", "DELETE FROM runs", "--db", "runs.db"), "only SELECT is allowed"),
    ],
)
def test_mistakes_are_errors(command, check, arguments, error):
    check()
    Path("text.db").write_text("no database" * 100)
    ran = command(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert error in ran.err
    assert not Path("no.db").exists()
    with Store.open("runs.db") as store:
        assert [run.name for run in store.runs()][-1] is None


def test_runs_are_listed_renamed_and_deleted(command, check):
    check(X)
    check(Y)
    (last, first) = command("runs", "--db", "runs.db", "--format", "json").rows
    assert (last["run"], last["state"], last["new"], last["fixed"], last["links"]) == (2, "finished", 1, 1, 3)
    assert (first["run"], first["new"], first["source"]) == (1, None, f"{X} {Y} {Z}")
    assert command("runs", "--db", "runs.db", "--rename", "last-1", "before").code == 0
    assert command("runs", "--db", "runs.db").out.splitlines()[2].endswith("before")
    ran = command("runs", "--db", "runs.db", "--delete", "last", "--delete", "2")
    assert ran.err.startswith("Deleted run 2 of 20") and ran.err.count("Deleted") == 1
    assert [run["run"] for run in command("runs", "--db", "runs.db", "--format", "json").rows] == [1]


def test_the_file_may_be_in_the_configuration(command, check):
    Path("json-head.toml").write_text('db = "runs.db"\nformat = "github"\nbaseline = "last"\n')
    assert command("check", X).code == 0
    Path("below").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir("below")
        assert command("show", "last").out.startswith("1 link: 1 ok.")


def test_a_run_is_shown_as_it_was_printed(command, check):
    check()
    printed = check(X).out
    assert command("show", "last", "--db", "runs.db").out == printed
    assert command("show", "last", "--db", "runs.db", "--format", "json").rows[0]["new"] is True


@pytest.mark.parametrize("format", [*FORMATS, "table", "github"])
def test_a_run_is_exported_in_every_format(command, check, format):
    printed = check(X, arguments=("--format", format, "--output", "checked", "--verbose"))
    exported = command("export", "last", "--db", "runs.db", "--format", format, "--output", "exported")
    assert (printed.code, exported.code) == (1, 0)
    assert Path("exported").read_text() == Path("checked").read_text()


def test_the_extension_of_an_export_names_its_format(command, check):
    check(X)
    assert command("export", "1", "--db", "runs.db", "--output", "x.csv").code == 0
    assert Path("x.csv").read_text().startswith("url,result,verdict,")


def test_an_extension_of_no_format_is_an_error(command, check):
    check(X)
    for name in ("x.pdf", "x"):
        ran = command("export", "1", "--db", "runs.db", "--output", name)
        assert (ran.code, Path(name).exists()) == (2, False)
        assert f"The extension of {name} has to be one of .json, .ndjson, .csv, .md" in ran.err
        assert command("export", "1", "--db", "runs.db", "--output", name, "--format", "csv").code == 0
        assert Path(name).read_text().startswith("url,result,verdict,")


def test_runs_of_different_sources_are_compared_with_a_remark(command, check):
    check()
    command("check", X, "--db", "runs.db")
    ran = command("diff", "1", "2", "--db", "runs.db")
    assert (ran.code, ran.err) == (0, f"Run 1 is of {X} {Y} {Z}, and run 2 of {X}.\n")
    check()
    assert command("diff", "1", "3", "--db", "runs.db").err == ""


def test_runs_are_compared(command, check):
    check(X, Y)
    check(Y, Z)
    arguments = ("diff", "1", "2", "--db", "runs.db", "--format")
    changes = command(*arguments, "json").rows
    assert [(change["change"], change["url"]) for change in changes] == [("still", Y), ("new", Z), ("fixed", X)]
    assert [row["change"] for row in csv.DictReader(io.StringIO(command(*arguments, "csv").out))] == [
        "still",
        "new",
        "fixed",
    ]
    assert command(*arguments, "table").out.splitlines()[2].split()[:2] == ["new", Z]


def test_a_query_prints_a_table_csv_or_json(command, check):
    check(X)
    sql = "SELECT verdict, count(*) AS links FROM results GROUP BY verdict"
    query = ("query", sql, "--db", "runs.db")
    assert command(*query).out == "verdict  links\nbroken   1\nok       2\n"
    assert command(*query, "--format", "csv").out == "verdict,links\r\nbroken,1\r\nok,2\r\n"
    assert command(*query, "--format", "ndjson").out.splitlines()[1] == '{"verdict": "ok", "links": 2}'
    assert command("query", "SELECT 1 WHERE 0", "--db", "runs.db", "--format", "json").rows == []


def test_a_long_table_is_cut_and_says_so(command, check):
    check()
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) SELECT i FROM n"
    ran = command("query", numbers, "--db", "runs.db")
    assert len(ran.out.splitlines()) == 1_001
    assert ran.err == "There are more than these 1,000 rows. --limit 0 prints all.\n"
    ran = command("query", numbers, "--db", "runs.db", "--format", "ndjson")
    assert (len(ran.out.splitlines()), ran.err) == (5_000, "")


def test_values_are_shown_as_text_only(command, check):
    check()
    ran = command(
        "query", "SELECT '\x1b[31m' || char(8238) AS a, x'ff00' AS b, '=1+1' AS c, NULL AS d", "--db", "runs.db"
    )
    assert ran.out.splitlines()[1].split() == ["\ufffd[31m\ufffd", "ff00", "=1+1"]
    ran = command("query", "SELECT 1 AS 'a\x1b[2J'", "--db", "runs.db")
    assert ran.out.splitlines()[0] == "a\ufffd[2J"
    ran = command("query", "SELECT '=1+1' AS c", "--db", "runs.db", "--format", "csv")
    assert ran.out.splitlines()[1] == "'=1+1"


def test_links_that_are_only_listed_are_not_recorded(command):
    assert command("check", X, "--dump", "--db", "runs.db").out == f"{X}\n"
    assert not Path("runs.db").exists()


def test_one_file_is_left(command):
    for _ in range(2):
        command("check", X, "--db", "runs.db", "--cache", "runs.db")
    assert [file.name for file in Path().iterdir()] == ["runs.db"]


def test_an_error_of_the_file_does_not_lose_the_results(command, check):
    check()
    answer = command.answer

    def spoil(request):
        with closing(sqlite3.connect("runs.db")) as database, database:
            database.execute("DROP TABLE IF EXISTS places")
        return answer(request)

    command.answer = spoil
    ran = command("check", X, "--db", "runs.db", "--format", "json")
    assert ran.code == 2 and [row["url"] for row in json.loads(ran.out)] == [X]
    assert "Error: The store runs.db cannot be used" in ran.err


def test_nothing_in_a_foreign_store_reaches_the_terminal(command, check):
    check(X)
    check(X, Y)
    with closing(sqlite3.connect("runs.db")) as database, database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in set(tables) - {"sqlite_sequence"}:
            for _, column, kind, *_ in database.execute(f"PRAGMA table_info({table})").fetchall():
                if kind == "TEXT" and column not in (
                    "state",
                    "options",
                    "robots",
                    "notes",
                    "counts",
                    "headers",
                    "extra",
                    "hops",
                ):
                    database.execute(
                        f"""UPDATE {table} SET "{column}" = "{column}" || char(27) || '[31m' || char(8238)"""
                    )
        database.execute("UPDATE runs SET counts = replace(counts, 'Z\"', 'Z' || char(8238) || '\"')")
        database.execute("UPDATE targets SET status = char(27) || 'x'")
    for arguments in (("runs",), ("show", "last", "-v"), ("show", "1"), ("diff", "1", "2"), ("export", "2", "--format", "table"),
                      ("export", "2", "--format", "github"), ("query", "SELECT * FROM results")):  # fmt: skip
        ran = command(*arguments, "--db", "runs.db")
        assert ran.code == 0, ran.err
        assert not {"\x1b", "\u202e"} & set(ran.out + ran.err), arguments


@pytest.mark.parametrize("value", ["[]", '{"new": "x"}', '{"new": 1, "oldest": 7}', "7", "{"])
def test_counts_that_no_run_has_are_an_error(command, check, value):
    check(X)
    with closing(sqlite3.connect("runs.db")) as database, database:
        database.execute("UPDATE runs SET counts = ?", (value,))
    ran = command("show", "1", "--db", "runs.db")
    assert (ran.code, ran.out) == (2, "") and "it is damaged" in ran.err


def test_restricted_links_are_known_with_that_verdict(command):
    command.answer = lambda request: response(403)
    arguments = ("check", X, "--db", "runs.db", "--baseline", "last", "--fail-on", "restricted,broken")
    assert [command(*arguments).code for _ in range(2)] == [1, 0]
    command.answer = lambda request: response(404)
    assert command(*arguments).code == 1


def test_json_of_a_query_loses_no_column_and_is_valid(command, check):
    check()
    ran = command("query", "SELECT 1 AS a, 2 AS a, 1e999 AS b", "--db", "runs.db", "--format", "json")
    assert json.loads(ran.out, parse_constant=pytest.fail) == [{"a": 1, "a:2": 2, "b": "inf"}]


@pytest.mark.parametrize("name", ["runs.db", "link.csv"])
def test_results_are_never_written_over_runs(command, check, name):
    check(X)
    Path("link.csv").hardlink_to("runs.db")
    for arguments in (
        ("export", "1", "--output", name, "--format", "json"),
        ("check", X, "--output", name),
        ("check", X, "--report", "link.csv"),
    ):
        ran = command(*arguments, "--db", "runs.db")
        assert (ran.code, "holds recorded runs" in ran.err) == (2, True)
        assert len(command("export", "1", "--db", "runs.db").rows) == 3


def test_a_page_that_cannot_be_read_does_not_end_the_baseline(command):
    gone = response(200, {"content-type": "text/html"}, body=b"<a href=/gone>x</a>")
    page = {"https://a.example/": gone}
    arguments = ("check", "--page", "https://a.example/", "--db", "runs.db")
    command.answer = lambda request: page.get(request.url, response(404))
    command(*arguments)
    page["https://a.example/"] = response(503)
    ran = command(*arguments)
    assert (ran.code, "Since" in ran.out) == (2, False)
    page["https://a.example/"] = gone
    ran = command(*arguments)
    assert "0 new, 0 fixed, 1 still failing" in ran.out
    rows = command("runs", "--db", "runs.db", "--format", "json").rows
    assert [row["state"] for row in rows] == ["finished", "failed", "finished"]
