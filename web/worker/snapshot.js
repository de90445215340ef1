/**
 * Python's memory with json_head imported, which a later visit starts from: kept in Cache Storage, and made by another
 * worker (snapshot-maker.js) while this one has nothing to do. Whatever is wrong with it, Python starts without.
 */

/** @import {PyodideInterface} from "pyodide" */

import { PACKAGES, PACKAGES_PATH, STDLIB } from "./assets.js";

/** The folder of this release, named by the content of all its files. */
const RELEASE = new URL("../../", import.meta.url);
/** One for each copy of this site: others may have the same origin. */
const CACHE = `json-head snapshot ${new URL("../", RELEASE).pathname}`;
/** An address that stands for all that goes into one. */
const KEY = new URL(`snapshot?${new URLSearchParams([["browser", navigator.userAgent]])}`, RELEASE).href;
/** No request has been under way for so long when one is made, in milliseconds. It takes a second or two. */
const IDLE_MS = 3000;
const GIVEN_UP_MS = 60_000;
/** How long Cache Storage may take to find one: it may be out of order, and never answer. */
const LATE_MS = 3000;
/** Of WebAssembly's memory, in bytes. Most of it is empty, and that is not kept: 12.5 MB of 31 are. */
const PAGE = 65_536;

/**
 * Python's memory, and the archives that it goes on importing from: with that at hand it asks for no other file. `head` is Pyodide's
 * own, before the memory; `filled` is what the memory holds, by where it begins there; `sound` is rejected if it is not as it was made.
 * @typedef {{head: Bytes, filled: [number, Bytes][], size: number, archives: Map<string, Bytes>, sound: Promise<void>}} Snapshot
 * How they lie in one body, in this order. Lengths and places in bytes; `size` is the memory's.
 * @typedef {{head: number, filled: [number, number][], archives: [string, number][], size: number}} Layout
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 */

/**
 * What a snapshot must not bring along is the state of `random`: its numbers would be the same at each visit. `os.urandom` asks
 * the browser each time. The order of sets stays the same, as with PYTHONHASHSEED, and nobody's safety rests on it.
 */
const WAKE = "import json_head.pyodide.worker, random; random.seed()";
/** What is run before one is made: all that a first check needs. Other modules are imported as ever, from their archives. */
const SLEEP = "from json_head.pyodide.rehearsal import rehearse; rehearse()";
const STDLIB_PATH = "import sys; next(path for path in sys.path if path.startswith('/lib/python') and path.endswith('.zip'))";

export class Snapshots {
  /** What came of it, for the boot's events: `off`, `none`, `used`, or `failed: ` and why. */
  outcome;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Worker | null} */
  #maker = null;
  #busy = false;
  /** Whether Python is being started from one. */
  trying = false;

  /** @param {boolean} wanted */
  constructor(wanted) {
    this.outcome = wanted ? "none" : "off";
  }

  /** The one that fits, if it is there. @returns {Promise<Snapshot | null>} */
  async find() {
    if (!crypto.subtle) this.outcome = "off"; // there are no checksums here
    if (this.outcome === "off") return null;
    /** @type {Response | undefined} */
    let kept;
    let bytes;
    try {
      const found = caches.open(CACHE).then((cache) => cache.match(KEY));
      kept = await Promise.race([found, new Promise((_, reject) => setTimeout(reject, LATE_MS))]);
      if (!kept) return null;
      // At one go: in pieces, each would wait for what else this thread does, three times as long in all.
      const reader = new /** @type {any} */ (self).FileReaderSync();
      bytes = new Uint8Array(/** @type {ArrayBuffer} */ (reader.readAsArrayBuffer(await kept.blob())));
    } catch {
      this.outcome = "off"; // there is no Cache Storage here, or the page may not use it
      return null;
    }
    this.trying = true;
    try {
      return unpacked(bytes, kept.headers);
    } catch (error) {
      await this.failed(error);
      return null;
    }
  }

  /** After a restore: makes sure that it works, and that randomness is random. @param {PyodideInterface} pyodide */
  wake(pyodide) {
    pyodide.runPython(WAKE);
    this.outcome = "used";
    this.trying = false;
  }

  /** Python does not start from it, or has crashed after it did. @param {unknown} error */
  async failed(error) {
    this.trying = false;
    this.outcome = `failed: ${error instanceof Error ? error.message.trim().split("\n").at(-1) : error}`;
    console.info(`json-head: the snapshot of Python ${this.outcome}`);
    await discard().catch(() => {}); // where it can't be deleted, the next start does without it again
  }

  /** Make one while nothing else goes on; say so with `stir` when something does. */
  makeWhenIdle() {
    if (this.outcome !== "off" && this.outcome !== "used") this.#wait();
  }

  /** @param {boolean} busy whether a request is under way, however silent */
  stir(busy) {
    this.#busy = busy;
    if (this.#timer) this.#wait();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#maker?.terminate();
    this.#timer = setTimeout(() => this.#make(), IDLE_MS);
  }

  #make() {
    if (this.#busy || !navigator.onLine) return this.#wait(); // without a network not all hosts' files are there
    try {
      const maker = (this.#maker = new Worker(new URL("snapshot-maker.js", import.meta.url), { type: "module", name: "json-head snapshot" }));
      const over = () => {
        maker.terminate();
        clearTimeout(this.#timer);
        this.#timer = undefined;
      };
      maker.onmessage = over;
      maker.onerror = (event) => {
        event.preventDefault();
        console.info(`json-head: no snapshot of Python could be made (${event.message})`);
        over();
      };
      this.#timer = setTimeout(over, GIVEN_UP_MS);
    } catch {
      this.#timer = undefined; // a page of another origin may start no worker of ours by its address
    }
  }
}

/**
 * Make one and keep it in the place of all others.
 * @param {PyodideInterface} pyodide booted for this
 */
export async function make(pyodide) {
  pyodide.runPython(SLEEP);
  /** @type {[string, Uint8Array<ArrayBuffer>][]} */
  const archives = [
    [STDLIB, pyodide.FS.readFile(pyodide.runPython(STDLIB_PATH))],
    [PACKAGES, pyodide.FS.readFile(PACKAGES_PATH)],
  ];
  const made = /** @type {Bytes} */ (/** @type {any} */ (pyodide).makeMemorySnapshot());
  const head = made.subarray(0, new Uint32Array(made.buffer, made.byteOffset)[1]); // where the memory begins
  const memory = made.subarray(head.length);
  const filled = filledIn(memory);
  const parts = [head, ...filled.map(([start, end]) => memory.subarray(start, end)), ...archives.map(([, content]) => content)];
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  /** @type {Layout} */
  const layout = {
    head: head.length,
    filled: filled.map(([start, end]) => [start, end - start]),
    archives: archives.map(([path, { length }]) => [path, length]),
    size: memory.length,
  };
  const kept = new Response(bytes, { headers: { digest: await digest(bytes), layout: JSON.stringify(layout) } });
  await discard();
  await (await caches.open(CACHE)).put(KEY, kept);
}

/** Where anything but zeros stands, from and to. @param {Uint8Array} memory */
function filledIn(memory) {
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
function unpacked(bytes, headers) {
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
