"""What the site and the container image contain besides json-head's own code, with versions and licences."""

from __future__ import annotations

import re
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PathDistribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LICENSES = Path(__file__).with_name("licenses")
LOCKS = Path(__file__).resolve().parents[1] / "env"

#: Files of a package that its licence wants to be passed on.
_LEGAL = re.compile(r"licen[cs]e|notice|copying|authors", re.IGNORECASE)
#: SPDX identifiers of the classifiers that packages without ``License-Expression`` have. They are alternatives.
_CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}


@dataclass(frozen=True, slots=True)
class Software:
    """A package or a library. ``license`` is an SPDX expression, ``purl`` a package URL, ``texts`` are licences and notices."""

    name: str
    version: str
    license: str
    purl: str
    url: str = ""
    notice: str = ""
    texts: tuple[str, ...] = ()


def of_site(wheels: Iterable[Path]) -> list[Software]:
    """The software in the site, of which these are the wheels."""
    return [*of_toml(), *(of_wheel(wheel) for wheel in sorted(wheels))]


def of_toml() -> Iterator[Software]:
    for entry in tomllib.loads((LICENSES / "shipped.toml").read_text())["software"]:
        version = entry["version"] if "version" in entry else locked(LOCKS / entry["locked"], entry["name"])
        yield Software(
            entry["name"],
            version,
            entry["license"],
            entry["purl"].format(version=version),
            entry["url"],
            entry["notice"].strip().format(version=version),
            tuple((LICENSES / path).read_text() for path in entry.get("texts", ())),
        )


def locked(lock: Path, name: str) -> str:
    """The version that a lock file has of a package for this Python.

    Raises:
        LookupError: it has none.
    """
    for line in lock.read_text().splitlines():
        if not line.startswith((" ", "#")) and line:
            requirement = Requirement(line.rstrip(" \\"))
            if requirement.name == name and (requirement.marker is None or requirement.marker.evaluate()):
                (specifier,) = requirement.specifier
                return specifier.version
    raise LookupError(f"{lock.name} has no version of {name} for this Python.")


def of_wheel(wheel: Path) -> Software:
    with zipfile.ZipFile(wheel) as archive:
        (info,) = (path for path in zipfile.Path(archive).iterdir() if path.name.endswith(".dist-info"))
        return of_distribution(info)


def of_environment(packages: Path) -> list[Software]:
    """The packages that are installed in a folder ``site-packages``."""
    return [of_distribution(info) for info in sorted(packages.glob("*.dist-info"))]


def of_distribution(info: Path | zipfile.Path) -> Software:
    """The package of a folder ``*.dist-info``."""
    distribution = PathDistribution(info)
    name = canonicalize_name(distribution.metadata["Name"])
    texts = tuple(texts_in(info))
    return Software(
        name, distribution.version, license_of(distribution), f"pkg:pypi/{name}@{distribution.version}", texts=texts
    )


def license_of(distribution: PathDistribution) -> str:
    """The SPDX expression of a package.

    Raises:
        LookupError: it has no licence that is known here.
    """
    metadata = distribution.metadata
    found = [_CLASSIFIERS[value] for value in metadata.get_all("Classifier") or () if value in _CLASSIFIERS]
    expressions = metadata.get_all("License-Expression") or found or metadata.get_all("License")
    if not expressions:
        raise LookupError(f"{metadata['Name']} has no licence that scripts/build/shipped.py knows.")
    return " OR ".join(expressions)


def texts_in(folder: Path | zipfile.Path) -> Iterator[str]:
    paths: list[Path | zipfile.Path] = list(folder.iterdir())
    for path in sorted(paths, key=lambda path: path.name):
        if path.is_dir():
            yield from texts_in(path)
        elif _LEGAL.search(path.name):
            yield path.read_text(encoding="utf-8")


def of_debian(status: Path) -> Iterator[Software]:
    """The installed packages of a Debian system, by dpkg's file ``status``. Their licences are in /usr/share/doc there."""
    for stanza in status.read_text().split("\n\n"):
        fields = dict(re.findall(r"^([\w-]+): (.*)$", stanza, re.MULTILINE))
        if fields.get("Status", "").endswith(" installed"):
            name, version = fields["Package"], fields["Version"]
            purl = f"pkg:deb/debian/{name}@{version}?arch={fields['Architecture']}"
            yield Software(name, version, "", purl)
