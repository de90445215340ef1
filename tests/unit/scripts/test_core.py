"""The messages of core.mjs for an unexpected Pyodide, and the core as shipped. The browser tests use the reduced core."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PYODIDE = ROOT / "scripts" / "node_modules" / "pyodide"


@pytest.mark.parametrize(
    ("original", "changed", "message"),
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
def test_an_unexpected_pyodide_is_refused(tmp_path, original, changed, message):
    script = (PYODIDE / "pyodide.asm.mjs").read_text()
    assert original in script
    (tmp_path / "pyodide.asm.mjs").write_text(script.replace(original, changed))
    for name in ("pyodide.js", "pyodide.asm.wasm"):
        (tmp_path / name).symlink_to(PYODIDE / name)
    (tmp_path / "out").mkdir()
    command = ["node", ROOT / "scripts/build/core.mjs", tmp_path, tmp_path / "out"]
    process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert process.returncode == 1
    assert message in process.stderr


def test_the_stock_core_changes_only_into_a_classic_script(tmp_path):
    command = ["node", ROOT / "scripts/build/core.mjs", PYODIDE, tmp_path]
    environment = {**os.environ, "JSON_HEAD_STOCK_CORE": "1"}
    subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)
    assert (tmp_path / "pyodide.asm.wasm").read_bytes() == (PYODIDE / "pyodide.asm.wasm").read_bytes()
    script, shipped = ((folder / "pyodide.asm.mjs").read_text() for folder in (tmp_path, PYODIDE))
    assert (
        abs(len(script) - len(shipped)) < 1_000
        and "self._createPyodideModule=" in script
        and "export default" not in script
    )
