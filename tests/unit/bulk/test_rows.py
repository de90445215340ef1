"""Results are stored in typed columns, from which their JSON can be told again."""

import json
from io import BytesIO

import duckdb
import pyarrow.parquet
import pytest
from json_head import Link, Observation, Outcome, Result, Verdict
from json_head.bulk.errors import BulkError
from json_head.bulk.rows import SCHEMA, Footer, read_footer, row_of, to_parquet
from json_head.model import Hop, Judgement
from json_head.verdicts import judge, judge_silent

FOOTER = Footer("f" * 64, 3, 1, ["a.example:443"], 1.5)
URL = "https://a.example/b"
RESPONSE = Observation(
    Outcome.RESPONSE, "GET", via="native", status=200, headers={"content-type": "text/html", "set-cookie": "id=1"},
    url="https://www.a.example/b", redirected=True, elapsed_ms=12.34, hops=(Hop(301, URL, "https://www.a.example/b"),),
)  # fmt: skip
FAILURE = Observation(Outcome.FAILED, via="native", error="refused", elapsed_ms=0.1)


def result(*observations):
    return Result.of(Link(URL, "list.txt", found="list"), judge(observations), observations)


RESULTS = [
    result(FAILURE, RESPONSE),
    result(FAILURE, FAILURE),
    result(RESPONSE._replace(status=404, headers={}), RESPONSE._replace(status=404, headers=None)),
    Result.of(Link("nonsense é", "list.txt", found="list"), Judgement(Verdict.NOT_CHECKED, "invalid-url", "x")),
    Result.of(Link(URL, "list.txt", found="list"), judge_silent((), 5)),
]


def expected(of):
    row = of.to_json()
    row.get("headers", {}).pop("set-cookie", None)
    return row


def test_the_json_of_a_result_can_be_told_from_its_columns():
    table = pyarrow.parquet.read_table(BytesIO(to_parquet(RESULTS, FOOTER)))
    rows = [row_of(record) for record in table.to_pylist()]
    assert rows == [expected(each) for each in RESULTS]
    assert [[key for key in row if key in SCHEMA.names] for row in rows] == [
        [key for key in expected(each) if key in SCHEMA.names] for each in RESULTS
    ]


def test_every_key_of_a_result_has_a_column():
    keys = {key for each in RESULTS for key in each.to_json()}
    assert keys == set(SCHEMA.names)


def test_cookies_are_not_stored():
    assert b"id=1" not in to_parquet(RESULTS[:1], FOOTER)


def test_the_footer_is_read_without_the_rows():
    assert read_footer(BytesIO(to_parquet([], FOOTER)), "a") == FOOTER


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no parquet at all"])
def test_a_damaged_file_is_named(content):
    with pytest.raises(BulkError, match=r"chunk\.parquet is no file of results, or is damaged"):
        read_footer(BytesIO(content), "chunk.parquet")


def test_a_parquet_file_of_somebody_else_is_no_result():
    file = BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"url": ["a"]}), file)
    with pytest.raises(BulkError, match="is no file of results"):
        read_footer(file, "chunk.parquet")


def test_duckdb_reads_every_column_with_its_type(tmp_path):
    (tmp_path / "a.parquet").write_bytes(to_parquet(RESULTS, FOOTER))
    with duckdb.connect() as database:
        query = "SELECT headers['content-type'], attempts[2].hops[1].status, typeof(checked_at), redirect.kind"
        assert database.execute(f"{query} FROM '{tmp_path}/a.parquet' WHERE ok AND status = 200").fetchall() == [
            (
                "text/html",
                301,
                "TIMESTAMP WITH TIME ZONE",
                json.loads(json.dumps(RESULTS[0].to_json()))["redirect"]["kind"],
            )
        ]
