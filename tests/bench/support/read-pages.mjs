/**
 * Runs read_pages.py in Pyodide: `node read-pages.mjs PYODIDE PACKAGE FOLDER STEP`. Prints JSON.
 */

const [, , pyodidePath, packagePath, folder, step] = process.argv;

const { loadPyodide } = await import(`${pyodidePath}/pyodide.mjs`);
const pyodide = await loadPyodide();
const paths = { package: packagePath, support: import.meta.dirname, pages: folder };
for (const [name, path] of Object.entries(paths)) {
  pyodide.FS.mkdirTree(`/mnt/${name}`);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: path }, `/mnt/${name}`);
}
// Python's clock of CPU time is a wall clock here.
pyodide.globals.set("cpu_s", () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
});
console.log(
  pyodide.runPython(`
import json, sys
sys.path[:0] = ["/mnt/package", "/mnt/support"]
from read_pages import measure
json.dumps(measure("/mnt/pages", ${Number(step)}, cpu_s))
`),
);
