"""Build the site in ``_site/`` from this checkout and the dependencies that setup.sh has installed.

Does nothing if no input has changed. The new site replaces the old one only once it is complete.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import zopfli.gzip
from bom import write
from lock import lock_of
from release import ENTRIES, SHARED, is_loaded, make_release
from shipped import of_site

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_site"
WHEELS = ROOT / "build" / "wheels-browser"
NODE_MODULES = ROOT / "scripts" / "node_modules"
PYODIDE = NODE_MODULES / "pyodide"
#: Pyodide's WebAssembly and the script that runs it, as prepared by core.mjs.
CORE = ROOT / "build" / "core"

BUILDERS = (
    "scripts/build/archives.mjs",
    "scripts/build/archives.py",
    "scripts/build/bom.py",
    "scripts/build/build.py",
    "scripts/build/licenses",
    "scripts/build/lock.py",
    "scripts/build/modules.py",
    "scripts/build/release.py",
    "scripts/build/shipped.py",
    "scripts/env/requirements-docs.txt",
)
#: The files of the page, copied from the checkout.
PAGE = ("index.html", "api", "manifest.webmanifest", "icons", "sw.js", "webworker.js", "embed.js", "web")
#: The archives that archives.py makes from Python's library and the wheels.
ARCHIVES = ("python_stdlib.bin", "packages.bin")
#: Whether the page starts Python from a snapshot of its memory: ``on`` or ``off``. web/client/supervisor.js reads it.
SNAPSHOT = os.environ.get("JSON_HEAD_SNAPSHOT", "").lower() or "on"
#: Files that a first visit does not fetch.
NOT_FETCHED = ("licenses", "wheels", ".nojekyll")


def main() -> None:
    if SNAPSHOT not in ("on", "off"):
        sys.exit(f"JSON_HEAD_SNAPSHOT must be on or off, not {SNAPSHOT!r}.")
    inputs = fingerprint()
    stamp = ROOT / "build" / "site.stamp"
    if SITE.is_dir() and stamp.is_file() and stamp.read_text() == inputs:
        return
    print("Building the site…", flush=True)
    new, old = ROOT / "build" / "site", ROOT / "build" / "site.old"
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    build(new)
    stamp.unlink(missing_ok=True)
    # A server may be serving the old site, which is missing only for the moment between these two renames.
    if SITE.exists():
        SITE.rename(old)
    new.rename(SITE)
    stamp.write_text(inputs)
    shutil.rmtree(old, ignore_errors=True)


def fingerprint() -> str:
    """A hash of all inputs of the build."""
    digest = hashlib.sha256(SNAPSHOT.encode())
    for path in sorted(sources()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def sources() -> Iterator[Path]:
    for name in (*PAGE, "py", "scripts/package-lock.json", *BUILDERS):
        path = ROOT / name
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file() and p.suffix != ".pyc"]
        yield from (
            p for p in files if not any(part.startswith(".") for part in p.relative_to(ROOT).parts)
        )  # without the caches of tools
    yield from WHEELS.glob("*.whl")
    yield from CORE.glob("pyodide.*")


def build(site: Path) -> None:
    for name in PAGE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, site / name)
        else:
            site.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, site / name)
    bundle(site)
    (site / "pyodide").mkdir()
    for path in (*CORE.glob("pyodide.*"), PYODIDE / "pyodide.js"):
        shutil.copy2(path, site / "pyodide")
    wheels = site / "wheels"
    wheels.mkdir()
    for wheel in WHEELS.glob("*.whl"):
        shutil.copy2(wheel, wheels / wheel.name)
    build_wheel(wheels)
    pyodide_lock = json.loads((PYODIDE / "pyodide-lock.json").read_text())
    (wheels / "pyodide-lock.json").write_text(json.dumps(lock_of(wheels.glob("*.whl"), pyodide_lock["info"])))
    write(site / "licenses", "json-head-site", of_site(wheels.glob("*.whl")))
    left_out = build_archives(wheels, site / "pyodide")
    # Makes GitHub Pages serve the files unchanged, without Jekyll.
    (site / ".nojekyll").touch()
    # The files that boot.js counts to show progress. Modules are imported, so their bytes can't be counted.
    fetched = [site / "pyodide" / name for name in ("pyodide.asm.wasm", *ARCHIVES)]
    files = {path.relative_to(site).as_posix(): file_info(path) for path in fetched}
    version = json.loads((PYODIDE / "package.json").read_text())["version"]
    # Python boots with a lock file without packages, because they are in their archive.
    lock = {"info": pyodide_lock["info"], "packages": {}}
    (site / "site.json").write_text(json.dumps({"pyodide": version, "files": files, "lock": lock}, indent=2))
    for archive, names in left_out.items():
        print(f"Left out of {archive}: {', '.join(names)}")
    print(f"A first visit loads {gzipped_size(site) / 1e6:.2f} MB, gzipped.")
    make_release(site)


def bundle(site: Path) -> None:
    """Bundle each entry with its imports, except the SHARED modules: a few requests instead of twenty before the page is usable.

    embed.js is one file, without a source map, since its URL outlives its release.
    The unbundled modules stay in the site, and source maps let browsers' developer tools show them.
    """
    esbuild = NODE_MODULES / ".bin" / "esbuild"
    define = f'--define:globalThis.JSON_HEAD_SNAPSHOT="{SNAPSHOT}"'
    options = ("--bundle", "--format=esm", "--minify", "--log-level=warning", "--charset=utf8", define)
    shared = [f"--external:./{Path(path).name}" for path in SHARED]
    subprocess.run(
        [esbuild, *ENTRIES, *options, "--sourcemap", f"--outdir={site / 'web'}", *shared], cwd=ROOT, check=True
    )
    subprocess.run(
        [esbuild, "embed.js", *options, f"--outfile={site / 'embed.js'}", "--allow-overwrite"], cwd=ROOT, check=True
    )


def build_archives(wheels: Path, folder: Path) -> dict[str, list[str]]:
    """Compile Python's library and the wheels into ARCHIVES; return the names of the modules that each leaves out."""
    built = subprocess.run(
        ["node", ROOT / "scripts/build/archives.mjs", PYODIDE, wheels, folder],
        check=False,
        capture_output=True,
        text=True,
    )
    if built.returncode:
        sys.exit(built.stderr)
    for name in ARCHIVES:
        archive = folder / name
        archive.chmod(0o644)  # Pyodide creates them writable for everyone
        # A stream of Zopfli is 4 % shorter than one of zlib, and takes ten times as long to write.
        archive.write_bytes(zopfli.gzip.compress(gzip.decompress(archive.read_bytes()), numiterations=5))
    return {archive: without_submodules(names) for archive, names in json.loads(built.stdout).items()}


def without_submodules(modules: Iterable[str]) -> list[str]:
    """The modules, sorted, except those whose package is in the list."""
    names = set(modules)
    return sorted(name for name in names if not any(name.startswith(f"{other}.") for other in names))


def gzipped_size(site: Path) -> int:
    """The number of bytes that a first visit loads from a host that compresses with gzip."""
    paths = [path.relative_to(site) for path in site.rglob("*") if path.is_file()]
    files = [site / path for path in paths if path.parts[0] not in NOT_FETCHED and is_loaded(path)]
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in files)


def file_info(path: Path) -> dict[str, int | str]:
    """Size and checksum, with which the page verifies the file."""
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def build_wheel(folder: Path) -> Path:
    """Build json_head's wheel. The same sources give the same bytes."""
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT / "py",
        env={**os.environ, "SOURCE_DATE_EPOCH": "1577836800"},
        check=False,
        capture_output=True,
        text=True,
    )
    if built.returncode:
        sys.exit(built.stderr)
    return next(folder.glob("json_head-*.whl"))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends the process without a traceback
    main()
