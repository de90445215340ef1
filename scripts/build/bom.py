"""Write what is shipped, with licences: ``NOTICE.txt`` for people, and ``sbom.cdx.json``, a bill of materials of CycloneDX, for programs.

Usage, in the container image: bom.py SITE-PACKAGES DPKG-STATUS FOLDER. The build of the site calls ``write``.
"""

from __future__ import annotations

import platform
import sys
import sysconfig
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from shipped import Software, of_debian, of_environment

NOTICE = "NOTICE.txt"
BILL = "sbom.cdx.json"
#: The same sources give the same bytes, so the time is that of the files in a wheel.
_MADE = datetime.fromtimestamp(1577836800, UTC)


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    packages, status, folder = map(Path, sys.argv[1:])
    version = platform.python_version()
    license_text = Path(sysconfig.get_path("stdlib"), "LICENSE.txt").read_text()
    python = Software(
        "cpython", version, "Python-2.0.1", f"pkg:github/python/cpython@v{version}", texts=(license_text,)
    )
    write(folder, "json-head-image", [python, *of_environment(packages), *of_debian(status)])


def write(folder: Path, product: str, software: Iterable[Software]) -> None:
    """Write both files into a new folder. ``product`` is what contains the software."""
    software = sorted(software, key=lambda one: one.purl)
    folder.mkdir(parents=True)
    (folder / NOTICE).write_text(notice_of(software), encoding="utf-8")
    (folder / BILL).write_text(bill_of(product, software), encoding="utf-8")


def notice_of(software: Iterable[Software]) -> str:
    """A text with an entry for each software, and then the licences, each once."""
    licensed = [one for one in software if one.license]
    entries = [
        "\n".join(filter(None, (f"{one.name} {one.version}".strip(), one.url, f"Licence: {one.license}", one.notice)))
        for one in licensed
    ]
    names: dict[str, list[str]] = {}
    for one in licensed:
        for text in one.texts:
            names.setdefault(text.strip(), []).append(one.name)
    texts = [f"{'=' * 80}\n{', '.join(users)}\n{'=' * 80}\n\n{text}" for text, users in names.items()]
    return "\n\n".join(["This contains the following software. Its licences are below.", *entries, *texts]) + "\n"


def bill_of(product: str, software: Iterable[Software]) -> str:
    """A bill of materials as JSON of CycloneDX 1.6."""
    components = [component_of(one) for one in software]
    root = Component(name=product, type=ComponentType.APPLICATION, bom_ref=product)
    content = "\n".join([product, *(str(component.purl) for component in components)])
    bom = Bom(components=components, serial_number=uuid.uuid5(uuid.NAMESPACE_URL, content))
    bom.metadata.component = root
    bom.metadata.timestamp = _MADE
    bom.register_dependency(root, components)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def component_of(software: Software) -> Component:
    reference = ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(software.url)) if software.url else None
    return Component(
        name=software.name,
        version=software.version or None,
        type=ComponentType.LIBRARY,
        bom_ref=software.purl,
        purl=PackageURL.from_string(software.purl),
        licenses=[LicenseFactory().make_from_string(software.license)] if software.license else (),
        copyright=software.notice or None,
        external_references=[reference] if reference else (),
    )


if __name__ == "__main__":
    main()
