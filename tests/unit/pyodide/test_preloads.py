"""index.html preloads exactly the modules that are imported.

A missing module costs a round trip, and a superfluous one is fetched in vain.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts/build"))
from release import SHARED

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "index.html").read_text()


def imported(path: Path) -> set[Path]:
    """The module and everything that it imports, directly or not. Types in comments are not imports."""
    found = {path}
    todo = [path]
    while todo:
        module = todo.pop()
        names = re.findall(
            r'^(?:import|export) [^"\n]*?"(\..*?)"|\bawait import\("(.*?)"\)', module.read_text(), re.MULTILINE
        )
        new = {(module.parent / (static or dynamic)).resolve() for static, dynamic in names} - found
        found |= new
        todo += new
    return found


def test_all_imports_of_the_page_and_its_worker_are_preloaded():
    scripts = {ROOT / path for path in re.findall(r'<script type="module" (?:async )?src="(.*?)"', PAGE)}
    preloaded = [ROOT / path for path in re.findall(r'<link rel="modulepreload" href="(.*?)"', PAGE)]
    modules = set().union(*(imported(path) for path in (*scripts, ROOT / "webworker.js")))
    assert len(modules) > 20
    # The build bundles the other modules into these.
    needed = {path for path in modules if path.relative_to(ROOT).as_posix() in (*SHARED, "webworker.js")}
    assert sorted(preloaded) == sorted(needed - scripts)
