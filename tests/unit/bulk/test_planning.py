"""A plan has each URL of a list once, and each host in one lane."""

import random
from collections import defaultdict

import pytest
from json_head.bulk import plan as plan_module
from json_head.bulk import planning
from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder
from json_head.bulk.plan import Plan
from json_head.urls.target import parse

from tests.unit.bulk.example import planned, urls_of


def a_list(seed=1):
    """Entries of many small hosts and a large one, some of them repeated, and some that are no URLs."""
    chance = random.Random(seed)
    texts = [f"https://host{chance.randrange(40)}.example/{number}" for number in range(300)]
    texts += [f"https://large.example/{number}" for number in range(35)]
    texts += ["nonsense", "mailto:me@a.example", "nonsense"]
    texts += chance.sample(texts[:300], 20)
    texts += [f"{text.upper()[:8]}{text[8:]}#fragment" for text in texts[:5]]
    chance.shuffle(texts)
    return texts


def test_each_url_is_planned_once(tmp_path):
    texts = a_list()
    plan, folder = planned(tmp_path, texts)
    urls = [url for chunk in urls_of(plan, folder) for url in chunk]
    assert (plan.entries, plan.urls, plan.refused) == (len(texts), 337, 3)
    assert sorted(urls) == sorted({text if ":/" not in text else parse(text).url for text in texts})


def test_a_host_is_in_one_lane_and_a_lane_fills_its_slots(tmp_path):
    plan, folder = planned(tmp_path, a_list())
    lanes = defaultdict(set)
    sizes = defaultdict(int)
    for chunk, urls in zip(plan.chunks, urls_of(plan, folder), strict=True):
        assert len(urls) == chunk.urls <= 10
        sizes[chunk.lane] += chunk.urls
        for url in urls:
            lanes[url.split("/")[2] if "://" in url else ""].add(chunk.lane)
    assert all(len(of_host) == 1 for of_host in lanes.values())
    assert list(sizes.values()) == plan.lanes
    (large,) = lanes.pop("large.example")
    assert sizes[large] == 35 and all(large not in of_host for of_host in lanes.values())
    hosts = defaultdict(int)
    for (lane,) in lanes.values():
        hosts[lane] += 1
    for lane, number in hosts.items():
        # At least total / per_host hosts and a chunk, or one host with more than a chunk.
        assert (number >= 2 and sizes[lane] >= 10) or (number == 1 and sizes[lane] > 10)


def test_a_chunk_has_urls_of_all_hosts_of_its_lane(tmp_path):
    texts = [f"https://host{host}.example/{number}" for host in range(2) for number in range(100)]
    plan, folder = planned(tmp_path, texts, chunk=100)
    assert len(plan.chunks) == 2 and len(plan.lanes) == 1
    for urls in urls_of(plan, folder):
        assert 20 < sum("host0" in url for url in urls) < 80


def test_a_plan_is_read_as_it_was_made(tmp_path):
    plan, folder = planned(tmp_path, a_list())
    assert Plan.load(folder) == plan and Plan.load(folder).chunks == plan.chunks


def test_urls_are_in_as_many_files_as_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(plan_module, "CHUNKS_IN_FILE", 3)
    monkeypatch.setattr(planning, "CHUNKS_IN_FILE", 3)
    plan, folder = planned(tmp_path, a_list())
    assert len(folder.names("plan")) == 1 + -(-len(plan.chunks) // 3)
    assert sum(map(len, urls_of(plan, folder))) == plan.urls


def test_a_long_list_is_read_in_pieces_by_several_processes(tmp_path, monkeypatch):
    monkeypatch.setattr("json_head.bulk.lists._PIECE", 1_000)
    plan, _ = planned(tmp_path, a_list())
    assert plan.urls == 337 and plan.entries == len(a_list())


def test_a_plan_may_be_in_any_file_system(tmp_path):
    basis = planned(tmp_path, a_list())[0].basis
    folder = Folder.of(f"memory://{tmp_path.name}/run")
    plan = planning.make_plan(str(tmp_path / "list.txt"), basis, folder)
    assert Plan.load(folder) == plan and plan.urls == 337


def test_a_list_without_urls_is_refused(tmp_path):
    with pytest.raises(BulkError, match=r"list\.txt has no URLs"):
        planned(tmp_path, ["# nothing", ""])


def test_results_without_a_plan_are_left_alone(tmp_path):
    _, folder = planned(tmp_path, ["https://a.example/"])
    folder.write("results/chunk-000000.parquet", b"")
    with pytest.raises(BulkError, match="has results, but no plan that they belong to"):
        planned(tmp_path, ["https://a.example/"])


def test_scratch_files_are_deleted(tmp_path, monkeypatch):
    scratch = tmp_path / "it's [scratch] *"
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    scratch.mkdir()
    planned(tmp_path, a_list())
    assert list(scratch.iterdir()) == []


def test_a_full_disk_is_told(tmp_path, monkeypatch):
    def fail(piece, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(planning, "write_piece", fail)
    with pytest.raises(
        BulkError, match=r"cannot be sorted in .*: .*No space left on device\. TMPDIR names another folder"
    ):
        planned(tmp_path, a_list())
