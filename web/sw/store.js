/**
 * Stores the files of a release in Cache Storage. Each release has its own cache, which holds all its files or is deleted.
 *
 * Any page of the origin can write to Cache Storage, also one of another folder. So each file is verified each time that it is read: against the
 * list in sw.js, which the browser loads from the host, or, for an older release, against the list in its folder, whose digest is its name.
 */

/** The list of a release's files, in its folder (scripts/build/release.py). */
const LIST = "files.json";
/** Media types by extension; "" is a page. They are not taken from the host or the cache, since not every host sends them. @type {Record<string, string>} */
const TYPES = {
  "": "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  mjs: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
};
/** Header fields of the host that are stored. They can only restrict what a page may do. Others could redirect it or change how it is read. */
const RESTRICTIONS = ["Content-Security-Policy", "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy"];

class Store {
  #scope;
  #release;
  #files;
  #prefix;
  /** Verified lists of older releases, by their folders. @type {Map<string, Record<string, string>>} */
  #lists = new Map();

  /**
   * @param {string} scope the site's URL
   * @param {string} release the folder of this release
   * @param {Record<string, string>} files the SHA-256 of each file, by its path relative to the site
   */
  constructor(scope, release, files) {
    this.#scope = scope;
    this.#release = release;
    this.#files = files;
    this.#prefix = `json-head ${scope} `; // other sites and other copies of this one may share the origin
  }

  get #name() {
    return this.#prefix + this.#release;
  }

  /** Store all files. Rejects if a file can't be loaded as it was built. */
  async fill() {
    const existed = await caches.has(this.#name); // an existing cache may be in use, so it is not deleted on failure
    try {
      const cache = await caches.open(this.#name);
      const filling = Object.keys(this.#files).map(async (path) => cache.put(this.#scope + path, await this.#obtain(path)));
      await Promise.all(filling);
      if (!(await caches.has(this.#name))) throw new Error("The cache was deleted meanwhile.");
    } catch (error) {
      if (!existed) await caches.delete(this.#name);
      throw error;
    }
  }

  /** Whether this path is in a release's folder. An older release may still have an open page. @param {string} path */
  keeps(path) {
    return /^v-[0-9a-f]{32}\//.test(path);
  }

  /**
   * Find a file of this or an earlier release in that release's own cache. A search of all caches would fail if one of them,
   * such as a snapshot of the previous release, is deleted meanwhile. A changed file of this release is loaded and stored anew.
   * @param {string} path @returns {Promise<Response | undefined>}
   */
  async find(path) {
    const isOwn = path in this.#files;
    const release = isOwn ? this.#release : path.split("/")[0];
    try {
      const stored = await caches.match(this.#scope + path, { cacheName: this.#prefix + release });
      if (!stored) return undefined;
      const digest = isOwn ? this.#files[path] : (await this.#listOf(release))[path.slice(release.length + 1)];
      // The clone is read, because browsers have compiled code only for the original.
      if (isAsStored(stored, path) && hex(await sha256(await stored.clone().arrayBuffer())) === digest) return stored;
      return isOwn ? await this.#replace(path) : undefined;
    } catch {
      return undefined; // the browser's storage is broken, but the host may still respond
    }
  }

  /** The SHA-256 of each file of an older release, by its path in the release's folder; empty if its list is not the one that its name promises. @param {string} release */
  async #listOf(release) {
    let list = this.#lists.get(release);
    if (list) return list;
    const stored = await caches.match(`${this.#scope}${release}/${LIST}`, { cacheName: this.#prefix + release });
    const bytes = await stored?.arrayBuffer();
    if (!bytes || `v-${hex(await sha256(bytes)).slice(0, 32)}` !== release) return {};
    list = /** @type {Record<string, string>} */ (JSON.parse(new TextDecoder().decode(bytes)).files);
    this.#lists.set(release, list);
    return list;
  }

  /** @param {string} path @throws {Error} when it can't be loaded as it was built */
  async #replace(path) {
    const response = await this.#obtain(path);
    const cache = await caches.open(this.#name);
    await cache.put(this.#scope + path, response.clone()).catch(() => {}); // without room it is loaded again next time
    return response;
  }

  /** Delete the caches of older releases, once no page is open that could use them. @param {ServiceWorkerGlobalScope} worker */
  async tidy({ clients, registration }) {
    const old = (await caches.keys()).filter((name) => name.startsWith(this.#prefix) && name !== this.#name);
    if (!old.length || registration.installing || registration.waiting) return;
    if ((await clients.matchAll({ includeUncontrolled: true })).length) return;
    await Promise.all(old.map((name) => caches.delete(name)));
  }

  /**
   * Load a file as it was built. The sources are, in this order: an earlier release with the same file; the host through the HTTP cache,
   * which usually has the file from the page just loaded; the host directly, if the HTTP cache has another release's file.
   * @param {string} path
   */
  async #obtain(path) {
    const url = this.#scope + path;
    for (const load of [() => this.#inherited(path), () => fetch(url), () => fetch(url, { cache: "reload" })]) {
      const response = await load();
      if (!response?.ok) continue;
      const bytes = await response.arrayBuffer();
      if (hex(await sha256(bytes)) !== this.#files[path]) continue;
      const headers = new Headers({ "Content-Type": typeOf(path) });
      for (const name of RESTRICTIONS) if (response.headers.has(name)) headers.set(name, response.headers.get(name) ?? "");
      return new Response(bytes, { headers }); // a new Response, because a navigation rejects one that was redirected
    }
    throw new Error(`This file is not to be had as it was built: ${url}`);
  }

  /** @param {string} path */
  async #inherited(path) {
    const names = (await caches.keys()).filter((name) => name.startsWith(this.#prefix));
    for (const name of names) {
      const release = name.slice(this.#prefix.length);
      const found = await caches.match(this.#scope + path.replace(this.#release, release), { cacheName: name });
      if (found) return found;
    }
    return undefined;
  }
}

/**
 * Whether a stored response is of the kind that `#obtain` makes. A fetched one has a URL of its own, against which the imports of a module would
 * be resolved.
 * @param {Response} response @param {string} path
 */
function isAsStored({ status, url, headers }, path) {
  const others = [...headers.keys()].filter((name) => name !== "content-type" && !RESTRICTIONS.some((kept) => kept.toLowerCase() === name));
  return status === 200 && url === "" && headers.get("Content-Type") === typeOf(path) && !others.length;
}

/** @param {string} path */
function typeOf(path) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

/** @param {ArrayBuffer} bytes */
function sha256(bytes) {
  return crypto.subtle.digest("SHA-256", bytes);
}

/** @param {ArrayBuffer} digest */
function hex(digest) {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
