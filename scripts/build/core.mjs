/**
 * Pyodide's core without what only packages with compiled parts need: node core.mjs PYODIDE FOLDER
 *
 * Its WebAssembly and its script offer each other, and any such package, 8,000 functions and values by name. This site has no such
 * package, and going through the names took the script longer than Python takes to start. Here those go that nothing in
 * the script or in Pyodide's loader has a word for, and then whatever can't be reached without them.
 * Prints what is left out.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "acorn";
import binaryen from "binaryen";
import { minify } from "terser";

/** @typedef {any} Node of a syntax tree, as ESTree says */

const [SCRIPT, LOADER, WASM] = ["pyodide.asm.mjs", "pyodide.js", "pyodide.asm.wasm"];
const CHANGES = [
  // A service worker loads it, as no module; and others import it.
  ["async function _createPyodideModule(", "self._createPyodideModule=async function("],
  ["export default _createPyodideModule;", ""],
  ["import.meta.url", "self.location.href"], // of no use: Pyodide is told where its files are
  ["eval(", "globalThis.eval("], // a direct one could read any name. The page's policy forbids both
];
/** Statements that pass names on. */
const EXPORT = /^(?:[\w$]+=|Module\["[^"]+"\]=)+wasmExports\["([^"]+)"\]/; // from WebAssembly to variables, and to Module
const OFFER = /^Module\["([^"]+)"\]=[\w$]+;$/; // from a variable to Module
const SIGNATURE = /^[\w$]+\.sig="\w+";$/; // how compiled code is to call it
/** As Pyodide's build has them: binaryen, given more, may write what only some browsers read. */
const FEATURES = [
  "BulkMemory", "BulkMemoryOpt", "CallIndirectOverlong", "ExceptionHandling", "Multivalue", "MutableGlobals", "NontrappingFPToInt",
  "ReferenceTypes", "SIMD128", "SignExt", "TailCall",
];

const [pyodide, folder] = process.argv.slice(2);
const source = changed(readFileSync(join(pyodide, SCRIPT), "utf8"));
const script = parsed(source);
const statements = script.body[0].expression.right.body.body;
const table = declared("assignWasmExports").body.body;
const imports = declared("wasmImports").declarations[0].init.properties;
const offers = statements.filter((node) => OFFER.test(text(node)));
const signatures = statements.filter((node) => SIGNATURE.test(text(node)));

const passedOn = new Set([...table, ...imports, ...offers, ...signatures]);
const { names, properties } = readIn([script, parsed(readFileSync(join(pyodide, LOADER), "utf8"))]);

const isUsed = (name) => names.has(name) || properties.has(name);
const kept = new Set(table.filter((node) => variablesOf(node).some(isUsed)).map(exportOf));
const { wasm, exports, functions } = reduced(readFileSync(join(pyodide, WASM)), (name) => kept.has(name) || isUsed(name));
const called = new Set(WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ name }) => name));

const cuts = [
  ...signatures,
  ...offers.filter((node) => !properties.has(OFFER.exec(text(node))[1])),
  ...table.filter((node) => !kept.has(exportOf(node))),
  ...imports.filter(({ key }) => !called.has(key.name)),
];
const { code = "" } = await minify(without(cuts), { compress: { passes: 3 }, ecma: 2020 });
// In brackets: V8 then compiles it as it comes, and does not first look through it to compile it later.
const bracketed = code.replace(/^self\._createPyodideModule=(.*);$/s, "self._createPyodideModule=($1);");
if (bracketed === code) throw new Error(`${SCRIPT} is minified otherwise than expected`);
writeFileSync(join(folder, SCRIPT), bracketed);
writeFileSync(join(folder, WASM), wasm);
const out = ([now, before]) => `${before - now} of ${before}`;
console.log(`Left out of ${WASM}: ${out(exports)} exports, ${out(functions)} functions.`);
console.log(`Left out of ${SCRIPT}: ${out([bracketed.length, source.length])} characters.`);

/** @param {string} source */
function changed(source) {
  for (const [old, now] of CHANGES) {
    if (!source.includes(old)) throw new Error(`${SCRIPT} has no ${old} any more`);
    source = source.replaceAll(old, now);
  }
  return source;
}

/** @param {string} source @returns {Node} */
function parsed(source) {
  return parse(source, { ecmaVersion: "latest" });
}

/** @param {Node} node */
function text({ start, end }) {
  return source.slice(start, end);
}

/** @param {string} name @returns {Node} */
function declared(name) {
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
 * The names of variables that are read, and what may be asked of an object: the names of properties, and the words of strings.
 * @param {Node[]} trees
 */
function readIn(trees) {
  const names = new Set();
  const properties = new Set();
  const todo = [...trees];
  for (let node = todo.pop(); node; node = todo.pop()) {
    if (passedOn.has(node) || (node.type === "VariableDeclarator" && !node.init)) continue;
    if (node.type === "Identifier") names.add(node.name);
    const word = node.type === "TemplateElement" ? node.value.raw : node.value;
    if (typeof word === "string") for (const [part] of word.matchAll(/[\w$]+/g)) properties.add(part);
    for (const [place, value] of Object.entries(node)) {
      const isName = (place === "property" || place === "key") && !node.computed;
      if (isName) properties.add(value.name ?? value.value);
      for (const child of Array.isArray(value) ? value : [value]) {
        if (typeof child?.type === "string" && (!isName || node.shorthand)) todo.push(child);
      }
    }
  }
  return { names, properties };
}

/** The source without these, and the commas behind them. @param {Node[]} nodes */
function without(nodes) {
  let rest = "";
  let at = 0;
  for (const { start, end } of nodes.sort((a, b) => a.start - b.start)) {
    rest += source.slice(at, start);
    at = source[end] === "," ? end + 1 : end;
  }
  return rest + source.slice(at);
}

/** WebAssembly that exports no other names. @param {Buffer} bytes @param {(name: string) => boolean} isWanted */
function reduced(bytes, isWanted) {
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
