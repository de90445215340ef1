/**
 * Reduces Pyodide's core by the parts that only compiled packages need.
 *
 * Pyodide's WebAssembly and its script export 8,000 functions and values by name to each other and to compiled packages. This site has
 * no compiled package, and processing the names took the script longer than starting Python takes. This module removes the names
 * that occur nowhere in the script or in Pyodide's loader, and then the code that is unreachable without them.
 */

import { parse } from "acorn";
import binaryen from "binaryen";
import { minify } from "terser";

/** @typedef {any} Node of a syntax tree, as defined by ESTree */

/** Statements that only pass names on. */
const EXPORT = /^(?:[\w$]+=|Module\["[^"]+"\]=)+wasmExports\["([^"]+)"\]/; // from WebAssembly to variables, and to Module
const OFFER = /^Module\["([^"]+)"\]=[\w$]+;$/; // from a variable to Module
const SIGNATURE = /^[\w$]+\.sig="\w+";$/; // the function's type, for calls from compiled code
/** The features of Pyodide's build. With more, binaryen may write code that only some browsers support. */
const FEATURES = [
  "BulkMemory", "BulkMemoryOpt", "CallIndirectOverlong", "ExceptionHandling", "Multivalue", "MutableGlobals", "NontrappingFPToInt",
  "ReferenceTypes", "SIMD128", "SignExt", "TailCall",
];

/**
 * @param {string} source the core's script, as a classic script
 * @param {string} loader Pyodide's loader, `pyodide.js`
 * @param {Buffer} bytes the WebAssembly
 * @returns {Promise<{script: string, wasm: Uint8Array, exports: string, functions: string, characters: string}>} the reduced script and
 *   WebAssembly, and how much was left out
 * @throws {Error} when the script is not as expected; the message says where
 */
export async function reduce(source, loader, bytes) {
  const script = parseScript(source);
  const statements = script.body[0].expression.right.body.body;
  const text = (/** @type {Node} */ { start, end }) => source.slice(start, end);
  const table = declarationOf(statements, "assignWasmExports").body.body;
  const imports = declarationOf(statements, "wasmImports").declarations[0].init.properties;
  const offers = statements.filter((node) => OFFER.test(text(node)));
  const signatures = statements.filter((node) => SIGNATURE.test(text(node)));

  const passedOn = new Set([...table, ...imports, ...offers, ...signatures]);
  const { names, properties } = usedNames([script, parseScript(loader)], passedOn);

  const isUsed = (name) => names.has(name) || properties.has(name);
  const kept = new Set(table.filter((node) => variablesOf(text(node)).some(isUsed)).map((node) => exportOf(text(node))));
  const { wasm, exports, functions } = reduceExports(bytes, (name) => kept.has(name) || isUsed(name));
  const called = new Set(WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ name }) => name));

  const cuts = [
    ...signatures,
    ...offers.filter((node) => !properties.has(OFFER.exec(text(node))[1])),
    ...table.filter((node) => !kept.has(exportOf(text(node)))),
    ...imports.filter(({ key }) => !called.has(key.name)),
  ];
  const { code = "" } = await minify(without(source, cuts), { compress: { passes: 3 }, ecma: 2020 });
  // With parentheses around the function, V8 compiles it at once, instead of pre-parsing it first and compiling it later.
  const parenthesized = code.replace(/^self\._createPyodideModule=(.*);$/s, "self._createPyodideModule=($1);");
  if (parenthesized === code) throw new Error("pyodide.asm.mjs is minified otherwise than expected");
  const leftOut = ([now, before]) => `${before - now} of ${before}`;
  const characters = leftOut([parenthesized.length, source.length]);
  return { script: parenthesized, wasm, exports: leftOut(exports), functions: leftOut(functions), characters };
}

/** @param {string} source @returns {Node} */
function parseScript(source) {
  return parse(source, { ecmaVersion: "latest" });
}

/** @param {Node[]} statements @param {string} name @returns {Node} */
function declarationOf(statements, name) {
  const found = statements.find(({ id, declarations }) => (id ?? declarations?.[0].id)?.name === name);
  if (!found) throw new Error(`pyodide.asm.mjs has no ${name} any more`);
  return found;
}

/** @param {string} statement of the table */
function exportOf(statement) {
  const found = EXPORT.exec(statement);
  if (!found) throw new Error(`pyodide.asm.mjs has an export that is not understood: ${statement}`);
  return found[1];
}

/** @param {string} statement of the table */
function variablesOf(statement) {
  return Array.from(statement.matchAll(/(?<![\w$])[\w$]+(?==)/g), ([name]) => name);
}

/**
 * The names of variables that are read, and possible property names: property names in the code and the words in strings.
 * @param {Node[]} trees
 * @param {Set<Node>} passedOn nodes that only pass names on
 */
function usedNames(trees, passedOn) {
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

/** The source without these nodes and the commas after them. @param {string} source @param {Node[]} nodes */
function without(source, nodes) {
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
