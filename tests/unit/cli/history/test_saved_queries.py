"""json-head query --saved and --run."""

import pytest
from json_head.store.queries.saved import SAVED
from json_head.transports.fake import response

GONE, FINE = "https://a.example/gone", "https://a.example/fine"


@pytest.fixture
def query(command):
    """The command on a file with two runs: in the first one a link is broken."""
    for broken in (GONE, ""):
        command.answer = lambda request, broken=broken: response(404 if request.url == broken else 200)
        command("check", GONE, FINE, "--db", "runs.db")
    return lambda *arguments: command("query", *arguments, "--db", "runs.db", "--format", "json")


def test_run_in_a_query_is_the_last_run_or_the_chosen_one(query):
    sql = "SELECT :run AS run, url FROM to_fix WHERE run = :run"
    assert query(sql).rows == []
    assert query(sql, "--run", "last-1").rows == query(sql, "--run", "1").rows == [{"run": 1, "url": GONE}]


def test_a_saved_query_is_run_by_its_name(query):
    assert query("--saved", "pages-to-fix").rows == []
    assert query("--saved", "pages-to-fix", "--run", "1").rows == [{"source": None, "links": 2, "to_fix": 1}]


def test_saved_queries_are_listed_without_a_file(command):
    ran = command("query", "--saved", "list")
    assert (ran.code, ran.err) == (0, "")
    header, *lines = ran.out.splitlines()
    assert header.split() == ["name", "title"]
    assert [line.split(maxsplit=1) for line in lines] == [[saved.name, saved.title] for saved in SAVED.values()]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "Give a SELECT, or the name of a saved query with --saved."),
        (("SELECT 1", "--saved", "large-files"), "Give either SQL or --saved."),
        (("--saved", "nonsense"), "pages-to-fix"),
        (("SELECT 1", "--run", "9"), "has no run 9"),
        (("SELECT 1", "--run", "nonsense"), "is no run"),
    ],
)
def test_mistakes_are_errors(query, arguments, error):
    ran = query(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert error in ran.err
