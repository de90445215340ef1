/**
 * Pyodide's boot, told in stages and bytes, up to a running json_head.
 * Everything comes from this site's own lock and is resolved against this file, wherever the worker was started from.
 */

/** @import {BootEvent, Stage} from "../client/protocol.js" */
/** @import {PyodideInterface} from "pyodide" */
/** @import {Snapshot} from "./snapshot.js" */

import { AssetError, Assets, ARCHIVES, DAMAGED, PACKAGES, PACKAGES_PATH } from "./assets.js";
import { Snapshots } from "./snapshot.js";

export { Requests } from "./fetch-batch.js"; // for webworker.js, which asks for one module
export { make } from "./snapshot.js"; // for snapshot-maker.js

const SITE = new URL("../../", import.meta.url);
/** Progress is told at most this often, in milliseconds. */
const TELL_EVERY = 50;
/**
 * A boot without progress for so long has failed. Only time counts in which this worker is idle: while Python compiles
 * its library, all is well and nothing is heard, for 14 s on WebKitGTK.
 */
const STANDSTILL_MS = 10_000;
const TICK_MS = 250;

/** A boot that can't succeed; `code` is `boot-python` or `boot-stalled`, or one of those of `assets.js`. */
class BootError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.name = "BootError";
    this.code = code;
  }
}

/**
 * Start Pyodide with json_head in it.
 * @param {(event: BootEvent) => void} tell is called with each stage but `ready`, which is the caller's to tell
 * @param {boolean} [freezing] whether it is to be made a snapshot of, and must not be started from one
 * @returns {Promise<{pyodide: PyodideInterface, told: BootEvent, snapshots: Snapshots}>} and what was told last; never, once `failed` has been told: the page
 *   ends this worker then, and an error would only race it to the console. `self.fetch` gives no answer for Python's files from then on
 */
export async function boot(tell, freezing = false) {
  /** @type {BootEvent} */
  const now = { type: "boot", stage: "fetching", loaded: 0, total: 0 };
  let told = 0;
  let idle = 0;
  /** @param {Stage} [stage] */
  const progress = (stage) => {
    idle = 0;
    now.loaded = assets.loaded;
    now.total = assets.total;
    if (now.stage === "fetching" && now.total && now.loaded === now.total) stage = "starting";
    if (!stage && performance.now() - told < TELL_EVERY) return;
    if (stage) now.stage = stage;
    told = performance.now();
    tell({ ...now });
  };
  // The page adds these words when it starts again after a failure, or was told to do without snapshots; see web/client/supervisor.js.
  const words = self.name?.split(" ") ?? [];
  const assets = new Assets(words.includes("refresh"), () => progress());
  progress("fetching");
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;
  const standstill = new Promise((_, reject) => {
    clock = setInterval(() => {
      if (!assets.busy) idle += TICK_MS;
      if (idle < STANDSTILL_MS) return;
      const waiting = assets.pending.size ? `, waiting for ${[...assets.pending].join(", ")}` : "";
      const message = `Loading stood still for ${STANDSTILL_MS / 1000} seconds${waiting}. Check the connection, and try again.`;
      reject(new BootError("boot-stalled", message));
    }, TICK_MS);
  });
  const snapshots = new Snapshots(!freezing && !words.includes("refresh") && !words.includes("plain"));
  try {
    const started = start(assets, snapshots, words.includes("again"), freezing);
    const pyodide = /** @type {PyodideInterface} */ (await Promise.race([started, assets.failed, standstill]));
    now.snapshot = snapshots.outcome;
    progress("installing");
    assets.restore(); // not after a failure: what Pyodide still does then is to fail in silence
    return { pyodide, told: now, snapshots };
  } catch (error) {
    const isOfFile = error instanceof AssetError || assets.pending.size > 0;
    if (snapshots.trying && !isOfFile) await snapshots.failed(error);
    const { code, name = "Error", message } = await named(error, assets);
    tell({ ...now, stage: "failed", error: { code, name, message } });
    return new Promise(() => {});
  } finally {
    clearInterval(clock);
  }
}

/**
 * All that Python needs is asked for at once, and nothing waits for what it does not need.
 * @param {Assets} assets
 * @param {Snapshots} snapshots
 * @param {boolean} kept whether this browser is likely to have the files
 * @param {boolean} freezing
 */
async function start(assets, snapshots, kept, freezing) {
  const found = snapshots.find(); // first of all: what follows keeps this thread busy
  const site = assets.json("site.json").then((site) => {
    assets.expect(site);
    if (!site.lock?.info) throw new AssetError("site.json", DAMAGED);
    return site;
  });
  assets.compile(kept);
  const module = assets.module("pyodide/pyodide.asm.mjs").then(() => /** @type {any} */ (self)._createPyodideModule);
  const load = assets.module("pyodide/pyodide.js").then(() => /** @type {any} */ (self).loadPyodide);
  const settings = {
    indexURL: new URL("pyodide/", SITE).href,
    // Beside the WebAssembly, whose bytes show that a slow network is at work: a module's own are not seen.
    createPyodideModule: async (/** @type {object} */ settings) => (await orNever(module))(settings),
    lockFileContents: orNever(site.then(({ lock }) => lock)),
    fsInit: async (/** @type {{writeFile(path: string, content: Uint8Array): void}} */ files) =>
      files.writeFile(PACKAGES_PATH, await assets.archive(PACKAGES)),
    env: { PYTHONPATH: PACKAGES_PATH },
    _makeSnapshot: freezing,
  };
  const boots = found.then(async (snapshot) => {
    if (snapshot) {
      for (const [path, content] of snapshot.archives) assets.give(path, content);
      const unsound = snapshot.sound.then(() => new Promise(() => {}));
      unsound.catch(() => {}); // should something else fail first
      const loadPyodide = await load; // should it be missing, no snapshot is to blame
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
  return (await Promise.all([boots, module, load, site]))[0];
}

/**
 * Settings for Pyodide to start from a snapshot. It would copy 31 MB, most of which are empty, and before all else. So it is told
 * how much room that takes, and what is filled of it is copied once it has made that room, and the checksum is right.
 * @param {Snapshot} snapshot
 * @param {(settings: object) => Promise<{HEAPU8: Uint8Array}>} create as it is done without one
 */
function restoring({ head, filled, size, sound }, create) {
  return {
    _loadSnapshot: head,
    createPyodideModule: async (/** @type {object} */ settings) => {
      const made = await create(Object.assign(settings, { INITIAL_MEMORY: size }));
      await orNever(sound);
      for (const [start, content] of filled) made.HEAPU8.set(content, start);
      return made;
    },
  };
}

/**
 * For Pyodide, which would write to the console about a failure that has been told.
 * @template T
 * @param {T | Promise<T>} part
 * @returns {Promise<T>}
 */
function orNever(part) {
  return Promise.resolve(part).catch(() => new Promise(() => {}));
}

/** What can be said of a failure. Pyodide's own are of any kind, without a word for people. @param {unknown} error @param {Assets} assets */
async function named(error, assets) {
  const { code } = /** @type {any} */ (error ?? {});
  if (error instanceof Error && typeof code === "string" && code.startsWith("boot-")) return { code, name: error.name, message: error.message };
  const late = new Promise((resolve) => setTimeout(() => resolve(null), STANDSTILL_MS));
  const culprit = /** @type {import("./assets.js").AssetError | null} */ (await Promise.race([assets.culprit(), late]));
  if (culprit) return culprit;
  const detail = error instanceof Error && error.message ? ` (${error.message.split("\n")[0]})` : "";
  return { code: "boot-python", name: "BootError", message: `Python did not start${detail}. Try again.` };
}
