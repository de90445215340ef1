/**
 * Boots Pyodide with json_head and reports progress as stages and bytes.
 * Package versions come from this site's own lock file, and URLs are resolved against this file, not against the worker's script.
 */

/** @import {BootEvent, BootOptions, Stage} from "../client/protocol.js" */
/** @import {PyodideInterface} from "pyodide" */
/** @import {Snapshot} from "./snapshot.js" */

import { causeOf, STALL_S } from "../client/boot/causes.js";
import { forbidden, WASM } from "../client/page-policy.js";
import { AssetError, Assets, ARCHIVES, damaged, PACKAGES, PACKAGES_PATH, STDLIB } from "./assets.js";
import { Snapshots } from "./snapshot.js";

export { causeOf } from "../client/boot/causes.js"; // for webworker.js, which imports only this module
export { Requests } from "./fetch-batch.js"; // likewise
export { History } from "./opfs.js"; // likewise
export { make } from "./snapshot.js"; // for snapshot-maker.js

const SITE = new URL("../../", import.meta.url);
/** Minimum time between two progress events, in milliseconds. */
const TELL_EVERY = 50;
/**
 * A boot without progress for this long, for which all files are there, has failed. Only time in which this worker's event loop is idle
 * counts: on WebKitGTK Python compiles its library for 14 s without any progress event.
 */
const STANDSTILL_MS = 10_000;
const TICK_MS = 250;
/** The shortest WebAssembly module. Compiling it shows, before 5 MB are loaded, whether the page's policy allows WebAssembly. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/**
 * Start Pyodide with json_head in it.
 * @param {(event: BootEvent) => void} tell called with the event of each stage but `ready`, which the caller reports
 * @param {BootOptions} options
 * @param {boolean} [freezing] whether a snapshot will be made from this boot, which then must not start from one
 * @returns {Promise<{pyodide: PyodideInterface, lastEvent: BootEvent, snapshots: Snapshots}>} `lastEvent` is the last event reported. Never settles after
 *   `failed` was reported: the page then ends this worker, and a rejection would only add an error to the console. After a failure
 *   `self.fetch` never responds for Python's files
 */
export async function boot(tell, options, freezing = false) {
  /** @type {BootEvent} */
  const event = { type: "boot", stage: "fetching", loaded: 0, total: 0 };
  let reportedAt = 0;
  let idle = 0;
  /** @param {Stage} [stage] */
  const progress = (stage) => {
    idle = 0;
    event.loaded = assets.loaded;
    event.total = assets.total;
    if (event.stage === "fetching" && event.total && event.loaded === event.total) stage = "starting";
    if (!stage && !event.stalled && performance.now() - reportedAt < TELL_EVERY) return;
    if (stage) event.stage = stage;
    delete event.stalled;
    reportedAt = performance.now();
    tell({ ...event });
  };
  const refusal = withoutWebAssembly();
  if (refusal) {
    tell({ ...event, stage: "failed", error: refusal });
    return new Promise(() => {});
  }
  const assets = new Assets(options.refresh, () => progress());
  progress("fetching");
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;
  const standstill = new Promise((_, reject) => {
    clock = setInterval(() => {
      if (!assets.busy) idle += TICK_MS;
      if (!assets.pending.size && idle >= STANDSTILL_MS) reject(new Error(`nothing happened for ${STANDSTILL_MS / 1000} seconds`));
      if (!assets.pending.size || idle < STALL_S * 1000 || event.stalled) return;
      event.stalled = [...assets.pending];
      tell({ ...event });
    }, TICK_MS);
  });
  const snapshots = new Snapshots(options.snapshot && !options.refresh && !freezing);
  try {
    const started = start(assets, snapshots, freezing);
    const pyodide = /** @type {PyodideInterface} */ (await Promise.race([started, assets.failed, standstill]));
    event.snapshot = snapshots.outcome;
    progress("installing");
    assets.restore(); // not after a failure, so that Pyodide's remaining requests stay silent
    return { pyodide, lastEvent: event, snapshots };
  } catch (error) {
    const isOfFile = error instanceof AssetError || assets.pending.size > 0;
    if (snapshots.trying && !isOfFile) await snapshots.failed(error);
    const { code, name = "Error", message } = await describeError(error, assets);
    tell({ ...event, stage: "failed", error: { code, name, message } });
    return new Promise(() => {});
  } finally {
    clearInterval(clock);
  }
}

