/** Starts Python in the service worker, from the files of its release. */

// This is a classic script, not a module. A service worker can load classic scripts on demand, with importScripts. It loads modules at
// every start, which for 1.2 MB of them would delay each page (36 ms, measured in Chromium 156).
const CORE = [`${RELEASE}/pyodide/pyodide.js`, `${RELEASE}/pyodide/pyodide.asm.mjs`];
/** The same as in web/worker/assets.js. */
const PACKAGES_PATH = "/lib/packages.zip";

/**
 * Load Pyodide's scripts. A browser stores the scripts that are loaded during `install`; later it loads no others.
 *
 * Pyodide (314) refuses to run in classic workers, which can't import() its modules. It detects them by calling `importScripts`, which
 * is therefore replaced by a function that throws.
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

/** An archive of modules, unpacked from its gzip stream. @param {Response} response */
function unpacked(response) {
  const packed = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body);
  return new Response(packed.pipeThrough(new DecompressionStream("gzip")));
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
    const file = url.startsWith(site) ? await store.find(url.slice(SCOPE.length)) : undefined;
    const response = file ?? (await network(resource, init));
    return url.endsWith(".bin") ? unpacked(response) : response;
  };
  let pyodide;
  self.fetch = stored;
  try {
    const { lock } = await (await stored(`${site}site.json`)).json();
    const packages = new Uint8Array(await (await stored(`${site}pyodide/packages.bin`)).arrayBuffer());
    pyodide = await loadPyodide({
      indexURL: `${site}pyodide/`,
      stdLibURL: `${site}pyodide/python_stdlib.bin`,
      createPyodideModule: _createPyodideModule,
      lockFileContents: lock,
      fsInit: (/** @type {{writeFile(path: string, content: Uint8Array): void}} */ files) => files.writeFile(PACKAGES_PATH, packages),
      env: { PYTHONPATH: PACKAGES_PATH },
    });
  } finally {
    self.fetch = network;
  }
  return pyodide.pyimport("json_head.pyodide.service_worker").start(); // after restoring `fetch`: checks go to the network, even for this site's files
}
