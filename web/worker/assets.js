/**
 * This site's own files while Python boots: fetched, counted as they arrive, and named when they fail. Pyodide tells
 * none of that: it has no hook for progress, and where WebAssembly is damaged it only warns and waits forever.
 */

const SITE = new URL("../../", import.meta.url);

/** A file that can't be used. `code` is `boot-package` for the packages and `boot-download` for all others. */
export class AssetError extends Error {
  /** @param {string} path @param {string} why */
  constructor(path, why) {
    super(`A part of this page ${why} (${path}). Check the connection, and try again.`);
    this.name = "AssetError";
    this.code = path === PACKAGES ? "boot-package" : "boot-download";
  }
}

/** What the build says of files, by path. @typedef {Record<string, {bytes: number, sha256: string}>} Files */

export const WASM = "pyodide/pyodide.asm.wasm";
export const STDLIB = "pyodide/python_stdlib.zip";
export const PACKAGES = "pyodide/packages.zip";
/** Where Python finds that: compiled modules in an archive, as its library is. */
export const PACKAGES_PATH = "/lib/packages.zip";
export const ARCHIVES = [STDLIB, PACKAGES];
/** What is fetched and not imported. */
const COUNTED = [WASM, ...ARCHIVES];
const MISSING = "could not be loaded";
export const DAMAGED = "arrived damaged";

/** Until `restore` is called, all that this worker fetches passes through here. */
export class Assets {
  /** @type {Promise<never>} rejected with the first {@link AssetError} */
  failed;
  /** Bytes so far, and in all once they are known. */
  loaded = 0;
  total = 0;
  /** The paths of what is awaited. @type {Set<string>} */
  pending = new Set();

  #compiling = false;
  /** What `site.json` says of what Pyodide fetches. @type {Files} */
  #expected = {};
  /** Resolved once it has been said. @type {Promise<void>} */
  #said;
  #say = () => {};
  /** By path. @type {Map<string, Promise<Uint8Array<ArrayBuffer>>>} */
  #archives = new Map();
  /** @type {Promise<WebAssembly.Module> | undefined} */
  #module;
  #progress;
  /** @type {RequestInit} */
  #options;
  /** @type {(error: AssetError) => void} */
  #fail = () => {};
  #fetch = self.fetch;
  #instantiate = WebAssembly.instantiateStreaming;

