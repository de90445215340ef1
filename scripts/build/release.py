"""Make a release of a built site: its files get URLs that change with each release, and sw.js gets a list of them.

Everything but the pages moves into a folder whose name is a hash of the site's content. Therefore a page never gets a file of
another release, whatever a browser or a host has cached. If the folder has been removed, its files are missing, and the page
reports that.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

#: Files that keep their URL, because people, browsers and other pages refer to it: the pages, the files of an installed web app,
#: the licences, and the wheels, which any Pyodide can install.
PAGES = ("index.html", "api/index.html")
KEPT = (*PAGES, "docs", "manifest.webmanifest", "icons", "sw.js", "embed.js", "licenses", ".nojekyll", "wheels")
#: Modules that other pages import. They keep their URL and import the module of this release.
LEADS = {
    "web/client.js": 'export * from "../{name}/web/client/client.js";\n',
    "webworker.js": 'import "./{name}/webworker.js";\n',
}

#: The list of a release's files, in its folder: ``{"site": …, "files": {path: SHA-256}}``. web/sw/store.js reads it.
LIST = "files.json"

#: Paths of modules that the kept embed.js imports from the release.
EMBEDDED = ("web/embed/python.js", "web/embed/checker.js")

#: Entry modules that other entries import, and that are therefore not bundled into those.
SHARED = ("web/page/start.js", "web/worker/boot.js", "web/embed/python.js")
#: Modules and style sheets into which the others are bundled.
ENTRIES = (
    *SHARED, "web/page/page.js", "web/client/client.js", "web/page/api.js", "web/worker/snapshot-maker.js",
    "web/page/style/style.css", "web/embed/checker.js",
)  # fmt: skip


def make_release(site: Path) -> str:
    """Rewrite the site's folder; return the name of the release's folder in it."""
    kept = {PurePosixPath(path).parts[0] for path in KEPT}
    listing = list_of(site, kept)
    # 128 bits: nobody finds another list with the same name.
    name = f"v-{hashlib.sha256(listing).hexdigest()[:32]}"
    moved = [path for path in site.iterdir() if path.name not in kept]
    (site / name).mkdir()
    (site / name / LIST).write_bytes(listing)
    for path in moved:
        path.rename(site / name / path.name)
    for page in PAGES:
        html = (site / page).read_text()
        (site / page).write_text(relinked(html, PurePosixPath(page).parent, site, name))
    for module, lead in LEADS.items():
        (site / module).parent.mkdir(exist_ok=True)
        (site / module).write_text(lead.format(name=name))
    fill(site / "embed.js", {f'"{path}"': f'"{name}/{path}"' for path in EMBEDDED})
    files = {address_of(path.relative_to(site)): sha256_of(path) for path in sorted(listed(site, name))}
    fill(
        site / "sw.js",
        {'RELEASE = "";': f'RELEASE = "{name}";', "FILES = {};": f"FILES = {json.dumps(files, indent=2)};"},
    )
    return name


def list_of(site: Path, kept: Collection[str]) -> bytes:
    """The content of LIST: the SHA-256 of each file of the release that a page loads, and one of the whole site."""
    paths = sorted(path for path in site.rglob("*") if path.is_file())
    digests = {path.relative_to(site).as_posix(): sha256_of(path) for path in paths}
    whole = hashlib.sha256(json.dumps(digests).encode()).hexdigest()
    files = {path: digests[path] for path in digests if path.split("/")[0] not in kept and is_loaded(Path(path))}
    return json.dumps({"site": whole, "files": files}).encode()


def fill(script: Path, texts: Mapping[str, str]) -> None:
    """Replace these texts in a script.

    Raises:
        ValueError: one of them does not occur exactly once.
    """
    source = script.read_text()
    for empty, filled in texts.items():
        if source.count(empty) != 1:
            raise ValueError(f"{script.name} has {empty} {source.count(empty)} times, not once.")
        source = source.replace(empty, filled)
    script.write_text(source)


def relinked(html: str, folder: PurePosixPath, site: Path, name: str) -> str:
    """The page's HTML, with links to the files' new URLs."""

    def new(match: re.Match[str]) -> str:
        attribute, up, path = match.groups()
        return f'{attribute}="{up}{name}/{path}"' if (site / name / path).is_file() else match[0]

    return re.sub(rf'\b(href|src)="({"../" * len(folder.parts)})([^"]+)"', new, html)


def listed(site: Path, name: str) -> list[Path]:
    """The files that a page may request."""
    tops = (name, "icons", "api", "index.html", "manifest.webmanifest")
    paths = [path for top in tops for path in (site / top, *(site / top).rglob("*")) if path.is_file()]
    return [path for path in paths if is_loaded(path)]


def is_loaded(path: Path) -> bool:
    """Whether this site's own pages request this file of a release. Developer tools and the pages of other sites may request others."""
    module = path.suffix in (".js", ".css") and "web" in path.parts
    return (
        path.suffix != ".map"
        and (not module or path.as_posix().endswith(ENTRIES))
        and not path.as_posix().endswith(EMBEDDED)
    )


def address_of(path: Path) -> str:
    """The file's URL relative to the site, without ``index.html``."""
    return path.as_posix().removesuffix("index.html")


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
