/**
 * Runs archives.py in Pyodide, because bytecode must be compiled by the Python version that runs it.
 * Usage: node archives.mjs PYODIDE WHEELS FOLDER
 * Prints the names of the modules that were left out, as JSON.
 */

import { pathToFileURL } from "node:url";

const [pyodideFolder, wheels, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodideFolder}/pyodide.mjs`).href);
// Without column positions for tracebacks, which are a fifth of the compiled code. A fixed hash seed gives sets the same order each time.
const pyodide = await loadPyodide({ env: { PYTHONNODEBUGRANGES: "1", PYTHONHASHSEED: "0" } });
const places = { scripts: import.meta.dirname, pyodide: pyodideFolder, wheels, folder };
for (const [place, path] of Object.entries(places)) pyodide.mountNodeFS(`/${place}`, path);
try {
  const left_out = pyodide.runPython(`
import json, sys
from pathlib import Path
sys.dont_write_bytecode = True
sys.path.append("/scripts")
from archives import write_archives
json.dumps(write_archives(Path("/pyodide/python_stdlib.zip"), sorted(Path("/wheels").glob("*.whl")), Path("/folder")))
`);
  process.stdout.write(left_out);
} catch (error) {
  process.stderr.write(error.message); // an uncaught error would make Node.js print Pyodide's source first
  process.exitCode = 1;
}
