/**
 * This site's own files while Python boots: fetched, counted as they arrive, and named when they fail. Pyodide tells
 * none of that: it has no hook for progress, and where WebAssembly is damaged it only warns and waits forever.
 */

const SITE = new URL("../", import.meta.url);

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
/** What is fetched and not imported. */
const COUNTED = [WASM, STDLIB, PACKAGES];
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
  /** Answers to come that nobody has asked for yet, by path. @type {Map<string, Promise<Response>>} */
  #begun = new Map();
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
    self.fetch = (resource, init) => this.#counted(resource, init);
    WebAssembly.instantiateStreaming = (source, imports) => this.#compiled(source, imports);
  }

  /** Whether WebAssembly that is here is being compiled: a slow machine shows no other progress meanwhile. */
  get busy() {
    return this.#compiling && !this.pending.has(WASM);
  }

  restore() {
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

  /** Fetch these before Pyodide asks for them. @param {string[]} paths */
  begin(paths) {
    for (const path of paths) {
      const answer = this.#fetch.call(self, new URL(path, SITE), { credentials: "same-origin", ...this.#options });
      answer.catch(() => {}); // told when it is asked for
      this.pending.add(path);
      this.#begun.set(path, answer);
    }
  }

  /** A whole file that was begun. @param {string} path */
  async bytes(path) {
    const response = await this.#counted(new URL(path, SITE));
    return new Uint8Array(await response.arrayBuffer());
  }

  /** A JSON file. @param {string} path */
  async json(path) {
    this.pending.add(path);
    try {
      const response = await this.#fetch.call(self, new URL(path, SITE), this.#options);
      if (!response.ok) throw new AssetError(path, MISSING);
      const copy = response.clone();
      void this.#read(copy, () => {}).catch(() => {}); // progress; a failure shows below
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

  /** @param {RequestInfo | URL} resource @param {RequestInit} [init] */
  async #counted(resource, init) {
    const url = resource instanceof Request ? resource.url : String(resource);
    const path = url.startsWith(SITE.href) ? url.slice(SITE.href.length) : "";
    if (!COUNTED.includes(path)) return this.#fetch.call(self, resource, init);
    this.pending.add(path);
    try {
      const begun = this.#begun.get(path) ?? this.#fetch.call(self, resource, { ...init, ...this.#options });
      this.#begun.delete(path);
      const response = await begun;
      // From a response that was not passed on itself the browser would not cache compiled WebAssembly.
      if (!response.ok) return this.#never(new AssetError(path, MISSING));
      const counted = this.#count(path, response.clone());
      // Pyodide reads all but WebAssembly whole, and Python would start with a part of its library.
      if (path !== WASM && !(await counted)) return new Promise(() => {});
      return response;
    } catch {
      return this.#never(new AssetError(path, MISSING));
    }
  }

  /** No answer for Pyodide, which would write about it to the console and then wait all the same. @param {AssetError} error @returns {Promise<never>} */
  #never(error) {
    this.#fail(error);
    return new Promise(() => {});
  }

  /** Whether all of it came, and as it was built. @param {string} path @param {Response} copy */
  async #count(path, copy) {
    let size = 0;
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const parts = [];
    try {
      await this.#read(copy, (part) => {
        size += part.byteLength;
        this.loaded += part.byteLength;
        if (path !== WASM) parts.push(part);
      });
    } catch {
      // It broke off, which its size shows.
    }
    this.pending.delete(path);
    await this.#said;
    const { bytes, sha256 } = this.#expected[path];
    if (size < bytes) return this.#damaged(path, "did not arrive whole");
    // Damaged WebAssembly does not compile; but Python finds a damaged module only when it is imported, if ever.
    const sum = path === WASM ? sha256 : await digest(await new Blob(parts).arrayBuffer());
    if (size > bytes || (sum && sum !== sha256)) return this.#damaged(path, DAMAGED);
    return true;
  }

  /** @param {string} path @param {string} why */
  #damaged(path, why) {
    this.#fail(new AssetError(path, why));
    return false;
  }

  /** @param {Response} copy @param {(part: Uint8Array<ArrayBuffer>) => void} arrived */
  async #read(copy, arrived) {
    const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (copy.body).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      arrived(part.value);
      this.#progress();
    }
  }

  /**
   * As the browser's own, and from any media type: not every host knows `application/wasm`.
   * @param {Response | PromiseLike<Response>} source
   * @param {WebAssembly.Imports} [imports]
   */
  async #compiled(source, imports) {
    try {
      const response = await source;
      this.#compiling = true;
      if (response.headers.get("content-type")?.split(";")[0].trim() === "application/wasm") {
        return await this.#instantiate.call(WebAssembly, response, imports);
      }
      return await WebAssembly.instantiate(await response.arrayBuffer(), imports);
    } catch {
      return this.#never(new AssetError(WASM, DAMAGED));
    } finally {
      this.#compiling = false;
    }
  }
}

/** The SHA-256 in hexadecimal digits; none on http, but for this machine's own. @param {ArrayBuffer} content */
async function digest(content) {
  if (!crypto.subtle) return "";
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
