/**
 * Reduces Pyodide's core by the parts that only compiled packages need. Usage: node core.mjs PYODIDE FOLDER
 *
 * Pyodide's WebAssembly and its script export 8,000 functions and values by name to each other and to compiled packages. This site has
 * no compiled package, and processing the names took the script longer than starting Python takes. This program removes the names
 * that occur nowhere in the script or in Pyodide's loader, and then the code that is unreachable without them.
 * Prints the number of removed exports, functions and characters.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "acorn";
import binaryen from "binaryen";
import { minify } from "terser";

/** @typedef {any} Node of a syntax tree, as defined by ESTree */

const [SCRIPT, LOADER, WASM] = ["pyodide.asm.mjs", "pyodide.js", "pyodide.asm.wasm"];
const CHANGES = [
  // A service worker loads the script as a classic script; other workers import it.
  ["async function _createPyodideModule(", "self._createPyodideModule=async function("],
  ["export default _createPyodideModule;", ""],
  ["import.meta.url", "self.location.href"], // unused: indexURL gives Pyodide its files' URL
  ["eval(", "globalThis.eval("], // a direct eval could read any local name. The page's content security policy forbids both
];
/** Statements that only pass names on. */
const EXPORT = /^(?:[\w$]+=|Module\["[^"]+"\]=)+wasmExports\["([^"]+)"\]/; // from WebAssembly to variables, and to Module
const OFFER = /^Module\["([^"]+)"\]=[\w$]+;$/; // from a variable to Module
const SIGNATURE = /^[\w$]+\.sig="\w+";$/; // the function's type, for calls from compiled code
/** The features of Pyodide's build. With more, binaryen may write code that only some browsers support. */
const FEATURES = [
  "BulkMemory", "BulkMemoryOpt", "CallIndirectOverlong", "ExceptionHandling", "Multivalue", "MutableGlobals", "NontrappingFPToInt",
  "ReferenceTypes", "SIMD128", "SignExt", "TailCall",
];

const [pyodide, folder] = process.argv.slice(2);
const source = applyChanges(readFileSync(join(pyodide, SCRIPT), "utf8"));
const script = parseScript(source);
const statements = script.body[0].expression.right.body.body;
const table = findDeclaration("assignWasmExports").body.body;
const imports = findDeclaration("wasmImports").declarations[0].init.properties;
const offers = statements.filter((node) => OFFER.test(text(node)));
const signatures = statements.filter((node) => SIGNATURE.test(text(node)));

const passedOn = new Set([...table, ...imports, ...offers, ...signatures]);
const { names, properties } = usedNames([script, parseScript(readFileSync(join(pyodide, LOADER), "utf8"))]);

const isUsed = (name) => names.has(name) || properties.has(name);
const kept = new Set(table.filter((node) => variablesOf(node).some(isUsed)).map(exportOf));
const { wasm, exports, functions } = reduceExports(readFileSync(join(pyodide, WASM)), (name) => kept.has(name) || isUsed(name));
const called = new Set(WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ name }) => name));

const cuts = [
  ...signatures,
  ...offers.filter((node) => !properties.has(OFFER.exec(text(node))[1])),
  ...table.filter((node) => !kept.has(exportOf(node))),
  ...imports.filter(({ key }) => !called.has(key.name)),
];
const { code = "" } = await minify(without(cuts), { compress: { passes: 3 }, ecma: 2020 });
// With parentheses around the function, V8 compiles it at once, instead of pre-parsing it first and compiling it later.
const parenthesized = code.replace(/^self\._createPyodideModule=(.*);$/s, "self._createPyodideModule=($1);");
if (parenthesized === code) throw new Error(`${SCRIPT} is minified otherwise than expected`);
writeFileSync(join(folder, SCRIPT), parenthesized);
writeFileSync(join(folder, WASM), wasm);
const out = ([now, before]) => `${before - now} of ${before}`;
console.log(`Left out of ${WASM}: ${out(exports)} exports, ${out(functions)} functions.`);
console.log(`Left out of ${SCRIPT}: ${out([parenthesized.length, source.length])} characters.`);

/** @param {string} source */
function applyChanges(source) {
  for (const [old, now] of CHANGES) {
    if (!source.includes(old)) throw new Error(`${SCRIPT} has no ${old} any more`);
    source = source.replaceAll(old, now);
  }
  return source;
}

/** @param {string} source @returns {Node} */
function parseScript(source) {
  return parse(source, { ecmaVersion: "latest" });
}

/** @param {Node} node */
function text({ start, end }) {
  return source.slice(start, end);
}

/** @param {string} name @returns {Node} */
function findDeclaration(name) {
  const found = statements.find(({ id, declarations }) => (id ?? declarations?.[0].id)?.name === name);
  if (!found) throw new Error(`${SCRIPT} has no ${name} any more`);
  return found;
}

/** @param {Node} node of the table */
function exportOf(node) {
  const found = EXPORT.exec(text(node));
  if (!found) throw new Error(`${SCRIPT} has an export that is not understood: ${text(node)}`);
  return found[1];
}

/** @param {Node} node of the table */
function variablesOf(node) {
  return Array.from(text(node).matchAll(/(?<![\w$])[\w$]+(?==)/g), ([name]) => name);
}

/**
 * The names of variables that are read, and possible property names: property names in the code and the words in strings.
 * @param {Node[]} trees
 */
function usedNames(trees) {
  const names = new Set();
  const properties = new Set();
  const queue = [...trees];
  for (let node = queue.pop(); node; node = queue.pop()) {
    if (passedOn.has(node) || (node.type === "VariableDeclarator" && !node.init)) continue;
    if (node.type === "Identifier") names.add(node.name);
    const word = node.type === "TemplateElement" ? node.value.raw : node.value;
    if (typeof word === "string") for (const [part] of word.matchAll(/[\w$]+/g)) properties.add(part);
    for (const [place, value] of Object.entries(node)) {
      const isName = (place === "property" || place === "key") && !node.computed;
      if (isName) properties.add(value.name ?? value.value);
      for (const child of Array.isArray(value) ? value : [value]) {
        if (typeof child?.type === "string" && (!isName || node.shorthand)) queue.push(child);
      }
    }
  }
  return { names, properties };
}

/** The source without these nodes and the commas after them. @param {Node[]} nodes */
function without(nodes) {
  let rest = "";
  let at = 0;
  for (const { start, end } of nodes.sort((a, b) => a.start - b.start)) {
    rest += source.slice(at, start);
    at = source[end] === "," ? end + 1 : end;
  }
  return rest + source.slice(at);
}

/** Remove all exports but the wanted ones from the WebAssembly, and the code that becomes unreachable. @param {Buffer} bytes @param {(name: string) => boolean} isWanted */
function reduceExports(bytes, isWanted) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES.reduce((sum, name) => sum | binaryen.Features[name], 0));
  const sizes = () => [module.getNumExports(), module.getNumFunctions()];
  const before = sizes();
  const names = Array.from({ length: before[0] }, (_, index) => binaryen.getExportInfo(module.getExportByIndex(index)).name);
  for (const name of names) if (!isWanted(name)) module.removeExport(name);
  module.runPasses(["remove-unused-module-elements"]);
  const [exports, functions] = sizes().map((size, index) => [size, before[index]]);
  return { wasm: module.emitBinary(), exports, functions };
}