  /**
   * @param {boolean} refresh whether to take nothing from the HTTP cache
   * @param {() => void} progress called as bytes arrive
   */
  constructor(refresh, progress) {
    this.#options = refresh ? { cache: "reload" } : {};
    this.#progress = progress;
    this.#said = new Promise((resolve) => (this.#say = resolve));
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => {
      // It has been told: what Pyodide makes of it later is of no interest to the console.
      self.addEventListener("unhandledrejection", (event) => event.preventDefault());
    });
    self.fetch = (resource, init) => this.#fetched(resource, init);
    WebAssembly.instantiateStreaming = (_, imports) => this.#instantiated(imports);
  }

  /** Whether WebAssembly that is here is being compiled: a slow machine shows no other progress meanwhile. */
  get busy() {
    return this.#compiling && !this.pending.has(WASM);
  }

  restore() {
    this.#archives.clear(); // Python has them
    self.fetch = this.#fetch;
    WebAssembly.instantiateStreaming = this.#instantiate;
  }

  /** Expect what `site.json` says of these files to be true. @param {{files?: Files}} site */
  expect({ files }) {
    if (!COUNTED.every((path) => files?.[path])) throw new AssetError("site.json", DAMAGED);
    this.#expected = /** @type {Files} */ (files);
    this.#say();
    this.total = Object.values(this.#expected).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Fetch and compile WebAssembly. Pyodide, left to itself, begins to compile it only once all else is there.
   * @param {boolean} kept whether this browser is likely to have it
   */
  compile(kept) {
    this.#module = this.#compiled(kept);
  }

  /** Fetch an archive. @param {string} path */
  begin(path) {
    const content = this.#answered(path).then((response) => this.#whole(path, response));
    this.#archives.set(path, content);
  }

  /** Take this for an archive, unchecked. @param {string} path @param {Uint8Array<ArrayBuffer>} content */
  give(path, content) {
    this.#archives.set(path, Promise.resolve(content));
    this.#arrived(content.length);
  }

  /** An archive that was begun or given; never, when it can't be had. @param {string} path */
  async archive(path) {
    return /** @type {Promise<Uint8Array<ArrayBuffer>>} */ (this.#archives.get(path));
  }

  /** A JSON file. @param {string} path */
  async json(path) {
    this.pending.add(path);
    try {
      const response = await this.#fetch.call(self, new URL(path, SITE), this.#options);
      if (!response.ok) throw new AssetError(path, MISSING);
      const copy = response.clone();
      void this.#read(copy, () => this.#progress()).catch(() => {}); // a failure shows below
      const value = JSON.parse(await response.text());
      if (!value || typeof value !== "object") throw new AssetError(path, DAMAGED);
      return value;
    } catch (error) {
      if (error instanceof SyntaxError) throw new AssetError(path, DAMAGED);
      throw error instanceof AssetError ? error : new AssetError(path, MISSING);
    } finally {
      this.pending.delete(path);
    }
  }

  /** A module, whose bytes can't be counted. @param {string} path */
  async module(path) {
    const url = new URL(path, SITE).href;
    this.pending.add(path);
    try {
      // An import takes what the HTTP cache has; so that has to be made new first.
      if (this.#options.cache) await this.#fetch.call(self, url, this.#options).catch(() => {});
      return await import(url);
    } catch {
      throw new AssetError(path, MISSING);
    } finally {
      this.pending.delete(path);
    }
  }

  /** After a failure without a name: the file whose bytes are not those of the build, if there is one that can be told. */
  async culprit() {
    if (!crypto.subtle) return null; // no checksums, then
    for (const [path, { sha256 }] of Object.entries(this.#expected)) {
      const response = await this.#fetch.call(self, new URL(path, SITE), { cache: "force-cache" }).catch(() => null);
      const bytes = await response?.arrayBuffer().catch(() => null);
      if (!bytes || (await digest(bytes)) !== sha256) return new AssetError(path, DAMAGED);
    }
    return null;
  }

  /** For Pyodide. @param {RequestInfo | URL} resource @param {RequestInit} [init] */
  async #fetched(resource, init) {
    const url = resource instanceof Request ? resource.url : String(resource);
    const path = url.startsWith(SITE.href) ? url.slice(SITE.href.length) : "";
    if (path === WASM) return new Response(); // it gets what #instantiated has
    return this.#archives.has(path) ? new Response(await this.archive(path)) : this.#fetch.call(self, resource, init);
  }

  /**
   * For Pyodide.
   * @param {WebAssembly.Imports} [imports]
   * @returns {Promise<WebAssembly.WebAssemblyInstantiatedSource>}
   */
  async #instantiated(imports) {
    const module = /** @type {WebAssembly.Module} */ (await this.#module);
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  }

  /** @param {boolean} kept @returns {Promise<WebAssembly.Module>} */
  async #compiled(kept) {
    const found = kept ? await this.#kept() : null;
    if (found) return found;
    // Past what was just tried, should it be damaged: the service worker's own is not, and nothing else would ever look for it.
    const response = await this.#answered(WASM, kept ? { cache: "reload" } : this.#options);
    // Its bytes are counted on a copy: from one that was not passed on itself browsers keep nothing compiled.
    void this.#whole(WASM, response.clone());
    return this.#moduleOf(response).catch(() => this.#never(new AssetError(WASM, DAMAGED)));
  }

  /** As the service worker passes it on: see sw.js. */
  async #kept() {
    try {
      const response = await this.#fetch.call(self, new URL(WASM, SITE));
      if (!response.ok) return null;
      const module = await this.#moduleOf(response);
      void this.#said.then(() => this.#arrived(this.#expected[WASM].bytes));
      return module;
    } catch {
      return null;
    }
  }

  /** Of any media type: not every host knows `application/wasm`. @param {Response} response */
  async #moduleOf(response) {
    this.#compiling = true;
    try {
      const known = response.headers.get("content-type")?.split(";")[0].trim() === "application/wasm";
      return await (known ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
    } finally {
      this.#compiling = false;
    }
  }

  /** @param {string} path @param {RequestInit} [options] @returns {Promise<Response>} */
  async #answered(path, options = this.#options) {
    this.pending.add(path);
    const response = await this.#fetch.call(self, new URL(path, SITE), options).catch(() => null);
    return response?.ok ? response : this.#never(new AssetError(path, MISSING));
  }

  /**
   * A file's bytes, once all have come, and as they were built.
   * @param {string} path
   * @param {Response} response
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async #whole(path, response) {
    let size = 0;
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const parts = [];
    try {
      await this.#read(response, (part) => {
        size += part.byteLength;
        this.#arrived(part.byteLength);
        if (path !== WASM) parts.push(part);
      });
    } catch {
      // It broke off, which its size shows.
    }
    this.pending.delete(path);
    await this.#said;
    const { bytes, sha256 } = this.#expected[path];
    if (size < bytes) return this.#never(new AssetError(path, "did not arrive whole"));
    const content = await new Blob(parts).arrayBuffer();
    // Damaged WebAssembly does not compile; but Python finds a damaged module only when it is imported, if ever.
    const sum = path === WASM ? sha256 : await digest(content);
    if (size > bytes || (sum && sum !== sha256)) return this.#never(new AssetError(path, DAMAGED));
    return new Uint8Array(content);
  }

  /** @param {number} bytes */
  #arrived(bytes) {
    this.loaded += bytes;
    this.#progress();
  }

  /** @param {Response} response @param {(part: Uint8Array<ArrayBuffer>) => void} take */
  async #read(response, take) {
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) take(part.value);
  }

  /** No answer for Pyodide, which would write about it to the console and then wait all the same. @param {AssetError} error @returns {Promise<never>} */
  #never(error) {
    this.#fail(error);
    return new Promise(() => {});
  }
}

/** The SHA-256 in hexadecimal digits; none on http, but for this machine's own. @param {ArrayBuffer} content */
async function digest(content) {
  if (!crypto.subtle) return "";
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
