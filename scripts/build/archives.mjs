/**
 * Runs archives.py in Pyodide, because code is to be compiled by the Python that it is for:
 * node archives.mjs PYODIDE WHEELS FOLDER
 * Prints the names of the modules that were left out, as JSON.
 */

import { pathToFileURL } from "node:url";

const [pyodideFolder, wheels, folder] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodideFolder}/pyodide.mjs`).href);
// Without the columns of errors, which would be a fifth of the compiled code; and with the same order of sets each time.
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
  process.stderr.write(error.message); // Node.js would print Pyodide's own source before it
  process.exitCode = 1;
}
