"""Plans the repairs of files: the decisions on their links, and the new content of each file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from json_head.cli.errors import SourceError
from json_head.cli.run import file_check
from json_head.cli.sources.files import File, base_of
from json_head.cli.wanted import Found, Wanted
from json_head.extract import ExtractError
from json_head.fixes.patch import patch
from json_head.gather.documents import WebDocuments
from json_head.local.check import FileLink
from json_head.local.file_repair import FileRepair
from json_head.local.repairs import Planner, Tally
from json_head.transports.files.disk import Disk


class Repair(NamedTuple):
    """A file that is to be replaced. ``patch`` is the diff of its versions."""

    path: Path
    old: bytes
    new: bytes
    patch: bytes


def _writable(file: File) -> Path:
    """Return the path of a file that may be replaced.

    Raises:
        SourceError: the file is read-only, or a link that leads out of its folder.
    """
    path = file.path
    if path is None:
        raise SourceError("Standard input cannot be repaired.")
    if file.folder and not path.resolve().is_relative_to(file.folder.resolve()):
        raise SourceError(f"{file.name} was left as it is: it is a link to a file outside of the folder.")
    try:
        is_read_only = not path.stat().st_mode & 0o222
    except OSError as error:
        raise SourceError(f"{file.name} cannot be written: {error.strerror or error}.") from error
    if is_read_only:
        raise SourceError(f"{file.name} was left as it is: it is read-only.")
    return path


@dataclass(slots=True)
class Plan:
    """What is to be done, and what is not."""

    tally: Tally
    repairs: list[Repair] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def plan_repairs(
    files: Sequence[File], found: Found, wanted: Wanted, copies: Mapping[str, str], web_documents: WebDocuments | None
) -> Plan:
    """Plan the repairs of the files of a check.

    Args:
        copies: archived copies of broken pages, by URL.
        web_documents: read the pages in which fragments are missing.
    """
    links: Mapping[int, FileLink] = {}
    file_repair = None
    if found.read:
        links, disk = found.read.files, Disk(found.read.folders)
        file_repair = FileRepair(file_check(found.read, disk), disk, str(Path.cwd()))
    planner = Planner(found.rows, links, file_repair, copies, web_documents)
    plan = Plan(planner.tally)
    names = Counter(file.name for file in files)
    for file in files:
        if not planner.concerns(file.name):
            continue
        try:
            if names[file.name] > 1:
                raise SourceError(f"{file.name} was left as it is: another file is shown by the same name.")
            source = file.read("")
            path = _writable(file)
            rewritten = await planner.plan(source, base_of(file, wanted.base, wanted.hosting.root))
        except (ExtractError, SourceError) as error:
            plan.errors.append(str(error))
            continue
        if isinstance(source.content, bytes) and isinstance(rewritten.content, bytes) and rewritten.done:
            name = os.path.relpath(os.path.realpath(path), os.path.realpath(".")).replace(os.sep, "/")
            diff = patch(name, source.content, rewritten.content)
            plan.repairs.append(Repair(path, source.content, rewritten.content, diff))
    return plan
