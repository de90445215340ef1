"""Python's library and this site's packages as two archives of compiled modules; runs in Pyodide itself, by archives.mjs.

A stock boot compiles the library at each visit, from source. What it has beyond that is for terminals, servers,
processes and programmers. The same input gives the same bytes.
"""

from __future__ import annotations

import _imp
import importlib.util
import marshal
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from modules import Module, encodings, importable, needed

#: Pyodide's own packages, whose modules JavaScript calls by name.
PYODIDE = ("pyodide", "_pyodide")
#: What C code imports by name, where no statement shows it.
FROM_C = (
    "_collections_abc", "_compat_pickle", "_pylong", "_py_warnings", "_sitebuiltins", "_strptime",
    "_threading_local", "annotationlib", "collections.abc", "contextvars", "copyreg", "importlib.machinery", "io", "linecache",
    "numbers", "site", "sqlite3.dump", "string.templatelib", "tarfile", "traceback", "tracemalloc", "types", "typing",
    "warnings", "weakref", "zipfile", "zipimport",
)  # fmt: skip
#: Encodings that Python itself uses under names which it makes up, and those of zip files and domain names.
ENCODINGS = (
    "aliases", "ascii", "charmap", "cp437", "idna", "latin_1", "punycode", "raw_unicode_escape", "unicode_escape", "utf_16",
    "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le", "utf_8", "utf_8_sig",
)  # fmt: skip
#: These are frozen into Python under other names.
BOOTSTRAP = {"importlib._bootstrap", "importlib._bootstrap_external"}
#: What others import only in functions that a page never calls: to run as a command, to debug, for other systems, for sockets.
UNWANTED = (
    "_aix_support", "_android_support", "_apple_support", "_ast_unparse", "_ios_support", "_osx_support", "_pydatetime",
    "_pydecimal", "_pyio", "_pyrepl", "argparse", "asyncio.windows_events", "asyncio.windows_utils", "bdb", "cmd", "code",
    "concurrent.futures.interpreter", "concurrent.futures.process", "concurrent.interpreters", "ctypes", "curses", "difflib",
    "doctest", "email._header_value_parser", "email.contentmanager", "email.headerregistry", "email.policy", "ftplib", "getopt",
    "getpass", "gettext", "http.cookiejar", "http.server", "idna.cli", "imaplib", "json_head.cli", "json_head.gather.thread",
    "json_head.transports.sockets", "mailbox", "markdown_it.cli",
    "multiprocessing", "nturl2path", "optparse", "pdb", "pickletools", "plistlib", "pydoc", "pyodide.console", "rlcompleter",
    "smtplib", "statistics", "tkinter", "trace", "tty", "unittest", "webbrowser", "xmlrpc",
)  # fmt: skip

Modules = dict[str, Module]


def write_archives(stdlib: Path, wheels: Iterable[Path], folder: Path) -> dict[str, list[str]]:
    """Write ``python_stdlib.zip`` and ``packages.zip``; gives the names of the modules that each leaves out.

    Raises:
        ValueError: something unwanted can't be done without.
    """
    library = modules_of(stdlib)
    packages = {name: module for wheel in wheels for name, module in modules_of(wheel).items()}
    every = library | packages
    builtin = set(sys.builtin_module_names) | {"__main__", "js", "pyodide_js"}
    app = importable(every, packages, builtin, UNWANTED)
    unwanted = {*UNWANTED, *(packages.keys() - app)}
    roots = {*app, *FROM_C, *(name for name in library if name.split(".")[0] in PYODIDE)}
    kept = needed(every, roots - unwanted, unwanted)
    named = encodings((every[name] for name in kept if not name.startswith("encodings.")), library)
    kept |= needed(every, named | {f"encodings.{name}" for name in ENCODINGS}, unwanted)
    kept -= {name for name in kept if _imp.is_frozen(name)} | BOOTSTRAP  # Python has these without any archive
    for name, own in (("python_stdlib.zip", library), ("packages.zip", packages)):
        write(folder / name, [own[module] for module in kept & own.keys()])
    return {"python_stdlib.zip": sorted(library.keys() - kept), "packages.zip": sorted(packages.keys() - kept)}


def modules_of(archive: Path) -> Modules:
    """The modules in a zip file of the library, or a wheel."""
    with zipfile.ZipFile(archive) as opened:
        paths = [Path(name) for name in opened.namelist() if name.endswith(".py")]
        return {
            name: Module(name, opened.read(path.as_posix()), path.name == "__init__.py")
            for path in paths
            for name in [".".join(path.parent.parts if path.name == "__init__.py" else path.with_suffix("").parts)]
        }


def write(archive: Path, modules: Iterable[Module]) -> None:
    """Compile them into a zip file, where zipimport finds them: beside where their source would be, which is left out."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened:
        for module in sorted(modules, key=lambda module: module.name):
            path = module.name.replace(".", "/") + ("/__init__" if module.is_package else "")
            entry = zipfile.ZipInfo(path + ".pyc")  # of 1980, as its makers left it
            opened.writestr(entry, compiled(module, f"/lib/{archive.name}/{path}.py"), zipfile.ZIP_DEFLATED)


def compiled(module: Module, path: str) -> bytes:
    """The content of a ``.pyc`` file that is never compared with its source (PEP 552: by hash, unchecked)."""
    code = compile(module.source, path, "exec", dont_inherit=True, optimize=2)  # no docstrings, no assertions
    flags = 0b01
    return b"".join(
        (
            importlib.util.MAGIC_NUMBER,
            flags.to_bytes(4, "little"),
            importlib.util.source_hash(module.source),
            marshal.dumps(code),
        )
    )
