/**
 * Fetches this site's own files while Python boots, reports progress in bytes, and names the file that failed.
 * Pyodide does none of these: it has no progress hook, and if the WebAssembly is damaged it only warns and waits forever.
 */

import { causeOf } from "../client/boot/causes.js";

const SITE = new URL("../../", import.meta.url);

/** A file that can't be used. `code` is `boot-download`, `boot-status` or `boot-damaged`. */
export class AssetError extends Error {
  /** @param {string} code @param {string} detail the file, and what is known of it */
  constructor(code, detail) {
    super(causeOf(code, detail).message);
    this.name = "AssetError";
    this.code = code;
  }
}

/** Size and checksum of each file as built, by path. @typedef {Record<string, {bytes: number, sha256: string}>} Files */

export const WASM = "pyodide/pyodide.asm.wasm";
export const STDLIB = "pyodide/python_stdlib.bin";
export const PACKAGES = "pyodide/packages.bin";
/** Path of the unpacked packages archive in Pyodide's file system. Like the standard library, it holds compiled modules. */
export const PACKAGES_PATH = "/lib/packages.zip";
export const ARCHIVES = [STDLIB, PACKAGES];
/** Files that are fetched, not imported, so that their bytes can be counted. */
const COUNTED = [WASM, ...ARCHIVES];

/** The cause if a file was not loaded. @param {string} path @param {Response | null} response null if there was none */
function notLoaded(path, response) {
  return response ? new AssetError("boot-status", `${path}: status ${response.status}`) : new AssetError("boot-download", path);
}

/** The cause if a file's contents are not those that were built. @param {string} path */
export const damaged = (path) => new AssetError("boot-damaged", path);

/** Replaces `fetch` and `WebAssembly.instantiateStreaming` in this worker until `restore` is called. */
export class Assets {
  /** @type {Promise<never>} rejected with the first failure, as a rule an {@link AssetError} */
  failed;
  /** Bytes loaded so far. `total` is 0 until `site.json` has been read. */
  loaded = 0;
  total = 0;
  /** Paths of the files still loading. @type {Set<string>} */
  pending = new Set();

  #compiling = false;
  /** Sizes and checksums from `site.json`. @type {Files} */
  #expected = {};
  /** Resolves once `#expected` is set. @type {Promise<void>} */
  #expectedSet;
  #resolveExpected = () => {};
  /** Unpacked contents of the archives, by path. @type {Map<string, Promise<Uint8Array<ArrayBuffer>>>} */
  #archives = new Map();
  /** @type {Promise<WebAssembly.Module> | undefined} */
  #compiledModule;
  #progress;
  /** @type {RequestInit} */
  #options;
  /** @type {(error: Error) => void} */
  #rejectFailed = () => {};
  #fetch = self.fetch;
  #instantiate = WebAssembly.instantiateStreaming;

