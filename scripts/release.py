"""Make a release of a built site: its files get addresses of their own, and sw.js a list of them.

Everything but the pages moves into a folder that is named by the content of the site. So no page ever gets a file of another
release, whatever a browser or a host has cached: where the folder is gone, its files are missing, and that is told. The pages
carry their own script and style sheet: they can be used as soon as they are there, and tell even when all else is gone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path, PurePosixPath

#: What keeps its address, because people, browsers and other pages have it: the pages, what an installed app is known by, and
#: what any Pyodide can install.
PAGES = ("index.html", "api/index.html")
KEPT = (*PAGES, "manifest.webmanifest", "icons", "sw.js", ".nojekyll", "wheels")
#: Other pages import these, so they stay as modules that lead to those of this release.
LEADS = {
    "web/client.js": 'export * from "../{name}/web/client.js";\n',
    "webworker.js": 'import "./{name}/webworker.js";\n',
}

#: What pages carry: a browser need not ask for these.
CARRIED = ("web/page.js", "web/api.js", "web/style.css")
#: The modules of `web` that browsers load by themselves.
LOADED = ("web/boot.js", "web/freeze.js")
SCRIPT = re.compile(r'<script type="module" src="([^"]+)"></script>')
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')


def make_release(site: Path) -> str:
    """Rewrite the folder; gives the name of the new one in it."""
    digest = hashlib.sha256()
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(site).as_posix()}\0{sha256_of(path)}\n".encode())
    name = f"v-{digest.hexdigest()[:12]}"
    kept = {PurePosixPath(path).parts[0] for path in KEPT}
    moved = [path for path in site.iterdir() if path.name not in kept]
    (site / name).mkdir()
    for path in moved:
        path.rename(site / name / path.name)
    for page in PAGES:
        path = site / page
        html = pointed(path.read_text(), PurePosixPath(page).parent, site, name)
        path.write_text(carrying(html, path.parent))
    for path, lead in LEADS.items():
        (site / path).parent.mkdir(exist_ok=True)
        (site / path).write_text(lead.format(name=name))
    files = {address_of(path.relative_to(site)): sha256_of(path) for path in sorted(listed(site, name))}
    worker = site / "sw.js"
    source = worker.read_text()
    for empty, filled in (
        ('RELEASE = "";', f'RELEASE = "{name}";'),
        ("FILES = {};", f"FILES = {json.dumps(files, indent=2)};"),
    ):
        if source.count(empty) != 1:
            raise ValueError(f"sw.js has no {empty}")
        source = source.replace(empty, filled)
    worker.write_text(source)
    return name


def pointed(html: str, folder: PurePosixPath, site: Path, name: str) -> str:
    """A page whose links lead to the files' new addresses."""

    def new(match: re.Match[str]) -> str:
        attribute, up, path = match.groups()
        return f'{attribute}="{up}{name}/{path}"' if (site / name / path).is_file() else match[0]

    return re.sub(rf'\b(href|src)="({"../" * len(folder.parts)})([^"]+)"', new, html)


def carrying(html: str, folder: Path) -> str:
    """A page with its script and style sheet in it, which its policy allows by their hashes (CSP 3, 2.3.1)."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}

    def content(tag: str, address: str) -> str:
        text = (folder / address).read_text()
        if f"</{tag}" in text.lower():
            raise ValueError(f"{address} has </{tag} in it, which would end it in a page")
        text = text.replace("sourceMappingURL=", f"sourceMappingURL={PurePosixPath(address).parent}/")
        hashes[tag].append(base64.b64encode(hashlib.sha256(text.encode()).digest()).decode())
        return text

    html = SCRIPT.sub(lambda match: f'<script type="module">{content("script", match[1])}</script>', html)
    html = STYLE.sub(lambda match: f"<style>{content('style', match[1])}</style>", html)
    for tag, digests in hashes.items():
        policy = f"{tag}-src 'self'"
        if digests and policy not in html:
            raise ValueError(f"a page has no policy with {policy}")
        html = html.replace(policy, " ".join((policy, *(f"'sha256-{digest}'" for digest in digests))), 1)
    return html


def listed(site: Path, name: str) -> list[Path]:
    """The files that a page can ask for."""
    tops = (name, "icons", "api", "index.html", "manifest.webmanifest")
    paths = [path for top in tops for path in (site / top, *(site / top).rglob("*")) if path.is_file()]
    return [path for path in paths if is_loaded(path)]


def is_loaded(path: Path) -> bool:
    """Whether a browser asks for this file of a release by itself; for its tools it may ask for the others."""
    part = path.parent.name == "web" and path.suffix in (".js", ".css")
    return path.suffix != ".map" and (not part or path.as_posix().endswith(LOADED))


def address_of(path: Path) -> str:
    """Relative to the site; a folder stands for the page in it."""
    return path.as_posix().removesuffix("index.html")


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
