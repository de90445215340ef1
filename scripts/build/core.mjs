/**
 * Prepares Pyodide's core for this site. Usage: node core.mjs PYODIDE FOLDER
 *
 * The script becomes one that a service worker can load too, and both the script and the WebAssembly are reduced. With
 * JSON_HEAD_STOCK_CORE=1 nothing is reduced: a way out if a new Pyodide is not as core-reduce.mjs expects.
 * Prints what was left out.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reduce } from "./core-reduce.mjs";

const [SCRIPT, LOADER, WASM] = ["pyodide.asm.mjs", "pyodide.js", "pyodide.asm.wasm"];
const CHANGES = [
  // A service worker loads the script as a classic script; other workers import it.
  ["async function _createPyodideModule(", "self._createPyodideModule=async function("],
  ["export default _createPyodideModule;", ""],
  ["import.meta.url", "self.location.href"], // unused: indexURL gives Pyodide its files' URL
  ["eval(", "globalThis.eval("], // a direct eval could read any local name. The page's content security policy forbids both
];

const [pyodide, folder] = process.argv.slice(2);
const script = asClassicScript(readFileSync(join(pyodide, SCRIPT), "utf8"));
const wasm = readFileSync(join(pyodide, WASM));
if (process.env.JSON_HEAD_STOCK_CORE === "1") {
  writeFileSync(join(folder, SCRIPT), script);
  writeFileSync(join(folder, WASM), wasm);
  console.log("Pyodide's core is used as shipped.");
} else {
  const reduced = await reduce(script, readFileSync(join(pyodide, LOADER), "utf8"), wasm);
  writeFileSync(join(folder, SCRIPT), reduced.script);
  writeFileSync(join(folder, WASM), reduced.wasm);
  console.log(`Left out of ${WASM}: ${reduced.exports} exports, ${reduced.functions} functions.`);
  console.log(`Left out of ${SCRIPT}: ${reduced.characters} characters.`);
}

/** @param {string} source of a module @returns {string} */
function asClassicScript(source) {
  for (const [old, now] of CHANGES) {
    if (!source.includes(old)) throw new Error(`${SCRIPT} has no ${old} any more`);
    source = source.replaceAll(old, now);
  }
  return source;
}