  /**
   * @param {boolean} refresh whether to bypass the HTTP cache
   * @param {() => void} progress called as bytes arrive, and when a file ends
   */
  constructor(refresh, progress) {
    this.#options = refresh ? { cache: "reload" } : {};
    this.#progress = progress;
    this.#expectedSet = new Promise((resolve) => (this.#resolveExpected = resolve));
    this.failed = new Promise((_, reject) => (this.#rejectFailed = reject));
    this.failed.catch(() => {
      // The failure has been reported. Pyodide's later rejections would only repeat it in the console.
      self.addEventListener("unhandledrejection", (event) => event.preventDefault());
    });
    self.fetch = (resource, init) => this.#pyodideFetch(resource, init);
    WebAssembly.instantiateStreaming = (_, imports) => this.#pyodideInstantiate(imports);
  }

  /** Whether fully downloaded WebAssembly is being compiled. A slow machine makes no other visible progress meanwhile. */
  get busy() {
    return this.#compiling && !this.pending.has(WASM);
  }

  restore() {
    this.#archives.clear(); // Python has its own copy
    self.fetch = this.#fetch;
    WebAssembly.instantiateStreaming = this.#instantiate;
  }

  /** Set the expected sizes and checksums. @throws {AssetError} when `site.json` lacks one of the files. @param {{files?: Files}} site */
  expect({ files }) {
    if (!COUNTED.every((path) => files?.[path])) throw damaged("site.json");
    this.#expected = /** @type {Files} */ (files);
    this.#resolveExpected();
    this.total = Object.values(this.#expected).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Fetch and compile the WebAssembly. By default, Pyodide starts compiling only after all other files have loaded. */
  compile() {
    this.#compiledModule = this.#fetchModule();
  }

  /** Start to fetch an archive. @param {string} path */
  begin(path) {
    const content = this.#request(path).then((response) => this.#readVerified(path, response));
    const unpacked = content.then(unpack).catch(() => this.#reportAndHang(damaged(path)));
    this.#archives.set(path, unpacked);
  }

  /** Provide an archive's unpacked content, which is not verified. @param {string} path @param {Uint8Array<ArrayBuffer>} content */
  give(path, content) {
    this.#archives.set(path, Promise.resolve(content));
    void this.#expectedSet.then(() => this.#addLoaded(this.#expected[path].bytes));
  }

  /** The unpacked content of an archive passed to `begin` or `give`. Never resolves if loading failed: see `failed`. @param {string} path */
  async archive(path) {
    return /** @type {Promise<Uint8Array<ArrayBuffer>>} */ (this.#archives.get(path));
  }

  /** Fetch and parse a JSON file. @throws {AssetError} @param {string} path */
  async json(path) {
    this.pending.add(path);
    try {
      const response = await this.#fetch.call(self, new URL(path, SITE), this.#options);
      if (!response.ok) throw notLoaded(path, response);
      const copy = response.clone();
      void this.#read(copy, () => this.#progress()).catch(() => {}); // `response.text()` below fails too
      const value = JSON.parse(await response.text());
      if (!value || typeof value !== "object") throw damaged(path);
      return value;
    } catch (error) {
      if (error instanceof SyntaxError) throw damaged(path);
      throw error instanceof AssetError ? error : notLoaded(path, null);
    } finally {
      this.#end(path);
    }
  }

  /** Import a module, whose bytes can't be counted. @throws {AssetError} @param {string} path */
  async module(path) {
    const url = new URL(path, SITE).href;
    this.pending.add(path);
    try {
      // `import()` can't bypass the HTTP cache, so refresh the cache entry first.
      if (this.#options.cache) await this.#fetch.call(self, url, this.#options).catch(() => {});
      return await import(url);
    } catch {
      throw notLoaded(path, null);
    } finally {
      this.#end(path);
    }
  }

  /** After a failure of unknown cause, find the first file whose checksum is wrong; null if there is none, or without `crypto.subtle`. */
  async culprit() {
    if (!crypto.subtle) return null; // no checksums on plain http
    for (const [path, { sha256 }] of Object.entries(this.#expected)) {
      const response = await this.#fetch.call(self, new URL(path, SITE), { cache: "force-cache" }).catch(() => null);
      const bytes = await response?.arrayBuffer().catch(() => null);
      if (!bytes || (await digest(bytes)) !== sha256) return damaged(path);
    }
    return null;
  }

  /** The `fetch` that Pyodide calls. @param {RequestInfo | URL} resource @param {RequestInit} [init] */
  async #pyodideFetch(resource, init) {
    const url = resource instanceof Request ? resource.url : String(resource);
    const path = url.startsWith(SITE.href) ? url.slice(SITE.href.length) : "";
    if (path === WASM) return new Response(); // a placeholder: #pyodideInstantiate supplies the module
    return this.#archives.has(path) ? new Response(await this.archive(path)) : this.#fetch.call(self, resource, init);
  }

  /**
   * The `WebAssembly.instantiateStreaming` that Pyodide calls.
   * @param {WebAssembly.Imports} [imports]
   * @returns {Promise<WebAssembly.WebAssemblyInstantiatedSource>}
   */
  async #pyodideInstantiate(imports) {
    const module = /** @type {WebAssembly.Module} */ (await this.#compiledModule);
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  }

  /** @returns {Promise<WebAssembly.Module>} */
  async #fetchModule() {
    const response = await this.#request(WASM);
    // Count bytes on a clone: browsers cache compiled code only for the original response.
    void this.#readVerified(WASM, response.clone());
    // A RangeError means that there is no memory for it.
    return this.#compileResponse(response).catch((error) => this.#reportAndHang(error instanceof RangeError ? error : damaged(WASM)));
  }

  /** Compile a response of any media type: some hosts do not send `application/wasm`. @param {Response} response */
  async #compileResponse(response) {
    this.#compiling = true;
    try {
      const isWasmType = response.headers.get("content-type")?.split(";")[0].trim() === "application/wasm";
      return await (isWasmType ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
    } finally {
      this.#compiling = false;
    }
  }

  /** @param {string} path @returns {Promise<Response>} */
  async #request(path) {
    this.pending.add(path);
    const response = await this.#fetch.call(self, new URL(path, SITE), this.#options).catch(() => null);
    return response?.ok ? response : this.#reportAndHang(notLoaded(path, response));
  }

  /**
   * Read a file to its end and verify size and checksum.
   * @param {string} path
   * @param {Response} response
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async #readVerified(path, response) {
    let size = 0;
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const parts = [];
    try {
      await this.#read(response, (part) => {
        size += part.byteLength;
        this.#addLoaded(part.byteLength);
        if (path !== WASM) parts.push(part);
      });
    } catch {
      // The transfer broke off; the size check below reports it.
    }
    this.#end(path);
    await this.#expectedSet;
    const { bytes, sha256 } = this.#expected[path];
    if (size < bytes) return this.#reportAndHang(damaged(path));
    const content = await new Blob(parts).arrayBuffer();
    // Damaged WebAssembly fails to compile, so it needs no checksum. A damaged Python module fails only when it is imported, if ever.
    const sum = path === WASM ? sha256 : await digest(content);
    if (size > bytes || (sum && sum !== sha256)) return this.#reportAndHang(damaged(path));
    return new Uint8Array(content);
  }

  /** A file is no longer loading. @param {string} path */
  #end(path) {
    this.pending.delete(path);
    this.#progress(); // the bytes of a module have shown none
  }

  /** @param {number} bytes */
  #addLoaded(bytes) {
    this.loaded += bytes;
    this.#progress();
  }

  /** @param {Response} response @param {(part: Uint8Array<ArrayBuffer>) => void} take */
  async #read(response, take) {
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) take(part.value);
  }

  /** Report the failure and return a promise that never settles: on an error Pyodide would log to the console and keep waiting. @param {Error} error @returns {Promise<never>} */
  #reportAndHang(error) {
    this.#rejectFailed(error);
    return new Promise(() => {});
  }
}

/** Unpack an archive, which is one gzip stream. @param {Uint8Array<ArrayBuffer>} packed */
async function unpack(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The SHA-256 in hexadecimal digits; empty where `crypto.subtle` is missing (http, except localhost). @param {ArrayBuffer} content */
async function digest(content) {
  if (!crypto.subtle) return "";
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
