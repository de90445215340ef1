"""What index.html loads ahead is what will be imported: a file less costs a round trip, a file more is fetched for nothing."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "index.html").read_text()


def imported(path: Path) -> set[Path]:
    """With all that it imports in turn. The types in comments are no imports."""
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


def test_all_that_the_page_and_its_worker_import_is_preloaded():
    scripts = {ROOT / path for path in re.findall(r'<script type="module" src="(.*?)"', PAGE)}
    preloaded = [ROOT / path for path in re.findall(r'<link rel="modulepreload" href="(.*?)"', PAGE)]
    needed = set().union(*(imported(path) for path in (*scripts, ROOT / "webworker.js")))
    assert len(needed) > 20
    assert sorted(preloaded) == sorted(needed - scripts)