/** The cause if this worker can't run WebAssembly, or null. */
function withoutWebAssembly() {
  if (typeof WebAssembly === "undefined") return causeOf("boot-no-webassembly");
  try {
    new WebAssembly.Instance(new WebAssembly.Module(EMPTY_MODULE)); // WebKit refuses only the instance
    return null;
  } catch (error) {
    return error instanceof RangeError ? causeOf("boot-python", error.message) : forbidden(WASM); // a RangeError: no memory is left
  }
}

/**
 * Request all files at once and start Python as soon as the files it needs have loaded.
 * @param {Assets} assets
 * @param {Snapshots} snapshots
 * @param {boolean} freezing as for `boot`
 */
async function start(assets, snapshots, freezing) {
  const found = snapshots.find(); // first, because the rest keeps this thread busy
  const site = assets.json("site.json").then((site) => {
    assets.expect(site);
    if (!site.lock?.info) throw damaged("site.json");
    return site;
  });
  assets.compile();
  const module = assets.module("pyodide/pyodide.asm.mjs").then(() => /** @type {any} */ (self)._createPyodideModule);
  const load = assets.module("pyodide/pyodide.js").then(() => /** @type {any} */ (self).loadPyodide);
  const settings = {
    indexURL: new URL("pyodide/", SITE).href,
    stdLibURL: new URL(STDLIB, SITE).href,
    // Loaded in parallel with the WebAssembly, whose byte count shows progress on a slow network. A module's bytes can't be counted.
    createPyodideModule: async (/** @type {object} */ settings) => (await orNever(module))(settings),
    lockFileContents: orNever(site.then(({ lock }) => lock)),
    fsInit: async (/** @type {{writeFile(path: string, content: Uint8Array): void}} */ files) =>
      files.writeFile(PACKAGES_PATH, await assets.archive(PACKAGES)),
    env: { PYTHONPATH: PACKAGES_PATH },
    _makeSnapshot: freezing,
  };
  const booted = found.then(async (snapshot) => {
    if (snapshot) {
      for (const [path, content] of snapshot.archives) assets.give(path, content);
      const unsound = snapshot.sound.then(() => new Promise(() => {}));
      unsound.catch(() => {}); // no unhandled rejection if something else fails first
      const loadPyodide = await load; // outside the try: if this file is missing, the snapshot is not the cause
      try {
        const pyodide = await Promise.race([loadPyodide({ ...settings, ...restoring(snapshot, settings.createPyodideModule) }), unsound]);
        snapshots.wake(pyodide);
        return pyodide;
      } catch (error) {
        await snapshots.failed(error);
      }
    }
    ARCHIVES.forEach((path) => assets.begin(path));
    return (await load)(settings);
  });
  return (await Promise.all([booted, module, load, site]))[0];
}

/**
 * Settings for Pyodide to start from a snapshot. By default, Pyodide copies the whole memory of 31 MB first, although most of it is
 * empty. Here it only allocates the memory. The non-empty ranges are copied after that, once the checksum has been verified.
 * @param {Snapshot} snapshot
 * @param {(settings: object) => Promise<{HEAPU8: Uint8Array}>} create creates the module without a snapshot
 */
function restoring({ head, filled, size, sound }, create) {
  return {
    _loadSnapshot: head,
    createPyodideModule: async (/** @type {object} */ settings) => {
      const emscriptenModule = await create(Object.assign(settings, { INITIAL_MEMORY: size }));
      await orNever(sound);
      for (const [start, content] of filled) emscriptenModule.HEAPU8.set(content, start);
      return emscriptenModule;
    },
  };
}

/**
 * A promise that never rejects: Pyodide would log a failure that has already been reported.
 * @template T
 * @param {T | Promise<T>} part
 * @returns {Promise<T>}
 */
function orNever(part) {
  return Promise.resolve(part).catch(() => new Promise(() => {}));
}

/** Turn a failure into a code and a message for people. Pyodide's own errors may be of any type. @param {unknown} error @param {Assets} assets */
async function describeError(error, assets) {
  if (error instanceof AssetError) return error;
  const timeout = new Promise((resolve) => setTimeout(() => resolve(null), STANDSTILL_MS));
  const damagedFile = /** @type {import("./assets.js").AssetError | null} */ (await Promise.race([assets.culprit(), timeout]));
  if (damagedFile) return damagedFile;
  return causeOf("boot-python", error instanceof Error ? error.message.split("\n")[0] : "");
}
