"""What core.mjs leaves of Pyodide's core runs in the browser tests; here: what it says when Pyodide is not as it expects."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PYODIDE = ROOT / "scripts" / "node_modules" / "pyodide"


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("eval(", "evaluate(", "has no eval( any more"),
        ("function assignWasmExports(", "function assignExports(", "has no assignWasmExports any more"),
        (
            '=wasmExports["malloc"]',
            '=exported["malloc"]',
            'not understood: _malloc=Module["_malloc"]=exported["malloc"];',
        ),
    ],
)
def test_another_pyodide_is_refused(tmp_path, was, now, told):
    script = (PYODIDE / "pyodide.asm.mjs").read_text()
    assert was in script
    (tmp_path / "pyodide.asm.mjs").write_text(script.replace(was, now))
    (tmp_path / "pyodide.js").symlink_to(PYODIDE / "pyodide.js")
    command = ["node", ROOT / "scripts/build/core.mjs", tmp_path, tmp_path]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert told in ended.stderr
