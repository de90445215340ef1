"""Which files of a folder are read: the same for the command and for a folder that is dropped on the page."""

from __future__ import annotations

import os
from collections import Counter

from json_head.extract.detect import EXTENSIONS as KNOWN_EXTENSIONS

#: The extensions that are read in a folder, with ``.gz`` behind them too. In a text file that nobody named, only URLs count, so
#: that a list of words is no list of links.
EXTENSIONS = frozenset(("txt", *KNOWN_EXTENSIONS))

#: Folders of other people's files, and lists of them with thousands of URLs; hidden ones are passed over too.
VENDORED = frozenset(
    (
        "__pycache__", "bower_components", "node_modules", "npm-shrinkwrap.json", "package-lock.json", "site-packages",
        "vendor", "venv",
    )
)  # fmt: skip


def extension_of(name: str) -> str:
    """Of a file's name, in lower case, without its dot; that of what is packed, of a gzip file."""
    return os.path.splitext(name.lower().removesuffix(".gz"))[1][1:]


def skipped_files(kinds: Counter[str]) -> str:
    """``3 files were skipped: .foo is not read.``"""
    number = kinds.total()
    shown = [f".{kind[:12]}" if kind else "files without an extension" for kind, _ in kinds.most_common(3)]
    if others := len(kinds) - len(shown):
        shown.append(f"{others} other kind{'s' if others > 1 else ''}")
    *first, last = shown
    listed = f"{', '.join(first)} and {last}" if first else last
    verb = "is" if len(shown) == 1 and last.startswith(".") else "are"
    return f"{number:,} file{' was' if number == 1 else 's were'} skipped: {listed} {verb} not read."
