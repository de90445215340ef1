/** The files of a release in Cache Storage, in a cache of their own, which is whole or of no use. */

class Store {
  #scope;
  #release;
  #files;
  #prefix;

  /**
   * @param {string} scope the site's address
   * @param {string} release the folder of this release
   * @param {Record<string, string>} files the sha256 of each, by its address relative to the site
   */
  constructor(scope, release, files) {
    this.#scope = scope;
    this.#release = release;
    this.#files = files;
    this.#prefix = `json-head ${scope} `; // other sites may stand on this origin, copies of this one too
  }

  get #name() {
    return this.#prefix + this.#release;
  }

  /** Take in all files; rejected when one of them can't be had as it was built. */
  async fill() {
    const had = await caches.has(this.#name); // then it may be in use
    try {
      const cache = await caches.open(this.#name);
      const filling = Object.keys(this.#files).map(async (path) => cache.put(this.#scope + path, await this.#obtain(path)));
      await Promise.all(filling);
      if (!(await caches.has(this.#name))) throw new Error("The cache was deleted meanwhile.");
    } catch (error) {
      if (!had) await caches.delete(this.#name);
      throw error;
    }
  }

  /** Whether this may be a file of a release whose page is still open. @param {string} path */
  keeps(path) {
    return /^v-[0-9a-f]{12}\//.test(path);
  }

  /**
   * A file of this release, or one before it, from that release's own cache. A search of all caches would fail when one of them,
   * such as a snapshot of the release before, is deleted meanwhile.
   * @param {string} path @returns {Promise<Response | undefined>}
   */
  async find(path) {
    const release = path in this.#files ? this.#release : path.split("/")[0];
    try {
      return await caches.match(this.#scope + path, { cacheName: this.#prefix + release });
    } catch {
      return undefined; // the browser's storage is out of order, and the host may still answer
    }
  }

  /** Delete what older releases have left, once no page is there that could be theirs. @param {ServiceWorkerGlobalScope} worker */
  async tidy({ clients, registration }) {
    const old = (await caches.keys()).filter((name) => name.startsWith(this.#prefix) && name !== this.#name);
    if (!old.length || registration.installing || registration.waiting) return;
    if ((await clients.matchAll({ includeUncontrolled: true })).length) return;
    await Promise.all(old.map((name) => caches.delete(name)));
  }

  /**
   * A file as it was built: from a release before, where it was the same; else from the host, by way of the HTTP cache, which
   * has it from the page that was just loaded; and past it, where that is of another release. WebAssembly never comes from a release
   * before: the HTTP cache is to have it at its new address, or it would be compiled at each visit (see `compiled` in sw.js).
   * @param {string} path
   */
  async #obtain(path) {
    const url = this.#scope + path;
    const older = path.endsWith(".wasm") ? [] : [() => this.#inherited(path)];
    for (const way of [...older, () => fetch(url), () => fetch(url, { cache: "reload" })]) {
      const response = await way();
      if (!response?.ok) continue;
      const bytes = await response.arrayBuffer();
      if (hex(await crypto.subtle.digest("SHA-256", bytes)) !== this.#files[path]) continue;
      const headers = new Headers(response.headers);
      for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // it is unpacked
      if (path.endsWith(".wasm")) headers.set("Content-Type", "application/wasm"); // which not every host knows
      return new Response(bytes, { headers }); // made anew, because a page may not come out of a redirect
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
