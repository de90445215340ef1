/**
 * A snapshot of Python's memory with json_head imported, from which later visits start. It is stored in Cache Storage and made by
 * another worker (snapshot-maker.js) while this one is idle. If a snapshot is missing or unusable, Python starts without it.
 */

/** @import {PyodideInterface} from "pyodide" */

import { PACKAGES, PACKAGES_PATH, STDLIB } from "./assets.js";

/** The folder of this release, named by the content of all its files. */
const RELEASE = new URL("../../", import.meta.url);
/** Cache name. Each copy of this site has its own, because several copies may share an origin. */
const CACHE = `json-head snapshot ${new URL("../", RELEASE).pathname}`;
/** Cache key: a URL made of everything a snapshot depends on. Cache Storage takes only http, which an extension's files do not have. */
const KEY = new URL(
  `snapshot?${new URLSearchParams([["browser", navigator.userAgent]])}`,
  RELEASE.protocol.startsWith("http") ? RELEASE : `https://extension.invalid${RELEASE.pathname}`,
).href;
/** A snapshot is made after this time without requests, in milliseconds. Making one takes a second or two. */
const IDLE_MS = 3000;
/** Time limit for making a snapshot, in milliseconds. */
const GIVEN_UP_MS = 60_000;
/** Time limit for Cache Storage to find a snapshot, in milliseconds: a broken one may never respond. */
const LATE_MS = 3000;
/** Size of a WebAssembly memory page, in bytes. Empty pages are not stored: 12.5 MB of 31 MB remain. */
const PAGE = 65_536;

/**
 * Python's memory and the archives that it imports modules from. With these Python needs no other file. `head` is Pyodide's own header,
 * which precedes the memory. `filled` lists the non-empty ranges with their offsets in the memory. `sound` rejects if the checksum is wrong.
 * @typedef {{head: Bytes, filled: [number, Bytes][], size: number, archives: Map<string, Bytes>, sound: Promise<void>}} Snapshot
 * How these parts follow each other in the stored body, in this order. Lengths and offsets are in bytes; `size` is the memory's.
 * @typedef {{head: number, filled: [number, number][], archives: [string, number][], size: number}} Layout
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 */

/**
 * Run after a restore. A snapshot contains the state of `random`, which would produce the same numbers at each visit, so it is seeded
 * anew. `os.urandom` calls the browser each time. String hashes stay the same, as with a fixed PYTHONHASHSEED, which is no security risk here.
 */
const WAKE = "import json_head.pyodide.worker, random; random.seed()";
/** Run before a snapshot is made: imports what a first check needs. Other modules are imported later, from the archives. */
const IMPORT = "import json_head.pyodide.worker, json_head.transports.browser.batched, json_head.store";
/**
 * Run after `IMPORT`: compresses the modules of the archives each alone. A later visit reads the archives with the snapshot, and unpacks few
 * of their modules. One module is in memory at a time, because the snapshot keeps what was used once.
 */
const PACK = `
import importlib.util, os, sys, zipfile
for path in [path for path in sys.path if path.endswith(".zip")]:
    with zipfile.ZipFile(path) as unpacked, zipfile.ZipFile(path + ".new", "w") as packed:
        for entry in unpacked.infolist():
            packed.writestr(entry, unpacked.read(entry), zipfile.ZIP_DEFLATED)
    os.replace(path + ".new", path)
importlib.invalidate_caches()
importlib.util.find_spec("none of this name")  # reads where the modules are now
`;
const STDLIB_PATH = "import sys; next(path for path in sys.path if path.startswith('/lib/python') and path.endswith('.zip'))";

