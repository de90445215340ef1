"""A file of a run is written as a whole or not at all."""

import os
import pickle

import pytest
from json_head.bulk.errors import BulkError
from json_head.bulk.folder import Folder


@pytest.fixture(params=["local", "memory"])
def folder(request, tmp_path):
    folder = Folder.of(str(tmp_path / "run") if request.param == "local" else f"memory://{tmp_path.name}/run/")
    folder.make()
    return folder


def test_what_is_written_can_be_read(folder):
    assert not folder.exists("results/a") and folder.names("results") == set()
    folder.write("results/a", b"1")
    folder.write("results/a", b"22")
    assert folder.exists("results/a") and folder.names("results") == {"a"} and folder.read("results/a") == b"22"
    with folder.open("results/a") as file:
        assert file.read() == b"22"


def test_a_folder_that_does_not_exist_has_no_files(folder):
    assert folder.names("nowhere") == set()


def test_a_folder_means_the_same_in_another_process(folder):
    folder.write("results/a", b"1")
    copy = pickle.loads(pickle.dumps(folder))
    assert copy == folder and copy.read("results/a") == b"1"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "has no name"),
        ("a\\b", "has a backslash in its name"),
        ("nowhere://run", "nowhere://run cannot be opened: Protocol not known: nowhere"),
        ("reference://run", "reference://run cannot be opened: "),
    ],
)
def test_a_folder_that_cannot_be_used_is_named(address, message):
    with pytest.raises(BulkError, match=message):
        Folder.of(address).make()


def test_a_relative_folder_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Folder.of("run/").address == str(tmp_path / "run")


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path, monkeypatch, failing):
    folder = Folder.of(str(tmp_path))
    folder.make()

    def fail(*arguments):
        assert folder.names("results") != {"a"}
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(BulkError, match="results/a cannot be read or written: No space left on device"):
        folder.write("results/a", b"1")
    assert folder.names("results") == set()


def test_a_file_that_is_not_there_is_named(folder):
    with pytest.raises(BulkError, match="results/a does not exist"):
        folder.read("results/a")
