"""The lock file for Pyodide, made from wheels."""

import hashlib
import zipfile

import pytest
from lock import lock_of

INFO = {"python": "3.14.2", "platform": "emscripten_5_0_3"}


def wheel(folder, name, requires=(), tag="py3-none-any"):
    path = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}_extra.py", "")
        lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {r}" for r in requires)]
        archive.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(lines) + "\n")
    return path


def test_an_entry_has_the_fields_that_pyodide_needs(tmp_path):
    path = wheel(tmp_path, "a_package", ["B.Package>=1", "other ; extra == 'x'", "old ; python_version < '3.12'"])
    wheel(tmp_path, "b_package")
    lock = lock_of(tmp_path.glob("*.whl"), INFO)
    assert lock["info"] == INFO
    assert lock["packages"]["a-package"] == {
        "name": "a-package", "version": "1.0", "file_name": path.name, "install_dir": "site",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "package_type": "package",
        "imports": ["a_package", "a_package_extra"], "depends": ["b-package"], "unvendored_tests": False,
    }  # fmt: skip


def test_a_missing_dependency_is_named_in_the_error(tmp_path):
    wheel(tmp_path, "a", ["missing"])
    with pytest.raises(ValueError, match=r"a-1\.0.*needs missing"):
        lock_of(tmp_path.glob("*.whl"), INFO)


def test_wheels_with_native_code_are_refused(tmp_path):
    wheel(tmp_path, "a", tag="cp314-cp314-linux_x86_64")
    with pytest.raises(ValueError, match="no pure Python wheel"):
        lock_of(tmp_path.glob("*.whl"), INFO)