export class Snapshots {
  /** The snapshot's state for boot events: `off`, `none`, `used`, or `failed: ` and the reason. */
  outcome;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Worker | null} */
  #maker = null;
  #busy = false;
  #idleMs = IDLE_MS;
  /** Whether Python is being started from a snapshot. */
  trying = false;

  /** @param {boolean} wanted */
  constructor(wanted) {
    this.outcome = wanted ? "none" : "off";
  }

  /** Find the snapshot for this release and browser. @returns {Promise<Snapshot | null>} */
  async find() {
    if (!crypto.subtle) this.outcome = "off"; // no checksums without it
    if (this.outcome === "off") return null;
    /** @type {Response | undefined} */
    let stored;
    let bytes;
    try {
      const found = caches.match(KEY, { cacheName: CACHE }); // unlike `open`, creates no empty cache
      stored = await Promise.race([found, new Promise((_, reject) => setTimeout(reject, LATE_MS))]);
      if (!stored) return null;
      // Read synchronously: asynchronous chunks queue behind this thread's other work and take three times as long in all.
      const reader = new /** @type {any} */ (self).FileReaderSync();
      bytes = new Uint8Array(/** @type {ArrayBuffer} */ (reader.readAsArrayBuffer(await stored.blob())));
    } catch {
      this.outcome = "off"; // Cache Storage is missing or forbidden
      return null;
    }
    this.trying = true;
    try {
      return unpack(bytes, stored.headers);
    } catch (error) {
      await this.failed(error);
      return null;
    }
  }

  /** After a restore, test Python and seed `random` anew. @param {PyodideInterface} pyodide */
  wake(pyodide) {
    pyodide.runPython(WAKE);
    this.outcome = "used";
    this.trying = false;
  }

  /** Delete a snapshot from which Python did not start, or with which it crashed. @param {unknown} error */
  async failed(error) {
    this.trying = false;
    this.outcome = `failed: ${error instanceof Error ? error.message.trim().split("\n").at(-1) : error}`;
    console.info(`json-head: the snapshot of Python ${this.outcome}`);
    await discard().catch(() => {}); // if it can't be deleted, the next start tries it and boots without it again
  }

  /**
   * Make a snapshot while no request is under way; `stir` reports requests. One that has been used is replaced too: any page of the origin can
   * have changed it together with its checksum, and no storage of a browser is out of reach of such a page. So a change lasts for one visit.
   * @param {number} [idleMs] shorter in tests
   */
  makeWhenIdle(idleMs = IDLE_MS) {
    this.#idleMs = idleMs;
    if (this.outcome !== "off") this.#schedule();
  }

  /** Report activity, which postpones making a snapshot. @param {boolean} busy whether a request is under way, even without messages */
  stir(busy) {
    this.#busy = busy;
    if (this.#timer) this.#schedule();
  }

  #schedule() {
    clearTimeout(this.#timer);
    this.#maker?.terminate();
    this.#timer = setTimeout(() => this.#make(), this.#idleMs);
  }

  #make() {
    if (this.#busy || !navigator.onLine) return this.#schedule(); // offline, files may be missing unless the service worker has them
    try {
      const maker = (this.#maker = new Worker(new URL("snapshot-maker.js", import.meta.url), {
        type: "module",
        name: "json-head snapshot",
      }));
      const finish = () => {
        maker.terminate();
        clearTimeout(this.#timer);
        this.#timer = undefined;
      };
      maker.onmessage = finish;
      maker.onerror = (event) => {
        event.preventDefault();
        console.info(`json-head: no snapshot of Python could be made (${event.message})`);
        finish();
      };
      this.#timer = setTimeout(finish, GIVEN_UP_MS);
    } catch {
      this.#timer = undefined; // a page of another origin can't start our worker by URL
    }
  }
}

/**
 * Make a snapshot and store it in place of all earlier ones.
 * @param {PyodideInterface} pyodide booted with `freezing`
 */
export async function make(pyodide) {
  pyodide.runPython(IMPORT);
  pyodide.runPython(PACK);
  /** @type {[string, Uint8Array<ArrayBuffer>][]} */
  const archives = [
    [STDLIB, pyodide.FS.readFile(pyodide.runPython(STDLIB_PATH))],
    [PACKAGES, pyodide.FS.readFile(PACKAGES_PATH)],
  ];
  const snapshot = /** @type {Bytes} */ (/** @type {any} */ (pyodide).makeMemorySnapshot());
  const head = snapshot.subarray(0, new Uint32Array(snapshot.buffer, snapshot.byteOffset)[1]); // the header holds the memory's offset
  const memory = snapshot.subarray(head.length);
  const filled = filledRanges(memory);
  const parts = [head, ...filled.map(([start, end]) => memory.subarray(start, end)), ...archives.map(([, content]) => content)];
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  /** @type {Layout} */
  const layout = {
    head: head.length,
    filled: filled.map(([start, end]) => [start, end - start]),
    archives: archives.map(([path, { length }]) => [path, length]),
    size: memory.length,
  };
  const stored = new Response(bytes, { headers: { digest: await digest(bytes), layout: JSON.stringify(layout) } });
  const cache = await caches.open(CACHE);
  const others = (await cache.keys()).filter(({ url }) => url !== KEY);
  await Promise.all(others.map((key) => cache.delete(key)));
  try {
    await cache.put(KEY, stored); // replaces an earlier one at once, even if the page is being closed
  } catch (error) {
    await discard(); // an earlier one, too, which may have been changed
    throw error;
  }
}

/** The non-empty ranges of the memory, as start and end offsets. @param {Uint8Array} memory */
function filledRanges(memory) {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length / 4);
  /** @type {[number, number][]} */
  const ranges = [];
  for (let start = 0; start < memory.length; start += PAGE) {
    const end = start + PAGE;
    if (words.subarray(start / 4, end / 4).every((word) => word === 0)) continue;
    const last = ranges.at(-1);
    if (last?.[1] === start) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

/** @param {Bytes} bytes @param {Headers} headers @returns {Snapshot} */
function unpack(bytes, headers) {
  /** @type {Layout} */
  const { head, filled, archives, size } = JSON.parse(headers.get("layout") ?? "");
  let at = 0;
  const next = (/** @type {number} */ length) => bytes.subarray(at, (at += length));
  return {
    head: next(head),
    filled: filled.map(([start, length]) => [start, next(length)]),
    archives: new Map(archives.map(([path, length]) => [path, next(length)])),
    size,
    sound: digest(bytes).then((sum) => {
      if (headers.get("digest") !== sum) throw new Error("its bytes have changed");
    }),
  };
}

async function discard() {
  await caches.delete(CACHE);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function digest(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
