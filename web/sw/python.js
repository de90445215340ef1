/** Python in the service worker, from the files of its release. */

// This is no module, because in a service worker only scripts can be loaded when they are needed, with importScripts: modules are
// loaded whenever it starts, which for 1.2 MB of them would make each page wait (36 ms, measured in Chromium 156).
const CORE = [`${RELEASE}/pyodide/pyodide.js`, `${RELEASE}/pyodide/pyodide.asm.mjs`];
/** As in web/worker/assets.js. */
const PACKAGES_PATH = "/lib/packages.zip";

/**
 * Load Pyodide's scripts. The browser keeps those that are loaded during `install`, and later gives no others.
 *
 * Pyodide (314) refuses classic workers, because they could not import() its modules, and knows one by what `importScripts` does.
 */
function loadCore() {
  const load = self.importScripts;
  self.importScripts = () => {
    throw new DOMException("not for Pyodide", "NetworkError");
  };
  try {
    load.call(self, ...CORE);
  } finally {
    self.importScripts = load;
  }
}

/** @param {Store} store @returns {Promise<any>} json_head's Service */
async function startPython(store) {
  const { loadPyodide, _createPyodideModule } = /** @type {any} */ (self);
  if (!loadPyodide) {
    loadCore();
    return startPython(store);
  }
  const site = `${SCOPE}${RELEASE}/`;
  const network = self.fetch;
  /** @type {typeof fetch} */
  const stored = async (resource, init) => {
    const url = resource instanceof Request ? resource.url : String(resource);
    const found = url.startsWith(site) ? await store.find(url.slice(SCOPE.length)) : undefined;
    return found ?? network(resource, init);
  };
  let pyodide;
  self.fetch = stored;
  try {
    const { lock } = await (await stored(`${site}site.json`)).json();
    const packages = new Uint8Array(await (await stored(`${site}pyodide/packages.zip`)).arrayBuffer());
    pyodide = await loadPyodide({
      indexURL: `${site}pyodide/`,
      createPyodideModule: _createPyodideModule,
      lockFileContents: lock,
      fsInit: (/** @type {{writeFile(path: string, content: Uint8Array): void}} */ files) =>
        files.writeFile(PACKAGES_PATH, packages),
      env: { PYTHONPATH: PACKAGES_PATH },
    });
  } finally {
    self.fetch = network;
  }
  return pyodide.pyimport("json_head.pyodide.service_worker").start(); // which shall ask hosts, for files of ours too
}
