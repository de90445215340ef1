"""Compile Python's library and this site's packages into two archives of modules. archives.mjs runs this in Pyodide.

A stock Pyodide compiles the library from source at each visit. The archives leave out modules that a page never
needs: those for terminals, servers, processes and development. The same input gives the same bytes.

Each archive is a zip file without compression, in one gzip stream: this takes a sixth less than to compress each module alone. The
files are named ``.bin``, because some hosts have browsers unpack ``.gz``, and then the files would not arrive as they were built.
"""

from __future__ import annotations

import _imp
import ast
import gzip
import importlib.util
import io
import marshal
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from modules import Module, encodings, importable, needed

#: Pyodide's own packages, whose modules JavaScript calls by name.
PYODIDE = ("pyodide", "_pyodide")
#: Modules that C code imports by name, without an import statement.
FROM_C = (
    "_collections_abc", "_compat_pickle", "_pylong", "_py_warnings", "_sitebuiltins", "_strptime",
    "_threading_local", "annotationlib", "collections.abc", "contextvars", "copyreg", "importlib.machinery", "io", "linecache",
    "numbers", "site", "sqlite3.dump", "string.templatelib", "tarfile", "traceback", "tracemalloc", "types", "typing",
    "warnings", "weakref", "zipfile", "zipimport",
)  # fmt: skip
#: Encodings whose names Python computes at run time, and those of zip files and domain names.
ENCODINGS = (
    "aliases", "ascii", "charmap", "cp437", "idna", "latin_1", "punycode", "raw_unicode_escape", "unicode_escape", "utf_16",
    "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le", "utf_8", "utf_8_sig",
)  # fmt: skip
#: These are frozen into Python under other names.
BOOTSTRAP = {"importlib._bootstrap", "importlib._bootstrap_external"}
#: Modules that are imported only in functions a page never calls: for commands, debugging, other systems and sockets.
UNWANTED = (
    "_aix_support", "_android_support", "_apple_support", "_ast_unparse", "_ios_support", "_osx_support", "_pydatetime",
    "_pydecimal", "_pyio", "_pyrepl", "argparse", "asyncio.windows_events", "asyncio.windows_utils", "bdb", "cmd", "code",
    "concurrent.futures.interpreter", "concurrent.futures.process", "concurrent.interpreters", "ctypes", "curses", "difflib",
    "doctest", "email._header_value_parser", "email.contentmanager", "email.headerregistry", "email.policy", "ftplib", "getopt",
    "getpass", "gettext", "http.cookiejar", "http.server", "idna.cli", "imaplib", "json_head.asgi.operation",
    "json_head.bulk", "json_head.cli", "json_head.gather.thread", "json_head.transports.sockets", "mailbox", "markdown_it.cli",
    "multiprocessing", "nturl2path", "optparse", "pdb", "pickletools", "plistlib", "pydoc", "pyodide.console", "rlcompleter",
    "smtplib", "statistics", "tkinter", "trace", "tty", "unittest", "webbrowser", "xmlrpc",
)  # fmt: skip

Modules = dict[str, Module]


def write_archives(stdlib: Path, wheels: Iterable[Path], folder: Path) -> dict[str, list[str]]:
    """Write ``python_stdlib.bin`` and ``packages.bin``; return the names of the modules that each leaves out.

    Raises:
        ValueError: a needed module can't be imported without an unwanted one.
    """
    library = modules_of(stdlib)
    packages = {name: module for wheel in wheels for name, module in modules_of(wheel).items()}
    all_modules = library | packages
    builtin = set(sys.builtin_module_names) | {"__main__", "js", "pyodide_js"}
    app = importable(all_modules, packages, builtin, UNWANTED)
    unwanted = {*UNWANTED, *(packages.keys() - app)}
    roots = {*app, *FROM_C, *(name for name in library if name.split(".")[0] in PYODIDE)}
    kept = needed(all_modules, roots - unwanted, unwanted)
    named = encodings((all_modules[name] for name in kept if not name.startswith("encodings.")), library)
    kept |= needed(all_modules, named | {f"encodings.{name}" for name in ENCODINGS}, unwanted)
    kept -= {
        name for name in kept if _imp.is_frozen(name)
    } | BOOTSTRAP  # built into Python, not imported from an archive
    for name, own in (("python_stdlib.bin", library), ("packages.bin", packages)):
        write(folder / name, [own[module] for module in kept & own.keys()])
    return {"python_stdlib.bin": sorted(library.keys() - kept), "packages.bin": sorted(packages.keys() - kept)}


def modules_of(archive: Path) -> Modules:
    """The modules in the library's zip file or in a wheel."""
    with zipfile.ZipFile(archive) as opened:
        paths = [Path(name) for name in opened.namelist() if name.endswith(".py")]
        return {
            name: Module(name, opened.read(path.as_posix()), path.name == "__init__.py")
            for path in paths
            for name in [".".join(path.parent.parts if path.name == "__init__.py" else path.with_suffix("").parts)]
        }


def write(archive: Path, modules: Iterable[Module]) -> None:
    """Compile modules into an archive without their source, as ``.pyc`` files at the paths where zipimport finds them."""
    unpacked = io.BytesIO()
    with zipfile.ZipFile(unpacked, "w", zipfile.ZIP_STORED) as opened:
        for module in sorted(modules, key=lambda module: module.name):
            path = module.name.replace(".", "/") + ("/__init__" if module.is_package else "")
            entry = zipfile.ZipInfo(path + ".pyc")  # ZipInfo's default date is 1980, so the bytes don't change
            opened.writestr(entry, pyc_of(module, f"/lib/{archive.stem}.zip/{path}.py"))
    archive.write_bytes(gzip.compress(unpacked.getvalue(), 9, mtime=0))


def pyc_of(module: Module, path: str) -> bytes:
    """The content of a ``.pyc`` file that is never compared with its source (PEP 552: by hash, unchecked)."""
    tree = ast.parse(module.source, path)
    if path.startswith("/lib/packages.zip/"):
        remove_annotations(tree)
    code = compile(tree, path, "exec", dont_inherit=True, optimize=2)  # no docstrings, no assertions
    flags = 0b01
    return b"".join(
        (
            importlib.util.MAGIC_NUMBER,
            flags.to_bytes(4, "little"),
            importlib.util.source_hash(module.source),
            marshal.dumps(code),
        )
    )


def remove_annotations(tree: ast.Module) -> None:
    """Remove what only type checkers read: nothing in the packages asks for the annotations of functions and modules.

    Those of classes stay, because dataclasses and named tuples are made from them.
    """
    tree.body = [statement for old in tree.body for statement in _without_annotation(old)]
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                node.returns = None
            case ast.arg():
                node.annotation = None


def _without_annotation(statement: ast.stmt) -> list[ast.stmt]:
    """A statement of a module, without its annotation, or nothing if there is no more to it."""
    match statement:
        case ast.AnnAssign(value=None):
            return []
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return [ast.copy_location(ast.Assign([target], value), statement)]
        case ast.If(test=ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), orelse=[]):
            return []
        case _:
            return [statement]
