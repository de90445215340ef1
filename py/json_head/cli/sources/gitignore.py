"""Which files git leaves out, by the ``.gitignore`` files of a folder, of the folders above it in the repository, and below it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from json_head.cli.sources.git import working_copy

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

FILE = ".gitignore"


class GitIgnore:
    """The rules of the repository that a folder is in. Outside of a repository nothing is left out.

    Args:
        folder: the folder that was named. It is read even if git leaves it out.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._specs: dict[Path, GitIgnoreSpec | None] = {}
        self._top = working_copy(self._folder)
        if self.leaves_out(self._folder, is_folder=True):
            self._top = self._folder  # rules above do not count: they would leave out all of it

    def leaves_out(self, path: Path, *, is_folder: bool) -> bool:
        """Whether git leaves out a file or folder. The nearest rule decides."""
        if self._top is None:
            return False
        path = path.absolute()
        for folder in path.parents:
            if folder not in self._specs:
                self._specs[folder] = _rules(folder)
            spec = self._specs[folder]
            if spec is not None:
                name = path.relative_to(folder).as_posix() + ("/" if is_folder else "")
                decision = spec.check_file(name).include
                if decision is not None:
                    return decision
            if folder == self._top:
                break
        return False


def _rules(folder: Path) -> GitIgnoreSpec | None:
    """The rules of the ``.gitignore`` in a folder; ``None`` if it has none that can be read."""
    try:
        lines = (folder / FILE).read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    from pathspec import GitIgnoreSpec  # loading it takes longer than reading a short document

    def is_rule(line: str) -> bool:
        """Whether a line can be read. git, too, passes over others."""
        try:
            GitIgnoreSpec.from_lines((line,))
        except ValueError:
            return False
        return True

    return GitIgnoreSpec.from_lines(filter(is_rule, lines))
