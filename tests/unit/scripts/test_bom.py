"""What is shipped: every package of the site and of the container image is in its notice and in its bill of materials."""

import json
import re
import tomllib
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest
from bom import write
from jsonschema import Draft7Validator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from referencing import Registry
from referencing.jsonschema import DRAFT7
from shipped import Software, locked, of_debian, of_distribution, of_environment, of_site, of_toml

ROOT = Path(__file__).parents[3]
LOCKS = ROOT / "scripts/env"
SCHEMAS = files("cyclonedx.schema") / "_res"
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def wheel(folder, name, version="1.0", metadata="License-Expression: MIT", **texts):
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        info = f"{name}-{version}.dist-info"
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}\n")
        for file, text in texts.items():
            archive.writestr(f"{info}/licenses/{file}", text)
    return path


def written(folder, software):
    write(folder, "a-product", software)
    return (folder / "NOTICE.txt").read_text(), json.loads((folder / "sbom.cdx.json").read_text())


def pins(lock):
    """The packages of a lock file, by their names, with all versions for different systems."""
    lines = re.findall(r"^([\w.-]+==[^\\]+)", (LOCKS / lock).read_text(), re.MULTILINE)
    return [(requirement.name, requirement) for requirement in map(Requirement, lines)]


def schema_errors(bill):
    def schema(name):
        return json.loads((SCHEMAS / name).read_text())

    bom, *others = ("bom-1.6", "spdx", "jsf-0.82")
    registry = Registry().with_resources(
        (f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", DRAFT7.create_resource(schema(f"{name}.SNAPSHOT.schema.json")))
        for name in others
    )  # fmt: skip
    validator = Draft7Validator(schema(f"{bom}.SNAPSHOT.schema.json"), registry=registry)
    return [error.message for error in validator.iter_errors(bill)]


@pytest.fixture
def site(tmp_path):
    """The documents of a site with the packages that the page's lock file names."""
    for name, requirement in pins("requirements-browser.txt"):
        (specifier,) = requirement.specifier
        wheel(tmp_path, name.replace("-", "_"), specifier.version, LICENSE=f"The licence of {name}.")
    return written(tmp_path / "licenses", of_site(tmp_path.glob("*.whl")))


def test_every_package_of_the_site_is_in_both_documents(site):
    notice, bill = site
    components = {component["name"]: component for component in bill["components"]}
    names = [name for name, _ in pins("requirements-browser.txt")]
    assert len(names) >= 4
    for name in (*names, "pyodide", "cpython", "sqlite", "zlib", "emscripten", "furo", "sphinx"):
        version = components[name]["version"]
        assert re.search(rf"^{re.escape(f'{name} {version}')}$", notice, re.MULTILINE), name
        assert components[name]["licenses"]
    assert all(f"The licence of {name}." in notice for name in names)


def test_bill_is_valid_by_its_schema(site):
    _, bill = site
    assert schema_errors(bill) == []
    assert schema_errors({**bill, "components": [{"name": "without a type"}]})


def test_versions_are_those_that_the_build_uses():
    listed = {software.name: software for software in of_toml()}
    pyodide = json.loads((ROOT / "scripts/package.json").read_text())["dependencies"]["pyodide"]
    info = json.loads((ROOT / "scripts/node_modules/pyodide/pyodide-lock.json").read_text())["info"]
    assert listed["pyodide"].version == pyodide
    assert listed["cpython"].version == info["python"]
    assert listed["emscripten"].version == info["platform"].removeprefix("emscripten_").replace("_", ".")
    core = (ROOT / "scripts/node_modules/pyodide/pyodide.asm.wasm").read_bytes()
    for name in ("zlib", "bzip2", "liblzma", "zstd", "sqlite", "expat", "mpdecimal"):
        assert listed[name].version.encode() in core, name


def test_notice_of_pyodide_says_that_it_is_changed_and_where_its_source_is(site):
    notice, _ = site
    entry = next(entry for entry in notice.split("\n\n") if entry.startswith("pyodide "))
    assert "are changed" in entry and "scripts/build/core-reduce.mjs" in entry
    assert "https://github.com/pyodide/pyodide/tree/314" in entry
    assert "Mozilla Public License Version 2.0" in notice


def test_same_software_gives_the_same_bytes(tmp_path):
    software = list(of_toml())
    for name in ("a", "b"):
        write(tmp_path / name, "a-product", reversed(software) if name == "b" else software)
    for name in ("NOTICE.txt", "sbom.cdx.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_package_without_a_licence_is_an_error(tmp_path):
    wheel(tmp_path, "nobodys", metadata="Classifier: Framework :: AsyncIO")
    with pytest.raises(LookupError, match="nobodys"):
        of_site(tmp_path.glob("*.whl"))


def test_every_package_of_the_image_has_a_licence_and_its_text(tmp_path):
    """The environment of the tests has the same versions, but not in the same folder."""
    packages = {canonicalize_name(name) for name, _ in pins("requirements-image.txt")}
    installed = Path(__import__("aiohttp").__file__).parents[1]
    found = [
        of_distribution(info)
        for info in installed.glob("*.dist-info")
        if canonicalize_name(info.name.split("-")[0]) in packages
    ]
    assert {software.name for software in found} == packages
    assert [software.name for software in found if not software.texts] == []
    notice, bill = written(tmp_path / "image", found)
    assert {component["name"] for component in bill["components"]} == packages
    assert all(f"{software.name} {software.version}\n" in notice for software in found)
    assert schema_errors(bill) == []


def test_environment_lists_what_is_installed_in_it(tmp_path):
    with zipfile.ZipFile(wheel(tmp_path, "a_package", LICENSE="its text")) as archive:
        archive.extractall(tmp_path)
    (software,) = of_environment(tmp_path)
    assert software == Software("a-package", "1.0", "MIT", "pkg:pypi/a-package@1.0", texts=("its text",))


def test_packages_of_debian_are_read_from_its_status_file(tmp_path):
    status = tmp_path / "status"
    stanza = "Package: {}\nStatus: {}\nArchitecture: amd64\nVersion: 1:2-3\nDescription: a\n Version: no\n"
    status.write_text(
        stanza.format("libc6", "install ok installed") + "\n" + stanza.format("old", "deinstall ok config-files")
    )
    assert [software.purl for software in of_debian(status)] == ["pkg:deb/debian/libc6@1:2-3?arch=amd64"]


def test_image_installs_only_what_is_locked_by_hash():
    commands = re.findall(r"pip .*install (.*?)(?: \\)?$", DOCKERFILE, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        assert "--require-hashes --no-deps" in command or "--no-deps --no-index /src/dist/" in command
    assert re.search(r"^FROM python:\S+@sha256:[0-9a-f]{64} AS base$", DOCKERFILE, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)[1:]) == {"base"}


def test_image_has_the_versions_that_the_tests_use():
    tested = {name: str(requirement.specifier) for name, requirement in pins("requirements-test.txt")}
    image = {name: str(requirement.specifier) for name, requirement in pins("requirements-image.txt")}
    project = tomllib.loads((ROOT / "py/pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["relay"]]
    assert {canonicalize_name(Requirement(line).name) for line in needed} <= image.keys()
    assert image.items() <= tested.items()


def test_a_lock_without_the_package_is_an_error():
    with pytest.raises(LookupError, match="nothing"):
        locked(LOCKS / "requirements-docs.txt", "nothing")


def test_the_wheel_has_the_licence_of_the_repository():
    assert (ROOT / "py/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
