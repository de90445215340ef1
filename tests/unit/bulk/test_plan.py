"""A run goes on only with the plan of the same list, options and version."""

import json
from dataclasses import asdict, replace

import pytest
from json_head import Policy
from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder
from json_head.bulk.plan import FILE, Basis, Plan

BASIS = Basis("1" * 64, None, asdict(Policy()), 10_000, "1.0.0", {"method": "HEAD", "guard": True})


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (replace(BASIS, list="2" * 64), "made of another list, or the list has changed. Go on with the same list"),
        (replace(BASIS, column="link"), "made without --column"),
        (replace(BASIS, network={"method": "GET", "guard": False}), "made with --method HEAD, with --guard."),
        (replace(BASIS, chunk=1), "made with --chunk 10000"),
        (replace(BASIS, policy=asdict(Policy(per_host=2, timeout_s=5))), "made with --per-host 4, with --timeout 10"),
        (replace(BASIS, version="1.1.0"), "made by json-head 1.0.0, and this is 1.1.0"),
    ],
)
def test_a_difference_is_named(given, message):
    with pytest.raises(BulkError) as caught:
        BASIS.refuse_other(given, "out")
    assert str(caught.value).startswith("out has a plan that was ") and message in str(caught.value)
    assert given.hash != BASIS.hash


def test_the_same_basis_is_accepted():
    BASIS.refuse_other(replace(BASIS), "out")
    assert replace(BASIS).hash == BASIS.hash


@pytest.fixture
def folder(tmp_path):
    folder = Folder.of(str(tmp_path))
    folder.make()
    Plan(BASIS, "list.txt", 30, 25, 0, [15, 10]).save(folder)
    return folder


def test_a_folder_without_a_plan_says_how_to_make_one(tmp_path):
    with pytest.raises(BulkError, match=r"has no plan\. Make one: json-head bulk LIST --out "):
        Plan.load(Folder.of(str(tmp_path)))


@pytest.mark.parametrize(
    "change",
    [
        {"basis": {"chunk": 5}}, {"basis": {"policy": {**asdict(Policy()), "per_host": 50}}}, {"basis": {"list": "3" * 64}},
        {"lanes": [15.0, 10]}, {"lanes": [25, 0]}, {"lanes": []}, {"urls": 0}, {"address": "other.txt"}, {"refused": 25},
    ],
)  # fmt: skip
def test_a_changed_plan_is_refused(folder, change):
    data = json.loads(folder.read(FILE))
    data["basis"] |= change.pop("basis", {})
    folder.write(FILE, json.dumps(data | change).encode())
    with pytest.raises(BulkError, match="its hash is another one"):
        Plan.load(folder)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b'"x"', b"1", b"{}", b"[" * 100_000])
def test_a_damaged_plan_is_refused(folder, content):
    folder.write(FILE, content)
    with pytest.raises(BulkError, match="is damaged"):
        Plan.load(folder)


def test_a_chunk_is_done_when_its_file_is_there(folder):
    plan = replace(Plan.load(folder), basis=replace(BASIS, chunk=10))
    assert [chunk.urls for chunk in plan.chunks] == [8, 7, 10]
    folder.write("results/chunk-000001.parquet", b"")
    folder.write("results/.chunk-000002.parquet.1.tmp", b"")
    assert [chunk.id for chunk in plan.done(folder)] == [1]
