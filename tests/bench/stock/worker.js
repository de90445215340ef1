/** The usual way: unmodified Pyodide and micropip, and the wheels by their URLs, all at once. */

import { loadPyodide } from "./pyodide/pyodide.mjs";

try {
  const [micropip, ...wheels] = await (await fetch("wheels.json")).json();
  const pyodide = await loadPyodide();
  await pyodide.loadPackage(new URL(micropip, location.href).href);
  const installer = pyodide.pyimport("micropip");
  await installer.install.callKwargs(wheels.map((/** @type {string} */ wheel) => new URL(wheel, location.href).href), { deps: false });
  pyodide.pyimport("json_head.pyodide.worker");
  self.postMessage("ready");
} catch (error) {
  self.postMessage(String(error));
}
