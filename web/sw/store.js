/** Stores the files of a release in Cache Storage. Each release has its own cache, which holds all its files or is deleted. */

class Store {
  #scope;
  #release;
  #files;
  #prefix;

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
    return /^v-[0-9a-f]{12}\//.test(path);
  }

  /**
   * Find a file of this or an earlier release in that release's own cache. A search of all caches would fail if one of them,
   * such as a snapshot of the previous release, is deleted meanwhile.
   * @param {string} path @returns {Promise<Response | undefined>}
   */
  async find(path) {
    const release = path in this.#files ? this.#release : path.split("/")[0];
    try {
      return await caches.match(this.#scope + path, { cacheName: this.#prefix + release });
    } catch {
      return undefined; // the browser's storage is broken, but the host may still respond
    }
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
      if (hex(await crypto.subtle.digest("SHA-256", bytes)) !== this.#files[path]) continue;
      const headers = new Headers(response.headers);
      for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // the body is already decompressed
      if (path.endsWith(".wasm")) headers.set("Content-Type", "application/wasm"); // not every host sends this type
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

/** @param {ArrayBuffer} digest */
function hex(digest) {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
