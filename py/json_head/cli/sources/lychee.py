"""Reads ``.lycheeignore``, in which users of lychee list the URLs that are not checked."""

from __future__ import annotations

import re
from pathlib import Path

from json_head.cli.errors import OptionError

FILE = ".lycheeignore"


def excluded(folder: Path) -> list[re.Pattern[str]]:
    """The patterns of the file in a folder, if there is one: a regular expression on each line, which may match anywhere in a URL.

    Raises:
        OptionError: it cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return []
    try:
        lines = path.read_text("utf-8-sig", "replace").splitlines()
    except OSError as error:
        raise OptionError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    patterns = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            try:
                patterns.append(re.compile(line.strip()))
            except (re.error, OverflowError) as error:
                raise OptionError(f"{path.name}:{number} is not a regular expression of Python: {error}.") from error
    return patterns
